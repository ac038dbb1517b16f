package com.omnify.sandbox.http;

import com.omnify.sandbox.http.Answer.Reply;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/** The sandbox's JSON: snake case, unknown fields refused so that a misspelt switch is noticed. */
public final class Json {

  public static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private Json() {}

  public static Reply reply(int status, Object value) {
    return new Reply(status, "application/json", Map.of(), MAPPER.writeValueAsBytes(value));
  }

  /**
   * An RFC 9457 problem, for the sandbox's own switches (Twilio's routes answer in Twilio's shape).
   */
  public static Reply problem(int status, String title, @Nullable String detail) {
    var body = new LinkedHashMap<String, Object>();
    body.put("title", title);
    body.put("status", status);
    if (detail != null) {
      body.put("detail", detail);
    }
    return new Reply(status, "application/problem+json", Map.of(), MAPPER.writeValueAsBytes(body));
  }

  /**
   * @throws BadJson when the text is no JSON of that type
   */
  public static <T> T read(byte[] json, Class<T> type) {
    try {
      var value = MAPPER.readValue(json, type);
      if (value == null) {
        throw new BadJson("expected a JSON " + type.getSimpleName() + ", got null");
      }
      return value;
    } catch (JacksonException e) {
      throw new BadJson(e.getOriginalMessage());
    }
  }

  /** The caller sent JSON that cannot be read. */
  public static final class BadJson extends RuntimeException {
    BadJson(String message) {
      super(message);
    }
  }
}
