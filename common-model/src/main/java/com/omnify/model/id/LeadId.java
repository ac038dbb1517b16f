package com.omnify.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** One request of somebody to be contacted. */
public record LeadId(@JsonValue UUID value) implements Id {

  @JsonCreator
  public LeadId {
    Id.requireValue(value, "LeadId");
  }

  /** Reads the canonical text form; throws {@link IllegalArgumentException} where it is none. */
  public static LeadId of(String text) {
    return new LeadId(Id.parse(text, "LeadId"));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
