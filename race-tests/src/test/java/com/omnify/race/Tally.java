package com.omnify.race;

import java.util.Locale;

/** What was seen in the trials of one batch size. Fields are public for JSON. */
final class Tally {

  public final int batchSize;
  public final boolean lock;

  /** Every trial that was run, and those of them in which STOP landed within 2 ms of the fence. */
  public int run;

  public int counted;
  public int landedBeforeFence;
  public int landedAfterFence;

  /** STOP asked for the lock while the sender held it. */
  public int stopWaited;

  /** The person's POST was on the wire before STOP's commit. */
  public int begunBeforeStop;

  /** No POST: the fence, or the sender behind it, held it. */
  public int heldBySuppression;

  public int calledOff;

  /** Held in the trials that do not count: mostly STOPs that came before the whole fence. */
  public int heldElsewhere;

  /** First byte after STOP's COMMIT had returned: certainly too late. */
  public int begunAfterCommit;

  /** First byte after STOP's COMMIT was sent: that, and what may have been. */
  public int begunAfterCommitSent;

  /** Last byte after STOP's COMMIT was sent. */
  public int endedAfterCommitSent;

  /** Of the trials that do not count, as STOP landed further away. */
  public int begunAfterCommitElsewhere;

  /** POSTs to everyone in the batches. */
  public long posts;

  public long longestStopMicros;

  Tally(int batchSize, boolean lock) {
    this.batchSize = batchSize;
    this.lock = lock;
  }

  static String header() {
    return String.format(
        Locale.ROOT,
        "%-8s %5s %7s %7s %15s %7s %11s %9s %5s %9s %13s",
        "lock",
        "batch",
        "run",
        "counted",
        "before/after",
        "waited",
        "POST before",
        "held(+)",
        "off",
        "POSTs",
        "after commit");
  }

  String line() {
    return String.format(
        Locale.ROOT,
        "%-8s %5d %7d %7d %7d/%-7d %7d %11d %4d(%3d) %5d %9d %13d",
        lock ? "held" : "none",
        batchSize,
        run,
        counted,
        landedBeforeFence,
        landedAfterFence,
        stopWaited,
        begunBeforeStop,
        heldBySuppression,
        heldElsewhere,
        calledOff,
        posts,
        begunAfterCommit);
  }
}
