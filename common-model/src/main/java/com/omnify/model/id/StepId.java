package com.omnify.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** A step of a sequence; it survives versions. */
public record StepId(@JsonValue UUID value) implements Id {

  @JsonCreator
  public StepId {
    Id.requireValue(value, "StepId");
  }

  /** Reads the canonical text form; throws {@link IllegalArgumentException} where it is none. */
  public static StepId of(String text) {
    return new StepId(Id.parse(text, "StepId"));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
