package com.omnify.scheduler.dispatch.policy;

import static com.omnify.scheduler.dispatch.policy.Stories.ADA;
import static com.omnify.scheduler.dispatch.policy.Stories.FRESH;
import static com.omnify.scheduler.dispatch.policy.Stories.MOMENT;
import static com.omnify.scheduler.dispatch.policy.Stories.NOW;
import static com.omnify.scheduler.dispatch.policy.Stories.TIMETABLE;
import static com.omnify.scheduler.dispatch.policy.Stories.at;
import static com.omnify.scheduler.dispatch.policy.Stories.plan;
import static com.omnify.scheduler.dispatch.policy.Stories.skipping;
import static com.omnify.scheduler.dispatch.policy.Stories.sms;
import static com.omnify.scheduler.dispatch.policy.Stories.step;
import static com.omnify.scheduler.dispatch.policy.Stories.stepId;
import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.kit.quiet.policy.Law;
import com.omnify.kit.quiet.policy.Rule;
import com.omnify.kit.quiet.policy.RuleSet;
import com.omnify.model.CallDisposition;
import com.omnify.model.Channel;
import com.omnify.model.DispatchKind;
import com.omnify.model.EnrollmentStatus;
import com.omnify.model.PhoneType;
import com.omnify.model.StepKind;
import com.omnify.scheduler.enrollment.policy.Due;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.LogLine;
import com.omnify.scheduler.enrollment.policy.Move;
import com.omnify.scheduler.enrollment.policy.Person;
import com.omnify.scheduler.sequence.policy.OnSuccess;
import com.omnify.scheduler.sequence.policy.SequencePlan;
import com.omnify.scheduler.sequence.policy.SkipRule;
import com.omnify.scheduler.sequence.policy.Step;
import com.omnify.scheduler.timing.policy.Timetable;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StepPolicyTest {

  private static final SequencePlan TWO = plan(sms(1), sms(2));

  private static DueStep due(Enrollment enrollment, Person person, SequencePlan plan) {
    return new DueStep(enrollment, person, plan, TIMETABLE, true, FRESH);
  }

  private static Move carryOut(DueStep due, Instant now) {
    return StepMoves.carryOut(due, StepPolicy.decide(due, now), new Moment(now, MOMENT.nextLook()));
  }

  private static Person person(PhoneType type, boolean valid, Channel... suppressed) {
    return person(type, valid, Set.of(suppressed), ADA.agreed(), Set.of());
  }

  private static Person person(
      PhoneType type,
      boolean valid,
      Set<Channel> suppressed,
      Set<Channel> agreed,
      Set<Channel> declined) {
    return new Person(
        ADA.id(),
        ADA.phone(),
        valid,
        type,
        ADA.email(),
        true,
        ADA.where(),
        suppressed,
        agreed,
        declined);
  }

  @Test
  void aDueStepIsSentAndTheEnrollmentParkedOnIt() {
    Move move = carryOut(due(at(1), ADA, TWO), NOW);
    assertThat(move.after().place().openDispatch()).isEqualTo(FRESH);
    assertThat(move.after().place().attempt()).isEqualTo(1);
    assertThat(move.due()).isEqualTo(new Due.WatchAt(MOMENT.nextLook(), true));
    assertThat(move.opening()).isNotNull();
    assertThat(move.opening().kind()).isEqualTo(DispatchKind.STEP);
    assertThat(move.opening().stepId()).isEqualTo(stepId(1));
  }

  @Test
  void whatFailedBeforeIsSentAsARetry() {
    Enrollment failedOnce = at(1).open(Stories.DISPATCH).close();
    Move move = carryOut(due(failedOnce, ADA, TWO), NOW);
    assertThat(move.opening().kind()).isEqualTo(DispatchKind.RETRY);
    assertThat(move.opening().attempt()).isEqualTo(2);
  }

  @Test
  void outsideTheWindowItWaits() {
    Instant night = Instant.parse("2026-03-04T03:00:00Z");
    Move move = carryOut(due(at(1), ADA, TWO), night);
    Instant morning = Instant.parse("2026-03-04T13:00:00Z");
    assertThat(move.due()).isEqualTo(new Due.StepAt(morning, true, false));
    assertThat(move.after().place().nextStepAt()).isEqualTo(morning);
    assertThat(move.log()).extracting(LogLine::decision).containsExactly("deferred");
    assertThat(move.log().getFirst().words()).startsWith("Deferred to Wed 8:00 (America/New_York)");
  }

  @Test
  void aSequenceThatIsOffSendsNothingAndRemembersWhenItWasDue() {
    var due = new DueStep(at(1), ADA, TWO, TIMETABLE, false, FRESH);
    Move move = carryOut(due, NOW);
    assertThat(move.opening()).isNull();
    assertThat(move.after().place().nextStepAt()).isEqualTo(NOW);
    assertThat(move.due()).isEqualTo(new Due.StepAt(NOW.plus(Duration.ofDays(1)), true, false));
  }

  @Test
  void theSuppressedAreLetGo() {
    Move move = carryOut(due(at(1), person(PhoneType.MOBILE, true, Channel.SMS), TWO), NOW);
    assertThat(move.after().standing().status()).isEqualTo(EnrollmentStatus.OPTED_OUT);
    assertThat(move.due()).isEqualTo(new Due.Nothing());
  }

  @Test
  void aLandlineIsNotTexted() {
    Move move = carryOut(due(at(1), person(PhoneType.LANDLINE, true), TWO), NOW);
    assertThat(move.opening()).isNull();
    assertThat(move.skipped()).containsExactly(new Move.Skipped(stepId(1), "no_sms"));
    assertThat(move.after().place().stepId()).isEqualTo(stepId(2));
  }

  @Test
  void aLandlineIsCalled() {
    var plan = plan(voice(1), sms(2));
    Move move = carryOut(due(at(1), person(PhoneType.LANDLINE, true), plan), NOW);
    assertThat(move.opening()).isNotNull();
    assertThat(move.opening().channel()).isEqualTo(Channel.VOICE);
    assertThat(move.log().getFirst().words()).startsWith("Calling: step 1 is due");
  }

  @Test
  void whoHasNotAgreedIsNotCalled() {
    var plan = plan(voice(1), sms(2));
    var silent = person(PhoneType.MOBILE, true, Set.of(), Set.of(), Set.of());
    var declined =
        person(PhoneType.MOBILE, true, Set.of(), Set.of(), Set.of(Channel.VOICE, Channel.SMS));
    var wrong = person(PhoneType.MOBILE, false);
    for (Person person : List.of(silent, declined, wrong)) {
      Move move = carryOut(due(at(1), person, plan), NOW);
      assertThat(move.opening()).isNull();
      assertThat(move.skipped()).containsExactly(new Move.Skipped(stepId(1), "no_voice"));
    }
    // A text needs no yes, but a no is one.
    assertThat(carryOut(due(at(1), silent, TWO), NOW).opening()).isNotNull();
    assertThat(carryOut(due(at(1), declined, TWO), NOW).opening()).isNull();
  }

  /** START lifts the suppression of texts only. */
  @Test
  void whoCameBackByTextIsTextedAndNotCalled() {
    var plan = plan(voice(1), sms(2));
    var back = person(PhoneType.MOBILE, true, Channel.VOICE, Channel.EMAIL);
    Move call = carryOut(due(at(1), back, plan), NOW);
    assertThat(call.skipped()).containsExactly(new Move.Skipped(stepId(1), "suppressed"));
    assertThat(carryOut(due(at(2), back, plan), NOW).opening()).isNotNull();
    var out = person(PhoneType.MOBILE, true, Channel.SMS, Channel.VOICE, Channel.EMAIL);
    assertThat(carryOut(due(at(1), out, plan), NOW).after().standing().status())
        .isEqualTo(EnrollmentStatus.OPTED_OUT);
  }

  @Test
  void onlyWhoWasLeftAMessageIsAskedAboutIt() {
    var plan = plan(skipping(1, new SkipRule.UnlessVoicemail()), sms(2));
    Enrollment left = at(1).flagCalled(CallDisposition.VOICEMAIL);
    assertThat(carryOut(due(left, ADA, plan), NOW).opening()).isNotNull();
    assertThat(carryOut(due(at(1), ADA, plan), NOW).opening()).isNull();
    Enrollment spoken = left.flagCalled(CallDisposition.ANSWERED);
    assertThat(carryOut(due(spoken, ADA, plan), NOW).opening()).isNull();
    assertThat(spoken.flags().answeredCall()).isTrue();
  }

  private static Step voice(int position) {
    return step(position, StepKind.VOICE, new OnSuccess.Continue(), new OnSuccess.Continue());
  }

  @Test
  void skippingGoesOnToTheNextStepWithItsDelay() {
    var plan = plan(skipping(1, new SkipRule.Replied()), sms(2));
    Move move = carryOut(due(at(1).flagReplied(), ADA, plan), NOW);
    assertThat(move.after().place().stepId()).isEqualTo(stepId(2));
    assertThat(move.due()).isEqualTo(new Due.StepAt(NOW.plus(Duration.ofDays(1)), true, false));
    assertThat(carryOut(due(at(1), ADA, plan), NOW).opening()).isNotNull();
  }

  @Test
  void skippingTheLastStepEndsTheSequence() {
    var plan = plan(skipping(1, new SkipRule.NotBefore(NOW.plusSeconds(1))));
    Move move = carryOut(due(at(1), ADA, plan), NOW);
    assertThat(move.after().standing().status()).isEqualTo(EnrollmentStatus.COMPLETED);
    assertThat(move.after().place().stepId()).isNull();
  }

  @Test
  void datesSkipHalfOpen() {
    var before = plan(skipping(1, new SkipRule.NotBefore(NOW)));
    var after = plan(skipping(1, new SkipRule.NotAfter(NOW)));
    assertThat(StepPolicy.decide(due(at(1), ADA, before), NOW))
        .isInstanceOf(StepDecision.Send.class);
    assertThat(StepPolicy.decide(due(at(1), ADA, after), NOW))
        .isInstanceOf(StepDecision.Send.class);
    assertThat(StepPolicy.decide(due(at(1), ADA, after), NOW.plusMillis(1)))
        .isInstanceOf(StepDecision.Skip.class);
  }

  @Test
  void aWaitLeadsOn() {
    var wait = step(1, StepKind.WAIT, new OnSuccess.Continue(), new OnSuccess.Continue());
    Move move = carryOut(due(at(1), ADA, plan(wait, sms(2))), NOW);
    assertThat(move.after().place().stepId()).isEqualTo(stepId(2));
    assertThat(move.after().tally().stepsDone()).isEqualTo(1);
    assertThat(move.opening()).isNull();
  }

  @Test
  void aStepThatIsGoneIsHeldForAPerson() {
    Move move = carryOut(due(at(5), ADA, TWO), NOW);
    assertThat(move.after().standing().status()).isEqualTo(EnrollmentStatus.PAUSED);
    assertThat(move.after().standing().needsHuman()).isTrue();
    assertThat(List.of(move.due())).containsExactly(new Due.Nothing());
  }

  /** Three in 24 hours, by any sequence: the fourth waits until the first is a day old. */
  @Test
  void whoIsCountedByLawIsNotSpokenToOnceTooOften() {
    var cap =
        new Rule(
            new UUID(7, 7),
            1,
            "US",
            Channel.SMS,
            new Rule.Says.Cap(3),
            LocalDate.of(2020, 1, 1),
            null);
    var timetable =
        new Timetable(
            TIMETABLE.zones(),
            TIMETABLE.sendWindow(),
            TIMETABLE.businessHours(),
            new Law(new RuleSet(1, List.of(cap)), ADA.where()));
    var first = NOW.minus(Duration.ofHours(23));
    var three = List.of(first, NOW.minusSeconds(60), NOW.minusSeconds(30));
    var due = new DueStep(at(1), ADA, TWO, timetable, true, FRESH, three);
    assertThat(StepPolicy.decide(due, NOW))
        .isInstanceOfSatisfying(
            StepDecision.Defer.class,
            defer -> {
              assertThat(defer.code()).isEqualTo("contact_cap");
              assertThat(defer.until()).isEqualTo(first.plus(Duration.ofHours(24)));
            });
    var two = new DueStep(at(1), ADA, TWO, timetable, true, FRESH, three.subList(1, 3));
    assertThat(StepPolicy.decide(two, NOW)).isInstanceOf(StepDecision.Send.class);
  }
}
