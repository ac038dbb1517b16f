package com.omnify.model;

/** Where a contact's way through a sequence stands. */
public enum EnrollmentStatus implements WireEnum {
  ACTIVE,
  PAUSED,
  COMPLETED,
  REPLIED,
  BOOKED,
  CONVERTED,
  OPTED_OUT,
  FAILED,
  STOPPED,
  UNENROLLED;

  /** No step will be taken any more. */
  public boolean ended() {
    return this != ACTIVE && this != PAUSED;
  }
}
