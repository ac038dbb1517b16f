package com.omnify.model;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A closed choice as it is written in JSON, SQL and URLs: lower case with underscores. */
public interface WireEnum {

  String name();

  @JsonValue
  default String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads the wire form; throws {@link IllegalArgumentException} naming the choices otherwise. */
  static <E extends Enum<E> & WireEnum> E parse(Class<E> type, String text) {
    for (E value : type.getEnumConstants()) {
      if (value.wire().equals(text)) {
        return value;
      }
    }
    var choices = java.util.Arrays.stream(type.getEnumConstants()).map(WireEnum::wire).toList();
    throw new IllegalArgumentException("'" + text + "' is none of " + choices);
  }
}
