package com.omnify.healer.diagnosis.policy;

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
import java.util.Optional;

/** What to do about a failure, from the failure, its history and how the contact can be reached. */
public final class HealingPolicy {

  /** So many dispatches of one step, whatever failed: then its own rule decides. */
  public static final int MOST_ATTEMPTS = 8;

  static final Duration AFTER_UNDELIVERED = Duration.ofMinutes(5);
  static final Duration AFTER_CAPACITY = Duration.ofMinutes(15);
  static final Duration AFTER_UNREACHABLE = Duration.ofMinutes(1);
  static final int UNREACHABLE_GROWTH = 4;
  static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private HealingPolicy() {}

  public static Diagnosis diagnose(Failure failure, History history, Reachability contact) {
    Diagnosis diagnosis = decide(failure, history, contact);
    return failure.inSequence()
        ? diagnosis
        : new Diagnosis(new LeaveToItsAuthor(), diagnosis.reason(), diagnosis.learned());
  }

  private static Diagnosis decide(Failure failure, History history, Reachability contact) {
    return switch (failure.type()) {
      case SMS_UNDELIVERED ->
          history.times(FailureType.SMS_UNDELIVERED) == 0
              ? retry(failure, AFTER_UNDELIVERED, "It was not delivered; once more in a while")
              : rule("It was not delivered for the second time");
      case INVALID_NUMBER ->
          new Diagnosis(
              new EndEnrollment(EndReason.INVALID_NUMBER),
              "The provider says that there is no such number",
              news(contact, PhoneFact.IS_INVALID));
      case LANDLINE_DETECTED ->
          new Diagnosis(
              new EndEnrollment(EndReason.LANDLINE_DETECTED),
              "The number is a landline, which takes no SMS",
              news(contact, PhoneFact.IS_LANDLINE));
      case RECIPIENT_OPTED_OUT ->
          Diagnosis.of(
              new EndEnrollment(EndReason.RECIPIENT_OPTED_OUT),
              "The provider knows that this person opted out");
      // Not the contact's fault: repeating it would only confirm the carrier in its view of us.
      case SMS_FAILED, EMAIL_SPAM ->
          Diagnosis.of(
              new PauseEnrollment(PauseReason.SENDER_REFUSED),
              "The sender or its registration was refused: nothing is wrong with the contact");
      case ACCOUNT_PROBLEM ->
          Diagnosis.of(
              new PauseEnrollment(PauseReason.ACCOUNT_PROBLEM),
              "The provider refuses our account: its credentials or its state need a person");
      case CAPACITY_EXHAUSTED ->
          retry(failure, AFTER_CAPACITY, "The provider has no room for it now");
      case UNREACHABLE_PROVIDER ->
          retry(failure, growing(history), "The provider could not be reached; nothing was sent");
      case BAD_REQUEST ->
          rule("The provider calls our request malformed; repeating changes nothing");
      case EMAIL_BOUNCED, CALL_NO_ANSWER, CALL_BUSY, CALL_FAILED ->
          rule("There is no cure for this on the channel it happened on");
      case OTHER -> rule("The provider's code is not known to us");
    };
  }

  private static Diagnosis retry(Failure failure, Duration after, String reason) {
    return failure.attempt() >= MOST_ATTEMPTS
        ? rule(reason + ", for the " + MOST_ATTEMPTS + "th time: no more attempts")
        : Diagnosis.of(new Retry(after), reason);
  }

  private static Diagnosis rule(String reason) {
    return Diagnosis.of(new ApplyOnFailure(), reason);
  }

  /** A short break is waited out quickly, a long one is not hammered at. */
  private static Duration growing(History history) {
    Duration wait = AFTER_UNREACHABLE;
    for (int n = history.times(FailureType.UNREACHABLE_PROVIDER); n > 0; n--) {
      wait = wait.multipliedBy(UNREACHABLE_GROWTH);
      if (wait.compareTo(LONGEST_WAIT) >= 0) {
        return LONGEST_WAIT;
      }
    }
    return wait;
  }

  /** A failure of yesterday's number says nothing about today's. */
  private static Optional<PhoneFact> news(Reachability contact, PhoneFact fact) {
    boolean known =
        switch (fact) {
          case IS_INVALID -> !contact.phoneValid();
          case IS_LANDLINE -> contact.phoneType() == PhoneType.LANDLINE;
        };
    return contact.sameNumber() && !known ? Optional.of(fact) : Optional.empty();
  }
}
