package com.omnify.channels.dispatch.policy;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * How much a new mailbox may send on a day. Receivers distrust an address that they never saw and
 * that writes to thousands at once, so its day begins small and grows by half.
 */
public final class WarmUp {

  static final int FIRST_DAY = 20;
  private static final double GROWTH = 1.5;

  private WarmUp() {}

  /**
   * The most on a day.
   *
   * @param cap when it is warm
   * @param from its first day; null: it is warm
   */
  public static int cap(int cap, @Nullable LocalDate from, LocalDate day) {
    if (from == null) {
      return cap;
    }
    long days = ChronoUnit.DAYS.between(from, day);
    if (days < 0) {
      return 0;
    }
    double grown = FIRST_DAY * Math.pow(GROWTH, days);
    return grown >= cap ? cap : (int) grown;
  }
}
