package com.omnify.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** One file of contacts. */
public record ImportId(@JsonValue UUID value) implements Id {

  @JsonCreator
  public ImportId {
    Id.requireValue(value, "ImportId");
  }

  /** Reads the canonical text form; throws {@link IllegalArgumentException} where it is none. */
  public static ImportId of(String text) {
    return new ImportId(Id.parse(text, "ImportId"));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
