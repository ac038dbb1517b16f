package com.omnify.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The tenant: the business on whose behalf things are said. */
public record ClientId(@JsonValue UUID value) implements Id {

  @JsonCreator
  public ClientId {
    Id.requireValue(value, "ClientId");
  }

  /** Reads the canonical text form; throws {@link IllegalArgumentException} where it is none. */
  public static ClientId of(String text) {
    return new ClientId(Id.parse(text, "ClientId"));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
