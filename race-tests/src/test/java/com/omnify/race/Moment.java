package com.omnify.race;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Being somewhere in time, to some microseconds. */
final class Moment {

  /** A parked thread may wake so much late. */
  private static final long SPIN_NANOS = 120_000;

  private Moment() {}

  /** Returns at that {@link System#nanoTime()}. */
  static void await(long nanos) {
    long left;
    while ((left = nanos - System.nanoTime()) > 0) {
      if (left > SPIN_NANOS) {
        LockSupport.parkNanos(left - SPIN_NANOS);
      } else {
        Thread.onSpinWait();
      }
    }
  }

  /** Returns when that has a value other than 0, with it. */
  static long await(LongSupplier value) {
    long seen;
    while ((seen = value.getAsLong()) == 0) {
      // Not by spinning: the database needs the processor that would.
      LockSupport.parkNanos(20_000);
    }
    return seen;
  }

  /** How long something lately took: the median, which one halt of the machine does not move. */
  static final class Usual {
    private final long[] latest = new long[31];
    private int seen;

    Usual(long guessNanos) {
      Arrays.fill(latest, guessNanos);
    }

    void saw(long nanos) {
      latest[seen++ % latest.length] = nanos;
    }

    long nanos() {
      long[] sorted = latest.clone();
      Arrays.sort(sorted);
      return sorted[sorted.length / 2];
    }
  }
}
