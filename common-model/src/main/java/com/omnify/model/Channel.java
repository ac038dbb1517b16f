package com.omnify.model;

/** How something is said. */
public enum Channel implements WireEnum {
  SMS,
  EMAIL,
  VOICE
}
