package com.omnify.scheduler;

import com.omnify.testkit.HouseRules;
import org.junit.jupiter.api.Test;

class HouseRulesTest {

  @Test
  void keepsTheHousesRules() {
    HouseRules.check(SchedulerApplication.class);
  }
}
