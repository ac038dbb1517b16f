package com.omnify.scheduler.sequence.policy;

import java.time.Duration;

/** Where a failed step leads. */
public sealed interface OnFailure permits OnSuccess, OnFailure.Retry, OnFailure.Skip {

  /**
   * Try the same step again.
   *
   * @param maxAttempts dispatches of this step in all; after the last the sequence goes on
   */
  record Retry(Duration after, int maxAttempts) implements OnFailure {
    public static final int MOST_ATTEMPTS = 10;

    public Retry {
      if (after.isNegative() || after.compareTo(Delay.MAX) > 0) {
        throw new IllegalArgumentException("a retry waits between PT0S and P365D, not " + after);
      }
      if (maxAttempts < 1 || maxAttempts > MOST_ATTEMPTS) {
        throw new IllegalArgumentException("a step is tried 1 to 10 times, not " + maxAttempts);
      }
    }
  }

  /** Go on, and count the step as left out. */
  record Skip() implements OnFailure {}
}
