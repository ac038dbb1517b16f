package com.omnify.memory;

import com.omnify.testkit.HouseRules;
import org.junit.jupiter.api.Test;

class HouseRulesTest {

  @Test
  void memoryServiceKeepsTheHouseRules() {
    HouseRules.check(MemoryApplication.class);
  }
}
