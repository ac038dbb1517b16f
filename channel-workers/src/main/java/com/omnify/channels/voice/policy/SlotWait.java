package com.omnify.channels.voice.policy;

import com.omnify.model.id.DispatchId;
import java.time.Duration;
import java.time.Instant;

/**
 * How long a call waits that found no slot. Most calls are over long before their lease is, so it
 * does not wait for that; and those who wait together come back apart.
 */
public final class SlotWait {

  static final Duration SHORTEST = Duration.ofSeconds(30);
  static final Duration LONGEST = Duration.ofMinutes(3);

  /** Of real time, whatever the rate: a process can ask only so often. */
  static final Duration LEAST_REAL = Duration.ofSeconds(2);

  private SlotWait() {}

  /**
   * Fleet time before which it need not be tried again.
   *
   * @param rate fleet seconds in a real second
   */
  public static Instant until(DispatchId dispatch, Instant fleetNow, double rate) {
    long millis = Math.max(SHORTEST.toMillis(), (long) (LEAST_REAL.toMillis() * rate));
    long spread = millis * (LONGEST.toMillis() / SHORTEST.toMillis() - 1);
    return fleetNow.plusMillis(millis + Math.floorMod(dispatch.hashCode(), spread + 1));
  }
}
