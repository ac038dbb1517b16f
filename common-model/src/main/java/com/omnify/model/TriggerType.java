package com.omnify.model;

/** What puts a contact into a sequence. */
public enum TriggerType implements WireEnum {
  MANUAL,
  NEW_LEAD,
  TAG_ADDED,
  STATUS_CHANGED,
  FORM_SUBMITTED,
  MISSED_CALL,
  SCHEDULE
}
