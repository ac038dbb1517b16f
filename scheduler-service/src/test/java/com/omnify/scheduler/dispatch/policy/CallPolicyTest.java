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

import com.omnify.model.CallDisposition;
import com.omnify.model.Channel;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.DispatchState;
import com.omnify.model.EnrollmentStatus;
import com.omnify.model.FailureType;
import com.omnify.model.StepKind;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DeliveryEvent.CallEnded;
import com.omnify.model.event.HealingEvent.HealingOrdered;
import com.omnify.model.event.HealingOrder;
import com.omnify.model.id.HealingId;
import com.omnify.scheduler.dispatch.policy.HealingPolicy.Failed;
import com.omnify.scheduler.dispatch.policy.WatchdogPolicy.Watched;
import com.omnify.scheduler.enrollment.policy.Due;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.LogLine;
import com.omnify.scheduler.enrollment.policy.Move;
import com.omnify.scheduler.sequence.policy.OnFailure;
import com.omnify.scheduler.sequence.policy.OnSuccess;
import com.omnify.scheduler.sequence.policy.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallPolicyTest {

  private static final Instant REAL = Instant.parse("2026-11-24T10:00:00Z");

  private static final DeliveryEvent ACCEPTED =
      new DeliveryEvent.DispatchAccepted(event(), NOW, ref(1, Channel.VOICE), "call-1", 0, 0);

  private static CallEnded ended(CallDisposition how, @Nullable FailureType failure) {
    return new CallEnded(
        event(), NOW, ref(1, Channel.VOICE), how, failure, "some-reason", 83, 0, "call-1");
  }

  private static final CallEnded ANSWERED = ended(CallDisposition.ANSWERED, null);
  private static final CallEnded BUSY = ended(CallDisposition.BUSY, FailureType.CALL_BUSY);

  private static Step voice(int position) {
    return voice(position, new OnSuccess.Continue());
  }

  private static Step voice(int position, OnFailure failure) {
    return step(position, StepKind.VOICE, new OnSuccess.Continue(), failure);
  }

  private static final Parked PARKED = parkedAt(1, voice(1), sms(2), sms(3));

  private static HealingOrdered ordered(HealingOrder order) {
    return new HealingOrdered(
        event(),
        NOW,
        new HealingId(UUID.randomUUID()),
        ref(1, Channel.VOICE),
        FailureType.CALL_BUSY,
        order,
        true);
  }

  private static Move look(Duration sinceAccepted, CallPolicy.@Nullable Ended end) {
    var watched =
        new Watched(
            DISPATCH,
            DispatchState.ACCEPTED,
            REAL.minus(sinceAccepted).minusSeconds(9),
            REAL.minus(sinceAccepted),
            NOW,
            null,
            null,
            Channel.VOICE,
            end);
    return WatchdogPolicy.look(
        PARKED, watched, false, REAL, new Moment(NOW, REAL.plus(Duration.ofMinutes(20))));
  }

  @Test
  void anAcceptedCallKeepsItsEnrollmentWaiting() {
    Move move = OutcomePolicy.apply(PARKED, ACCEPTED, MOMENT);
    assertThat(move.after()).isEqualTo(PARKED.enrollment());
    assertThat(move.due()).isEqualTo(new Due.WatchAt(MOMENT.nextLook(), false));
    assertThat(move.log()).extracting(LogLine::decision).containsExactly("calling");
    assertThat(move.log().getFirst().words()).startsWith("Calling: ");
  }

  @Test
  void itsEndFinishesTheStep() {
    Move move = OutcomePolicy.apply(PARKED, ANSWERED, MOMENT);
    Enrollment after = move.after();
    assertThat(after.place().stepId()).isEqualTo(stepId(2));
    assertThat(after.place().openDispatch()).isNull();
    assertThat(after.tally()).isEqualTo(new Enrollment.Tally(1, 1, 0));
    assertThat(after.flags()).isEqualTo(new Enrollment.Flags(false, true, false, false));
    assertThat(move.due()).isEqualTo(new Due.StepAt(NOW.plus(DAY), true, false));
    assertThat(move.log().getFirst().words()).isEqualTo("Answered: the call lasted 1 min 23 s");
  }

  @Test
  void aMachineIsASuccessOfItsOwn() {
    Move move = OutcomePolicy.apply(PARKED, ended(CallDisposition.VOICEMAIL, null), MOMENT);
    assertThat(move.after().place().stepId()).isEqualTo(stepId(2));
    assertThat(move.after().flags()).isEqualTo(new Enrollment.Flags(false, false, false, true));
  }

  @Test
  void whatBrokeAfterItWasAnsweredIsNotDialledAgain() {
    var parked = parkedAt(1, voice(1, new OnFailure.Retry(Duration.ofMinutes(1), 5)), sms(2));
    Move move =
        OutcomePolicy.apply(
            parked, ended(CallDisposition.ANSWERED, FailureType.CALL_FAILED), MOMENT);
    assertThat(move.after().place().stepId()).isEqualTo(stepId(2));
    assertThat(move.after().flags().answeredCall()).isTrue();
  }

  @Test
  void theEndMayComeBeforeTheAcceptanceAndTwice() {
    Move ended = OutcomePolicy.apply(PARKED, ANSWERED, MOMENT);
    Move late = OutcomePolicy.apply(PARKED.with(ended.after()), ACCEPTED, MOMENT);
    assertThat(late.isNone()).isTrue();
    Move twice = OutcomePolicy.apply(PARKED.with(ended.after()), ANSWERED, MOMENT);
    assertThat(twice.after()).isEqualTo(ended.after());
    assertThat(twice.due()).isEqualTo(new Due.Unchanged());
  }

  @Test
  void nobodyReachedWaitsForTheHealer() {
    Move move = OutcomePolicy.apply(PARKED, BUSY, MOMENT);
    assertThat(move.after().place().openDispatch()).isEqualTo(DISPATCH);
    assertThat(move.after().tally().failed()).isEqualTo(1);
    assertThat(move.due()).isEqualTo(new Due.WatchAt(MOMENT.nextLook(), false));
    var failed = new Failed(DispatchState.ACCEPTED, false);
    Move again =
        HealingPolicy.apply(
            PARKED.with(move.after()), ordered(new HealingOrder.Retry(900)), failed, MOMENT);
    assertThat(again.after().place().stepId()).isEqualTo(stepId(1));
    assertThat(again.after().place().openDispatch()).isNull();
    assertThat(again.due())
        .isEqualTo(new Due.StepAt(NOW.plus(Duration.ofMinutes(15)), true, false));
    Move rule =
        HealingPolicy.apply(
            PARKED.with(move.after()), ordered(new HealingOrder.ApplyOnFailure()), failed, MOMENT);
    assertThat(rule.after().place().stepId()).isEqualTo(stepId(2));
    assertThat(rule.after().tally().sent()).isZero();
  }

  /** The healer hears of the end on its own, and may be quicker. */
  @Test
  void theHealersWordMayComeBeforeTheEnd() {
    var failed = new Failed(DispatchState.UNKNOWN, false);
    Move again = HealingPolicy.apply(PARKED, ordered(new HealingOrder.Retry(900)), failed, MOMENT);
    assertThat(again.after().place().openDispatch()).isNull();
    Move late = OutcomePolicy.apply(PARKED.with(again.after()), BUSY, MOMENT);
    assertThat(late.due()).isEqualTo(new Due.Unchanged());
    assertThat(late.after().place()).isEqualTo(again.after().place());
    assertThat(late.after().tally().failed()).isEqualTo(1);
  }

  @Test
  void whatTheProviderSaysOnTheWayEndsNothing() {
    var onTheWay =
        new DeliveryEvent.DeliveryReported(
            event(), NOW, ref(1, Channel.VOICE), DeliveryStatus.DELIVERED, null, null, "call-1");
    assertThat(OutcomePolicy.apply(PARKED, onTheWay, MOMENT).isNone()).isTrue();
  }

  @Test
  void aCallWhoseEndNobodyReportsIsOverSomeTimeAfterItsLimit() {
    Move waiting = look(Duration.ofMinutes(20), null);
    assertThat(waiting.after().place().openDispatch()).isEqualTo(DISPATCH);
    // In real time, and not a moment later.
    assertThat(waiting.due()).isEqualTo(new Due.WatchAt(REAL.plus(Duration.ofMinutes(15)), false));
    // The longest call that a step may ask for has only just ended.
    Move atItsLimit = look(Duration.ofMinutes(30).plusSeconds(90), null);
    assertThat(atItsLimit.after().place().openDispatch()).isEqualTo(DISPATCH);
    Move over = look(Duration.ofMinutes(35), null);
    assertThat(over.after().place().stepId()).isEqualTo(stepId(2));
    assertThat(over.log().getFirst().code()).isEqualTo("call_end_unheard");
    Move late = OutcomePolicy.apply(PARKED.with(over.after()), ANSWERED, MOMENT);
    assertThat(late.after().place()).isEqualTo(over.after().place());
    assertThat(late.after().flags().answeredCall()).isTrue();
  }

  @Test
  void anEndThatOnlyTheRowTellsIsFoundByTheLook() {
    var answered = new CallPolicy.Ended(CallDisposition.ANSWERED, null, "customer-ended-call");
    assertThat(look(Duration.ofSeconds(1), answered).after().place().stepId()).isEqualTo(stepId(2));
    var busy = new CallPolicy.Ended(CallDisposition.BUSY, FailureType.CALL_BUSY, "customer-busy");
    assertThat(look(Duration.ofMinutes(1), busy).after().place().openDispatch())
        .isEqualTo(DISPATCH);
    assertThat(look(Duration.ofMinutes(2), busy).after().place().stepId()).isEqualTo(stepId(2));
  }

  @Test
  void whoIsOverIsOnlyClosed() {
    var over =
        PARKED.with(PARKED.enrollment().end(EnrollmentStatus.REPLIED, "reply_received", NOW));
    for (CallEnded end : new CallEnded[] {ANSWERED, BUSY}) {
      Move move = OutcomePolicy.apply(over, end, MOMENT);
      assertThat(move.after().place().openDispatch()).isNull();
      assertThat(move.after().standing().status()).isEqualTo(EnrollmentStatus.REPLIED);
      assertThat(move.due()).isEqualTo(new Due.Nothing());
    }
    assertThat(OutcomePolicy.apply(over, ACCEPTED, MOMENT).due()).isEqualTo(new Due.Nothing());
  }
}
