package com.omnify.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** One attempt to say one thing on one channel. The interaction it says carries the same value. */
public record DispatchId(@JsonValue UUID value) implements Id {

  @JsonCreator
  public DispatchId {
    Id.requireValue(value, "DispatchId");
  }

  /** Reads the canonical text form; throws {@link IllegalArgumentException} where it is none. */
  public static DispatchId of(String text) {
    return new DispatchId(Id.parse(text, "DispatchId"));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
