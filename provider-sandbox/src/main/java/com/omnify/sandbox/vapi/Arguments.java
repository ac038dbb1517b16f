package com.omnify.sandbox.vapi;

import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.persona.policy.CallScript.Booking;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the assistant's model writes into a booking: a value for every parameter of the tool whose
 * meaning its name and description give away.
 */
final class Arguments {

  private static final String NOTES = "Agreed on the phone.";

  private Arguments() {}

  static ObjectNode of(JsonNode tool, Call call, Booking booking, Instant now) {
    var at =
        LocalDateTime.ofInstant(now, ZoneOffset.UTC)
            .truncatedTo(ChronoUnit.DAYS)
            .plusDays(booking.daysAhead())
            .plusHours(booking.hour());
    var arguments = Json.MAPPER.createObjectNode();
    var properties = tool.path("function").path("parameters").path("properties");
    if (!properties.isObject() || properties.isEmpty()) {
      return arguments.put("time", at + ":00").put("notes", NOTES);
    }
    // a time of day is enough only where the day has a place of its own
    boolean dated = properties.has("date") || properties.has("day");
    for (var property : properties.properties()) {
      var name = property.getKey();
      put(arguments, name, property.getValue(), call, at, dated);
    }
    return arguments;
  }

  private static void put(
      ObjectNode arguments,
      String name,
      JsonNode schema,
      Call call,
      LocalDateTime at,
      boolean dated) {
    var word = name.toLowerCase(Locale.ROOT);
    if (schema.path("enum").isArray() && !schema.path("enum").isEmpty()) {
      arguments.set(name, schema.path("enum").get(0));
      return;
    }
    switch (schema.path("type").asString("string")) {
      case "boolean" -> arguments.put(name, true);
      case "integer", "number" -> arguments.put(name, word.contains("minute") ? 60 : 1);
      case "string" -> arguments.put(name, text(word, schema, call, at, dated));
      default -> {
        // a list or an object that nobody can guess is left out
      }
    }
  }

  private static String text(
      String word, JsonNode schema, Call call, LocalDateTime at, boolean dated) {
    var format = schema.path("format").asString("");
    if (word.contains("phone") || word.contains("number")) {
      return call.person;
    }
    if (word.contains("name")) {
      var name = call.request().path("customer").path("name").asString("");
      return name.isEmpty() ? "The customer" : name;
    }
    if (word.contains("mail")) {
      return call.request().path("customer").path("email").asString("");
    }
    if (format.equals("date") || (word.contains("date") && !word.contains("time"))) {
      return at.toLocalDate().toString();
    }
    if (format.equals("time") || (dated && word.equals("time"))) {
      return at.toLocalTime().toString();
    }
    if (format.equals("date-time") || word.matches(".*(time|start|when|slot|_at|at$).*")) {
      return at + ":00" + (format.equals("date-time") ? "Z" : "");
    }
    return NOTES;
  }
}
