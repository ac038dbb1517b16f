package com.omnify.sandbox.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgendaTest {

  private final Agenda agenda = new Agenda("test", 1);
  private final List<String> done = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    agenda.close();
  }

  @Test
  void whatWaitsFollowsTheClockWhenItSpeedsUp() {
    agenda.in(Duration.ofHours(1), () -> done.add("later"));
    agenda.in(Duration.ofMinutes(1), () -> done.add("sooner"));
    assertThat(done).isEmpty();

    agenda.rate(100_000);

    await().untilAsserted(() -> assertThat(done).containsExactly("sooner", "later"));
  }

  @Test
  void jumpDoesAllOnTheWayInOrder() {
    agenda.in(Duration.ofHours(2), () -> done.add("b"));
    agenda.in(Duration.ofHours(1), () -> done.add("a"));
    agenda.in(Duration.ofHours(9), () -> done.add("c"));

    agenda.advance(Duration.ofHours(3));

    await().untilAsserted(() -> assertThat(done).containsExactly("a", "b"));
    assertThat(agenda.size()).isEqualTo(1);
  }

  @Test
  void failedWorkDoesNotStopTheRest() {
    agenda.in(
        Duration.ZERO,
        () -> {
          throw new IllegalStateException("on purpose");
        });
    agenda.in(Duration.ZERO, () -> done.add("next"));
    await().untilAsserted(() -> assertThat(done).containsExactly("next"));
  }

  @Test
  void clockNeverStandsStillOrRunsBackwards() {
    assertThatThrownBy(() -> agenda.rate(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> agenda.rate(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> agenda.rate(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
  }
}
