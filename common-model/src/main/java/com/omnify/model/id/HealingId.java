package com.omnify.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** One diagnosis and what was ordered because of it. */
public record HealingId(@JsonValue UUID value) implements Id {

  @JsonCreator
  public HealingId {
    Id.requireValue(value, "HealingId");
  }

  /** Reads the canonical text form; throws {@link IllegalArgumentException} where it is none. */
  public static HealingId of(String text) {
    return new HealingId(Id.parse(text, "HealingId"));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
