package com.omnify.events.outgoing.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPlanTest {

  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  private static Answer status(int status) {
    return new Answer(status, null, Duration.ZERO);
  }

  private static Answer error(String error) {
    return new Answer(null, error, Duration.ZERO);
  }

  @Test
  void anEventIsTriedForADayAndThenNoMore() {
    Duration all = Duration.ZERO;
    int tries = 1;
    for (var next = RetryPlan.afterEvent(tries, status(500));
        next.isPresent();
        next = RetryPlan.afterEvent(++tries, status(500))) {
      all = all.plus(next.get());
    }
    assertThat(tries).isEqualTo(11);
    assertThat(all).isBetween(Duration.ofHours(24), Duration.ofHours(36));
  }

  @Test
  void whatAStepIsRefusedIsItsAnswer() {
    assertThat(RetryPlan.afterStep(1, status(404))).isEmpty();
    assertThat(RetryPlan.afterStep(1, error("address_refused: inside"))).isEmpty();
    assertThat(RetryPlan.afterStep(1, error("timeout: late"))).isPresent();
    assertThat(RetryPlan.afterStep(4, status(500))).contains(Duration.ofMinutes(5));
    assertThat(RetryPlan.afterStep(5, status(500))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 425, 429, 500, 503, 302})
  void whatMayPassIsTriedAgain(int status) {
    assertThat(RetryPlan.afterStep(1, status(status))).isPresent();
  }

  @Test
  void onlyWhatFailsForLongOrIsGoneIsLeftAlone() {
    assertThat(RetryPlan.giveUp(status(500), NOW.minus(Duration.ofHours(47)), NOW)).isEmpty();
    assertThat(RetryPlan.giveUp(status(500), null, NOW)).isEmpty();
    assertThat(RetryPlan.giveUp(error("timeout: late"), NOW.minus(RetryPlan.PATIENCE), NOW))
        .contains("It took nothing for 48 hours; the last answer was timeout");
    assertThat(RetryPlan.giveUp(status(410), null, NOW)).isPresent();
    assertThat(RetryPlan.afterEvent(1, status(410))).isEqualTo(Optional.empty());
  }

  @Test
  void onlyTwoHundredsAreTaken() {
    assertThat(status(204).taken()).isTrue();
    assertThat(status(302).taken()).isFalse();
    assertThat(error("timeout: late").taken()).isFalse();
    assertThat(error("timeout: late").code()).isEqualTo("timeout");
    assertThat(status(503).code()).isEqualTo("http_503");
  }
}
