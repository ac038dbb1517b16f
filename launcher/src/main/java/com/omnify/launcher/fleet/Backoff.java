package com.omnify.launcher.fleet;

import java.time.Duration;

/** How long to wait before a dead member is started again. */
record Backoff(Duration first, Duration most, Duration forgetAfter) {

  static final Backoff USUAL =
      new Backoff(Duration.ofMillis(300), Duration.ofSeconds(20), Duration.ofSeconds(60));

  /**
   * Doubles with each death in a row.
   *
   * @param deathsInARow 1 for the first
   */
  Duration after(int deathsInARow) {
    long factor = 1L << Math.min(20, Math.max(0, deathsInARow - 1));
    var wait = first.multipliedBy(factor);
    return wait.compareTo(most) > 0 ? most : wait;
  }

  /** A member that lived this long died of something new. */
  boolean forgets(Duration lived) {
    return lived.compareTo(forgetAfter) >= 0;
  }
}
