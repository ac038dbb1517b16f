package com.omnify.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** A phone number that a client sends from. */
public record PhoneNumberId(@JsonValue UUID value) implements Id {

  @JsonCreator
  public PhoneNumberId {
    Id.requireValue(value, "PhoneNumberId");
  }

  /** Reads the canonical text form; throws {@link IllegalArgumentException} where it is none. */
  public static PhoneNumberId of(String text) {
    return new PhoneNumberId(Id.parse(text, "PhoneNumberId"));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
