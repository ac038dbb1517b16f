package com.omnify.model;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;

/** How a call went. */
public enum CallDisposition implements WireEnum {
  /** A person spoke. */
  ANSWERED,
  /** A machine took it; whether a message was left is another matter. */
  VOICEMAIL,
  NO_ANSWER,
  BUSY,
  @JsonEnumDefaultValue
  FAILED;

  /** Somebody or something at the other end heard it. */
  public boolean reached() {
    return this == ANSWERED || this == VOICEMAIL;
  }
}
