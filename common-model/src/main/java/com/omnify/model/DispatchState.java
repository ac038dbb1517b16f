package com.omnify.model;

/** Where an attempt stands. Never back to READY: another attempt is another dispatch. */
public enum DispatchState implements WireEnum {
  /** Waits for a worker. */
  READY,
  /** Behind the fence: the one POST may be under way. */
  SENDING,
  /** The provider took it and gave an id. */
  ACCEPTED,
  /** The provider refused it: nothing was sent. */
  REJECTED,
  /** The request never left: nothing was sent. */
  NOT_SENT,
  /** Only the provider knows. */
  UNKNOWN,
  /** Nobody could find out: for a person to look at. */
  QUARANTINED,
  /** Withdrawn before the fence. */
  CANCELLED,
  /** Its time passed before the fence. */
  EXPIRED,
  /** Handed back with a time: a cap, a rate, a closed window. */
  GIVEN_BACK;

  /** Still able to lead to a message: the enrollment is parked on it. */
  public boolean open() {
    return this == READY || this == SENDING || this == UNKNOWN;
  }
}
