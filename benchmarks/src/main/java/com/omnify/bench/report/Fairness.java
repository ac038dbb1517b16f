package com.omnify.bench.report;

/**
 * How a small client fares alone and beside a whale.
 *
 * @param backlog steps of the whale, due at once
 * @param left of them when the small client's last step had been sent
 * @param whalePerSecond what the whale sent meanwhile
 * @param smallPerSecond steps of the small client
 */
public record Fairness(
    int backlog,
    long left,
    double whalePerSecond,
    int smallPerSecond,
    Stages alone,
    Stages beside) {

  private static final double PERCENT = 99;

  /** The 99th percentile beside the whale over that alone. */
  public double ratio() {
    return (double) beside.whole().percentile(PERCENT).toNanos()
        / alone.whole().percentile(PERCENT).toNanos();
  }
}
