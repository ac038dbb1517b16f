package com.omnify.channels.worker.policy;

import java.time.Duration;

/**
 * How many requests one fence lets start. All must begin while the locks on their addresses are
 * held, so a machine or a provider that is slow to take connections gets fewer at once: additive
 * increase, multiplicative decrease, as in TCP (RFC 5681), and a slow start: what is done for the
 * first time takes longest.
 *
 * @param requests at most so many next time
 */
public record BatchSize(int requests) {

  static final int FEWEST = 4;
  static final int MOST = 64;
  private static final int STEP = 4;

  public BatchSize {
    if (requests < FEWEST || requests > MOST) {
      throw new IllegalArgumentException(
          requests + " requests at once: not between " + FEWEST + " and " + MOST);
    }
  }

  /** Where a worker starts, before it knows. */
  public static BatchSize first() {
    return new BatchSize(2 * FEWEST);
  }

  /**
   * The next size. A batch that took more than half of its time was nearly too large.
   *
   * @param calledOff how many of the batch could not begin in time
   * @param took from the locks to the last beginning
   * @param allowed the most that may take
   */
  public BatchSize after(int calledOff, Duration took, Duration allowed) {
    if (calledOff > 0 || took.multipliedBy(2).compareTo(allowed) > 0) {
      return new BatchSize(Math.max(FEWEST, requests / 2));
    }
    boolean easy = took.multipliedBy(4).compareTo(allowed) < 0;
    return easy ? new BatchSize(Math.min(MOST, requests + STEP)) : this;
  }
}
