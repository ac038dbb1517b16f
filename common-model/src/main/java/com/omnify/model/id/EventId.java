package com.omnify.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** One event; listeners tell repeats by it. */
public record EventId(@JsonValue UUID value) implements Id {

  @JsonCreator
  public EventId {
    Id.requireValue(value, "EventId");
  }

  /** Reads the canonical text form; throws {@link IllegalArgumentException} where it is none. */
  public static EventId of(String text) {
    return new EventId(Id.parse(text, "EventId"));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
