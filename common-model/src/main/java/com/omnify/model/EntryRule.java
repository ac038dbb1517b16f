package com.omnify.model;

/** Whether a contact who has been here before may enter again. */
public enum EntryRule implements WireEnum {
  ONCE,
  WHEN_NOT_ACTIVE,
  ALWAYS
}
