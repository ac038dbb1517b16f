package com.omnify.healer.diagnosis.policy;

import java.time.Duration;

/** What to do about a failure. */
public sealed interface HealingAction {

  /**
   * Say it again.
   *
   * @param after fleet time from now
   */
  record Retry(Duration after) implements HealingAction {}

  /** Nothing to heal with: the step's own rule decides. */
  record ApplyOnFailure() implements HealingAction {}

  /** A person must act first, and not because of the contact. */
  record PauseEnrollment(PauseReason reason) implements HealingAction {}

  /** The contact cannot be reached this way. */
  record EndEnrollment(EndReason reason) implements HealingAction {}

  /** There is no step behind it; the person who typed it sees that it failed. */
  record LeaveToItsAuthor() implements HealingAction {}

  enum PauseReason {
    SENDER_REFUSED,
    ACCOUNT_PROBLEM
  }

  enum EndReason {
    INVALID_NUMBER,
    LANDLINE_DETECTED,
    RECIPIENT_OPTED_OUT
  }
}
