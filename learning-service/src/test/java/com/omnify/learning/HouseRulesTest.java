package com.omnify.learning;

import com.omnify.testkit.HouseRules;
import org.junit.jupiter.api.Test;

class HouseRulesTest {

  @Test
  void theHouseStands() {
    HouseRules.check(LearningApplication.class);
  }
}
