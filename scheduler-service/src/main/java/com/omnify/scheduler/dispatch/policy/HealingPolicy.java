package com.omnify.scheduler.dispatch.policy;

import com.omnify.model.Channel;
import com.omnify.model.DispatchState;
import com.omnify.model.EnrollmentStatus;
import com.omnify.model.FailureType;
import com.omnify.model.event.HealingEvent.HealingOrdered;
import com.omnify.model.event.HealingOrder;
import com.omnify.model.id.StepId;
import com.omnify.scheduler.enrollment.policy.Due;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.LogLine;
import com.omnify.scheduler.enrollment.policy.Move;
import com.omnify.scheduler.sequence.policy.OnFailure;
import com.omnify.scheduler.sequence.policy.OnSuccess;
import com.omnify.scheduler.sequence.policy.Step;
import java.time.Duration;
import java.time.Instant;

/**
 * What the healer's answer to a failure does. The failed dispatch is either the one that the
 * enrollment still waits for, or was accepted first and proved undelivered when the enrollment had
 * moved on.
 */
public final class HealingPolicy {

  /**
   * What became of the failed dispatch.
   *
   * @param followed whether a later dispatch of the enrollment reached, or may have reached, the
   *     provider
   */
  public record Failed(DispatchState state, boolean followed) {

    /**
     * Whether it is certain that the person did not get it: by the row, or by the provider's own
     * report, which is on its way to the row.
     */
    boolean isDefinite(HealingOrdered ordered) {
      return switch (state) {
        case REJECTED, NOT_SENT, ACCEPTED -> true;
        case SENDING, UNKNOWN, QUARANTINED -> Boolean.TRUE.equals(ordered.reported());
        case READY, CANCELLED, EXPIRED, GIVEN_BACK -> false;
      };
    }

    /** Whether the provider had taken it, and could not deliver it. */
    boolean wasTaken(HealingOrdered ordered) {
      return switch (state) {
        case ACCEPTED -> true;
        case SENDING, UNKNOWN, QUARANTINED -> Boolean.TRUE.equals(ordered.reported());
        case REJECTED, NOT_SENT, READY, CANCELLED, EXPIRED, GIVEN_BACK -> false;
      };
    }
  }

  private HealingPolicy() {}

  public static Move apply(Parked parked, HealingOrdered ordered, Failed failed, Moment moment) {
    Enrollment enrollment = parked.enrollment();
    boolean parkedOnIt = enrollment.waitsFor(ordered.dispatch().dispatchId());
    // A call that reached nobody keeps its enrollment waiting for this very answer.
    if (parkedOnIt && failed.wasTaken(ordered) && ordered.dispatch().channel() != Channel.VOICE) {
      // The order came before the news that it was accepted: as if it had come after it.
      Move taken = OutcomePolicy.reportedOn(parked, ordered.dispatch().dispatchId(), moment.now());
      return taken.then(apply(parked.with(taken.after()), ordered, failed, moment));
    }
    if (enrollment.hasEnded()) {
      Move settled =
          parkedOnIt
              ? Move.of(enrollment, enrollment.close(), new Due.Nothing())
              : Move.none(enrollment);
      return ordered.order() instanceof HealingOrder.Retry
          ? settled.with(
              line(ordered, "not_healed", "over", "Not repeated: the sequence is over", moment))
          : settled;
    }
    return switch (ordered.order()) {
      case HealingOrder.Retry(long delaySeconds) ->
          retry(parked, ordered, failed, Duration.ofSeconds(delaySeconds), moment);
      case HealingOrder.ApplyOnFailure() ->
          parkedOnIt
              ? onFailure(parked, moment.now())
              : onFailureLater(parked, ordered, failed, moment);
      case HealingOrder.PauseEnrollment(String reason) ->
          Move.of(
              enrollment,
              (parkedOnIt ? enrollment.close().due(moment.now()) : enrollment).pause(reason, true),
              stillOpen(enrollment, parkedOnIt) ? new Due.Unchanged() : new Due.Nothing(),
              line(ordered, "paused", reason, "Paused for a person: " + inWords(reason), moment));
      case HealingOrder.EndEnrollment(String reason) ->
          Move.of(
              enrollment,
              (parkedOnIt ? enrollment.close() : enrollment)
                  .end(endStatus(ordered.failure()), reason, moment.now()),
              new Due.Nothing(),
              line(ordered, "ended", reason, "Ended: " + inWords(reason), moment));
    };
  }

