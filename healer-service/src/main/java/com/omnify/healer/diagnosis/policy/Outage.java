package com.omnify.healer.diagnosis.policy;

import java.time.Duration;

/**
 * A provider's outage lasts in real time, however fast the fleet clock runs, and attempts are
 * bounded: at 1000 times all of them would be spent within seconds. So what failed at the
 * provider's is repeated after 1 s, 4 s, 16 s … of real time at the earliest, 5 minutes at the
 * most; eight attempts then outlast a quarter of an hour. At the rate of the real clock this
 * changes nothing.
 */
public final class Outage {

  static final Duration FIRST = Duration.ofSeconds(1);
  static final int GROWTH = 4;
  static final Duration LONGEST = Duration.ofMinutes(5);

  private Outage() {}

  /**
   * The diagnosis, its repetition put off where that is needed.
   *
   * @param rate fleet seconds in a real second
   */
  public static Diagnosis outlast(Diagnosis diagnosis, Failure failure, double rate) {
    boolean providers =
        switch (failure.type()) {
          case UNREACHABLE_PROVIDER, CAPACITY_EXHAUSTED -> true;
          default -> false;
        };
    if (!providers || !(diagnosis.action() instanceof HealingAction.Retry(Duration after))) {
      return diagnosis;
    }
    Duration least = Duration.ofMillis(Math.round(patience(failure.attempt()).toMillis() * rate));
    return least.compareTo(after) <= 0
        ? diagnosis
        : new Diagnosis(new HealingAction.Retry(least), diagnosis.reason(), diagnosis.learned());
  }

  /** Real time before the attempt after that one. */
  static Duration patience(int attempt) {
    Duration wait = FIRST;
    for (int n = 1; n < attempt && wait.compareTo(LONGEST) < 0; n++) {
      wait = wait.multipliedBy(GROWTH);
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }
}
