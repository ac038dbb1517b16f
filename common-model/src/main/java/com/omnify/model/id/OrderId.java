package com.omnify.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** What a step asked to be done that is no message: a call of a webhook, a note to the team. */
public record OrderId(@JsonValue UUID value) implements Id {

  @JsonCreator
  public OrderId {
    Id.requireValue(value, "OrderId");
  }

  /** Reads the canonical text form; throws {@link IllegalArgumentException} where it is none. */
  public static OrderId of(String text) {
    return new OrderId(Id.parse(text, "OrderId"));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
