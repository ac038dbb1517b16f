package com.omnify.model;

/** Why a dispatch was born. */
public enum DispatchKind implements WireEnum {
  /** A step of the sequence. */
  STEP,
  /** A further attempt at a step after a definite failure. */
  RETRY,
  /** Typed by a person. */
  MANUAL,
  /**
   * Tells a person that their opt-out is in force. The only kind that may be sent to a suppressed
   * address, once for each suppression.
   */
  OPT_OUT_CONFIRMATION
}
