package com.omnify.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** A client's account at a provider. */
public record ProviderAccountId(@JsonValue UUID value) implements Id {

  @JsonCreator
  public ProviderAccountId {
    Id.requireValue(value, "ProviderAccountId");
  }

  /** Reads the canonical text form; throws {@link IllegalArgumentException} where it is none. */
  public static ProviderAccountId of(String text) {
    return new ProviderAccountId(Id.parse(text, "ProviderAccountId"));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
