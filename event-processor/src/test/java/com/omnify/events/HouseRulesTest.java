package com.omnify.events;

import com.omnify.testkit.HouseRules;
import org.junit.jupiter.api.Test;

class HouseRulesTest {

  @Test
  void eventProcessorKeepsTheHouseRules() {
    HouseRules.check(EventProcessorApplication.class);
  }
}
