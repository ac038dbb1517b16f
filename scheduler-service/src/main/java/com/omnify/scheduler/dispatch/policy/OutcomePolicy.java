package com.omnify.scheduler.dispatch.policy;

import com.omnify.model.Channel;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.EnrollmentStatus;
import com.omnify.model.FailureType;
import com.omnify.model.HoldReason;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.DispatchId;
import com.omnify.scheduler.enrollment.policy.Due;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.LogLine;
import com.omnify.scheduler.enrollment.policy.Move;
import com.omnify.scheduler.sequence.policy.Step;
import com.omnify.scheduler.timing.policy.Timetable;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the outcome of a dispatch does to its enrollment. Only the dispatch that the enrollment
 * waits for can move it, so repeated and belated events do nothing.
 */
public final class OutcomePolicy {

  private OutcomePolicy() {}

  public static Move apply(Parked parked, DeliveryEvent event, Moment moment) {
    Enrollment enrollment = parked.enrollment();
    DispatchId dispatch = event.dispatch().dispatchId();
    if (event instanceof DeliveryEvent.DeliveryReported reported) {
      if (reported.dispatch().channel() == Channel.VOICE) {
        // A call's steps on its way; its end is told as such.
        return Move.none(enrollment);
      }
      // The news that it was accepted may come later, or never: who reports on it has taken it.
      Move taken =
          enrollment.waitsFor(dispatch)
              ? reportedOn(parked, dispatch, reported.at())
              : Move.none(enrollment);
      return taken.then(reported(taken.after(), reported));
    }
    if (event instanceof DeliveryEvent.CallEnded ended) {
      return CallPolicy.ended(parked, ended, moment);
    }
    if (!enrollment.waitsFor(dispatch)) {
      return Move.none(enrollment);
    }
    return switch (event) {
      case DeliveryEvent.DispatchAccepted accepted
          when accepted.dispatch().channel() == Channel.VOICE ->
          CallPolicy.calling(enrollment, dispatch, accepted.at(), moment);
      case DeliveryEvent.DispatchAccepted accepted ->
          sent(parked, dispatch, accepted.at(), "accepted", "Sent: the provider accepted it");
      case DeliveryEvent.DispatchRejected rejected ->
          failed(
              enrollment,
              dispatch,
              rejected.failure(),
              rejected.code(),
              "refused it",
              event,
              moment);
      case DeliveryEvent.DispatchNotSent notSent ->
          failed(
              enrollment,
              dispatch,
              notSent.failure(),
              notSent.code(),
              "never got it",
              event,
              moment);
      case DeliveryEvent.DispatchUnknown unknown ->
          Move.of(
              enrollment,
              enrollment,
              watch(enrollment, moment),
              line(
                  enrollment,
                  dispatch,
                  "waiting",
                  "unknown",
                  "Waiting: only the provider knows whether it was sent; it is being found out",
                  null,
                  unknown.at()));
      case DeliveryEvent.DispatchQuarantined quarantined ->
          Move.of(
              enrollment,
              enrollment,
              watch(enrollment, moment),
              line(
                  enrollment,
                  dispatch,
                  "waiting",
                  "quarantined",
                  "Waiting: nobody could find out whether it was sent; a person may look,"
                      + " after 24 hours the sequence goes on as if it had been",
                  null,
                  quarantined.at()));
      case DeliveryEvent.DispatchGivenBack givenBack ->
          dueAgain(
              parked,
              later(givenBack.until(), moment.now()),
              givenBack.reason().wire(),
              inWords(givenBack.reason()),
              moment.now());
      case DeliveryEvent.DispatchExpired expired ->
          dueAgain(
              parked, moment.now(), "expired", "its time passed before it was sent", moment.now());
      case DeliveryEvent.DispatchCancelled cancelled ->
          cancelled(parked, cancelled.reason(), dispatch, moment);
      case DeliveryEvent.DeliveryReported reported -> reported(enrollment, reported);
      case DeliveryEvent.CallEnded ended -> CallPolicy.ended(parked, ended, moment);
      case DeliveryEvent.EngagementReported _ -> Move.none(enrollment);
    };
  }

  /** The provider's own word about it came before the news that it was accepted. */
  static Move reportedOn(Parked parked, DispatchId dispatch, Instant at) {
    return sent(parked, dispatch, at, "accepted", "Sent: the provider has reported on it");
  }

  /** The provider has it, or is taken to have it: the step is done. */
  static Move sent(Parked parked, DispatchId dispatch, Instant at, String code, String words) {
    Enrollment before = parked.enrollment();
    Enrollment done = before.countSent().stepDone(at);
    var sentLine = line(before, dispatch, "sent", code, words, null, at);
    Optional<Step> step = parked.step(before.place().stepId());
    if (before.hasEnded() || step.isEmpty()) {
      Due due = before.hasEnded() ? new Due.Nothing() : new Due.StepAt(at, true, false);
      // A step that a new version no longer has is held at the next claim, visibly.
      return Move.of(before, done, due, sentLine);
    }
    Move first = Move.of(before, done, new Due.Unchanged(), sentLine);
    return first.then(
        Course.onFrom(
            done, step.get(), step.get().onSuccess(), parked.plan(), parked.timetable(), at));
  }

  /** Definitely not sent. The enrollment stays parked until the healer answers. */
  private static Move failed(
      Enrollment enrollment,
      DispatchId dispatch,
      FailureType failure,
      @Nullable String code,
      String what,
      DeliveryEvent event,
      Moment moment) {
    Enrollment counted = enrollment.countFailed();
    if (enrollment.hasEnded()) {
      return Move.of(enrollment, counted.close(), new Due.Nothing());
    }
    return Move.of(
        enrollment,
        counted,
        watch(enrollment, moment),
        line(
            enrollment,
            dispatch,
            "failed",
            failure.wire(),
            "Failed: the provider " + what + withCode(failure, code),
            null,
            event.at()));
  }

