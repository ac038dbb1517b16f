package com.omnify.channels.breaker.policy;

import com.omnify.model.HoldReason;
import com.omnify.model.WireEnum;
import java.time.Duration;

/** What is wrong with a provider account. */
public enum Trouble implements WireEnum {
  /** No answers, or answers that are the provider's own errors. */
  UNAVAILABLE(5, Duration.ofSeconds(15), Duration.ofMinutes(5)),
  /** Its credentials or its state: only a person can mend that. */
  ACCOUNT_PROBLEM(3, Duration.ofMinutes(1), Duration.ofMinutes(15)),
  /** It asks us to slow down. */
  THROTTLED(1, Duration.ofSeconds(1), Duration.ofMinutes(1));

  private final int inARow;
  private final Duration first;
  private final Duration longest;

  Trouble(int inARow, Duration first, Duration longest) {
    this.inARow = inARow;
    this.first = first;
    this.longest = longest;
  }

  /** After so many in a row the account is left alone. */
  int inARow() {
    return inARow;
  }

  /**
   * How long it is left alone, in real time.
   *
   * @param level how often it broke again soon after it was mended
   */
  Duration pause(int level) {
    Duration pause = first.multipliedBy(1L << Math.min(level, 20));
    return pause.compareTo(longest) > 0 ? longest : pause;
  }

  /** What a dispatch is told that was to go there. */
  public HoldReason holdReason() {
    return switch (this) {
      case UNAVAILABLE -> HoldReason.PROVIDER_UNAVAILABLE;
      case ACCOUNT_PROBLEM -> HoldReason.ACCOUNT_PROBLEM;
      case THROTTLED -> HoldReason.PROVIDER_BUSY;
    };
  }
}
