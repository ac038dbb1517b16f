package com.omnify.scheduler.dispatch.policy;

import com.omnify.model.EnrollmentStatus;
import com.omnify.model.id.StepId;
import com.omnify.scheduler.enrollment.policy.Due;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.LogLine;
import com.omnify.scheduler.enrollment.policy.Move;
import com.omnify.scheduler.sequence.policy.OnFailure;
import com.omnify.scheduler.sequence.policy.OnSuccess;
import com.omnify.scheduler.sequence.policy.SequencePlan;
import com.omnify.scheduler.sequence.policy.Step;
import com.omnify.scheduler.timing.policy.Timetable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Where an enrollment goes from a step. The next step's time is only ever computed here, when the
 * step before it is settled: that is why steps never leave together, however late we are.
 */
final class Course {

  private Course() {}

  /** On to the next step, or the end, after a success or a step that was left out. */
  static Move onFrom(
      Enrollment enrollment,
      Step step,
      OnSuccess then,
      SequencePlan plan,
      Timetable t,
      Instant at) {
    return switch (then) {
      case OnSuccess.Continue() -> next(enrollment, plan.after(step), t, at);
      case OnSuccess.Jump(StepId to) -> jump(enrollment, plan.step(to), t, at);
      case OnSuccess.End() ->
          end(enrollment, EnrollmentStatus.COMPLETED, "ended_by_step", "the step ends it", at);
    };
  }

  /** Where the step's {@code on_failure} leads. The dispatch is settled already. */
  static Move afterFailure(
      Enrollment enrollment, Step step, SequencePlan plan, Timetable t, Instant at) {
    return switch (step.onFailure()) {
      case OnSuccess.End() ->
          end(enrollment, EnrollmentStatus.FAILED, "step_failed", step.inWords() + " failed", at);
      case OnSuccess then -> onFrom(enrollment.stepDone(at), step, then, plan, t, at);
      case OnFailure.Skip() ->
          Move.none(enrollment)
              .with(
                  new LogLine(
                      step.id(),
                      null,
                      "skipped",
                      "failed",
                      "Left out " + step.inWords() + ": it failed",
                      null,
                      at))
              .skipping(step.id(), "failed")
              .then(next(enrollment.stepDone(at), plan.after(step), t, at));
      case OnFailure.Retry(Duration after, int most) -> {
        if (enrollment.place().attempt() >= most) {
          yield next(enrollment.stepDone(at), plan.after(step), t, at);
        }
        yield again(enrollment, step, t, at.plus(after), at);
      }
    };
  }

  /** The same step once more, at that time or when the window opens after it. */
  static Move again(Enrollment enrollment, Step step, Timetable t, Instant wanted, Instant at) {
    var planned = t.within(wanted, step);
    Move move =
        Move.of(
            enrollment,
            enrollment.close().due(planned.at()),
            whenActive(enrollment, Due.StepAt.of(step, planned.at())));
    return logged(move, step, planned, at);
  }

  private static Move next(Enrollment enrollment, Optional<Step> next, Timetable t, Instant at) {
    if (next.isEmpty()) {
      return end(
          enrollment, EnrollmentStatus.COMPLETED, "sequence_finished", "the last step is done", at);
    }
    if (enrollment.hasEnded()) {
      return Move.of(enrollment, enrollment.close(), new Due.Nothing());
    }
    Step step = next.get();
    var planned = t.plan(step, at);
    Move move =
        Move.of(
            enrollment,
            enrollment.goTo(step, planned.at()),
            whenActive(enrollment, Due.StepAt.of(step, planned.at())));
    return logged(move, step, planned, at);
  }

  private static Move jump(Enrollment enrollment, Optional<Step> target, Timetable t, Instant at) {
    if (target.isPresent() || enrollment.hasEnded()) {
      return next(enrollment, target, t, at);
    }
    return Move.of(
        enrollment,
        enrollment.close().pause("jump_target_missing", true),
        new Due.Nothing(),
        new LogLine(
            enrollment.place().stepId(),
            null,
            "held",
            "jump_target_missing",
            "Held: the step to jump to does not exist in this version",
            null,
            at));
  }

  private static Move end(
      Enrollment enrollment, EnrollmentStatus status, String code, String words, Instant at) {
    if (enrollment.hasEnded()) {
      return Move.of(enrollment, enrollment.close(), new Due.Nothing());
    }
    return Move.of(
        enrollment,
        enrollment.close().end(status, code, at),
        new Due.Nothing(),
        new LogLine(enrollment.place().stepId(), null, "ended", code, "Ended: " + words, null, at));
  }

  private static Move logged(Move move, Step step, Timetable.Planned planned, Instant at) {
    if (planned.deferral() == null) {
      return move;
    }
    return move.with(
        new LogLine(
            step.id(), null, "deferred", "send_window", planned.deferral(), planned.at(), at));
  }

  /** What is paused or over waits for no time. */
  static Due whenActive(Enrollment enrollment, Due due) {
    return enrollment.isActive() ? due : new Due.Nothing();
  }
}
