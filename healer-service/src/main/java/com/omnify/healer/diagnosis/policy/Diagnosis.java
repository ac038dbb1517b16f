package com.omnify.healer.diagnosis.policy;

import java.util.Optional;

/**
 * The answer to one failure.
 *
 * @param reason in words a person understands
 * @param learned what is new about the contact's number
 */
public record Diagnosis(HealingAction action, String reason, Optional<PhoneFact> learned) {

  static Diagnosis of(HealingAction action, String reason) {
    return new Diagnosis(action, reason, Optional.empty());
  }
}
