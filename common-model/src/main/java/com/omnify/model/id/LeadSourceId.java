package com.omnify.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** One form or campaign that leads come from. */
public record LeadSourceId(@JsonValue UUID value) implements Id {

  @JsonCreator
  public LeadSourceId {
    Id.requireValue(value, "LeadSourceId");
  }

  /** Reads the canonical text form; throws {@link IllegalArgumentException} where it is none. */
  public static LeadSourceId of(String text) {
    return new LeadSourceId(Id.parse(text, "LeadSourceId"));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
