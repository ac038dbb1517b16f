package com.omnify.scheduler.sequence.policy;

import java.time.Duration;
import java.time.LocalTime;

/** How long a step waits, counted from the completion of the step before it (or the entry). */
public sealed interface Delay {

  /** The longest wait that a step may ask for. */
  Duration MAX = Duration.ofDays(365);

  record Immediate() implements Delay {}

  record Fixed(Duration duration) implements Delay {
    public Fixed {
      require(duration);
    }
  }

  /** Only the time in which the client's business is open counts. */
  record BusinessHours(Duration duration) implements Delay {
    public BusinessHours {
      require(duration);
    }
  }

  /**
   * At a time of day in the contact's zone.
   *
   * @param days whole calendar days to let pass first; 0: the next time that the clock shows it
   */
  record AtLocalTime(int days, LocalTime time) implements Delay {
    public AtLocalTime {
      require(Duration.ofDays(days));
    }
  }

  record AfterPrevious(Duration duration) implements Delay {
    public AfterPrevious {
      require(duration);
    }
  }

  private static void require(Duration duration) {
    if (duration.isNegative() || duration.compareTo(MAX) > 0) {
      throw new IllegalArgumentException("a delay lies between PT0S and P365D, not " + duration);
    }
  }
}
