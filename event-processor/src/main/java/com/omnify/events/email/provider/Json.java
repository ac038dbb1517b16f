package com.omnify.events.email.provider;

import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads payloads of others: what is not there, or is of another kind, is empty. */
final class Json {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** For values that more follows. */
  private static final JsonMapper PIECES =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private Json() {}

  static JsonNode read(byte[] body) {
    try {
      return MAPPER.readTree(body);
    } catch (JacksonException e) {
      return MissingNode.getInstance();
    }
  }

  static JsonNode read(String body) {
    try {
      return MAPPER.readTree(body);
    } catch (JacksonException e) {
      return MissingNode.getInstance();
    }
  }

  /** The named fields of an object as it streams in; all else goes by. */
  static JsonNode read(InputStream body, Set<String> wanted) throws IOException {
    ObjectNode object = PIECES.createObjectNode();
    try (JsonParser parser = PIECES.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return MissingNode.getInstance();
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (wanted.contains(name)) {
          object.set(name, PIECES.readTree(parser));
        } else {
          parser.skipChildren();
        }
      }
      return object;
    } catch (JacksonIOException e) {
      throw e.getCause();
    } catch (JacksonException e) {
      return MissingNode.getInstance();
    }
  }

  static String text(JsonNode node) {
    return node.isString() || node.isNumber() || node.isBoolean() ? node.asString() : "";
  }

  /** Pairs of {@code name} and {@code value} as one object; an object as it is. */
  static JsonNode pairs(JsonNode list) {
    if (!list.isArray()) {
      return list;
    }
    ObjectNode object = MAPPER.createObjectNode();
    for (JsonNode pair : list) {
      object.put(text(pair.path("name")), text(pair.path("value")));
    }
    return object;
  }

  /** A text, or the first of a list of texts. */
  static Optional<UUID> uuid(JsonNode node) {
    String text = text(node.isArray() ? node.path(0) : node);
    try {
      return text.length() == 36 ? Optional.of(UUID.fromString(text)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static Optional<Instant> instant(JsonNode node) {
    try {
      return Optional.of(OffsetDateTime.parse(text(node)).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Seconds since 1970, whole or broken. */
  static Optional<Instant> seconds(JsonNode node) {
    if (!node.isNumber()) {
      return Optional.empty();
    }
    double seconds = node.asDouble();
    boolean plausible = seconds > 0 && seconds < 32_503_680_000.0;
    return plausible
        ? Optional.of(
            node.isIntegralNumber()
                ? Instant.ofEpochSecond(node.asLong())
                : Instant.ofEpochSecond((long) seconds, micros(seconds) * 1_000L))
        : Optional.empty();
  }

  private static long micros(double seconds) {
    return Math.round((seconds - Math.floor(seconds)) * 1_000_000);
  }
}
