package com.omnify.scheduler.dispatch.policy;

import com.omnify.model.StepKind;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.OrderId;
import com.omnify.scheduler.enrollment.policy.Due;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.LogLine;
import com.omnify.scheduler.enrollment.policy.Move;
import com.omnify.scheduler.enrollment.policy.Move.Errand;
import com.omnify.scheduler.enrollment.policy.Move.OrderState;
import com.omnify.scheduler.sequence.policy.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the end of an errand, or its silence, does to the enrollment that waits for it. Only the
 * order that it waits for can move it, so repeated and belated news does nothing.
 */
public final class ErrandPolicy {

  /** After this real time the step counts as failed. */
  static final Duration PATIENCE = Duration.ofHours(24);

  /**
   * An order that is not settled.
   *
   * @param createdAt real time
   */
  public record Waiting(OrderId id, StepKind kind, int attempt, Instant createdAt) {}

  private ErrandPolicy() {}

  /** What an enrollment waits for while an errand is run. */
  public static DispatchId token(OrderId order) {
    return new DispatchId(order.value());
  }

  /**
   * It was done, or failed for good.
   *
   * @param at fleet time
   */
  public static Move executed(
      Parked parked, OrderId order, boolean done, @Nullable String code, Instant at) {
    Enrollment enrollment = parked.enrollment();
    if (!enrollment.waitsFor(token(order))) {
      return Move.none(enrollment);
    }
    String how = code == null ? "" : " (" + code.replace('_', ' ') + ")";
    return settle(
        parked,
        new Errand.Settle(order, done ? OrderState.DONE : OrderState.FAILED, code),
        line(
            enrollment,
            done ? "done" : "failed",
            done ? "executed" : "not_executed",
            (done ? "Done" : "Failed: it could not be done") + how,
            at),
        done,
        at);
  }

  /** Nobody has said anything yet: it is said again, for a day. */
  public static Move look(Parked parked, Waiting waiting, Instant realNow, Moment moment) {
    Enrollment enrollment = parked.enrollment();
    if (!enrollment.waitsFor(token(waiting.id()))) {
      return Move.none(enrollment);
    }
    boolean over =
        Duration.between(waiting.createdAt(), realNow).compareTo(PATIENCE) >= 0
            || enrollment.hasEnded();
    if (over) {
      return settle(
          parked,
          new Errand.Settle(waiting.id(), OrderState.GIVEN_UP, "no_answer"),
          line(
              enrollment,
              "failed",
              "no_answer",
              "Failed: nobody said within 24 hours that it was done",
              moment.now()),
          false,
          moment.now());
    }
    Due again = new Due.WatchAt(moment.nextLook(), false);
    var step = enrollment.place().stepId();
    return step == null
        ? Move.of(enrollment, enrollment, again)
        : Move.of(enrollment, enrollment, again)
            .running(new Errand.Place(waiting.id(), step, waiting.kind(), waiting.attempt()));
  }

  private static Move settle(
      Parked parked, Errand.Settle settled, LogLine line, boolean done, Instant at) {
    Enrollment enrollment = parked.enrollment();
    if (enrollment.hasEnded()) {
      return Move.of(enrollment, enrollment.close(), new Due.Nothing(), line).running(settled);
    }
    Optional<Step> step = parked.step(enrollment.place().stepId());
    Move closed = Move.of(enrollment, enrollment.close(), new Due.Nothing(), line).running(settled);
    if (step.isEmpty()) {
      // The next claim holds it visibly: its version has no such step.
      return closed.then(
          Move.of(
              closed.after(),
              closed.after().due(at),
              Course.whenActive(enrollment, new Due.StepAt(at, false, false))));
    }
    return closed.then(
        done
            ? Course.onFrom(
                closed.after().stepDone(at),
                step.get(),
                step.get().onSuccess(),
                parked.plan(),
                parked.timetable(),
                at)
            : Course.afterFailure(
                closed.after(), step.get(), parked.plan(), parked.timetable(), at));
  }

  private static LogLine line(
      Enrollment enrollment, String decision, String code, String words, Instant at) {
    return new LogLine(enrollment.place().stepId(), null, decision, code, words, null, at);
  }
}
