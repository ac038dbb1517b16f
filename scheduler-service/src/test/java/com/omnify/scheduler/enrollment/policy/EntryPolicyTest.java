package com.omnify.scheduler.enrollment.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.EnrollmentStatus;
import com.omnify.model.EntryRule;
import com.omnify.scheduler.enrollment.policy.EntryPolicy.Earlier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntryPolicyTest {

  private static final Instant NOW = Instant.parse("2026-03-10T18:00:00Z");
  private static final Duration GAP = Duration.ofDays(30);
  private static final Earlier ON_THE_WAY =
      new Earlier(EnrollmentStatus.PAUSED, NOW.minus(Duration.ofDays(5)), null);

  private static Earlier ended(int daysAgo) {
    return new Earlier(
        EnrollmentStatus.COMPLETED,
        NOW.minus(Duration.ofDays(90)),
        NOW.minus(Duration.ofDays(daysAgo)));
  }

  private static String code(EntryRule rule, Duration gap, Earlier... history) {
    return EntryPolicy.refuse(rule, gap, List.of(history), NOW)
        .map(EntryPolicy.Refusal::code)
        .orElse("welcome");
  }

  @Test
  void everyRuleWelcomesNewcomers() {
    for (EntryRule rule : EntryRule.values()) {
      assertThat(code(rule, GAP)).isEqualTo("welcome");
    }
  }

  @Test
  void onceIsOnce() {
    assertThat(code(EntryRule.ONCE, Duration.ZERO, ended(80))).isEqualTo("already_enrolled");
  }

  @Test
  void whenNotActiveWaitsForTheEndAndTheGap() {
    assertThat(code(EntryRule.WHEN_NOT_ACTIVE, Duration.ZERO, ON_THE_WAY))
        .isEqualTo("already_active");
    assertThat(code(EntryRule.WHEN_NOT_ACTIVE, GAP, ended(29))).isEqualTo("recontact_gap");
    assertThat(code(EntryRule.WHEN_NOT_ACTIVE, GAP, ended(30))).isEqualTo("welcome");
    assertThat(code(EntryRule.WHEN_NOT_ACTIVE, Duration.ZERO, ended(0))).isEqualTo("welcome");
  }

  @Test
  void alwaysOnlyKeepsTheGap() {
    assertThat(code(EntryRule.ALWAYS, Duration.ZERO, ON_THE_WAY)).isEqualTo("welcome");
    assertThat(code(EntryRule.ALWAYS, GAP, ON_THE_WAY, ended(80))).isEqualTo("recontact_gap");
  }
}
