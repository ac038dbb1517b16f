package com.omnify.sandbox.openai;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What OpenAI demands of a schema that is to be followed strictly. */
final class StrictSchema {

  private StrictSchema() {}

  /** What is wrong, in OpenAI's words; empty when it is taken. */
  public static Optional<String> fault(JsonNode schema) {
    if (!schema.path("type").asString("").equals("object")) {
      return Optional.of(
          "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"%s\"'."
              .formatted(schema.path("type").asString("None")));
    }
    return fault(schema, "()", 0);
  }

  private static Optional<String> fault(JsonNode schema, String context, int depth) {
    if (depth > 10) {
      return Optional.of("In context=" + context + ", the schema is nested too deep.");
    }
    if (schema.path("type").asString("").equals("object")) {
      if (!schema.has("additionalProperties")
          || schema.path("additionalProperties").asBoolean(true)) {
        return Optional.of(
            "In context="
                + context
                + ", 'additionalProperties' is required to be supplied and to be false.");
      }
      var required = new HashSet<String>();
      schema.path("required").forEach(name -> required.add(name.asString("")));
      for (var name : schema.path("properties").propertyNames()) {
        if (!required.contains(name)) {
          return Optional.of(
              "In context="
                  + context
                  + ", 'required' is required to be supplied and to be an array including every key"
                  + " in properties. Missing '"
                  + name
                  + "'.");
        }
      }
    }
    for (var group : List.of("properties", "$defs")) {
      for (var property : schema.path(group).properties()) {
        var fault =
            fault(
                property.getValue(), "('%s', '%s')".formatted(group, property.getKey()), depth + 1);
        if (fault.isPresent()) {
          return fault;
        }
      }
    }
    if (schema.has("items")) {
      return fault(schema.path("items"), "('items')", depth + 1);
    }
    for (var kind : schema.path("anyOf")) {
      var fault = fault(kind, "('anyOf')", depth + 1);
      if (fault.isPresent()) {
        return fault;
      }
    }
    return schema.has("oneOf")
        ? Optional.of("In context=" + context + ", 'oneOf' is not permitted.")
        : Optional.empty();
  }
}
