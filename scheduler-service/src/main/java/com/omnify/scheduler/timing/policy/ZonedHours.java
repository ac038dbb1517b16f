package com.omnify.scheduler.timing.policy;

import com.omnify.scheduler.sequence.policy.WeeklyHours;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/** Weekly hours on the wall clocks of one zone, as stretches of real instants. */
record ZonedHours(WeeklyHours hours, ZoneId zone) {

  /** Open from {@code start} until just before {@code end}. */
  record Stretch(Instant start, Instant end) {}

  boolean isOpen(Instant at) {
    var local = at.atZone(zone).toLocalDateTime();
    return hours.on(local.getDayOfWeek()).stream()
        .anyMatch(span -> span.contains(local.toLocalTime()));
  }

  /** The part of an open stretch that comes first from {@code from} on, before the horizon. */
  Optional<Stretch> next(Instant from, Instant horizon) {
    // Within one offset local time runs evenly, so gaps and overlaps need no rule of their own:
    // a span that falls into a gap is cut or vanishes, one that is lived twice is open twice.
    Instant at = from;
    while (at.isBefore(horizon)) {
      ZoneOffset offset = zone.getRules().getOffset(at);
      var transition = zone.getRules().nextTransition(at);
      Instant end = horizon;
      if (transition != null && transition.getInstant().isBefore(horizon)) {
        end = transition.getInstant();
      }
      var found = within(at, end, offset);
      if (found.isPresent()) {
        return found;
      }
      at = end;
    }
    return Optional.empty();
  }

  private Optional<Stretch> within(Instant from, Instant end, ZoneOffset offset) {
    LocalDate last = end.atOffset(offset).toLocalDate();
    for (LocalDate day = from.atOffset(offset).toLocalDate();
        !day.isAfter(last);
        day = day.plusDays(1)) {
      for (WeeklyHours.Span span : hours.on(day.getDayOfWeek())) {
        Instant opens = day.atTime(span.from()).toInstant(offset);
        LocalDate closingDay = span.endsAtMidnight() ? day.plusDays(1) : day;
        Instant closes = closingDay.atTime(span.to()).toInstant(offset);
        Instant start = opens.isAfter(from) ? opens : from;
        Instant stop = closes.isBefore(end) ? closes : end;
        if (start.isBefore(stop)) {
          return Optional.of(new Stretch(start, stop));
        }
      }
    }
    return Optional.empty();
  }
}
