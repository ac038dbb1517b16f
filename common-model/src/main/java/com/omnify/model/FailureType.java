package com.omnify.model;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;

/**
 * Why something could not be said: a provider's code or a call's end reason, in the field's words.
 */
public enum FailureType implements WireEnum {
  SMS_UNDELIVERED,
  /** Refused because of the sender, the campaign or a filter: never the contact's fault. */
  SMS_FAILED,
  INVALID_NUMBER,
  LANDLINE_DETECTED,
  /** The provider knows that this person opted out. */
  RECIPIENT_OPTED_OUT,
  CAPACITY_EXHAUSTED,
  /** Credentials, account state: the operator must act. */
  ACCOUNT_PROBLEM,
  EMAIL_BOUNCED,
  EMAIL_SPAM,
  CALL_NO_ANSWER,
  CALL_BUSY,
  CALL_FAILED,
  /** The request never reached the provider. */
  UNREACHABLE_PROVIDER,
  /** What we asked was malformed: ours to mend. */
  BAD_REQUEST,
  @JsonEnumDefaultValue
  OTHER
}
