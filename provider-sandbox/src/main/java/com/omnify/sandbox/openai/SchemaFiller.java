package com.omnify.sandbox.openai;

import com.omnify.sandbox.http.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers in the form of a JSON schema: every property gets a value that its name, its type and the
 * text suggest. The same schema and text give the same answer.
 */
final class SchemaFiller {

  private static final int MAX_DEPTH = 12;
  private static final int MAX_ITEMS = 3;
  private static final List<String> WHEN_NOTHING_SPEAKS =
      List.of(
          "neutral",
          "none",
          "unknown",
          "other",
          "unclear",
          "continue_sequence",
          "continue",
          "normal",
          "medium",
          "low",
          "stable");
  private static final Set<String> SMALL_WORDS =
      Set.of(
          "about", "after", "again", "could", "hello", "please", "really", "should", "thanks",
          "their", "there", "these", "things", "think", "those", "would", "which", "while", "where",
          "before", "because", "still", "maybe");

  private final JsonNode root;
  private final Reading reading;

  private SchemaFiller(JsonNode root, Reading reading) {
    this.root = root;
    this.reading = reading;
  }

  /**
   * @param schema a JSON schema with {@code $defs} of its own
   * @param prompt what the answer is about
   */
  public static JsonNode fill(JsonNode schema, String prompt) {
    return new SchemaFiller(schema, Reading.of(prompt)).value("", schema, 0);
  }

  private JsonNode value(String name, JsonNode given, int depth) {
    var schema = resolved(given);
    if (depth > MAX_DEPTH) {
      return nothing();
    }
    if (schema.has("const")) {
      return schema.path("const");
    }
    for (var kind : List.of("anyOf", "oneOf")) {
      if (schema.has(kind)) {
        return choice(name, schema.path(kind), depth);
      }
    }
    if (schema.has("allOf")) {
      var merged = Json.MAPPER.createObjectNode();
      schema.path("allOf").forEach(part -> merged.setAll((ObjectNode) resolved(part).deepCopy()));
      return value(name, merged, depth + 1);
    }
    if (schema.has("enum")) {
      return label(schema.path("enum"));
    }
    return switch (type(schema)) {
      case "object" -> object(schema, depth);
      case "array" -> array(name, schema, depth);
      case "boolean" -> Json.MAPPER.getNodeFactory().booleanNode(holds(name));
      case "integer" ->
          Json.MAPPER.getNodeFactory().numberNode(Math.round(number(name, schema, true)));
      case "number" -> Json.MAPPER.getNodeFactory().numberNode(number(name, schema, false));
      case "null" -> nothing();
      default ->
          isNullable(schema) && !isAboutText(name) && reading.field(name).isEmpty()
              ? nothing()
              : Json.MAPPER.getNodeFactory().stringNode(string(name, schema));
    };
  }

  private JsonNode resolved(JsonNode schema) {
    var at = schema;
    for (int i = 0; i < MAX_DEPTH && at.has("$ref"); i++) {
      var pointer = at.path("$ref").asString();
      at = pointer.equals("#") ? root : root.at(pointer.substring(1));
    }
    return at;
  }

  private static JsonNode nothing() {
    return Json.MAPPER.getNodeFactory().nullNode();
  }

  private static String type(JsonNode schema) {
    var type = schema.path("type");
    if (type.isString()) {
      return type.asString();
    }
    for (var each : type) {
      if (!each.asString("").equals("null")) {
        return each.asString();
      }
    }
    return schema.has("properties") ? "object" : schema.has("items") ? "array" : "string";
  }

  private static boolean isNullable(JsonNode schema) {
    for (var each : schema.path("type")) {
      if (each.asString("").equals("null")) {
        return true;
      }
    }
    return false;
  }

  /** The first that is not null, unless nothing speaks for it. */
  private JsonNode choice(String name, JsonNode kinds, int depth) {
    boolean nullable = false;
    JsonNode first = null;
    for (var kind : kinds) {
      if (type(resolved(kind)).equals("null")) {
        nullable = true;
      } else if (first == null) {
        first = kind;
      }
    }
    if (first == null) {
      return nothing();
    }
    var schema = resolved(first);
    if (nullable) {
      boolean speaks =
          schema.has("enum")
              ? best(schema.path("enum")).isPresent()
              : isAboutText(name)
                  || reading.field(name).isPresent()
                  || Cues.weight(name, reading.text()) > 0;
      if (!speaks) {
        return nothing();
      }
    }
    return value(name, first, depth + 1);
  }

  private ObjectNode object(JsonNode schema, int depth) {
    var object = Json.MAPPER.createObjectNode();
    for (var property : schema.path("properties").properties()) {
      object.set(property.getKey(), value(property.getKey(), property.getValue(), depth + 1));
    }
    return object;
  }

