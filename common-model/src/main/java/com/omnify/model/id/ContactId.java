package com.omnify.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** A person (or the address of one) that a client talks to. */
public record ContactId(@JsonValue UUID value) implements Id {

  @JsonCreator
  public ContactId {
    Id.requireValue(value, "ContactId");
  }

  /** Reads the canonical text form; throws {@link IllegalArgumentException} where it is none. */
  public static ContactId of(String text) {
    return new ContactId(Id.parse(text, "ContactId"));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
