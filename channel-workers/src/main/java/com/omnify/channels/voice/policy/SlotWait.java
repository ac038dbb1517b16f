package com.omnify.channels.voice.policy;

import com.omnify.model.id.DispatchId;
import java.time.Duration;
import java.time.Instant;

/**
 * When calls that found no slot are to be tried again: one after the other, as fast as calls of
 * usual length make room, so that a thousand who wait are not all tried again and again. Where more
 * wait than that leads to in a while, they are spread over it.
 *
 * @param shortest that anybody waits
 * @param longest that anybody waits
 * @param step between two of them
 */
public record SlotWait(Duration shortest, Duration longest, Duration step) {

  private static final Duration SHORTEST = Duration.ofSeconds(30);
  private static final Duration LONGEST = Duration.ofMinutes(15);
  private static final Duration USUAL_CALL = Duration.ofMinutes(1);

  // Whatever the rate of the fleet clock, a process can ask only so often.
  private static final Duration SHORTEST_REAL = Duration.ofSeconds(2);
  private static final Duration LONGEST_REAL = Duration.ofSeconds(30);
  private static final Duration USUAL_CALL_REAL = Duration.ofMillis(200);

  /**
   * In fleet time.
   *
   * @param slots of the account
   * @param rate fleet seconds in a real second
   */
  public static SlotWait of(int slots, double rate) {
    return new SlotWait(
        longer(SHORTEST, SHORTEST_REAL, rate),
        longer(LONGEST, LONGEST_REAL, rate),
        longer(USUAL_CALL, USUAL_CALL_REAL, rate).dividedBy(Math.max(1, slots)));
  }

  /**
   * When this one is to be tried again.
   *
   * @param last the latest time that was given to another
   * @param now fleet time
   */
  public Instant next(Instant last, DispatchId dispatch, Instant now) {
    Instant first = now.plus(shortest);
    Instant next = (last.isAfter(first) ? last : first).plus(step);
    return next.isAfter(now.plus(longest))
        ? first.plusMillis(
            Math.floorMod(dispatch.hashCode(), longest.minus(shortest).toMillis() + 1))
        : next;
  }

  private static Duration longer(Duration fleet, Duration real, double rate) {
    Duration asLong = Duration.ofMillis((long) (real.toMillis() * rate));
    return asLong.compareTo(fleet) > 0 ? asLong : fleet;
  }
}
