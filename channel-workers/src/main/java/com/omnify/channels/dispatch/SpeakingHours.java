package com.omnify.channels.dispatch;

import com.omnify.kit.quiet.policy.LegalWindow;
import com.omnify.model.SendWindow;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * When a dispatch may be said: inside its sequence's window, and at hours that the law allows for
 * this person.
 *
 * @param ofSequence open in every zone that the person may be in
 */
public record SpeakingHours(SendWindow ofSequence, LegalWindow legal) {

  /** Beyond this the two have no hour in common. */
  private static final Duration HORIZON = Duration.ofDays(14);

  /** Whether both are open. */
  public boolean isOpen(Instant at, Collection<ZoneId> zones) {
    return legal.isOpen(at) && ofSequence.isOpen(at, zones);
  }

  /** The first moment, not before {@code from}, at which both are; null where none comes. */
  public @Nullable Instant nextOpening(Instant from, Collection<ZoneId> zones) {
    Instant at = from;
    while (at.isBefore(from.plus(HORIZON))) {
      Instant opening = ofSequence.nextOpening(at, zones);
      if (opening == null) {
        return null;
      }
      Instant allowed = legal.nextOpen(opening).orElse(null);
      if (allowed == null || allowed.equals(at)) {
        return allowed;
      }
      at = allowed;
    }
    return null;
  }
}
