package com.omnify.channels.worker.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlotShareTest {

  private final SlotShare share = new SlotShare(80, 20);

  @ParameterizedTest
  @CsvSource({
    "0, 0, true",
    "19, 19, true",
    // Its own are all taken.
    "20, 20, false",
    // The last quarter is for those who have few.
    "59, 10, true",
    "60, 10, false",
    "60, 3, true",
    "79, 0, true",
    "80, 0, false"
  })
  void oneAccountLeavesRoomForOthers(int underWay, int own, boolean admitted) {
    assertThat(share.admits(underWay, own)).isEqualTo(admitted);
  }

  @Test
  void oneAccountCannotHaveMoreThanAll() {
    assertThatThrownBy(() -> new SlotShare(4, 5)).isInstanceOf(IllegalArgumentException.class);
  }
}
