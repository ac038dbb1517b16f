package com.omnify.scheduler.enrollment.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.EnrollmentStatus;
import com.omnify.model.OutcomeKind;
import com.omnify.model.ReplyPolicy;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepliesTest {

  private static final Instant NOW = Instant.parse("2026-03-10T18:00:00Z");

  private static Enrollment enrollment() {
    return new Enrollment(
        new Enrollment.Ref(
            new ClientId(new UUID(1, 1)),
            new EnrollmentId(new UUID(2, 2)),
            new ContactId(new UUID(3, 3)),
            new SequenceId(new UUID(4, 4)),
            1,
            NOW.minus(Duration.ofDays(1))),
        new Enrollment.Standing(EnrollmentStatus.ACTIVE, null, null, false),
        new Enrollment.Place(new StepId(new UUID(5, 5)), 1, NOW, null, 0, null),
        new Enrollment.Tally(0, 0, 0),
        new Enrollment.Flags(false, false, false, false),
        1);
  }

  @ParameterizedTest
  @CsvSource({"ADAPTIVE, REPLIED", "STOP, REPLIED", "PAUSE, PAUSED", "CONTINUE, ACTIVE"})
  void aReplyFollowsTheSequencesPolicy(ReplyPolicy policy, EnrollmentStatus status) {
    Move move = Replies.received(enrollment(), policy, NOW);
    assertThat(move.after().standing().status()).isEqualTo(status);
    assertThat(move.after().flags().replied()).isTrue();
    assertThat(move.after().standing().needsHuman()).isEqualTo(policy == ReplyPolicy.PAUSE);
  }

  @Test
  void whatWasSaidBeforeTheEntryDoesNotEndIt() {
    Instant before = NOW.minus(Duration.ofDays(2));
    assertThat(Replies.received(enrollment(), ReplyPolicy.STOP, before).isNone()).isTrue();
    assertThat(Replies.optedOut(enrollment(), false, before).isNone()).isTrue();
  }

  @Test
  void whoeverEnteredWhileTheOptOutWasOnItsWayLeavesByIt() {
    Instant before = NOW.minus(Duration.ofDays(2));
    assertThat(Replies.optedOut(enrollment(), true, before).after().standing().status())
        .isEqualTo(EnrollmentStatus.OPTED_OUT);
  }

  @Test
  void anOptOutEndsThePausedToo() {
    var paused = enrollment().pause("paused_by_person", false);
    assertThat(Replies.optedOut(paused, true, NOW).after().standing().status())
        .isEqualTo(EnrollmentStatus.OPTED_OUT);
  }

  @Test
  void whilePausedAnOpenDispatchIsStillWatched() {
    var open = enrollment().open(new DispatchId(new UUID(6, 6)));
    assertThat(Steering.pause(open, "", NOW).due()).isEqualTo(new Due.Unchanged());
    assertThat(Steering.pause(enrollment(), "", NOW).due()).isEqualTo(new Due.Nothing());
    Move resumed =
        Steering.resume(
            Steering.pause(open, "", NOW).after(), new Due.StepAt(NOW, true, false), "", NOW);
    assertThat(resumed.after().place().openDispatch()).isNotNull();
    assertThat(resumed.due()).isEqualTo(new Due.Unchanged());
  }

  @Test
  void resumingClearsTheCallForAPerson() {
    var held = enrollment().pause("missing_variable", true);
    Move move = Steering.resume(held, new Due.StepAt(NOW, true, false), "", NOW);
    assertThat(move.after().standing().needsHuman()).isFalse();
    assertThat(move.due()).isEqualTo(new Due.StepAt(NOW, true, false));
  }

  @Test
  void anOutcomeIsReachedOnceAndEvenAfterTheEnd() {
    var completed = enrollment().end(EnrollmentStatus.COMPLETED, "sequence_finished", NOW);
    Move move = Steering.reached(completed, OutcomeKind.CONVERTED, NOW);
    assertThat(move.after().standing().status()).isEqualTo(EnrollmentStatus.CONVERTED);
    assertThat(Steering.reached(move.after(), OutcomeKind.BOOKED, NOW).isNone()).isTrue();
  }
}
