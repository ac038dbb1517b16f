package com.omnify.scheduler.dispatch.policy;

import static com.omnify.scheduler.dispatch.policy.Stories.DAY;
import static com.omnify.scheduler.dispatch.policy.Stories.DISPATCH;
import static com.omnify.scheduler.dispatch.policy.Stories.MOMENT;
import static com.omnify.scheduler.dispatch.policy.Stories.NOW;
import static com.omnify.scheduler.dispatch.policy.Stories.event;
import static com.omnify.scheduler.dispatch.policy.Stories.parkedAt;
import static com.omnify.scheduler.dispatch.policy.Stories.ref;
import static com.omnify.scheduler.dispatch.policy.Stories.sms;
import static com.omnify.scheduler.dispatch.policy.Stories.step;
import static com.omnify.scheduler.dispatch.policy.Stories.stepId;
import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.Channel;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.DispatchState;
import com.omnify.model.EnrollmentStatus;
import com.omnify.model.FailureType;
import com.omnify.model.HoldReason;
import com.omnify.model.StepKind;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.HealingEvent.HealingOrdered;
import com.omnify.model.event.HealingOrder;
import com.omnify.model.id.HealingId;
import com.omnify.scheduler.dispatch.policy.HealingPolicy.Failed;
import com.omnify.scheduler.dispatch.policy.WatchdogPolicy.Watched;
import com.omnify.scheduler.enrollment.policy.Due;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.Move;
import com.omnify.scheduler.sequence.policy.OnFailure;
import com.omnify.scheduler.sequence.policy.OnSuccess;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutcomePolicyTest {

  private static DeliveryEvent accepted() {
    return new DeliveryEvent.DispatchAccepted(event(), NOW, ref(1), "SM1", 1, 0);
  }

  private static DeliveryEvent rejected() {
    return new DeliveryEvent.DispatchRejected(
        event(), NOW, ref(1), FailureType.SMS_UNDELIVERED, "30003");
  }

  private static HealingOrdered ordered(HealingOrder order) {
    return new HealingOrdered(
        event(),
        NOW,
        new HealingId(UUID.randomUUID()),
        ref(1),
        FailureType.SMS_UNDELIVERED,
        order,
        null);
  }

  private static Watched watched(DispatchState state, Duration age) {
    return new Watched(
        DISPATCH, state, NOW.minus(age), NOW.minus(age), null, null, null, Channel.SMS, null);
  }

  // ---- outcomes

  @Test
  void acceptedLeadsToTheNextStepCountedFromCompletion() {
    Move move = OutcomePolicy.apply(parkedAt(1, sms(1), sms(2)), accepted(), MOMENT);
    Enrollment after = move.after();
    assertThat(after.place().openDispatch()).isNull();
    assertThat(after.place().stepId()).isEqualTo(stepId(2));
    assertThat(after.place().attempt()).isZero();
    assertThat(after.tally()).isEqualTo(new Enrollment.Tally(1, 1, 0));
    assertThat(move.due()).isEqualTo(new Due.StepAt(NOW.plus(DAY), true, false));
  }

  @Test
  void acceptedTwiceMovesOnce() {
    var parked = parkedAt(1, sms(1), sms(2));
    Move first = OutcomePolicy.apply(parked, accepted(), MOMENT);
    assertThat(OutcomePolicy.apply(parked.with(first.after()), accepted(), MOMENT).isNone())
        .isTrue();
  }

  @Test
  void theLastStepCompletes() {
    Move move = OutcomePolicy.apply(parkedAt(1, sms(1)), accepted(), MOMENT);
    assertThat(move.after().standing().status()).isEqualTo(EnrollmentStatus.COMPLETED);
    assertThat(move.due()).isEqualTo(new Due.Nothing());
  }

  @Test
  void onSuccessMayJumpOrEnd() {
    var jump = step(1, StepKind.SMS, new OnSuccess.Jump(stepId(3)), new OnSuccess.Continue());
    var end = step(1, StepKind.SMS, new OnSuccess.End(), new OnSuccess.Continue());
    assertThat(
            OutcomePolicy.apply(parkedAt(1, jump, sms(2), sms(3)), accepted(), MOMENT)
                .after()
                .place()
                .stepId())
        .isEqualTo(stepId(3));
    assertThat(
            OutcomePolicy.apply(parkedAt(1, end, sms(2)), accepted(), MOMENT)
                .after()
                .standing()
                .status())
        .isEqualTo(EnrollmentStatus.COMPLETED);
  }

  @Test
  void rejectedWaitsForTheHealer() {
    Move move = OutcomePolicy.apply(parkedAt(1, sms(1), sms(2)), rejected(), MOMENT);
    assertThat(move.after().place().openDispatch()).isEqualTo(DISPATCH);
    assertThat(move.after().tally().failed()).isEqualTo(1);
    assertThat(move.due()).isEqualTo(new Due.WatchAt(MOMENT.nextLook(), false));
  }

  @Test
  void unknownBlocksUntilItIsKnown() {
    var parked = parkedAt(1, sms(1), sms(2));
    Move unknown =
        OutcomePolicy.apply(
            parked, new DeliveryEvent.DispatchUnknown(event(), NOW, ref(1), "500"), MOMENT);
    assertThat(unknown.after()).isEqualTo(parked.enrollment());
    assertThat(unknown.due()).isEqualTo(new Due.WatchAt(MOMENT.nextLook(), false));
    Move quarantined =
        OutcomePolicy.apply(
            parked.with(unknown.after()),
            new DeliveryEvent.DispatchQuarantined(event(), NOW, ref(1)),
            MOMENT);
    Move known = OutcomePolicy.apply(parked.with(quarantined.after()), accepted(), MOMENT);
    assertThat(known.after().place().stepId()).isEqualTo(stepId(2));
  }

  @Test
  void givenBackWaitsAndTheAttemptDoesNotCount() {
    Instant tomorrow = NOW.plus(DAY);
    Move move =
        OutcomePolicy.apply(
            parkedAt(1, sms(1)),
            new DeliveryEvent.DispatchGivenBack(
                event(), NOW, ref(1), HoldReason.SENDER_DAILY_CAP, tomorrow),
            MOMENT);
    assertThat(move.after().place().attempt()).isZero();
    assertThat(move.after().place().openDispatch()).isNull();
    assertThat(move.due()).isEqualTo(new Due.StepAt(tomorrow, true, false));
    assertThat(move.log().getFirst().words())
        .isEqualTo(
            "Deferred to Wed 11:00 (America/New_York): the sender has reached its daily cap");
  }

  @Test
  void expiredIsDueAgainInsideTheWindow() {
    Instant night = Instant.parse("2026-03-04T03:00:00Z");
    Move move =
        OutcomePolicy.apply(
            parkedAt(1, sms(1)),
            new DeliveryEvent.DispatchExpired(event(), night, ref(1)),
            new Moment(night, MOMENT.nextLook()));
    assertThat(move.due())
        .isEqualTo(new Due.StepAt(Instant.parse("2026-03-04T13:00:00Z"), true, false));
  }

  private static Move cancelled(HoldReason reason, Parked parked) {
    return OutcomePolicy.apply(
        parked, new DeliveryEvent.DispatchCancelled(event(), NOW, ref(1), reason), MOMENT);
  }

  @ParameterizedTest
  @EnumSource(
      value = HoldReason.class,
      names = {"PROVIDER_BUSY", "PROVIDER_UNAVAILABLE", "ACCOUNT_PROBLEM", "SENDER_RATE"})
  void whatTheProviderHoldsUpIsDueAgain(HoldReason reason) {
    Move move = cancelled(reason, parkedAt(1, sms(1), sms(2)));
    assertThat(move.after().standing().status()).isEqualTo(EnrollmentStatus.ACTIVE);
    assertThat(move.due()).isInstanceOf(Due.StepAt.class);
  }

  @Test
  void cancelledForSuppressionEnds() {
    assertThat(
            cancelled(HoldReason.SUPPRESSED, parkedAt(1, sms(1), sms(2)))
                .after()
                .standing()
                .status())
        .isEqualTo(EnrollmentStatus.OPTED_OUT);
  }

  @ParameterizedTest
  @EnumSource(
      value = HoldReason.class,
      names = {"MISSING_VARIABLE", "TEMPLATE_FAULT", "NO_SENDER"})
  void whatAPersonMustMendIsHeldVisibly(HoldReason reason) {
    Move move = cancelled(reason, parkedAt(1, sms(1), sms(2)));
    assertThat(move.after().standing())
        .isEqualTo(new Enrollment.Standing(EnrollmentStatus.PAUSED, reason.wire(), null, true));
    assertThat(move.after().place().stepId()).isEqualTo(stepId(1));
    assertThat(move.due()).isEqualTo(new Due.Nothing());
  }

  @Test
  void cancelledWhilePausedWaitsForThePerson() {
    var parked = parkedAt(1, sms(1));
    var paused = parked.with(parked.enrollment().pause("paused_by_person", false));
    Move move = cancelled(HoldReason.ENROLLMENT_NOT_ACTIVE, paused);
    assertThat(move.after().isPaused()).isTrue();
    assertThat(move.after().place().openDispatch()).isNull();
    assertThat(move.due()).isEqualTo(new Due.Nothing());
    // Resumed before the cancellation was heard of: it must not be stranded.
    assertThat(cancelled(HoldReason.ENROLLMENT_NOT_ACTIVE, parked).due())
        .isEqualTo(new Due.StepAt(NOW, true, false));
  }

  @Test
  void anOutcomeAfterTheEndOnlyCounts() {
    var parked = parkedAt(1, sms(1), sms(2));
    var stopped =
        parked.with(parked.enrollment().end(EnrollmentStatus.STOPPED, "stopped_by_person", NOW));
    Move move = OutcomePolicy.apply(stopped, accepted(), MOMENT);
    assertThat(move.after().standing().status()).isEqualTo(EnrollmentStatus.STOPPED);
    assertThat(move.after().place().openDispatch()).isNull();
    assertThat(move.after().tally().sent()).isEqualTo(1);
    assertThat(move.due()).isEqualTo(new Due.Nothing());
  }

  @Test
  void aFailureReportedLaterIsCounted() {
    var parked = parkedAt(1, sms(1), sms(2));
    Move on = OutcomePolicy.apply(parked, accepted(), MOMENT);
    Move reported =
        OutcomePolicy.apply(
            parked.with(on.after()),
            new DeliveryEvent.DeliveryReported(
                event(),
                NOW,
                ref(1),
                DeliveryStatus.UNDELIVERED,
                FailureType.SMS_UNDELIVERED,
                "30003",
                "SM1"),
            MOMENT);
    assertThat(reported.after().tally().failed()).isEqualTo(1);
    assertThat(reported.due()).isEqualTo(new Due.Unchanged());
  }

  // ---- healing

  private static Move heal(
      Parked parked, HealingOrder order, DispatchState state, boolean followed) {
    return HealingPolicy.apply(parked, ordered(order), new Failed(state, followed), MOMENT);
  }

  @Test
  void aRetryIsTheSameStepAgain() {
    var parked = parkedAt(1, sms(1), sms(2));
    Move move = heal(parked, new HealingOrder.Retry(300), DispatchState.REJECTED, false);
    assertThat(move.after().place().stepId()).isEqualTo(stepId(1));
    assertThat(move.after().place().attempt()).isEqualTo(1);
    assertThat(move.after().place().openDispatch()).isNull();
    assertThat(move.due()).isEqualTo(new Due.StepAt(NOW.plusSeconds(300), true, false));
  }

  @Test
  void neverARetryAfterUnknown() {
    var parked = parkedAt(1, sms(1), sms(2));
    for (DispatchState state :
        new DispatchState[] {
          DispatchState.UNKNOWN, DispatchState.QUARANTINED, DispatchState.SENDING
        }) {
      Move move = heal(parked, new HealingOrder.Retry(300), state, false);
      assertThat(move.changesRow()).isFalse();
      assertThat(move.log()).extracting(line -> line.decision()).containsExactly("not_healed");
    }
  }

  @Test
  void whatWasAcceptedAndDidNotArriveIsRepeatedBeforeTheNextStep() {
    var parked = parkedAt(1, sms(1), sms(2));
    var movedOn = parked.with(OutcomePolicy.apply(parked, accepted(), MOMENT).after());
    Move move = heal(movedOn, new HealingOrder.Retry(300), DispatchState.ACCEPTED, false);
    assertThat(move.after().place().stepId()).isEqualTo(stepId(1));
    assertThat(move.after().place().attempt()).isEqualTo(1);
    assertThat(move.after().tally().stepsDone()).isZero();
    assertThat(move.due()).isEqualTo(new Due.StepAt(NOW.plusSeconds(300), true, false));
    // Not once the next one is out: two people's words would be out of order.
    assertThat(
            heal(movedOn, new HealingOrder.Retry(300), DispatchState.ACCEPTED, true).changesRow())
        .isFalse();
  }

  @Test
  void withNothingToHealTheStepDecides() {
    var end = step(1, StepKind.SMS, new OnSuccess.Continue(), new OnSuccess.End());
    var skip = step(1, StepKind.SMS, new OnSuccess.Continue(), new OnFailure.Skip());
    var retry =
        step(
            1,
            StepKind.SMS,
            new OnSuccess.Continue(),
            new OnFailure.Retry(Duration.ofMinutes(5), 2));
    var apply = new HealingOrder.ApplyOnFailure();
    assertThat(
            heal(parkedAt(1, end, sms(2)), apply, DispatchState.REJECTED, false)
                .after()
                .standing()
                .status())
        .isEqualTo(EnrollmentStatus.FAILED);
    Move skipped = heal(parkedAt(1, skip, sms(2)), apply, DispatchState.REJECTED, false);
    assertThat(skipped.after().place().stepId()).isEqualTo(stepId(2));
    assertThat(skipped.skipped()).hasSize(1);
    Move again = heal(parkedAt(1, retry, sms(2)), apply, DispatchState.REJECTED, false);
    assertThat(again.after().place().stepId()).isEqualTo(stepId(1));
    assertThat(again.due()).isEqualTo(new Due.StepAt(NOW.plusSeconds(300), true, false));
    // The second attempt was the last.
    var second = parkedAt(1, retry, sms(2));
    var tried = second.with(second.enrollment().close().open(DISPATCH));
    assertThat(heal(tried, apply, DispatchState.REJECTED, false).after().place().stepId())
        .isEqualTo(stepId(2));
  }

  @Test
  void theHealerMayPauseAndEnd() {
    var parked = parkedAt(1, sms(1), sms(2));
    Move paused =
        heal(
            parked,
            new HealingOrder.PauseEnrollment("sender_blocked"),
            DispatchState.REJECTED,
            false);
    assertThat(paused.after().isPaused()).isTrue();
    assertThat(paused.after().standing().needsHuman()).isTrue();
    Move ended =
        heal(
            parked,
            new HealingOrder.EndEnrollment("invalid_number"),
            DispatchState.REJECTED,
            false);
    assertThat(ended.after().standing().status()).isEqualTo(EnrollmentStatus.FAILED);
  }

  // ---- watchdog

  private static Move look(DispatchState state, Duration age, boolean missed) {
    return WatchdogPolicy.look(
        parkedAt(1, sms(1), sms(2)), watched(state, age), missed, NOW, MOMENT);
  }

  @Test
  void anOutcomeThatWasMissedIsReadFromTheRow() {
    Move move = look(DispatchState.ACCEPTED, Duration.ofMinutes(3), true);
    assertThat(move.after().place().stepId()).isEqualTo(stepId(2));
  }

  @Test
  void unknownIsWaitedForHoweverLong() {
    Move move = look(DispatchState.UNKNOWN, Duration.ofHours(40), false);
    assertThat(move.after().place().openDispatch()).isEqualTo(DISPATCH);
    assertThat(move.due()).isInstanceOf(Due.WatchAt.class);
  }

  @Test
  void afterADayAQuarantinedOneCountsAsSent() {
    assertThat(
            look(DispatchState.QUARANTINED, Duration.ofHours(23), false).after().place().stepId())
        .isEqualTo(stepId(1));
    assertThat(
            look(DispatchState.QUARANTINED, Duration.ofHours(24), false).after().place().stepId())
        .isEqualTo(stepId(2));
  }

  @Test
  void whereTheHealerIsSilentTheStepDecides() {
    assertThat(look(DispatchState.REJECTED, Duration.ofMinutes(1), false).after().place().stepId())
        .isEqualTo(stepId(1));
    Move move = look(DispatchState.REJECTED, Duration.ofMinutes(5), true);
    assertThat(move.after().place().stepId()).isEqualTo(stepId(2));
    assertThat(move.after().tally().failed()).isEqualTo(1);
  }

  @Test
  void whatStandsReadyIsTheWorkersStill() {
    assertThat(look(DispatchState.READY, Duration.ofMinutes(5), true).due())
        .isEqualTo(new Due.WatchAt(MOMENT.nextLook(), true));
  }

  @Test
  void looksComeFurtherAndFurtherApart() {
    assertThat(WatchdogPolicy.nextLookIn(Duration.ofSeconds(3))).isEqualTo(Duration.ofMinutes(2));
    assertThat(WatchdogPolicy.nextLookIn(Duration.ofMinutes(10))).isEqualTo(Duration.ofMinutes(10));
    assertThat(WatchdogPolicy.nextLookIn(Duration.ofDays(3))).isEqualTo(Duration.ofHours(1));
  }
}
