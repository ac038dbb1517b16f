package com.omnify.model;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;

/** Why a dispatch was withdrawn or given back before its fence. */
public enum HoldReason implements WireEnum {
  SUPPRESSED,
  ENROLLMENT_NOT_ACTIVE,
  QUIET_HOURS,
  SENDER_DAILY_CAP,
  SENDER_RATE,
  PROVIDER_PAUSED,
  /** An identity variable without default is empty: a person must fill it. */
  MISSING_VARIABLE,
  /** The template cannot be rendered. */
  TEMPLATE_FAULT,
  NO_SENDER,
  NO_ADDRESS,
  @JsonEnumDefaultValue
  OTHER
}