  /** The dispatch is no more; the same attempt is made again, inside the contact's window. */
  static Move dueAgain(Parked parked, Instant wanted, String code, String words, Instant now) {
    Enrollment before = parked.enrollment();
    Enrollment back = before.takeBack();
    if (before.hasEnded()) {
      return Move.of(before, back, new Due.Nothing());
    }
    Optional<Step> step = parked.step(before.place().stepId());
    // A step that its version no longer has is held at the next claim.
    var planned =
        step.map(it -> parked.timetable().within(wanted, it))
            .orElse(new Timetable.Planned(wanted, null));
    boolean urgent = step.map(Step::urgent).orElse(false);
    String reason =
        "Deferred to " + parked.timetable().onTheClock(planned.at(), now) + ": " + words;
    return Move.of(
        before,
        back.due(planned.at()),
        Course.whenActive(before, new Due.StepAt(planned.at(), true, urgent)),
        line(before, before.place().openDispatch(), "deferred", code, reason, planned.at(), now));
  }

  static Move cancelled(Parked parked, HoldReason reason, DispatchId dispatch, Moment moment) {
    Enrollment before = parked.enrollment();
    Instant now = moment.now();
    if (before.hasEnded()) {
      return Move.of(before, before.takeBack(), new Due.Nothing());
    }
    return switch (reason) {
      case SUPPRESSED ->
          Move.of(
              before,
              before.takeBack().end(EnrollmentStatus.OPTED_OUT, "suppressed", now),
              new Due.Nothing(),
              line(
                  before,
                  dispatch,
                  "ended",
                  "suppressed",
                  "Ended: the contact opted out before it was sent",
                  null,
                  now));
      case ENROLLMENT_NOT_ACTIVE -> {
        if (before.isActive()) {
          // Resumed between the worker's look and now.
          yield dueAgain(parked, now, "resumed", "it had been paused meanwhile", now);
        }
        yield Move.of(before, before.takeBack().due(now), new Due.Nothing());
      }
      case SWITCHED_OFF,
          QUIET_HOURS,
          SENDER_DAILY_CAP,
          SENDER_RATE,
          PROVIDER_BUSY,
          PROVIDER_UNAVAILABLE,
          ACCOUNT_PROBLEM ->
          dueAgain(parked, now, reason.wire(), inWords(reason), now);
      case MISSING_VARIABLE, TEMPLATE_FAULT, NO_SENDER, NO_ADDRESS, OBSOLETE, OTHER ->
          Move.of(
              before,
              before.takeBack().due(now).pause(reason.wire(), true),
              new Due.Nothing(),
              line(
                  before,
                  dispatch,
                  "held",
                  reason.wire(),
                  "Held for a person: " + inWords(reason),
                  null,
                  now));
    };
  }

  /** A report about an accepted message only goes on record; the healer acts on a failure. */
  private static Move reported(Enrollment enrollment, DeliveryEvent.DeliveryReported reported) {
    if (!reported.status().isFinal()) {
      return Move.none(enrollment);
    }
    DispatchRef ref = reported.dispatch();
    if (reported.status() == DeliveryStatus.DELIVERED) {
      return Move.none(enrollment)
          .with(
              new LogLine(
                  ref.stepId(),
                  ref.dispatchId(),
                  "delivered",
                  "delivered",
                  "Delivered",
                  null,
                  reported.at()));
    }
    FailureType failure = reported.failure() == null ? FailureType.OTHER : reported.failure();
    return Move.of(
        enrollment,
        enrollment.countFailed(),
        new Due.Unchanged(),
        new LogLine(
            ref.stepId(),
            ref.dispatchId(),
            "failed",
            failure.wire(),
            "Failed: accepted, but it did not arrive" + withCode(failure, reported.code()),
            null,
            reported.at()));
  }

  static Due watch(Enrollment enrollment, Moment moment) {
    return enrollment.hasEnded() ? new Due.Nothing() : new Due.WatchAt(moment.nextLook(), false);
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  static String withCode(FailureType failure, @Nullable String code) {
    String name = failure.wire().replace('_', ' ');
    return code == null ? " (" + name + ")" : " (" + name + ", code " + code + ")";
  }

  static String inWords(HoldReason reason) {
    return switch (reason) {
      case SUPPRESSED -> "the contact opted out";
      case ENROLLMENT_NOT_ACTIVE -> "the enrollment is not active";
      case SWITCHED_OFF -> "the sequence is switched off or the client suspended";
      case QUIET_HOURS -> "the contact's quiet hours have begun";
      case SENDER_DAILY_CAP -> "the sender has reached its daily cap";
      case SENDER_RATE -> "the sender is at its rate limit";
      case PROVIDER_BUSY -> "the provider account has no room for more at once";
      case PROVIDER_UNAVAILABLE -> "the provider does not answer as it should";
      case ACCOUNT_PROBLEM -> "the provider refuses the account, which an operator must mend";
      case MISSING_VARIABLE -> "the text names something that this contact lacks";
      case TEMPLATE_FAULT -> "the text cannot be rendered";
      case NO_SENDER -> "the client has nothing to send from on this channel";
      case NO_ADDRESS -> "the contact has no address on this channel";
      case OBSOLETE -> "what it was to say is true no more";
      case OTHER -> "it was given back";
    };
  }

  static LogLine line(
      Enrollment enrollment,
      @Nullable DispatchId dispatch,
      String decision,
      String code,
      String words,
      @Nullable Instant until,
      Instant at) {
    return new LogLine(enrollment.place().stepId(), dispatch, decision, code, words, until, at);
  }
}
