package com.omnify.healer.diagnosis.policy;

import com.omnify.model.PhoneType;

/**
 * How the contact can be reached, as far as we know.
 *
 * @param sameNumber whether the number that failed is still the contact's: a person may have
 *     corrected it since
 * @param phoneValid false where a failure has proved the number wrong before
 */
public record Reachability(boolean sameNumber, PhoneType phoneType, boolean phoneValid) {

  /** Nothing is known; not even whether the contact is still there. */
  public static final Reachability UNKNOWN = new Reachability(false, PhoneType.UNKNOWN, true);
}
