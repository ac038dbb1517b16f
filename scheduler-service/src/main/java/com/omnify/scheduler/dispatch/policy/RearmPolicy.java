package com.omnify.scheduler.dispatch.policy;

import com.omnify.model.DispatchState;
import com.omnify.model.id.DispatchId;
import com.omnify.scheduler.enrollment.policy.Due;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.LogLine;
import com.omnify.scheduler.enrollment.policy.Move;
import com.omnify.scheduler.sequence.policy.Step;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is done about an enrollment that nobody would ever look at again: it is active, or waits for
 * a dispatch, and has no row in {@code due}. That breaks an invariant, so nothing is taken for
 * granted: what may have been sent is looked at before anything is sent.
 */
public final class RearmPolicy {

  /** The latest dispatch of the step that the enrollment stands at. */
  public record Latest(DispatchId id, DispatchState state) {

    /** Whether the provider has it, or may have it, or may still get it. */
    boolean mayBeSent() {
      return switch (state) {
        case READY, SENDING, UNKNOWN, QUARANTINED, ACCEPTED -> true;
        case REJECTED, NOT_SENT, CANCELLED, EXPIRED, GIVEN_BACK -> false;
      };
    }
  }

  private RearmPolicy() {}

  public static Move rearm(Parked parked, Optional<Latest> latest, Moment moment, Instant realNow) {
    Enrollment enrollment = parked.enrollment();
    if (enrollment.place().openDispatch() != null) {
      return enrollment.hasEnded()
          ? Move.none(enrollment)
          : Move.of(
              enrollment,
              enrollment,
              new Due.WatchAt(realNow, false),
              line(
                  enrollment,
                  enrollment.place().openDispatch(),
                  "what it waits for is looked at now",
                  moment));
    }
    if (!enrollment.isActive()) {
      return Move.none(enrollment);
    }
    Step step = parked.step(enrollment.place().stepId()).orElse(null);
    Instant planned = enrollment.place().nextStepAt();
    if (planned == null && latest.isPresent() && latest.get().mayBeSent()) {
      DispatchId dispatch = latest.get().id();
      return Move.of(
          enrollment,
          enrollment.waitAgainFor(dispatch),
          new Due.WatchAt(realNow, false),
          line(
              enrollment,
              dispatch,
              "what was said last may have been sent; it is looked at",
              moment));
    }
    Instant at = planned == null ? moment.now() : planned;
    Due due = step == null ? new Due.StepAt(at, true, false) : Due.StepAt.of(step, at);
    return Move.of(
        enrollment,
        enrollment.due(at),
        due,
        line(enrollment, null, "its step is due again", moment));
  }

  private static LogLine line(
      Enrollment enrollment, @Nullable DispatchId dispatch, String what, Moment moment) {
    return new LogLine(
        enrollment.place().stepId(),
        dispatch,
        "rearmed",
        "step_lost",
        "Taken up again: nothing was due and nothing under way; " + what,
        null,
        moment.now());
  }
}
