package com.omnify.scheduler.timing.policy;

import com.omnify.scheduler.sequence.policy.Delay;
import com.omnify.scheduler.sequence.policy.WeeklyHours;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;

/** When a step is due, before any window has its say. */
public final class DelayPolicy {

  /** Past this the business is as good as closed for ever; the step is due then. */
  private static final Duration BUSINESS_HORIZON = Duration.ofDays(3 * 366);

  private DelayPolicy() {}

  /**
   * When the delay has passed.
   *
   * @param from the completion of the step before, or the entry
   * @param zone the contact's own
   * @param businessHours the client's, read on the contact's clock
   */
  public static Instant due(Delay delay, Instant from, ZoneId zone, WeeklyHours businessHours) {
    return switch (delay) {
      case Delay.Immediate() -> from;
      case Delay.Fixed(Duration duration) -> from.plus(duration);
      case Delay.AfterPrevious(Duration duration) -> from.plus(duration);
      case Delay.BusinessHours(Duration duration) ->
          openTime(from, duration, new ZonedHours(businessHours, zone));
      case Delay.AtLocalTime(int days, LocalTime time) -> localTime(from, days, time, zone);
    };
  }

  private static Instant openTime(Instant from, Duration duration, ZonedHours hours) {
    Instant horizon = from.plus(BUSINESS_HORIZON);
    Instant at = from;
    Duration left = duration;
    while (true) {
      var stretch = hours.next(at, horizon);
      if (stretch.isEmpty()) {
        return horizon;
      }
      Duration open = Duration.between(stretch.get().start(), stretch.get().end());
      // Strictly less: what ends at the very close of business is due at the next opening.
      if (left.compareTo(open) < 0) {
        return stretch.get().start().plus(left);
      }
      left = left.minus(open);
      at = stretch.get().end();
    }
  }

  private static Instant localTime(Instant from, int days, LocalTime time, ZoneId zone) {
    LocalDate day = from.atZone(zone).toLocalDate().plusDays(days);
    Instant at = onTheClock(day, time, zone);
    while (at.isBefore(from)) {
      day = day.plusDays(1);
      at = onTheClock(day, time, zone);
    }
    return at;
  }

  /**
   * A time that the clock leaps over is the instant of the leap; one that comes twice, the first.
   */
  private static Instant onTheClock(LocalDate day, LocalTime time, ZoneId zone) {
    var transition = zone.getRules().getTransition(day.atTime(time));
    if (transition != null && transition.isGap()) {
      return transition.getInstant();
    }
    return day.atTime(time).atZone(zone).toInstant();
  }
}
