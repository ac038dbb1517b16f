package com.omnify.launcher.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {

  @Test
  void firstDeathWaitsShortlyAndManyInARowNeverLongerThanTheMost() {
    assertThat(Backoff.USUAL.after(1)).isEqualTo(Duration.ofMillis(300));
    assertThat(Backoff.USUAL.after(2)).isEqualTo(Duration.ofMillis(600));
    assertThat(Backoff.USUAL.after(500)).isEqualTo(Backoff.USUAL.most());
  }

  @Test
  void aLongLifeForgetsEarlierDeaths() {
    assertThat(Backoff.USUAL.forgets(Duration.ofSeconds(59))).isFalse();
    assertThat(Backoff.USUAL.forgets(Duration.ofSeconds(60))).isTrue();
  }
}
