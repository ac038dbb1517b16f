package com.omnify.model;

/** Why a dispatch was born. */
public enum DispatchKind implements WireEnum {
  /** A step of the sequence. */
  STEP,
  /** A further attempt at a step after a definite failure. */
  RETRY,
  /** Typed by a person. */
  MANUAL
}
