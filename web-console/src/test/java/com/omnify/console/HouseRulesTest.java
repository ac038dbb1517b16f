package com.omnify.console;

import com.omnify.testkit.HouseRules;
import org.junit.jupiter.api.Test;

class HouseRulesTest {

  @Test
  void theConsoleKeepsTheRulesOfTheHouse() {
    HouseRules.check(ConsoleApplication.class);
  }
}
