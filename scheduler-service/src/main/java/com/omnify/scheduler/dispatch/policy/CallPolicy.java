package com.omnify.scheduler.dispatch.policy;

import com.omnify.model.CallDisposition;
import com.omnify.model.FailureType;
import com.omnify.model.event.DeliveryEvent.CallEnded;
import com.omnify.model.id.DispatchId;
import com.omnify.scheduler.enrollment.policy.Due;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.LogLine;
import com.omnify.scheduler.enrollment.policy.Move;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a call does to its enrollment. The step is done when the call is over: that it was accepted
 * only says that somebody's phone is ringing.
 */
public final class CallPolicy {

  /**
   * So long after a call was accepted, in real time, nobody waits for its end any more. A call may
   * ring, last for half an hour and be reported after that: all of it is within this time.
   */
  public static final Duration LONGEST = Duration.ofMinutes(35);

  /**
   * What the workers have heard of a call's end.
   *
   * @param failure why nobody was reached, null where somebody was
   */
  public record Ended(
      CallDisposition disposition, @Nullable FailureType failure, @Nullable String reason) {}

  private CallPolicy() {}

  /** The provider has taken the call: it is placed, and its end decides. */
  static Move calling(Enrollment enrollment, DispatchId dispatch, Instant at, Moment moment) {
    return Move.of(
        enrollment,
        enrollment,
        OutcomePolicy.watch(enrollment, moment),
        OutcomePolicy.line(
            enrollment,
            dispatch,
            "calling",
            "accepted",
            "Calling: the provider has taken the call; the step is done when it is over",
            null,
            at));
  }

  /** The call is over, whatever the enrollment has heard of it before. */
  static Move ended(Parked parked, CallEnded event, Moment moment) {
    DispatchId dispatch = event.dispatch().dispatchId();
    var end = new Ended(event.disposition(), event.failure(), event.endedReason());
    if (parked.enrollment().waitsFor(dispatch)) {
      return ended(parked, dispatch, end, event.seconds(), event.at(), moment);
    }
    // It was given up before, or the healer was quicker: what it tells still goes on record.
    Enrollment before = parked.enrollment();
    Enrollment flagged = before.flagCalled(end.disposition());
    return Move.of(
        before,
        end.disposition().reached() ? flagged : flagged.countFailed(),
        new Due.Unchanged(),
        new LogLine(
            event.dispatch().stepId(),
            dispatch,
            end.disposition().reached() ? "sent" : "failed",
            end.disposition().wire(),
            words(end, event.seconds()),
            null,
            event.at()));
  }

  /**
   * The call that the enrollment waits for is over.
   *
   * @param seconds how long it lasted
   * @param at fleet time of its end
   */
  static Move ended(
      Parked parked, DispatchId dispatch, Ended end, int seconds, Instant at, Moment moment) {
    Enrollment before = parked.enrollment();
    Enrollment flagged = before.flagCalled(end.disposition());
    Move noted = Move.of(before, flagged, new Due.Unchanged());
    if (end.disposition().reached()) {
      return noted.then(
          OutcomePolicy.sent(
              parked.with(flagged), dispatch, at, end.disposition().wire(), words(end, seconds)));
    }
    Enrollment counted = flagged.countFailed();
    if (before.hasEnded()) {
      return Move.of(before, counted.close(), new Due.Nothing());
    }
    // As where the provider refused: the healer has its time, then the step's own rule decides.
    return Move.of(
        before,
        counted,
        OutcomePolicy.watch(counted, moment),
        OutcomePolicy.line(
            before, dispatch, "failed", failure(end).wire(), words(end, seconds), null, at));
  }

  private static FailureType failure(Ended end) {
    if (end.failure() != null) {
      return end.failure();
    }
    return switch (end.disposition()) {
      case NO_ANSWER -> FailureType.CALL_NO_ANSWER;
      case BUSY -> FailureType.CALL_BUSY;
      case FAILED, ANSWERED, VOICEMAIL -> FailureType.CALL_FAILED;
    };
  }

  private static String words(Ended end, int seconds) {
    return switch (end.disposition()) {
      case ANSWERED ->
          end.failure() == null
              ? "Answered: the call lasted " + lasting(seconds)
              : "Answered: the call broke after " + lasting(seconds) + ", and is not repeated";
      case VOICEMAIL -> "Called: a machine took it";
      case NO_ANSWER -> "Failed: nobody answered the call";
      case BUSY -> "Failed: the line was busy";
      case FAILED ->
          "Failed: the call reached nobody" + OutcomePolicy.withCode(failure(end), end.reason());
    };
  }

  private static String lasting(int seconds) {
    return seconds < 60 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
  }
}
