package com.omnify.model;

/** What a sequence is for. */
public enum OutcomeKind implements WireEnum {
  BOOKED,
  CONVERTED
}
