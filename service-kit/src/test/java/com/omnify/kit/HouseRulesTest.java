package com.omnify.kit;

import com.omnify.testkit.HouseRules;
import org.junit.jupiter.api.Test;

class HouseRulesTest {

  @Test
  void theKitKeepsTheHouseRules() {
    HouseRules.check(OmnifyService.class);
  }
}
