package com.omnify.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** One webhook taken in. */
public record ReceiptId(@JsonValue UUID value) implements Id {

  @JsonCreator
  public ReceiptId {
    Id.requireValue(value, "ReceiptId");
  }

  /** Reads the canonical text form; throws {@link IllegalArgumentException} where it is none. */
  public static ReceiptId of(String text) {
    return new ReceiptId(Id.parse(text, "ReceiptId"));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
