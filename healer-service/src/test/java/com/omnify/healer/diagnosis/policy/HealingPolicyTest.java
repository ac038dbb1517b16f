package com.omnify.healer.diagnosis.policy;

import static com.omnify.model.FailureType.ACCOUNT_PROBLEM;
import static com.omnify.model.FailureType.BAD_REQUEST;
import static com.omnify.model.FailureType.CAPACITY_EXHAUSTED;
import static com.omnify.model.FailureType.INVALID_NUMBER;
import static com.omnify.model.FailureType.LANDLINE_DETECTED;
import static com.omnify.model.FailureType.OTHER;
import static com.omnify.model.FailureType.RECIPIENT_OPTED_OUT;
import static com.omnify.model.FailureType.SMS_FAILED;
import static com.omnify.model.FailureType.SMS_UNDELIVERED;
import static com.omnify.model.FailureType.UNREACHABLE_PROVIDER;
import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.healer.diagnosis.policy.HealingAction.ApplyOnFailure;
import com.omnify.healer.diagnosis.policy.HealingAction.EndEnrollment;
import com.omnify.healer.diagnosis.policy.HealingAction.EndReason;
import com.omnify.healer.diagnosis.policy.HealingAction.LeaveToItsAuthor;
import com.omnify.healer.diagnosis.policy.HealingAction.PauseEnrollment;
import com.omnify.healer.diagnosis.policy.HealingAction.PauseReason;
import com.omnify.healer.diagnosis.policy.HealingAction.Retry;
import com.omnify.model.FailureType;
import com.omnify.model.PhoneType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HealingPolicyTest {

  private static final Reachability MOBILE = new Reachability(true, PhoneType.MOBILE, true);

  @Test
  void firstUndeliveredSmsIsSentAgainAfterFiveMinutes() {
    assertThat(action(SMS_UNDELIVERED, 1)).isEqualTo(new Retry(Duration.ofMinutes(5)));
  }

  @Test
  void secondUndeliveredSmsIsLeftToTheStepsRule() {
    assertThat(action(SMS_UNDELIVERED, 2, SMS_UNDELIVERED)).isEqualTo(new ApplyOnFailure());
  }

  @Test
  void undeliveredSmsAfterAFullQueueIsStillTheFirst() {
    assertThat(action(SMS_UNDELIVERED, 2, CAPACITY_EXHAUSTED))
        .isEqualTo(new Retry(Duration.ofMinutes(5)));
  }

  @Test
  void invalidNumberEndsAndIsRemembered() {
    var diagnosis = diagnose(INVALID_NUMBER, 1, MOBILE);
    assertThat(diagnosis.action()).isEqualTo(new EndEnrollment(EndReason.INVALID_NUMBER));
    assertThat(diagnosis.learned()).contains(PhoneFact.IS_INVALID);
  }

  @Test
  void landlineEndsAndIsRemembered() {
    var diagnosis = diagnose(LANDLINE_DETECTED, 1, MOBILE);
    assertThat(diagnosis.action()).isEqualTo(new EndEnrollment(EndReason.LANDLINE_DETECTED));
    assertThat(diagnosis.learned()).contains(PhoneFact.IS_LANDLINE);
  }

  @Test
  void whatIsKnownIsNotLearnedAgain() {
    assertThat(
            diagnose(INVALID_NUMBER, 1, new Reachability(true, PhoneType.MOBILE, false)).learned())
        .isEmpty();
    assertThat(
            diagnose(LANDLINE_DETECTED, 1, new Reachability(true, PhoneType.LANDLINE, true))
                .learned())
        .isEmpty();
  }

  @Test
  void failureOfTheOldNumberIsNotBlamedOnTheNewOne() {
    var corrected = new Reachability(false, PhoneType.MOBILE, true);
    assertThat(diagnose(INVALID_NUMBER, 1, corrected).learned()).isEmpty();
    assertThat(diagnose(INVALID_NUMBER, 1, Reachability.UNKNOWN).learned()).isEmpty();
  }

  @Test
  void optedOutRecipientIsNeverHealedByPhone() {
    assertThat(action(RECIPIENT_OPTED_OUT, 1))
        .isEqualTo(new EndEnrollment(EndReason.RECIPIENT_OPTED_OUT));
  }

  @Test
  void refusedSenderPausesAndBlamesNobody() {
    var diagnosis = diagnose(SMS_FAILED, 1, MOBILE);
    assertThat(diagnosis.action()).isEqualTo(new PauseEnrollment(PauseReason.SENDER_REFUSED));
    assertThat(diagnosis.learned()).isEmpty();
  }

  @Test
  void accountProblemWaitsForAPerson() {
    assertThat(action(ACCOUNT_PROBLEM, 1))
        .isEqualTo(new PauseEnrollment(PauseReason.ACCOUNT_PROBLEM));
  }

  @Test
  void fullQueueIsTriedAgainUntilTheBound() {
    assertThat(action(CAPACITY_EXHAUSTED, 1)).isEqualTo(new Retry(Duration.ofMinutes(15)));
    assertThat(action(CAPACITY_EXHAUSTED, 7)).isEqualTo(new Retry(Duration.ofMinutes(15)));
    assertThat(action(CAPACITY_EXHAUSTED, 8)).isEqualTo(new ApplyOnFailure());
  }

  @Test
  void waitForAnUnreachableProviderGrowsToAnHour() {
    var waits = new ArrayList<Long>();
    var earlier = new ArrayList<FailureType>();
    for (int attempt = 1; attempt <= 7; attempt++) {
      var diagnosis =
          HealingPolicy.diagnose(
              new Failure(UNREACHABLE_PROVIDER, attempt, true), new History(earlier), MOBILE);
      assertThat(diagnosis.action()).isInstanceOf(Retry.class);
      waits.add(((Retry) diagnosis.action()).after().toMinutes());
      earlier.add(UNREACHABLE_PROVIDER);
    }
    assertThat(waits).containsExactly(1L, 4L, 16L, 60L, 60L, 60L, 60L);
    assertThat(
            HealingPolicy.diagnose(
                    new Failure(UNREACHABLE_PROVIDER, 8, true), new History(earlier), MOBILE)
                .action())
        .isEqualTo(new ApplyOnFailure());
  }

  @Test
  void whatRepeatingDoesNotMendIsLeftToTheStepsRule() {
    assertThat(action(BAD_REQUEST, 1)).isEqualTo(new ApplyOnFailure());
    assertThat(action(OTHER, 1)).isEqualTo(new ApplyOnFailure());
  }

  @ParameterizedTest
  @EnumSource(FailureType.class)
  void noFailureIsRepeatedPastTheBound(FailureType type) {
    for (int attempt = HealingPolicy.MOST_ATTEMPTS; attempt < 20; attempt++) {
      assertThat(action(type, attempt)).isNotInstanceOf(Retry.class);
    }
  }

  @ParameterizedTest
  @EnumSource(FailureType.class)
  void whatAPersonTypedIsLeftToThatPerson(FailureType type) {
    var diagnosis = HealingPolicy.diagnose(new Failure(type, 1, false), History.NONE, MOBILE);
    assertThat(diagnosis.action()).isEqualTo(new LeaveToItsAuthor());
    assertThat(diagnosis.reason()).isNotBlank();
  }

  private static HealingAction action(FailureType type, int attempt, FailureType... earlier) {
    return HealingPolicy.diagnose(
            new Failure(type, attempt, true), new History(Arrays.asList(earlier)), MOBILE)
        .action();
  }

  private static Diagnosis diagnose(FailureType type, int attempt, Reachability contact) {
    return HealingPolicy.diagnose(
        new Failure(type, attempt, true), new History(List.of()), contact);
  }
}