  private ArrayNode array(String name, JsonNode schema, int depth) {
    var array = Json.MAPPER.createArrayNode();
    var items = resolved(schema.path("items"));
    int least = schema.path("minItems").asInt(0);
    int most = Math.min(schema.path("maxItems").asInt(MAX_ITEMS), Math.max(MAX_ITEMS, least));
    if (items.has("enum")) {
      labels(items.path("enum"), most).forEach(array::add);
    } else if (type(items).equals("object")) {
      var by = labelled(items);
      if (by.isPresent()) {
        for (var label :
            labels(resolved(items.path("properties").path(by.get())).path("enum"), most)) {
          var item = object(items, depth + 1);
          item.set(by.get(), label);
          array.add(item);
        }
      }
    } else if (type(items).equals("string")) {
      topics(most).forEach(array::add);
    }
    while (array.size() < least) {
      array.add(value(name, items, depth + 1));
    }
    return array;
  }

  /** The property that says which kind of thing an item is. */
  private Optional<String> labelled(JsonNode items) {
    return items.path("properties").properties().stream()
        .filter(p -> resolved(p.getValue()).has("enum"))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private JsonNode label(JsonNode labels) {
    var best = best(labels);
    if (best.isPresent()) {
      return best.get();
    }
    for (var label : labels) {
      if (label.isNull()) {
        return label;
      }
    }
    for (var usual : WHEN_NOTHING_SPEAKS) {
      for (var label : labels) {
        if (label.asString("").toLowerCase(Locale.ROOT).equals(usual)) {
          return label;
        }
      }
    }
    return labels.path(0);
  }

  private Optional<JsonNode> best(JsonNode labels) {
    return labels(labels, 1).stream().findFirst();
  }

  /** Those for which something speaks, the strongest first. */
  private List<JsonNode> labels(JsonNode labels, int most) {
    var speaking = new ArrayList<JsonNode>();
    for (var label : labels) {
      if (label.isString() && Cues.weight(label.asString(), reading.text()) > 0) {
        speaking.add(label);
      }
    }
    speaking.sort(
        Comparator.comparingInt((JsonNode l) -> Cues.weight(l.asString(), reading.text()))
            .reversed());
    return speaking.size() > most ? speaking.subList(0, most) : speaking;
  }

  private boolean holds(String name) {
    return Cues.weight(name, reading.text()) > 0;
  }

  private double number(String name, JsonNode schema, boolean whole) {
    var word = name.toLowerCase(Locale.ROOT);
    int strength =
        Math.min(
            Cues.weight("positive", reading.text()) + Cues.weight("negative", reading.text()), 400);
    double value;
    if (word.contains("confidence") || word.contains("probab") || word.contains("certain")) {
      value = 0.7 + strength / 2_000.0;
    } else if (word.contains("score")) {
      value =
          Cues.weight("positive", reading.text()) >= Cues.weight("negative", reading.text())
              ? 60
              : 30;
    } else {
      value = whole ? 1 : 0.5;
    }
    double min = schema.path("minimum").asDouble(Double.NEGATIVE_INFINITY);
    double max = schema.path("maximum").asDouble(Double.POSITIVE_INFINITY);
    if (value > max && max <= 1 && value <= 100) {
      value = value / 100;
    }
    return Math.min(max, Math.max(min, value));
  }

  private static boolean isAboutText(String name) {
    var word = name.toLowerCase(Locale.ROOT);
    return word.matches(
        ".*(summary|reason|text|body|message|content|reply|draft|subject|explanation|rationale|rewrit|mutat|quote|evidence).*");
  }

  private String string(String name, JsonNode schema) {
    int max = schema.path("maxLength").asInt(4_000);
    var word = name.toLowerCase(Locale.ROOT);
    String value;
    if (schema.path("format").asString("").equals("date-time")) {
      value = "2026-01-05T15:00:00Z";
    } else if (schema.path("format").asString("").equals("date")) {
      value = "2026-01-05";
    } else if (word.contains("language")) {
      value = "en";
    } else if (word.contains("summary")) {
      value = reading.gist(Math.min(max, 240));
    } else if (word.matches(".*(reason|explanation|rationale).*")) {
      value = "Because of what was said: " + reading.gist(160);
    } else if (word.matches(".*(quote|evidence|phrase).*")) {
      value = reading.gist(Math.min(max, 160));
    } else if (word.contains("subject")) {
      value = reading.field("subject").orElse("Following up");
    } else if (word.matches(".*(text|body|message|content|reply|draft|rewrit|mutat).*")) {
      value = reading.original();
    } else {
      value = reading.field(name).orElseGet(() -> reading.gist(Math.min(max, 120)));
    }
    if (value.length() > max) {
      value = value.substring(0, max);
    }
    int min = schema.path("minLength").asInt(0);
    return value.length() >= min ? value : value + ".".repeat(min - value.length());
  }

  private List<String> topics(int most) {
    var topics = new LinkedHashSet<String>();
    for (var word : reading.text().toLowerCase(Locale.ROOT).split("[^\\p{L}]+")) {
      if (word.length() > 4 && !SMALL_WORDS.contains(word) && topics.size() < most) {
        topics.add(word);
      }
    }
    return List.copyOf(topics);
  }
}
