package com.omnify.channels.worker.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchSizeTest {

  @Test
  void requestsThatCouldNotBeginHalveTheNextBatch() {
    assertThat(new BatchSize(40).after(1)).isEqualTo(new BatchSize(20));
    assertThat(new BatchSize(5).after(5)).isEqualTo(new BatchSize(4));
    assertThat(new BatchSize(4).after(4)).isEqualTo(new BatchSize(4));
  }

  @Test
  void batchesThatBeganWholeLetTheNextGrowToTheFencesLimit() {
    var size = new BatchSize(4);
    for (int batch = 0; batch < 20; batch++) {
      size = size.after(0);
    }
    assertThat(size.requests()).isEqualTo(64);
  }
}
