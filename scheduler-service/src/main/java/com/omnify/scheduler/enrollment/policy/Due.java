package com.omnify.scheduler.enrollment.policy;

import com.omnify.scheduler.sequence.policy.Step;
import java.time.Instant;

/** What becomes of an enrollment's row in {@code due}. */
public sealed interface Due {

  /**
   * The step is taken at that time.
   *
   * @param at fleet time
   */
  record StepAt(Instant at, boolean sends, boolean urgent) implements Due {
    public static StepAt of(Step step, Instant at) {
      return new StepAt(at, step.sends(), step.urgent());
    }
  }

  /**
   * A dispatch is open: somebody looks again at that time.
   *
   * @param at real time: providers and workers do not run faster with the fleet clock
   * @param inFlight it stands READY or SENDING, and counts against what may be open at once
   */
  record WatchAt(Instant at, boolean inFlight) implements Due {}

  /** Nothing to wait for. */
  record Nothing() implements Due {}

  record Unchanged() implements Due {}
}
