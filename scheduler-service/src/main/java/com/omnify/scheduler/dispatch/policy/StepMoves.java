package com.omnify.scheduler.dispatch.policy;

import com.omnify.model.id.OrderId;
import com.omnify.scheduler.enrollment.policy.Due;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.LogLine;
import com.omnify.scheduler.enrollment.policy.Move;
import com.omnify.scheduler.sequence.policy.OnSuccess;
import com.omnify.scheduler.sequence.policy.Step;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Turns the decision about a due step into a move of its enrollment. */
public final class StepMoves {

  private StepMoves() {}

  public static Move carryOut(DueStep due, StepDecision decision, Moment moment) {
    Enrollment enrollment = due.enrollment();
    Instant now = moment.now();
    return switch (decision) {
      case StepDecision.Send send -> send(due, send, moment);
      case StepDecision.Skip(String code, String words) -> {
        Step step = due.step().orElseThrow();
        var left =
            line(
                enrollment,
                "skipped",
                code,
                "Left out " + step.inWords() + ": " + words,
                null,
                now);
        yield Move.none(enrollment)
            .with(left)
            .skipping(step.id(), code)
            .then(
                Course.onFrom(
                    enrollment, step, new OnSuccess.Continue(), due.plan(), due.timetable(), now));
      }
      case StepDecision.Defer(Instant until, String code, String words) -> {
        boolean sends = due.step().map(Step::sends).orElse(true);
        boolean urgent = due.step().map(Step::urgent).orElse(false);
        // The time it was meant for stays on record: a sequence that is switched on again needs it.
        Enrollment after = code.equals("switched_off") ? enrollment : enrollment.due(until);
        yield Move.of(
            enrollment,
            after,
            new Due.StepAt(until, sends, urgent),
            line(enrollment, "deferred", code, words, until, now));
      }
      case StepDecision.Advance() -> {
        Step step = due.step().orElseThrow();
        yield Course.onFrom(
            enrollment.stepDone(now), step, step.onSuccess(), due.plan(), due.timetable(), now);
      }
      case StepDecision.Branched(OnSuccess then, String code, String words) -> {
        Step step = due.step().orElseThrow();
        yield Move.none(enrollment)
            .with(line(enrollment, "branched", code, words, null, now))
            .then(
                Course.onFrom(
                    enrollment.stepDone(now), step, then, due.plan(), due.timetable(), now));
      }
      case StepDecision.Ask(var kind, String words) -> {
        Step step = due.step().orElseThrow();
        Enrollment parked = enrollment.open(due.fresh());
        // It says nothing to the contact, so it takes no room of the client's senders.
        yield Move.of(
                enrollment,
                parked,
                new Due.WatchAt(moment.nextLook(), false),
                line(enrollment, "ordered", kind.wire(), words, null, now))
            .running(
                new Move.Errand.Place(
                    new OrderId(due.fresh().value()), step.id(), kind, parked.place().attempt()));
      }
      case StepDecision.Complete(var status, String code, String words) ->
          Move.of(
              enrollment,
              enrollment.end(status, code, now),
              new Due.Nothing(),
              line(enrollment, "ended", code, words, null, now));
      case StepDecision.Hold(String code, String words) ->
          Move.of(
              enrollment,
              enrollment.pause(code, true),
              new Due.Nothing(),
              line(enrollment, "held", code, words, null, now));
    };
  }

  private static Move send(DueStep due, StepDecision.Send send, Moment moment) {
    Enrollment enrollment = due.enrollment();
    Step step = due.step().orElseThrow();
    Enrollment parked = enrollment.open(due.fresh());
    return Move.of(
            enrollment,
            parked,
            new Due.WatchAt(moment.nextLook(), true),
            new LogLine(
                step.id(),
                due.fresh(),
                "sending",
                send.kind().wire(),
                send.words(),
                null,
                moment.now()))
        .opening(
            new Move.Opening(
                due.fresh(),
                step.id(),
                send.channel(),
                send.kind(),
                parked.place().attempt(),
                step.urgent(),
                send.receipt()));
  }

  private static LogLine line(
      Enrollment enrollment,
      String decision,
      String code,
      String words,
      @Nullable Instant until,
      Instant at) {
    return new LogLine(enrollment.place().stepId(), null, decision, code, words, until, at);
  }
}
