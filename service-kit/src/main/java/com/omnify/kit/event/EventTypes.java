package com.omnify.kit.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.omnify.model.event.Event;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The names of event types, as the records' annotations say them. */
final class EventTypes {

  /** The record header that repeats the type, so that others need not parse to skip it. */
  static final String HEADER = "type";

  private static final ClassValue<String> NAMES =
      new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
          return Objects.requireNonNull(
                  type.getAnnotation(JsonTypeName.class), () -> type + " has no @JsonTypeName")
              .value();
        }
      };

  private EventTypes() {}

  static String of(Event event) {
    return NAMES.get(event.getClass());
  }

  /** All that a topic's interface knows; of a single record, its own. */
  static Set<String> knownTo(Class<? extends Event> type) {
    JsonSubTypes subTypes = type.getAnnotation(JsonSubTypes.class);
    if (subTypes == null || type.isRecord()) {
      return Set.of(NAMES.get(type));
    }
    return Arrays.stream(subTypes.value())
        .map(JsonSubTypes.Type::value)
        .map(NAMES::get)
        .collect(Collectors.toUnmodifiableSet());
  }
}
