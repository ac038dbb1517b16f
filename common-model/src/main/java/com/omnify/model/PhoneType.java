package com.omnify.model;

/** What kind of line a number is. */
public enum PhoneType implements WireEnum {
  MOBILE,
  LANDLINE,
  VOIP,
  UNKNOWN
}
