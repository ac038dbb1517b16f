package com.omnify.healer.diagnosis.policy;

/** What a failure told about the contact's number. */
public enum PhoneFact {
  IS_INVALID,
  IS_LANDLINE
}
