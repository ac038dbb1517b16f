package com.omnify.scheduler.dispatch.policy;

import static com.omnify.scheduler.dispatch.policy.Stories.ADA;
import static com.omnify.scheduler.dispatch.policy.Stories.DAY;
import static com.omnify.scheduler.dispatch.policy.Stories.FRESH;
import static com.omnify.scheduler.dispatch.policy.Stories.MOMENT;
import static com.omnify.scheduler.dispatch.policy.Stories.NOW;
import static com.omnify.scheduler.dispatch.policy.Stories.TIMETABLE;
import static com.omnify.scheduler.dispatch.policy.Stories.at;
import static com.omnify.scheduler.dispatch.policy.Stories.plan;
import static com.omnify.scheduler.dispatch.policy.Stories.sms;
import static com.omnify.scheduler.dispatch.policy.Stories.step;
import static com.omnify.scheduler.dispatch.policy.Stories.stepId;
import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.EnrollmentStatus;
import com.omnify.model.StepKind;
import com.omnify.model.id.OrderId;
import com.omnify.scheduler.dispatch.policy.ErrandPolicy.Waiting;
import com.omnify.scheduler.enrollment.policy.Due;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.LogLine;
import com.omnify.scheduler.enrollment.policy.Move;
import com.omnify.scheduler.enrollment.policy.Move.Errand;
import com.omnify.scheduler.enrollment.policy.Move.OrderState;
import com.omnify.scheduler.sequence.policy.Conditions.Facts;
import com.omnify.scheduler.sequence.policy.Delay;
import com.omnify.scheduler.sequence.policy.OnSuccess;
import com.omnify.scheduler.sequence.policy.SequencePlan;
import com.omnify.scheduler.sequence.policy.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ErrandPolicyTest {

  private static final OrderId ORDER = new OrderId(FRESH.value());
  private static final SequencePlan PLAN =
      plan(
          step(1, StepKind.WEBHOOK, new OnSuccess.Continue(), new OnSuccess.Jump(stepId(3))),
          sms(2),
          sms(3));

  private static Parked parked() {
    return new Parked(at(1).open(FRESH), PLAN, TIMETABLE);
  }

  private static Waiting waiting(Duration age) {
    return new Waiting(ORDER, StepKind.WEBHOOK, 1, NOW.minus(age));
  }

  @Test
  void aStepThatSomebodyElseDoesParksTheEnrollment() {
    var due = new DueStep(at(1), ADA, PLAN, TIMETABLE, true, FRESH);
    Move move = StepMoves.carryOut(due, StepPolicy.decide(due, NOW), MOMENT);
    assertThat(move.after().waitsFor(ErrandPolicy.token(ORDER))).isTrue();
    assertThat(move.errand()).isEqualTo(new Errand.Place(ORDER, stepId(1), StepKind.WEBHOOK, 1));
    assertThat(move.opening()).isNull();
    assertThat(move.due()).isEqualTo(new Due.WatchAt(MOMENT.nextLook(), false));
  }

  @Test
  void itGoesOnWhenThatIsDoneAndElsewhereWhenItFailed() {
    Move done = ErrandPolicy.executed(parked(), ORDER, true, "http_200", NOW);
    assertThat(done.after().place().stepId()).isEqualTo(stepId(2));
    assertThat(done.after().place().openDispatch()).isNull();
    assertThat(done.after().place().nextStepAt()).isEqualTo(NOW.plus(DAY));
    assertThat(done.errand()).isEqualTo(new Errand.Settle(ORDER, OrderState.DONE, "http_200"));
    Move failed = ErrandPolicy.executed(parked(), ORDER, false, "timeout", NOW);
    assertThat(failed.after().place().stepId()).isEqualTo(stepId(3));
    assertThat(failed.errand()).isEqualTo(new Errand.Settle(ORDER, OrderState.FAILED, "timeout"));
    assertThat(failed.log())
        .extracting(LogLine::words)
        .contains("Failed: it could not be done (timeout)");
  }

  @Test
  void whatIsRepeatedOrBelatedMovesNothing() {
    Move done = ErrandPolicy.executed(parked(), ORDER, true, null, NOW);
    var after = parked().with(done.after());
    assertThat(ErrandPolicy.executed(after, ORDER, true, null, NOW).isNone()).isTrue();
    assertThat(ErrandPolicy.executed(after, ORDER, false, null, NOW).isNone()).isTrue();
    var other = new OrderId(new UUID(8, 8));
    assertThat(ErrandPolicy.executed(parked(), other, true, null, NOW).isNone()).isTrue();
  }

  @Test
  void silenceIsAnsweredByAskingAgainForADay() {
    Move again = ErrandPolicy.look(parked(), waiting(Duration.ofHours(23)), NOW, MOMENT);
    assertThat(again.errand()).isEqualTo(new Errand.Place(ORDER, stepId(1), StepKind.WEBHOOK, 1));
    assertThat(again.after()).isEqualTo(parked().enrollment());
    Move over = ErrandPolicy.look(parked(), waiting(Duration.ofHours(24)), NOW, MOMENT);
    assertThat(over.after().place().stepId()).isEqualTo(stepId(3));
    assertThat(over.errand()).isEqualTo(new Errand.Settle(ORDER, OrderState.GIVEN_UP, "no_answer"));
  }

  @Test
  void whatIsPausedOrOverSendsNothingMore() {
    Enrollment paused = parked().enrollment().pause("paused_by_person", false);
    Move done = ErrandPolicy.executed(parked().with(paused), ORDER, true, null, NOW);
    assertThat(done.due()).isEqualTo(new Due.Nothing());
    assertThat(done.after().place().stepId()).isEqualTo(stepId(2));
    Enrollment over = parked().enrollment().end(EnrollmentStatus.REPLIED, "reply_received", NOW);
    Move late = ErrandPolicy.executed(parked().with(over), ORDER, true, null, NOW);
    assertThat(late.after().standing().status()).isEqualTo(EnrollmentStatus.REPLIED);
    assertThat(late.after().place().openDispatch()).isNull();
    assertThat(late.errand()).isEqualTo(new Errand.Settle(ORDER, OrderState.DONE, null));
  }

  private static Step asking(Object then, Object otherwise, String match, Object... when) {
    return new Step(
        stepId(1),
        1,
        "Which way?",
        StepKind.CONDITION,
        new Delay.Immediate(),
        Map.of("when", List.of(when), "match", match, "then", then, "else", otherwise),
        List.of(),
        new OnSuccess.Continue(),
        new OnSuccess.Continue(),
        false);
  }

  private static Move asked(Step condition, Facts facts) {
    var due = new DueStep(at(1), ADA, plan(condition, sms(2), sms(3)), TIMETABLE, true, FRESH);
    return StepMoves.carryOut(due, StepPolicy.decide(due, facts, NOW), MOMENT);
  }

  @Test
  void aConditionLeadsWhereItsAnswerSays() {
    var opened = Map.of("field", "opened", "op", "equals", "value", true);
    var roof = Map.of("field", "tags", "op", "contains", "value", "roof");
    Step both = asking(stepId(3).toString(), "end", "all", opened, roof);
    var facts = new Facts(Map.of("opened", "true"), List.of("Roof"));
    Move yes = asked(both, facts);
    assertThat(yes.after().place().stepId()).isEqualTo(stepId(3));
    assertThat(yes.log().getFirst().words())
        .isEqualTo(
            "Asked in step 1 “Which way?”: opened and tags contains “roof”? Yes, so it jumps forward");
    Move no = asked(both, Facts.NONE);
    assertThat(no.after().standing().status()).isEqualTo(EnrollmentStatus.COMPLETED);
    Move one =
        asked(asking("continue", "end", "any", opened, roof), new Facts(Map.of(), List.of("roof")));
    assertThat(one.after().place().stepId()).isEqualTo(stepId(2));
  }

  @Test
  void whatDidNotHappenIsFalseAndMayBeAskedFor() {
    var unopened = Map.of("field", "opened", "op", "equals", "value", "false");
    assertThat(asked(asking("end", "continue", "all", unopened), Facts.NONE).after().hasEnded())
        .isTrue();
  }
}
