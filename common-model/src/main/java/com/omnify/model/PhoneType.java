package com.omnify.model;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;

/** What kind of line a number is. */
public enum PhoneType implements WireEnum {
  MOBILE,
  LANDLINE,
  VOIP,
  @JsonEnumDefaultValue
  UNKNOWN
}
