package com.omnify.channels.worker.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchSizeTest {

  private static final Duration ALLOWED = Duration.ofMillis(1_800);
  private static final Duration QUICK = Duration.ofMillis(100);

  @Test
  void requestsThatCouldNotBeginHalveTheNextBatch() {
    assertThat(new BatchSize(40).after(1, QUICK, ALLOWED)).isEqualTo(new BatchSize(20));
    assertThat(new BatchSize(5).after(5, QUICK, ALLOWED)).isEqualTo(new BatchSize(4));
    assertThat(new BatchSize(4).after(4, QUICK, ALLOWED)).isEqualTo(new BatchSize(4));
  }

  @Test
  void aBatchThatWasNearlyTooSlowHalvesTheNextBeforeAnyIsCalledOff() {
    assertThat(new BatchSize(40).after(0, Duration.ofMillis(901), ALLOWED))
        .isEqualTo(new BatchSize(20));
    assertThat(new BatchSize(40).after(0, Duration.ofMillis(900), ALLOWED))
        .isEqualTo(new BatchSize(40));
    assertThat(new BatchSize(40).after(0, Duration.ofMillis(449), ALLOWED))
        .isEqualTo(new BatchSize(44));
  }

  @Test
  void batchesThatBeganWholeLetTheNextGrowToTheFencesLimit() {
    var size = BatchSize.first();
    for (int batch = 0; batch < 20; batch++) {
      size = size.after(0, QUICK, ALLOWED);
    }
    assertThat(size.requests()).isEqualTo(64);
  }
}
