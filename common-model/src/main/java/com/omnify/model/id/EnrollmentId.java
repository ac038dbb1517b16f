package com.omnify.model.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** One contact's way through one sequence. */
public record EnrollmentId(@JsonValue UUID value) implements Id {

  @JsonCreator
  public EnrollmentId {
    Id.requireValue(value, "EnrollmentId");
  }

  /** Reads the canonical text form; throws {@link IllegalArgumentException} where it is none. */
  public static EnrollmentId of(String text) {
    return new EnrollmentId(Id.parse(text, "EnrollmentId"));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
