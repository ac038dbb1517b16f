package com.omnify.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** One thing said, in or out. */
public record InteractionId(@JsonValue UUID value) implements Id {

  @JsonCreator
  public InteractionId {
    Id.requireValue(value, "InteractionId");
  }

  /** Reads the canonical text form; throws {@link IllegalArgumentException} where it is none. */
  public static InteractionId of(String text) {
    return new InteractionId(Id.parse(text, "InteractionId"));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
