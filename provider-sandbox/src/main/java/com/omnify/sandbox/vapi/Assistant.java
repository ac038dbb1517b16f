package com.omnify.sandbox.vapi;

import com.omnify.sandbox.http.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An assistant with everything that overrides it laid over it. */
record Assistant(ObjectNode json) {

  // what VAPI sends when an assistant does not choose, as far as it is simulated
  private static final Set<String> DEFAULT_MESSAGES =
      Set.of("conversation-update", "end-of-call-report", "hang", "status-update", "tool-calls");
  static final String DEFAULT_BOOKING_TOOL = "book_appointment";

  /** Later ones win, field by field; {@code tools:append} adds to the tools of the model. */
  static Assistant of(JsonNode... layers) {
    var json = Json.MAPPER.createObjectNode();
    for (var layer : layers) {
      for (var field : layer.properties()) {
        if (!field.getKey().equals("tools:append")) {
          json.set(field.getKey(), field.getValue());
        } else {
          var model =
              json.path("model") instanceof ObjectNode known
                  ? known.deepCopy()
                  : Json.MAPPER.createObjectNode();
          var tools =
              model.path("tools") instanceof ArrayNode known
                  ? known
                  : Json.MAPPER.createArrayNode();
          field.getValue().forEach(tools::add);
          model.set("tools", tools);
          json.set("model", model);
        }
      }
    }
    return new Assistant(json);
  }

  String text(String name) {
    return json.path(name).asString("");
  }

  JsonNode metadata() {
    return json.path("metadata");
  }

  @Nullable Server server() {
    return Server.of(json.path("server"));
  }

  Duration longest() {
    return Duration.ofSeconds((long) json.path("maxDurationSeconds").asDouble(600));
  }

  boolean wants(String message) {
    return messages().contains(message);
  }

  /** Transcripts come whole; one that chose every transcript gets the partial ones too. */
  boolean wantsTranscripts() {
    return wants("transcript") || wants("transcript[transcriptType=\"final\"]");
  }

  private Set<String> messages() {
    if (!json.has("serverMessages")) {
      return DEFAULT_MESSAGES;
    }
    var chosen = new TreeSet<String>();
    json.path("serverMessages").forEach(m -> chosen.add(m.asString("")));
    return chosen;
  }

  private List<JsonNode> tools() {
    var tools = new ArrayList<JsonNode>();
    json.path("model").path("tools").forEach(tools::add);
    json.path("model")
        .path("functions")
        .forEach(
            function -> {
              var tool = Json.MAPPER.createObjectNode();
              tool.put("type", "function");
              tool.set("function", function);
              tools.add(tool);
            });
    return tools;
  }

  /** The function with which it books; empty when it has none. */
  Optional<JsonNode> bookingTool() {
    var functions =
        tools().stream().filter(t -> t.path("type").asString("").equals("function")).toList();
    return functions.stream()
        .filter(
            t ->
                (t.path("function").path("name").asString("")
                        + t.path("function").path("description").asString(""))
                    .matches("(?is).*(book|appointment|schedule).*"))
        .findFirst();
  }

  /** Whether nobody but VAPI knows its tools. */
  boolean isSavedElsewhere() {
    return !json.has("model");
  }

  /** Where it can put people through to. */
  Optional<JsonNode> transferDestination() {
    return tools().stream()
        .filter(t -> t.path("type").asString("").equals("transferCall"))
        .map(t -> t.path("destinations").path(0))
        .filter(JsonNode::isObject)
        .findFirst();
  }
}
