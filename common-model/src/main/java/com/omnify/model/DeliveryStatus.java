package com.omnify.model;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;

/**
 * What the provider says of an accepted message. The order is the rank: a later report of a lower
 * rank changes nothing.
 */
public enum DeliveryStatus implements WireEnum {
  @JsonEnumDefaultValue
  QUEUED,
  SENT,
  DELIVERED,
  UNDELIVERED,
  FAILED;

  /** The provider says no more after this. */
  public boolean isFinal() {
    return ordinal() >= DELIVERED.ordinal();
  }

  public boolean isFailure() {
    return this == UNDELIVERED || this == FAILED;
  }
}
