package com.omnify.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** A sequence, whatever its version. */
public record SequenceId(@JsonValue UUID value) implements Id {

  @JsonCreator
  public SequenceId {
    Id.requireValue(value, "SequenceId");
  }

  /** Reads the canonical text form; throws {@link IllegalArgumentException} where it is none. */
  public static SequenceId of(String text) {
    return new SequenceId(Id.parse(text, "SequenceId"));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
