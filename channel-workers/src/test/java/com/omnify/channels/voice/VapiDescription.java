package com.omnify.channels.voice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * VAPI's description of its calls, with what its slice leaves open: there an assistant is any
 * object at all, and calls cannot be listed. What is taken from the whole description is cut to
 * what we send, for Prism writes every reference out before it starts, and where one leads back to
 * itself it lets anything through.
 */
final class VapiDescription {

  private static final JsonMapper JSON = JsonMapper.shared();

  /** As VAPI describes it beside the two operations of the slice. */
  private static final String LIST =
      """
      {
        "operationId": "CallController_findAll",
        "parameters": [
          {"name": "limit", "in": "query", "schema": {"type": "number", "minimum": 0, "maximum": 1000}},
          {"name": "createdAtGe", "in": "query", "schema": {"type": "string", "format": "date-time"}},
          {"name": "createdAtLe", "in": "query", "schema": {"type": "string", "format": "date-time"}}
        ],
        "responses": {"200": {"description": "", "content": {"application/json": {
          "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Call"}}}}}},
        "security": [{"bearer": []}]
      }
      """;

  /** Of several forms that a value may have, those that we use. */
  private static final Set<String> OURS =
      Set.of(
          "OpenAIModel",
          "OpenAIMessage",
          "CreateFunctionToolDTO",
          "CreateTransferCallToolDTO",
          "TransferDestinationNumber",
          "VapiVoicemailDetectionPlan");

  /** What we never send; it may be anything. */
  private static final Set<String> OPEN =
      Set.of(
          "artifactPlan",
          "backgroundSpeechDenoisingPlan",
          "compliancePlan",
          "credentials",
          "hooks",
          "keypadInputPlan",
          "knowledgeBase",
          "monitorPlan",
          "observabilityPlan",
          "rejectionPlan",
          "startSpeakingPlan",
          "stopSpeakingPlan",
          "transcriber",
          "transferPlan",
          "transportConfigurations",
          "variableExtractionPlan",
          "voice");

  private static final String REFERENCE = "#/components/schemas/";

  private final ObjectNode schemas;
  private final JsonNode all;
  private final Set<String> taken = new HashSet<>();

  private VapiDescription(ObjectNode schemas, JsonNode all) {
    this.schemas = schemas;
    this.all = all;
  }

  /**
   * Writes it out with its depths.
   *
   * @param calls the operations
   * @param messages where assistants are described to their depth
   */
  static void writeDeep(Path calls, Path messages, Path to) throws IOException {
    ObjectNode document = JSON.readTree(Files.readString(calls)).asObject();
    ObjectNode schemas = document.at("/components/schemas").asObject();
    var deep =
        new VapiDescription(
            schemas, JSON.readTree(Files.readString(messages)).at("/components/schemas"));
    deep.take("CreateAssistantDTO");
    deep.take("AssistantOverrides");
    // A schema consists of schemas: two levels will do.
    ObjectNode below = schemas.path("JsonSchema").deepCopy().asObject();
    below.path("properties").asObject().remove(List.of("items", "properties"));
    schemas.set("JsonSchemaBelow", below);
    ObjectNode parts = schemas.at("/JsonSchema/properties").asObject();
    parts.putObject("items").put("$ref", REFERENCE + "JsonSchemaBelow");
    parts
        .putObject("properties")
        .put("type", "object")
        .putObject("additionalProperties")
        .put("$ref", REFERENCE + "JsonSchemaBelow");
    // The kind of backoff is a word; the description takes it for an object, which nothing fits.
    schemas.at("/BackoffPlan/properties/type").asObject().put("type", "string");
    // A pattern between slashes, as JavaScript writes it, would want the slashes in the name.
    ObjectNode name = schemas.at("/OpenAIFunction/properties/name").asObject();
    name.put("pattern", name.path("pattern").asString().replaceAll("^/|/$", ""));
    document.at("/paths/~1call").asObject().set("get", JSON.readTree(LIST));
    Files.writeString(to, JSON.writeValueAsString(document));
  }

  /** With all that it refers to, unless the slice describes it. */
  private void take(String name) {
    JsonNode known = schemas.path(name);
    boolean described = known.has("properties") || known.has("oneOf");
    if (!described && taken.add(name)) {
      schemas.set(name, cut(all.path(name), name));
    }
  }

  private JsonNode cut(JsonNode schema, String owner) {
    if (schema.isArray()) {
      ArrayNode parts = JsonNodeFactory.instance.arrayNode();
      schema.forEach(part -> parts.add(cut(part, owner)));
      return parts;
    }
    if (!schema.isObject()) {
      return schema;
    }
    if (schema.has("$ref")) {
      take(nameOf(schema));
      return schema;
    }
    ObjectNode cut = JsonNodeFactory.instance.objectNode();
    schema
        .properties()
        .forEach(
            part -> {
              switch (part.getKey()) {
                case "properties" -> cut.set("properties", properties(part.getValue(), owner));
                case "oneOf", "anyOf" ->
                    cut.set(part.getKey(), cut(alternatives(part.getValue()), owner));
                default -> cut.set(part.getKey(), cut(part.getValue(), owner));
              }
            });
    if (cut.path("type").asString("").equals("array")) {
      // A list is never one of the words that may stand in it; its items have them too.
      cut.remove("enum");
    }
    return cut;
  }

  private ObjectNode properties(JsonNode properties, String owner) {
    ObjectNode cut = JsonNodeFactory.instance.objectNode();
    properties
        .properties()
        .forEach(
            one -> {
              boolean wordsOfATool = one.getKey().equals("messages") && owner.startsWith("Create");
              if (OPEN.contains(one.getKey()) || wordsOfATool) {
                cut.putObject(one.getKey());
              } else {
                cut.set(one.getKey(), cut(one.getValue(), owner));
              }
            });
    return cut;
  }

  /** All of them, where none is ours. */
  private static JsonNode alternatives(JsonNode parts) {
    ArrayNode ours = JsonNodeFactory.instance.arrayNode();
    boolean used = false;
    for (JsonNode part : parts) {
      boolean mine = OURS.contains(nameOf(part));
      used |= mine;
      if (mine || !part.has("$ref")) {
        ours.add(part);
      }
    }
    return used ? ours : parts;
  }

  private static String nameOf(JsonNode reference) {
    return reference.path("$ref").asString("").replace(REFERENCE, "");
  }
}