  /** The step's own rule, where the enrollment is parked on the failed dispatch. */
  static Move onFailure(Parked parked, Instant now) {
    Enrollment enrollment = parked.enrollment();
    var step = parked.step(enrollment.place().stepId());
    if (step.isEmpty()) {
      // The next claim holds it visibly: its version has no such step.
      return Move.of(
          enrollment,
          enrollment.close().due(now),
          Course.whenActive(enrollment, new Due.StepAt(now, true, false)));
    }
    Move closed = Move.of(enrollment, enrollment.close(), new Due.Nothing());
    return closed.then(
        Course.afterFailure(
            enrollment.close(), step.get(), parked.plan(), parked.timetable(), now));
  }

  private static Move retry(
      Parked parked, HealingOrdered ordered, Failed failed, Duration delay, Moment moment) {
    Enrollment enrollment = parked.enrollment();
    boolean parkedOnIt = enrollment.waitsFor(ordered.dispatch().dispatchId());
    if (!failed.isDefinite(ordered)) {
      return Move.none(enrollment)
          .with(
              line(
                  ordered,
                  "not_healed",
                  "not_definite",
                  "Not repeated: it is not certain that it was not sent",
                  moment));
    }
    var step = parked.step(ordered.dispatch().stepId());
    // One that the provider refused was answered by the step's own rule, if it is over.
    boolean free =
        enrollment.place().openDispatch() == null && !failed.followed() && failed.wasTaken(ordered);
    if (step.isEmpty() || !(parkedOnIt || free)) {
      return Move.none(enrollment)
          .with(
              line(
                  ordered,
                  "not_healed",
                  "moved_on",
                  "Not repeated: the sequence has moved on since",
                  moment));
    }
    return again(parked, ordered, step.get(), delay, moment);
  }

  private static Move again(
      Parked parked, HealingOrdered ordered, Step step, Duration delay, Moment moment) {
    Enrollment enrollment = parked.enrollment();
    boolean parkedOnIt = enrollment.waitsFor(ordered.dispatch().dispatchId());
    Instant wanted = moment.now().plus(delay);
    Enrollment at =
        parkedOnIt ? enrollment : enrollment.returnTo(step, ordered.dispatch().attempt(), wanted);
    Move back = Move.of(enrollment, at, new Due.Unchanged());
    Move repeated = Course.again(at, step, parked.timetable(), wanted, moment.now());
    Instant planned = repeated.after().place().nextStepAt();
    return back.then(repeated)
        .with(
            new LogLine(
                step.id(),
                ordered.dispatch().dispatchId(),
                "healed",
                "retry",
                "Will be tried again at "
                    + parked
                        .timetable()
                        .onTheClock(planned == null ? wanted : planned, moment.now()),
                planned,
                moment.now()));
  }

  /** The enrollment had moved on; only what would have led elsewhere still matters. */
  private static Move onFailureLater(
      Parked parked, HealingOrdered ordered, Failed failed, Moment moment) {
    Enrollment enrollment = parked.enrollment();
    StepId stepId = ordered.dispatch().stepId();
    var step = parked.step(stepId);
    if (step.isEmpty()
        || failed.followed()
        || !failed.wasTaken(ordered)
        || enrollment.place().openDispatch() != null) {
      return Move.none(enrollment);
    }
    return switch (step.get().onFailure()) {
      case OnSuccess.Continue() -> Move.none(enrollment);
      case OnFailure.Skip() -> Move.none(enrollment);
      case OnFailure.Retry(Duration after, int most) ->
          ordered.dispatch().attempt() < most && failed.isDefinite(ordered)
              ? again(parked, ordered, step.get(), after, moment)
              : Move.none(enrollment);
      case OnSuccess.Jump _, OnSuccess.End _ -> {
        Enrollment back =
            enrollment.returnTo(step.get(), ordered.dispatch().attempt(), moment.now());
        yield Move.of(enrollment, back, new Due.Unchanged())
            .then(
                Course.afterFailure(
                    back, step.get(), parked.plan(), parked.timetable(), moment.now()));
      }
    };
  }

  private static boolean stillOpen(Enrollment enrollment, boolean parkedOnIt) {
    return !parkedOnIt && enrollment.place().openDispatch() != null;
  }

  private static EnrollmentStatus endStatus(FailureType failure) {
    return failure == FailureType.RECIPIENT_OPTED_OUT
        ? EnrollmentStatus.OPTED_OUT
        : EnrollmentStatus.FAILED;
  }

  private static String inWords(String reason) {
    return reason.replace('_', ' ');
  }

  private static LogLine line(
      HealingOrdered ordered, String decision, String code, String words, Moment moment) {
    return new LogLine(
        ordered.dispatch().stepId(),
        ordered.dispatch().dispatchId(),
        decision,
        code,
        words,
        null,
        moment.now());
  }
}
