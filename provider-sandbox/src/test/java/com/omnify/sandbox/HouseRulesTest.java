package com.omnify.sandbox;

import com.omnify.testkit.HouseRules;
import org.junit.jupiter.api.Test;

class HouseRulesTest {

  @Test
  void sandboxKeepsTheHouseRules() {
    HouseRules.check(SandboxMain.class);
  }
}
