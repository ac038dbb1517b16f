package com.omnify.scheduler.enrollment.policy;

import com.omnify.model.EnrollmentStatus;
import com.omnify.model.ReplyPolicy;
import java.time.Instant;

/** What a word from the contact does to an enrollment. */
public final class Replies {

  private Replies() {}

  /**
   * Flags the reply and follows the sequence's reply policy. {@code adaptive} is to follow the
   * analysed recommendation; a reply that has no analysis ends the sequence, as {@code stop} does.
   */
  public static Move received(Enrollment enrollment, ReplyPolicy policy, Instant at) {
    if (enrollment.hasEnded() || saidBefore(enrollment, at)) {
      return Move.none(enrollment);
    }
    Enrollment flagged = enrollment.flagReplied();
    if (!enrollment.isActive()) {
      return Move.of(enrollment, flagged, new Due.Unchanged());
    }
    return switch (policy) {
      case ADAPTIVE, STOP ->
          Move.of(
              enrollment,
              flagged.end(EnrollmentStatus.REPLIED, "reply_received", at),
              new Due.Nothing(),
              line(enrollment, "ended", "reply_received", "Ended: the contact replied", at));
      case PAUSE ->
          Move.of(
              enrollment,
              flagged.pause("reply_received", true),
              onlyWatch(enrollment),
              line(
                  enrollment,
                  "paused",
                  "reply_received",
                  "Paused: the contact replied, a person should answer",
                  at));
      case CONTINUE ->
          Move.of(
              enrollment,
              flagged,
              new Due.Unchanged(),
              line(
                  enrollment,
                  "noted",
                  "reply_received",
                  "The contact replied; the sequence goes on, as its reply policy says",
                  at));
    };
  }

  /**
   * Ends it for good; also one that began while the word was on its way, as long as it stands.
   *
   * @param suppressed whether the person is on the suppression list now: one who has opted in again
   *     may have begun anew since
   */
  public static Move optedOut(Enrollment enrollment, boolean suppressed, Instant at) {
    if (enrollment.hasEnded() || saidBefore(enrollment, at) && !suppressed) {
      return Move.none(enrollment);
    }
    return Move.of(
        enrollment,
        enrollment.end(EnrollmentStatus.OPTED_OUT, "opt_out_received", at),
        new Due.Nothing(),
        line(enrollment, "ended", "opt_out_received", "Ended: the contact opted out", at));
  }

  /** Only says so: what was ended by the opt-out stays ended. */
  public static Move optedIn(Enrollment enrollment, Instant at) {
    return Move.none(enrollment)
        .with(
            line(
                enrollment,
                "noted",
                "opt_in_received",
                "The contact allows messages again; nothing is resumed by itself",
                at));
  }

  /** Heard late: it was said before this way through the sequence began. */
  private static boolean saidBefore(Enrollment enrollment, Instant at) {
    return at.isBefore(enrollment.ref().startedAt());
  }

  /** While paused no step is due, but an open dispatch is still watched. */
  static Due onlyWatch(Enrollment enrollment) {
    return enrollment.place().openDispatch() == null ? new Due.Nothing() : new Due.Unchanged();
  }

  private static LogLine line(
      Enrollment enrollment, String decision, String code, String words, Instant at) {
    return new LogLine(enrollment.place().stepId(), null, decision, code, words, null, at);
  }
}
