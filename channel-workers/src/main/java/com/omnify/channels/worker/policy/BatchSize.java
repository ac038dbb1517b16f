package com.omnify.channels.worker.policy;

/**
 * How many requests one fence lets start. All must begin while the locks on their addresses are
 * held, so a machine or a provider that is slow to take connections gets fewer at once: additive
 * increase, multiplicative decrease, as in TCP (RFC 5681).
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
    return new BatchSize(MOST / 2);
  }

  /**
   * The next size.
   *
   * @param calledOff how many of a batch could not begin in time
   */
  public BatchSize after(int calledOff) {
    return new BatchSize(
        calledOff > 0 ? Math.max(FEWEST, requests / 2) : Math.min(MOST, requests + STEP));
  }
}
