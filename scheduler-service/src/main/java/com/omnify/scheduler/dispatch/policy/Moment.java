package com.omnify.scheduler.dispatch.policy;

import java.time.Duration;
import java.time.Instant;

/**
 * When something is decided, by the fleet clock.
 *
 * @param patience how much fleet time may pass before an open dispatch is looked at again
 */
public record Moment(Instant now, Duration patience) {

  public Instant nextLook() {
    return now.plus(patience);
  }
}
