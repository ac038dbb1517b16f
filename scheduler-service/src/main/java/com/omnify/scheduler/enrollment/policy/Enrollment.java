package com.omnify.scheduler.enrollment.policy;

import com.omnify.model.CallDisposition;
import com.omnify.model.EnrollmentStatus;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import com.omnify.scheduler.sequence.policy.Step;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A contact's way through a sequence as it stands. Changes are new values; the row is written where
 * {@code rowVersion} still holds.
 */
public record Enrollment(
    Ref ref, Standing standing, Place place, Tally tally, Flags flags, int rowVersion) {

  public record Ref(
      ClientId clientId,
      EnrollmentId id,
      ContactId contactId,
      SequenceId sequenceId,
      int version,
      Instant startedAt) {}

  /**
   * Whether it goes on.
   *
   * @param reason a code such as {@code reply_received}
   */
  public record Standing(
      EnrollmentStatus status,
      @Nullable String reason,
      @Nullable Instant endedAt,
      boolean needsHuman) {}

  /**
   * Where it is.
   *
   * @param stepId the step that is due or under way; null after the last
   * @param openDispatch what it waits for, one at a time: a dispatch, or the order of a step that
   *     does something other than speak, which is named alike
   * @param attempt dispatches of the current step that reached, or may have reached, the provider
   */
  public record Place(
      @Nullable StepId stepId,
      int position,
      @Nullable Instant nextStepAt,
      @Nullable DispatchId openDispatch,
      int attempt,
      @Nullable Instant lastStepAt) {}

  public record Tally(int stepsDone, int sent, int failed) {}

  /**
   * What has happened.
   *
   * @param answeredCall they have taken a call
   * @param voicemail a machine took the latest one
   */
  public record Flags(boolean replied, boolean answeredCall, boolean booked, boolean voicemail) {}

  public boolean isActive() {
    return standing.status() == EnrollmentStatus.ACTIVE;
  }

  public boolean isPaused() {
    return standing.status() == EnrollmentStatus.PAUSED;
  }

  public boolean hasEnded() {
    return standing.status().ended();
  }

  public boolean waitsFor(DispatchId dispatch) {
    return dispatch.equals(place.openDispatch());
  }

  /** A new attempt at the current step. */
  public Enrollment open(DispatchId dispatch) {
    return at(
        new Place(
            place.stepId(),
            place.position(),
            null,
            dispatch,
            place.attempt() + 1,
            place.lastStepAt()));
  }

  /** The dispatch is settled; the attempt counts. */
  public Enrollment close() {
    return at(
        new Place(
            place.stepId(),
            place.position(),
            place.nextStepAt(),
            null,
            place.attempt(),
            place.lastStepAt()));
  }

  /** The dispatch never came to the provider: the next one is the same attempt. */
  public Enrollment takeBack() {
    return at(
        new Place(
            place.stepId(),
            place.position(),
            place.nextStepAt(),
            null,
            Math.max(0, place.attempt() - 1),
            place.lastStepAt()));
  }

  /** It waits for a dispatch of the current step that was made before; that is no new attempt. */
  public Enrollment waitAgainFor(DispatchId dispatch) {
    return at(
        new Place(
            place.stepId(),
            place.position(),
            null,
            dispatch,
            Math.max(1, place.attempt()),
            place.lastStepAt()));
  }

  /** The current step is to be taken at that time. */
  public Enrollment due(Instant at) {
    return at(
        new Place(
            place.stepId(),
            place.position(),
            at,
            place.openDispatch(),
            place.attempt(),
            place.lastStepAt()));
  }

  /** On to a step, with no attempt made at it. */
  public Enrollment goTo(Step step, Instant at) {
    return at(new Place(step.id(), step.position(), at, null, 0, place.lastStepAt()));
  }

  /** Back to a step whose message, once accepted, did not arrive after all. */
  public Enrollment returnTo(Step step, int attempts, Instant at) {
    return new Enrollment(
        ref,
        standing,
        new Place(step.id(), step.position(), at, null, attempts, place.lastStepAt()),
        new Tally(Math.max(0, tally.stepsDone() - 1), tally.sent(), tally.failed()),
        flags,
        rowVersion);
  }

  public Enrollment stepDone(Instant at) {
    return new Enrollment(
        ref,
        standing,
        new Place(place.stepId(), place.position(), place.nextStepAt(), null, place.attempt(), at),
        new Tally(tally.stepsDone() + 1, tally.sent(), tally.failed()),
        flags,
        rowVersion);
  }

  public Enrollment countSent() {
    return tally(new Tally(tally.stepsDone(), tally.sent() + 1, tally.failed()));
  }

  public Enrollment countFailed() {
    return tally(new Tally(tally.stepsDone(), tally.sent(), tally.failed() + 1));
  }

  /** It is over. An open dispatch stays on record: its outcome still counts. */
  public Enrollment end(EnrollmentStatus status, String reason, Instant at) {
    StepId step = status == EnrollmentStatus.COMPLETED ? null : place.stepId();
    return new Enrollment(
        ref,
        new Standing(status, reason, at, standing.needsHuman()),
        new Place(
            step,
            place.position(),
            null,
            place.openDispatch(),
            place.attempt(),
            place.lastStepAt()),
        tally,
        flags,
        rowVersion);
  }

  public Enrollment pause(String reason, boolean needsHuman) {
    return standing(
        new Standing(EnrollmentStatus.PAUSED, reason, null, standing.needsHuman() || needsHuman));
  }

  /** A person lets it go on; what they were needed for is taken as seen to. */
  public Enrollment resume() {
    return standing(new Standing(EnrollmentStatus.ACTIVE, null, null, false));
  }

  public Enrollment flagReplied() {
    return flags(new Flags(true, flags.answeredCall(), flags.booked(), flags.voicemail()));
  }

  public Enrollment flagBooked() {
    return flags(new Flags(flags.replied(), flags.answeredCall(), true, flags.voicemail()));
  }

  /** A call has ended. */
  public Enrollment flagCalled(CallDisposition how) {
    return flags(
        new Flags(
            flags.replied(),
            flags.answeredCall() || how == CallDisposition.ANSWERED,
            flags.booked(),
            how == CallDisposition.VOICEMAIL));
  }

  private Enrollment at(Place newPlace) {
    return new Enrollment(ref, standing, newPlace, tally, flags, rowVersion);
  }

  private Enrollment standing(Standing newStanding) {
    return new Enrollment(ref, newStanding, place, tally, flags, rowVersion);
  }

  private Enrollment tally(Tally newTally) {
    return new Enrollment(ref, standing, place, newTally, flags, rowVersion);
  }

  private Enrollment flags(Flags newFlags) {
    return new Enrollment(ref, standing, place, tally, newFlags, rowVersion);
  }
}
