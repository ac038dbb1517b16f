package com.omnify.scheduler.dispatch.policy;

import java.time.Duration;

/**
 * How much is taken of those who have much due. What a machine does for a whale it does not do for
 * others meanwhile, so beside others a whale is served in small bites with pauses between them, as
 * background transport yields to what somebody waits for (LEDBAT, RFC 6817, does it to packets).
 *
 * @param batch steps of a claim, at most
 * @param inFlight no more stands open than a client's numbers can send in this time
 * @param rests a claim is followed by a pause so many times as long as it took itself
 */
public record Appetite(int batch, Duration inFlight, int rests) {

  /** Where nobody else waits. */
  public static final Appetite ALONE = new Appetite(500, Duration.ofSeconds(1), 0);

  /** Claims are a whale's for a sixth of the time: the ratio was found with the benchmark. */
  public static final Appetite BESIDE_OTHERS = new Appetite(25, Duration.ofMillis(500), 5);

  /** Where a client has no number the workers must get something to say so about. */
  private static final int WITHOUT_NUMBER = 20;

  /** Less than this, or than what a slow number sends in so long, waits for the next claim. */
  private static final int FEWEST_IN_FLIGHT = 20;

  private static final int SLOW_SECONDS = 2;

  /**
   * How many more may be opened for a client.
   *
   * @param perSecond what its numbers can send in a second
   * @param open dispatches that stand READY or SENDING
   */
  public int room(int perSecond, int open) {
    int capacity =
        perSecond == 0
            ? WITHOUT_NUMBER
            : (int)
                Math.max(
                    Math.min(perSecond * SLOW_SECONDS, FEWEST_IN_FLIGHT),
                    perSecond * inFlight.toMillis() / 1_000);
    return Math.max(0, capacity - open);
  }

  /**
   * How long to wait after a claim.
   *
   * @param took the claim itself
   * @param least when there is nothing to wait for but more to come
   */
  public Duration pause(Duration took, Duration least) {
    Duration rest = took.multipliedBy(rests);
    return rest.compareTo(least) > 0 ? rest : least;
  }
}
