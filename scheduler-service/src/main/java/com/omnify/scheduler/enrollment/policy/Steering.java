package com.omnify.scheduler.enrollment.policy;

import com.omnify.model.EnrollmentStatus;
import com.omnify.model.OutcomeKind;
import java.time.Instant;

/** What a person orders about an enrollment. Each tells by its move whether anything changed. */
public final class Steering {

  private Steering() {}

  public static Move pause(Enrollment enrollment, String reason, Instant now) {
    if (!enrollment.isActive()) {
      return Move.none(enrollment);
    }
    return Move.of(
        enrollment,
        enrollment.pause("paused_by_person", false),
        Replies.onlyWatch(enrollment),
        line(enrollment, "paused", "paused_by_person", "Paused by a person" + said(reason), now));
  }

  /**
   * Lets it go on.
   *
   * @param due when its step is taken, the contact's window respected
   */
  public static Move resume(Enrollment enrollment, Due.StepAt due, String reason, Instant now) {
    if (!enrollment.isPaused()) {
      return Move.none(enrollment);
    }
    boolean parked = enrollment.place().openDispatch() != null;
    Enrollment resumed = enrollment.resume();
    return Move.of(
        enrollment,
        parked ? resumed : resumed.due(due.at()),
        parked ? new Due.Unchanged() : due,
        line(
            enrollment, "resumed", "resumed_by_person", "Resumed by a person" + said(reason), now));
  }

  public static Move stop(Enrollment enrollment, String reason, Instant now) {
    if (enrollment.hasEnded()) {
      return Move.none(enrollment);
    }
    return Move.of(
        enrollment,
        enrollment.end(EnrollmentStatus.STOPPED, "stopped_by_person", now),
        new Due.Nothing(),
        line(enrollment, "ended", "stopped_by_person", "Stopped by a person" + said(reason), now));
  }

  /** The person is on their way through the same sequence as another contact, too. */
  public static Move merged(Enrollment enrollment, Instant now) {
    if (enrollment.hasEnded()) {
      return Move.none(enrollment);
    }
    return Move.of(
        enrollment,
        enrollment.end(EnrollmentStatus.STOPPED, "contact_merged", now),
        new Due.Nothing(),
        line(
            enrollment,
            "ended",
            "contact_merged",
            "Stopped: the contact was merged with one who is on the way through this sequence already",
            now));
  }

  /** Booked or converted: what the sequence is for, so it ends. Counts once. */
  public static Move reached(Enrollment enrollment, OutcomeKind kind, Instant now) {
    if (isReached(enrollment)) {
      return Move.none(enrollment);
    }
    EnrollmentStatus status =
        switch (kind) {
          case BOOKED -> EnrollmentStatus.BOOKED;
          case CONVERTED -> EnrollmentStatus.CONVERTED;
        };
    Enrollment booked = kind == OutcomeKind.BOOKED ? enrollment.flagBooked() : enrollment;
    return Move.of(
        enrollment,
        booked.end(status, "outcome_recorded", now),
        new Due.Nothing(),
        line(enrollment, "ended", "outcome_recorded", "Ended: " + kind.wire(), now));
  }

  public static boolean isReached(Enrollment enrollment) {
    return enrollment.standing().status() == EnrollmentStatus.BOOKED
        || enrollment.standing().status() == EnrollmentStatus.CONVERTED;
  }

  private static String said(String reason) {
    return reason.isBlank() ? "" : ": " + reason.strip();
  }

  private static LogLine line(
      Enrollment enrollment, String decision, String code, String words, Instant at) {
    return new LogLine(enrollment.place().stepId(), null, decision, code, words, null, at);
  }
}
