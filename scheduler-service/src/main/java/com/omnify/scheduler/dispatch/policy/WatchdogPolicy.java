package com.omnify.scheduler.dispatch.policy;

import com.omnify.model.Channel;
import com.omnify.model.DispatchState;
import com.omnify.model.HoldReason;
import com.omnify.model.id.DispatchId;
import com.omnify.scheduler.enrollment.policy.Due;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.LogLine;
import com.omnify.scheduler.enrollment.policy.Move;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is done about a dispatch whose outcome has not been heard of for long. Ages are real time:
 * deadlines of providers and workers do not run faster with the fleet clock.
 */
public final class WatchdogPolicy {

  /** How long the first look is away. */
  public static final Duration FIRST_LOOK = Duration.ofMinutes(2);

  /** The healer has this long to answer before the step's own rule decides. */
  static final Duration HEALER_SILENCE = Duration.ofMinutes(2);

  /** After this a quarantined dispatch is taken as sent. */
  static final Duration QUARANTINE = Duration.ofHours(24);

  private static final Duration LONGEST_LOOK = Duration.ofHours(1);

  /**
   * The dispatch row as the workers left it.
   *
   * @param createdAt real time, as are {@code finishedAt} and {@code now}
   * @param finishedAt of a call: when it was over, or else when it was accepted
   * @param sentAt fleet time of the outcome
   * @param channel a call is not over when it is accepted
   * @param end of a call, null where none has been heard of
   */
  public record Watched(
      DispatchId id,
      DispatchState state,
      Instant createdAt,
      @Nullable Instant finishedAt,
      @Nullable Instant sentAt,
      @Nullable HoldReason holdReason,
      @Nullable Instant holdUntil,
      Channel channel,
      CallPolicy.@Nullable Ended end) {

    /** Real time since the provider took it, or the call was over; or as long as it is known. */
    private Duration since(Instant realNow) {
      return Duration.between(finishedAt == null ? createdAt : finishedAt, realNow);
    }
  }

  private WatchdogPolicy() {}

  /** Real time until the next look: each look doubles the age at which the next one comes. */
  public static Duration nextLookIn(Duration age) {
    Duration next = age.compareTo(FIRST_LOOK) < 0 ? FIRST_LOOK : age;
    return next.compareTo(LONGEST_LOOK) > 0 ? LONGEST_LOOK : next;
  }

  /**
   * Decides.
   *
   * @param missed the dispatch still counts as in flight, so no outcome event has arrived
   * @param realNow for ages
   */
  public static Move look(
      Parked parked, Watched dispatch, boolean missed, Instant realNow, Moment moment) {
    Enrollment enrollment = parked.enrollment();
    if (!enrollment.waitsFor(dispatch.id())) {
      return Move.none(enrollment);
    }
    Instant now = moment.now();
    return switch (dispatch.state()) {
      case READY, SENDING -> watch(enrollment, true, moment);
      case UNKNOWN -> {
        Move wait = watch(enrollment, false, moment);
        yield missed
            ? wait.with(
                line(
                    enrollment,
                    dispatch.id(),
                    "waiting",
                    "unknown",
                    "Waiting: only the provider knows whether it was sent; it is being found out",
                    now))
            : wait;
      }
      case QUARANTINED -> {
        Instant since =
            dispatch.finishedAt() == null ? dispatch.createdAt() : dispatch.finishedAt();
        yield Duration.between(since, realNow).compareTo(QUARANTINE) >= 0
            ? OutcomePolicy.sent(
                parked,
                dispatch.id(),
                now,
                "quarantine_over",
                "Going on as if it had been sent: nobody could find out within 24 hours")
            : watch(enrollment, false, moment);
      }
      case ACCEPTED ->
          dispatch.channel() == Channel.VOICE
              ? call(parked, dispatch, missed, realNow, moment)
              : OutcomePolicy.sent(
                  parked,
                  dispatch.id(),
                  dispatch.sentAt() == null ? now : dispatch.sentAt(),
                  "accepted",
                  "Sent: the provider accepted it");
      case REJECTED, NOT_SENT -> {
        Instant since =
            dispatch.finishedAt() == null ? dispatch.createdAt() : dispatch.finishedAt();
        boolean silent = Duration.between(since, realNow).compareTo(HEALER_SILENCE) >= 0;
        Move counted =
            missed
                ? Move.of(enrollment, enrollment.countFailed(), new Due.Unchanged())
                : Move.none(enrollment);
        yield counted.then(
            silent
                ? HealingPolicy.onFailure(parked.with(counted.after()), now)
                    .with(
                        line(
                            enrollment,
                            dispatch.id(),
                            "failed",
                            "not_healed",
                            "Failed, and nothing was found to heal it with",
                            now))
                : watch(counted.after(), false, moment));
      }
      case CANCELLED ->
          OutcomePolicy.cancelled(
              parked,
              dispatch.holdReason() == null ? HoldReason.OTHER : dispatch.holdReason(),
              dispatch.id(),
              moment);
      case EXPIRED ->
          OutcomePolicy.dueAgain(parked, now, "expired", "its time passed before it was sent", now);
      case GIVEN_BACK -> {
        HoldReason reason =
            dispatch.holdReason() == null ? HoldReason.OTHER : dispatch.holdReason();
        Instant until = dispatch.holdUntil() == null ? now : dispatch.holdUntil();
        yield OutcomePolicy.dueAgain(
            parked,
            until.isAfter(now) ? until : now,
            reason.wire(),
            OutcomePolicy.inWords(reason),
            now);
      }
    };
  }

  /** A call that was accepted, and the enrollment still waits for its end. */
  private static Move call(
      Parked parked, Watched dispatch, boolean missed, Instant realNow, Moment moment) {
    Enrollment enrollment = parked.enrollment();
    CallPolicy.Ended end = dispatch.end();
    if (end != null && end.disposition().reached()) {
      return CallPolicy.ended(parked, dispatch.id(), end, 0, moment.now(), moment);
    }
    if (end != null && dispatch.since(realNow).compareTo(HEALER_SILENCE) < 0) {
      return watch(enrollment, false, moment);
    }
    if (end != null) {
      return HealingPolicy.onFailure(parked, moment.now())
          .with(
              line(
                  enrollment,
                  dispatch.id(),
                  "failed",
                  "not_healed",
                  "The call reached nobody, and nothing was found to heal it with",
                  moment.now()));
    }
    Duration left = CallPolicy.LONGEST.minus(dispatch.since(realNow));
    if (!left.isPositive()) {
      return OutcomePolicy.sent(
          parked,
          dispatch.id(),
          moment.now(),
          "call_end_unheard",
          "Going on: nobody has reported the end of the call within "
              + CallPolicy.LONGEST.toMinutes()
              + " minutes");
    }
    Instant limit = realNow.plus(left);
    Instant look = moment.nextLook().isBefore(limit) ? moment.nextLook() : limit;
    Move wait = Move.of(enrollment, enrollment, new Due.WatchAt(look, false));
    return missed
        ? wait.with(
            line(
                enrollment,
                dispatch.id(),
                "calling",
                "accepted",
                "Calling: the provider has taken the call; the step is done when it is over",
                moment.now()))
        : wait;
  }

  private static Move watch(Enrollment enrollment, boolean inFlight, Moment moment) {
    return Move.of(enrollment, enrollment, new Due.WatchAt(moment.nextLook(), inFlight));
  }

  private static LogLine line(
      Enrollment enrollment,
      DispatchId dispatch,
      String decision,
      String code,
      String words,
      Instant at) {
    return new LogLine(enrollment.place().stepId(), dispatch, decision, code, words, null, at);
  }
}
