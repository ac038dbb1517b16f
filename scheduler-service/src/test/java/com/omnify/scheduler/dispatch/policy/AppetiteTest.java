package com.omnify.scheduler.dispatch.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppetiteTest {

  @ParameterizedTest
  @CsvSource({
    // numbers' rate, open, alone, beside others
    "1000, 0, 1000, 500",
    "1000, 800, 200, 0",
    "100, 0, 100, 50",
    "10, 0, 20, 20",
    "1, 0, 2, 2",
    "1, 2, 0, 0",
    "0, 0, 20, 20",
    "0, 30, 0, 0",
  })
  void noMoreStandsOpenThanTheNumbersCanSend(int perSecond, int open, int alone, int beside) {
    assertThat(Appetite.ALONE.room(perSecond, open)).isEqualTo(alone);
    assertThat(Appetite.BESIDE_OTHERS.room(perSecond, open)).isEqualTo(beside);
  }

  @Test
  void besideOthersItRestsLongerThanItWorks() {
    Duration least = Duration.ofMillis(20);
    assertThat(Appetite.ALONE.pause(Duration.ofMillis(90), least)).isEqualTo(least);
    assertThat(Appetite.BESIDE_OTHERS.pause(Duration.ofMillis(90), least)).hasMillis(450);
    assertThat(Appetite.BESIDE_OTHERS.pause(Duration.ofMillis(3), least)).isEqualTo(least);
  }
}
