package com.omnify.scheduler.timing.policy;

import com.omnify.kit.quiet.policy.LegalWindow;
import com.omnify.scheduler.sequence.policy.WeeklyHours;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * When a contact may be written to: the sequence's window must be open on the wall clock of every
 * zone they may be in, and the law must allow it.
 */
public record ContactWindow(WeeklyHours window, ContactZones zones, LegalWindow legal) {

  /** How far ahead an opening is looked for: every weekday comes by twice. */
  static final Duration SEARCH = Duration.ofDays(14);

  public boolean isOpen(Instant at) {
    return blockedBy(at).isEmpty() && legal.isOpen(at);
  }

  /** The first zone whose clock says no to the sequence's window. */
  public Optional<ZoneId> blockedBy(Instant at) {
    return zones.all().stream()
        .filter(zone -> !new ZonedHours(window, zone).isOpen(at))
        .findFirst();
  }

  /**
   * The earliest instant from {@code from} on at which all zones are open and the law allows it;
   * empty if none comes.
   */
  public Optional<Instant> nextOpen(Instant from) {
    Instant horizon = from.plus(SEARCH);
    Instant at = from;
    while (at.isBefore(horizon)) {
      // Each can only push the instant later, and never past the first common opening.
      var open = nextOfSequence(at, horizon).flatMap(legal::nextOpen);
      if (open.isEmpty() || open.get().equals(at)) {
        return open;
      }
      at = open.get();
    }
    return Optional.empty();
  }

  private Optional<Instant> nextOfSequence(Instant from, Instant horizon) {
    Instant at = from;
    boolean moved = true;
    while (moved) {
      moved = false;
      for (ZoneId zone : zones.all()) {
        var hours = new ZonedHours(window, zone);
        if (!hours.isOpen(at)) {
          var stretch = hours.next(at, horizon);
          if (stretch.isEmpty()) {
            return Optional.empty();
          }
          at = stretch.get().start();
          moved = true;
        }
      }
    }
    return Optional.of(at);
  }
}
