package com.omnify.model.id;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What all ids have in common: one UUID (version 7 where we made it). */
public interface Id {

  UUID value();

  static void requireValue(@Nullable UUID value, String type) {
    if (value == null) {
      throw new IllegalArgumentException(type + " needs a value");
    }
  }

  static UUID parse(String text, String type) {
    // UUID.fromString accepts short groups ("1-1-1-1-1"); an id has one spelling only.
    if (text.length() != 36) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a " + type + ": a UUID has 36 characters");
    }
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a " + type + ": it must be a UUID", e);
    }
  }
}
