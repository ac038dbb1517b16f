package com.omnify.events.twilio;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An authenticated request of Twilio.
 *
 * @param parameters of its body
 * @param query of its URL
 */
record TwilioRequest(FormBody parameters, FormBody query) {

  /** PostgreSQL stores every character but this one. */
  private static final char NUL = '\0';

  private static final char REPLACEMENT = '\uFFFD';

  /** The parameter's first value, null where it is missing or empty. */
  @Nullable String get(String name) {
    String value = parameters.first(name);
    return value == null || value.isEmpty() ? null : value.replace(NUL, REPLACEMENT);
  }

  /** Everything in the body but these, single values as text, repeated ones as lists. */
  Map<String, Object> payloadWithout(Set<String> names) {
    var payload = new LinkedHashMap<String, Object>();
    parameters
        .values()
        .forEach(
            (name, values) -> {
              if (!names.contains(name)) {
                List<String> texts =
                    values.stream().map(value -> value.replace(NUL, REPLACEMENT)).toList();
                payload.put(
                    name.replace(NUL, REPLACEMENT), texts.size() == 1 ? texts.getFirst() : texts);
              }
            });
    return payload;
  }
}
