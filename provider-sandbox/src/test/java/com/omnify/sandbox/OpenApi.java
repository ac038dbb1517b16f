package com.omnify.sandbox;

import com.omnify.sandbox.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A vendor's OpenAPI description, where it lies beside the repository, and as much of JSON Schema
 * as it takes to hold an answer against it.
 */
final class OpenApi {

  private final JsonNode root;

  private OpenApi(JsonNode root) {
    this.root = root;
  }

  /** Empty in a clone without the vendors' descriptions. */
  static Optional<OpenApi> find(String file) {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      var found = at.resolve("shared/data/openapi").resolve(file);
      if (Files.exists(found)) {
        try {
          return Optional.of(new OpenApi(Json.MAPPER.readTree(Files.readAllBytes(found))));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return Optional.empty();
  }

  /** What is wrong with a value of that schema; empty when it fits. */
  List<String> faults(String schema, JsonNode value) {
    var faults = new ArrayList<String>();
    check(root.path("components").path("schemas").path(schema), value, schema, faults);
    return faults;
  }

  private void check(JsonNode schema, JsonNode value, String at, List<String> faults) {
    if (schema.has("$ref")) {
      check(root.at(schema.path("$ref").asString().substring(1)), value, at, faults);
      return;
    }
    if (value.isNull() && schema.path("nullable").asBoolean(false)) {
      return;
    }
    schema.path("allOf").forEach(part -> check(part, value, at, faults));
    for (var name : List.of("oneOf", "anyOf")) {
      if (schema.has(name)) {
        var best = new ArrayList<String>();
        boolean fits = false;
        for (var part : schema.path(name)) {
          var tried = new ArrayList<String>();
          check(part, value, at, tried);
          fits |= tried.isEmpty();
          if (best.isEmpty() || (!tried.isEmpty() && tried.size() < best.size())) {
            best = tried;
          }
        }
        if (!fits) {
          faults.add(at + " fits none of " + name + ", nearest: " + best);
        }
      }
    }
    if (schema.has("type") && !isOfType(schema.path("type"), value)) {
      faults.add(at + " is not of type " + schema.path("type") + ": " + value);
      return;
    }
    if (schema.has("enum") && !value.isArray()) {
      boolean known = false;
      for (var each : schema.path("enum")) {
        known |= each.equals(value);
      }
      if (!known) {
        faults.add(at + " is none of its values: " + value);
      }
    }
    if (value.isString() && value.asString().length() > schema.path("maxLength").asInt(1 << 30)) {
      faults.add(at + " is too long");
    }
    for (var name : schema.path("required")) {
      if (value.isObject() && !value.has(name.asString())) {
        faults.add(at + " has no " + name.asString());
      }
    }
    for (var property : schema.path("properties").properties()) {
      if (value.has(property.getKey())) {
        check(
            property.getValue(),
            value.path(property.getKey()),
            at + "." + property.getKey(),
            faults);
      }
    }
    if (value.isArray() && schema.has("items")) {
      for (int i = 0; i < value.size(); i++) {
        check(schema.path("items"), value.get(i), at + "[" + i + "]", faults);
      }
    }
  }

  private static boolean isOfType(JsonNode type, JsonNode value) {
    if (type.isArray()) {
      for (var each : type) {
        if (isOfType(each, value)) {
          return true;
        }
      }
      return false;
    }
    return switch (type.asString()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "boolean" -> value.isBoolean();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "null" -> value.isNull();
      default -> true;
    };
  }
}
