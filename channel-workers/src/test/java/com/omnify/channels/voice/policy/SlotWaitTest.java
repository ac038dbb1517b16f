package com.omnify.channels.voice.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.id.DispatchId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SlotWaitTest {

  private static final Instant NOW = Instant.parse("2026-03-10T18:00:00Z");

  private static List<Instant> times(SlotWait wait, int many) {
    var times = new ArrayList<Instant>();
    Instant last = NOW.minus(Duration.ofDays(1));
    for (int n = 0; n < many; n++) {
      last = wait.next(last, new DispatchId(UUID.randomUUID()), NOW);
      times.add(last);
    }
    return times;
  }

  @Test
  void theyComeBackAsFastAsCallsMakeRoom() {
    // Ten slots, a minute each: one every six seconds.
    assertThat(times(SlotWait.of(10, 1), 3))
        .containsExactly(NOW.plusSeconds(36), NOW.plusSeconds(42), NOW.plusSeconds(48));
  }

  @Test
  void manyAreSpreadAndNobodyWaitsForLong() {
    assertThat(times(SlotWait.of(10, 1), 5_000))
        .allSatisfy(at -> assertThat(at).isBetween(NOW.plusSeconds(30), NOW.plusSeconds(900)))
        .anySatisfy(at -> assertThat(at).isBefore(NOW.plusSeconds(300)))
        .anySatisfy(at -> assertThat(at).isAfter(NOW.plusSeconds(600)));
  }

  /** Two seconds and half a minute of real time. */
  @Test
  void howeverFastTheClockRuns() {
    assertThat(times(SlotWait.of(10, 1_000), 5_000))
        .allSatisfy(
            at -> assertThat(at).isBetween(NOW.plusSeconds(2_000), NOW.plusSeconds(30_000)));
  }
}
