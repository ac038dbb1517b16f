package com.omnify.scheduler.stuck;

import com.omnify.scheduler.stuck.policy.StuckPolicy;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * From when on something counts as stuck, {@code omnify.stuck.*}. All times are real ones.
 *
 * @param every between two rounds
 * @param ready a dispatch that no worker takes
 * @param sending past the deadline of its request, its answer's time included
 * @param unknown a dispatch of which only the provider knows
 * @param quarantined a dispatch that waits for a person
 * @param outcome a known outcome that was not heard
 * @param healing what the healer has on top of that, and the watchdog after it
 * @param errand what a step asked for and nobody says is done
 * @param overdue due steps that nobody takes
 * @param deadLetter a dead letter that nobody replays
 * @param outbox an event that does not get to Kafka
 * @param horizon how far back dispatches are walked through
 * @param slice enrollments that a round looks through for lost steps
 * @param shownFor how long a repaired one stays listed
 */
@ConfigurationProperties("omnify.stuck")
record StuckSettings(
    @DefaultValue("15s") Duration every,
    @DefaultValue("2m") Duration ready,
    @DefaultValue("30s") Duration sending,
    @DefaultValue("3m") Duration unknown,
    @DefaultValue("0s") Duration quarantined,
    @DefaultValue("1m") Duration outcome,
    @DefaultValue("3m") Duration healing,
    @DefaultValue("15m") Duration errand,
    @DefaultValue("15m") Duration overdue,
    @DefaultValue("0s") Duration deadLetter,
    @DefaultValue("1m") Duration outbox,
    @DefaultValue("30d") Duration horizon,
    @DefaultValue("20000") int slice,
    @DefaultValue("24h") Duration shownFor) {

  StuckPolicy.Patience patience() {
    return new StuckPolicy.Patience(ready, sending, unknown, quarantined, outcome, healing);
  }
}
