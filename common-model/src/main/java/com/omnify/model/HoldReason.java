package com.omnify.model;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;

/** Why a dispatch was withdrawn or given back before its fence. */
public enum HoldReason implements WireEnum {
  SUPPRESSED,
  ENROLLMENT_NOT_ACTIVE,
  QUIET_HOURS,
  /** The sequence is switched off, or its client is suspended. */
  SWITCHED_OFF,
  SENDER_DAILY_CAP,
  SENDER_RATE,
  /** As much is under way at the provider account as may be; it did not become less in time. */
  PROVIDER_BUSY,
  /** The provider account does not answer, or answers with errors of its own. */
  PROVIDER_UNAVAILABLE,
  /** The provider refuses our account: an operator must act. */
  ACCOUNT_PROBLEM,
  /** An identity variable without default is empty: a person must fill it. */
  MISSING_VARIABLE,
  /** The template cannot be rendered. */
  TEMPLATE_FAULT,
  NO_SENDER,
  NO_ADDRESS,
  /** What it was to say is true no more. */
  OBSOLETE,
  @JsonEnumDefaultValue
  OTHER
}
