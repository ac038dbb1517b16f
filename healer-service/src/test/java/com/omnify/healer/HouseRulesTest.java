package com.omnify.healer;

import com.omnify.testkit.HouseRules;
import org.junit.jupiter.api.Test;

class HouseRulesTest {

  @Test
  void theHouseStands() {
    HouseRules.check(HealerApplication.class);
  }
}
