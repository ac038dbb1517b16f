package com.omnify.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** One row of the suppression list. */
public record SuppressionId(@JsonValue UUID value) implements Id {

  @JsonCreator
  public SuppressionId {
    Id.requireValue(value, "SuppressionId");
  }

  /** Reads the canonical text form; throws {@link IllegalArgumentException} where it is none. */
  public static SuppressionId of(String text) {
    return new SuppressionId(Id.parse(text, "SuppressionId"));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
