package com.omnify.console.docs;

import com.omnify.console.routing.policy.Route;
import com.omnify.console.routing.policy.RouteTable;
import com.omnify.console.routing.policy.Upstream;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes one OpenAPI document of those of the services: the paths that the gateway leads there,
 * their schemas (a name that two services use differently is told apart), one way to sign in, and
 * the problem that every operation may answer with. Pure.
 */
final class OpenApiMerge {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String SCHEMA_REF = "#/components/schemas/";
  private static final String PROBLEM = "Problem";
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "patch", "options", "head");

  private final ObjectNode document = JSON.createObjectNode();
  private final TreeMap<String, JsonNode> paths = new TreeMap<>();
  private final TreeMap<String, JsonNode> schemas = new TreeMap<>();
  private final TreeMap<String, String> tags = new TreeMap<>();
  private final Set<String> operationIds = new HashSet<>();

  /** Adds a service's document; {@code upstream} is null for the gateway's own. */
  OpenApiMerge with(@Nullable Upstream upstream, JsonNode api) {
    String name = upstream == null ? "console" : upstream.serviceName();
    ObjectNode own = renamed(name, api);
    own.path("paths")
        .propertyStream()
        .forEach(
            entry ->
                publicPath(upstream, entry.getKey())
                    .ifPresent(path -> paths.put(path, operations(name, path, entry.getValue()))));
    own.path("components")
        .path("schemas")
        .propertyStream()
        .forEach(e -> schemas.put(e.getKey(), e.getValue()));
    own.path("tags")
        .forEach(
            tag ->
                tags.merge(
                    tag.path("name").asString(),
                    tag.path("description").asString(""),
                    (a, b) -> a.isEmpty() ? b : a));
    return this;
  }

  /** The whole; {@code server} is the gateway's public address. */
  JsonNode document(String server) {
    document.put("openapi", "3.1.0");
    ObjectNode info = document.putObject("info");
    info.put("title", "Omnify Sequencer");
    info.put("version", "1.0");
    info.put(
        "description",
        """
        Contacts go through sequences of messages; everything that happens on the way can be asked \
        for here. Lists are paged by cursor: pass `next_cursor` as `cursor`. Every POST that creates \
        something takes an `Idempotency-Key`: the same key with the same request does it once. What \
        goes wrong is a problem (RFC 9457) that says how to mend it.""");
    document.putArray("servers").addObject().put("url", server);
    ArrayNode security = document.putArray("security");
    security.addObject().putArray("api_key");
    security.addObject().putArray("bearer");
    security.addObject().putArray("session");
    ArrayNode tagList = document.putArray("tags");
    tags.forEach(
        (name, description) ->
            tagList
                .addObject()
                .put("name", name)
                .put("description", description.isEmpty() ? name : description));
    ObjectNode pathsNode = document.putObject("paths");
    paths.forEach(pathsNode::set);
    ObjectNode components = document.putObject("components");
    ObjectNode schemaNode = components.putObject("schemas");
    schemas.forEach(schemaNode::set);
    schemaNode.set(PROBLEM, problemSchema());
    ObjectNode problem = components.putObject("responses").putObject(PROBLEM);
    problem.put("description", "What went wrong, and how to mend it");
    problem
        .putObject("content")
        .putObject("application/problem+json")
        .putObject("schema")
        .put("$ref", SCHEMA_REF + PROBLEM);
    securitySchemes(components.putObject("securitySchemes"));
    return document;
  }

  /** Where the gateway shows a service's path; empty for what it does not lead there. */
  private static Optional<String> publicPath(@Nullable Upstream upstream, String path) {
    if (upstream == null) {
      return RouteTable.of(path) instanceof Route.Here ? Optional.of(path) : Optional.empty();
    }
    if (path.startsWith("/api/v1/dead-letters")) {
      return Optional.of(
          "/api/v1/services/" + upstream.serviceName() + path.substring("/api/v1".length()));
    }
    return switch (RouteTable.of(path)) {
      case Route.ToService(Upstream to, String _) when to == upstream -> Optional.of(path);
      case Route.Webhook(Upstream to, String _) when to == upstream -> Optional.of(path);
      case Route.Mail(Upstream to, String _) when to == upstream -> Optional.of(path);
      default -> Optional.empty();
    };
  }

  private JsonNode operations(String service, String path, JsonNode item) {
    boolean open =
        path.startsWith("/webhooks/") || path.startsWith("/u/") || path.endsWith("/session");
    item.propertyStream()
        .filter(entry -> METHODS.contains(entry.getKey()))
        .forEach(
            entry -> {
              var operation = (ObjectNode) entry.getValue();
              String id = operation.path("operationId").asString(entry.getKey());
              String unique = id;
              for (int n = 1; !operationIds.add(unique); n++) {
                unique = n == 1 ? service + "_" + id : service + "_" + id + "_" + n;
              }
              operation.put("operationId", unique);
              operation.path("tags").forEach(tag -> tags.putIfAbsent(tag.asString(), ""));
              if (!operation.has("summary")) {
                operation.put("summary", unique);
              }
              if (!(operation.get("responses") instanceof ObjectNode)) {
                operation.putObject("responses");
              }
              if (operation.get("responses") instanceof ObjectNode responses
                  && !responses.has("default")) {
                responses.putObject("default").put("$ref", "#/components/responses/Problem");
              }
              if (open) {
                operation.putArray("security");
              }
            });
    return item;
  }

  /** The document with schemas that clash by name called after their service. */
  private ObjectNode renamed(String service, JsonNode api) {
    var renames = new TreeMap<String, String>();
    api.path("components")
        .path("schemas")
        .propertyStream()
        .forEach(
            entry -> {
              String name = entry.getKey();
              JsonNode there = schemas.get(name);
              if (there != null && !there.equals(entry.getValue())) {
                renames.put(
                    name, Character.toUpperCase(service.charAt(0)) + service.substring(1) + name);
              }
            });
    var copy = (ObjectNode) api.deepCopy();
    if (copy.path("components").get("schemas") instanceof ObjectNode own) {
      // Every service describes it; the whole has one.
      own.remove(PROBLEM);
    }
    if (!renames.isEmpty()) {
      rewriteRefs(copy, renames);
      if (copy.path("components").get("schemas") instanceof ObjectNode own) {
        renames.forEach(
            (from, to) -> {
              JsonNode schema = own.remove(from);
              if (schema != null) {
                own.set(to, schema);
              }
            });
      }
    }
    return copy;
  }

  private static void rewriteRefs(JsonNode node, Map<String, String> renames) {
    if (node instanceof ObjectNode object) {
      JsonNode ref = object.get("$ref");
      if (ref != null && ref.isString() && ref.asString().startsWith(SCHEMA_REF)) {
        String to = renames.get(ref.asString().substring(SCHEMA_REF.length()));
        if (to != null) {
          object.put("$ref", SCHEMA_REF + to);
        }
      }
    }
    node.forEach(child -> rewriteRefs(child, renames));
  }

  private static void securitySchemes(ObjectNode schemes) {
    schemes
        .putObject("api_key")
        .put("type", "apiKey")
        .put("in", "header")
        .put("name", "X-API-Key")
        .put("description", "A key made under Settings or by POST /api/v1/api-keys");
    schemes
        .putObject("bearer")
        .put("type", "http")
        .put("scheme", "bearer")
        .put("description", "An API key, or a token of an issuer that the installation trusts");
    schemes
        .putObject("session")
        .put("type", "apiKey")
        .put("in", "cookie")
        .put("name", "omnify_session")
        .put("description", "The console's session; writes need X-CSRF-Token too");
  }

  private static ObjectNode problemSchema() {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("type", "object");
    schema.put("description", "RFC 9457, with a code for programs and a fix for people");
    ObjectNode properties = schema.putObject("properties");
    for (String text : new String[] {"type", "title", "detail", "instance", "code", "fix"}) {
      properties.putObject(text).put("type", "string");
    }
    properties.putObject("status").put("type", "integer");
    ObjectNode errors = properties.putObject("errors");
    errors.put("type", "array");
    ObjectNode fault = errors.putObject("items");
    fault.put("type", "object");
    ObjectNode faultProperties = fault.putObject("properties");
    for (String text : new String[] {"field", "message", "fix"}) {
      faultProperties.putObject(text).put("type", "string");
    }
    return schema;
  }
}
