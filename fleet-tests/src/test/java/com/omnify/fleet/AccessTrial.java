package com.omnify.fleet;

import com.omnify.fleet.AccessMatrix.Answer;
import com.omnify.fleet.AccessMatrix.Column;
import com.omnify.fleet.AccessMatrix.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tries every cell of the {@link AccessMatrix} over HTTP. */
final class AccessTrial {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern PARAMETER = Pattern.compile("\\{[^}]+}");

  /**
   * What one client has, by the collection that it stands in: {@code contacts} → id. Dead letters
   * stand under {@code dead-letters/healer}.
   */
  record Things(String client, Map<String, String> ids) {

    String id(String collection, String operation) {
      String id = ids.get(collection);
      if (id == null) {
        throw new AssertionError(
            "No id of '%s' for %s: add one to AccessFixtures.".formatted(collection, operation));
      }
      return id;
    }
  }

  /**
   * Everybody who asks.
   *
   * @param keys by role: of the first client, and the platform's
   * @param tokens by role, of the first client
   * @param cookies by role, of the first client; the value of the header
   * @param bad what must open nothing, as headers
   */
  record Callers(
      Map<String, String> keys,
      Map<String, String> tokens,
      Map<String, Cookie> cookies,
      Map<Column, String[]> bad) {}

  record Cookie(String value, String csrf) {}

  /** A service without the gateway before it. */
  record Service(String name, String base, Map<Column, String[]> bad) {}

  /** What a request that is right in every other way sends; null where nothing is sent. */
  private static final Map<String, Function<Things, Object>> BODIES = bodies();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AccessMatrix matrix;
  private final String gateway;
  private final Things mine;
  private final Things others;
  private final Callers callers;

  AccessTrial(AccessMatrix matrix, String gateway, Things mine, Things others, Callers callers) {
    this.matrix = matrix;
    this.gateway = gateway;
    this.mine = mine;
    this.others = others;
    this.callers = callers;
  }

  /** Everything that must be refused. Nothing of it may leave a trace. */
  void refusals(List<Operation> operations) {
    for (Operation operation : operations) {
      if (operation.open()) {
        continue;
      }
      String path = path(operation, mine, mine);
      String body = body(operation, mine);
      callers
          .bad()
          .forEach(
              (column, headers) ->
                  matrix.record(column, operation, send(gateway, operation, path, body, headers)));
      String below = below(operation.role());
      if (below != null) {
        matrix.record(
            Column.WRONG_ROLE_BY_KEY,
            operation,
            send(gateway, operation, path, body, "X-API-Key", callers.keys().get(below)));
        matrix.record(
            Column.WRONG_ROLE_BY_TOKEN,
            operation,
            send(
                gateway,
                operation,
                path,
                body,
                "Authorization",
                "Bearer " + callers.tokens().get(below)));
      }
      otherClient(operation, path, body);
      if (operation.needsClient()) {
        matrix.record(
            Column.NO_CLIENT_CHOSEN,
            operation,
            send(gateway, operation, path, body, "X-API-Key", callers.keys().get("platform")));
      }
    }
  }

  private void otherClient(Operation operation, String path, String body) {
    String[] chosen = {"X-Client-Id", others.client()};
    matrix.record(
        Column.OTHER_CLIENT_BY_KEY,
        operation,
        send(
            gateway,
            operation,
            path,
            body,
            with(chosen, "X-API-Key", callers.keys().get("owner"))));
    matrix.record(
        Column.OTHER_CLIENT_BY_TOKEN,
        operation,
        send(
            gateway,
            operation,
            path,
            body,
            with(chosen, "Authorization", "Bearer " + callers.tokens().get("owner"))));
    Cookie cookie = callers.cookies().get("owner");
    matrix.record(
        Column.OTHER_CLIENT_BY_COOKIE,
        operation,
        send(
            gateway,
            operation,
            path,
            body,
            with(chosen, "Cookie", cookie.value(), "X-CSRF-Token", cookie.csrf())));
    if (PARAMETER.matcher(operation.path()).find() && !operation.role().equals("platform")) {
      var paths = new java.util.LinkedHashSet<String>();
      paths.add(path(operation, others, others));
      // what is mine, and in it what is theirs
      paths.add(path(operation, mine, others));
      for (String theirs : paths) {
        matrix.record(
            Column.OTHERS_IDS,
            operation,
            send(
                gateway,
                operation,
                theirs,
                body(operation, others),
                "X-API-Key",
                callers.keys().get("owner")));
      }
    }
  }

  /** The same, rightly asked. Nothing of the other client may be in what comes back. */
  void controls(List<Operation> operations, List<String> othersIds) {
    var inOrder =
        operations.stream()
            .filter(operation -> !operation.open())
            .sorted(
                Comparator.comparing((Operation o) -> order(o.method()))
                    // what is inside goes before what holds it
                    .thenComparing(o -> -o.path().length()))
            .toList();
    for (Operation operation : inOrder) {
      String path = path(operation, mine, mine);
      String body = body(operation, mine);
      if (operation.method().equals("GET") && !operation.role().equals("platform")) {
        Cookie cookie = callers.cookies().get("owner");
        control(Column.RIGHT_COOKIE, operation, path, othersIds, "Cookie", cookie.value());
        control(
            Column.RIGHT_TOKEN,
            operation,
            path,
            othersIds,
            "Authorization",
            "Bearer " + callers.tokens().get(operation.role()));
      }
      String key = callers.keys().get(operation.role());
      var answer = send(gateway, operation, path, body, "X-API-Key", key);
      matrix.record(Column.RIGHT_KEY, operation, answer);
      if (!operation.role().equals("platform")) {
        requireNothingOf(othersIds, Column.RIGHT_KEY, operation, answer);
      }
    }
  }

  private void control(
      Column column, Operation operation, String path, List<String> othersIds, String... headers) {
    var answer = send(gateway, operation, path, null, headers);
    matrix.record(column, operation, answer);
    requireNothingOf(othersIds, column, operation, answer);
  }

  private void requireNothingOf(
      List<String> ids, Column column, Operation operation, Answer answer) {
    ids.stream()
        .filter(id -> answer.text().contains(id))
        .findFirst()
        .ifPresent(id -> matrix.find(column, operation, "shows " + id + " of another client"));
  }

  /**
   * Another client's ids where a filter or a body names them: refused, or as if they were not
   * there. Returns what was answered otherwise.
   */
  List<String> idsInside(List<String> othersIds) {
    var wrong = new ArrayList<String>();
    for (String[] one : inside()) {
      var operation = new Operation(one[0], one[1].replaceAll("\\?.*", ""), "member", true);
      var answer =
          send(gateway, operation, one[1], one[2], "X-API-Key", callers.keys().get("owner"));
      boolean refused = List.of(400, 403, 404, 422).contains(answer.status());
      boolean empty =
          answer.status() == 200
              && (answer.text().contains("\"items\":[]")
                  || answer.text().contains("\"enrolled\":[]"));
      // a bulk answer may name the id that it refuses, and nothing else of theirs
      String rest =
          one[2] == null
              ? answer.text()
              : answer.text().replaceAll("\"contact_id\":\"[^\"]+\"", "");
      boolean silent = answer.status() >= 400 || othersIds.stream().noneMatch(rest::contains);
      if (!(refused || empty) || !silent) {
        wrong.add(one[0] + " " + one[1] + " " + one[2] + " → " + answer);
      }
    }
    return wrong;
  }

  int insideCount() {
    return inside().size();
  }

  private List<String[]> inside() {
    String contact = others.id("contacts", "a filter");
    String sequence = others.id("sequences", "a filter");
    String enrollment = others.id("enrollments", "a filter");
    String myContact = mine.id("contacts", "a body");
    String mySequence = mine.id("sequences", "a body");
    return List.of(
        ask("/api/v1/enrollments?contact_id=" + contact),
        ask("/api/v1/enrollments?sequence_id=" + sequence),
        ask("/api/v1/dispatches?contact_id=" + contact),
        ask("/api/v1/dispatches?enrollment_id=" + enrollment),
        ask("/api/v1/receipts?dispatch_id=" + others.id("dispatches", "a filter")),
        ask("/api/v1/webhook-deliveries?endpoint_id=" + others.id("webhook-endpoints", "a filter")),
        ask("/api/v1/leads?contact_id=" + contact),
        ask("/api/v1/leads?source_id=" + others.id("lead-sources", "a filter")),
        ask("/api/v1/contacts?import_id=" + others.id("imports", "a filter")),
        say(
            "/api/v1/leads",
            Map.of("phone", "+12125550175", "source_id", others.id("lead-sources", "a body"))),
        say("/api/v1/contacts/" + myContact + "/merge", Map.of("other", contact)),
        say("/api/v1/enrollments", Map.of("contact_id", contact, "sequence_id", mySequence)),
        say("/api/v1/enrollments", Map.of("contact_id", myContact, "sequence_id", sequence)),
        say(
            "/api/v1/enrollments/bulk",
            Map.of("sequence_id", mySequence, "contact_ids", List.of(contact))),
        say(
            "/api/v1/enrollments/bulk",
            Map.of("sequence_id", sequence, "contact_ids", List.of(myContact))),
        say("/api/v1/suppressions", Map.of("contact_id", contact, "reason", "manual")),
        say(
            "/api/v1/previews",
            Map.of("contact_id", contact, "template", "Hi {{ first_name }}", "channel", "sms")),
        say(
            "/api/v1/phone-numbers",
            Map.of(
                "provider_account_id",
                others.id("provider-accounts", "a body"),
                "e164",
                "+12025550188",
                "per_second",
                1)),
        say(
            "/api/v1/api-keys",
            Map.of("name", "theirs", "role", "member", "client_id", others.client())));
  }

  private static String[] ask(String path) {
    return new String[] {"GET", path, null};
  }

  private static String[] say(String path, Map<String, Object> body) {
    return new String[] {"POST", path, JSON.writeValueAsString(body)};
  }

  /** Each path that a service itself describes, past the gateway. */
  void straightTo(Service service, JsonNode api) {
    for (Operation operation : AccessMatrix.operations(api)) {
      if (operation.open()) {
        continue;
      }
      String path = PARAMETER.matcher(operation.path()).replaceAll(UUID.randomUUID().toString());
      String body = operation.method().equals("GET") ? null : "{}";
      service
          .bad()
          .forEach(
              (column, headers) ->
                  matrix.record(
                      column,
                      new Operation(
                          operation.method(),
                          service.name() + ": " + operation.path(),
                          operation.role(),
                          operation.needsClient()),
                      send(service.base(), operation, path, body, headers)));
    }
  }

  private static int order(String method) {
    return switch (method) {
      case "GET" -> 0;
      case "PATCH" -> 1;
      case "PUT" -> 2;
      case "POST" -> 3;
      default -> 4;
    };
  }

  /** The role just below; null where there is none. */
  private static String below(String role) {
    int index = AccessMatrix.ROLES.indexOf(role);
    if (index < 0) {
      throw new AssertionError("There is no role '" + role + "'");
    }
    return index == 0 ? null : AccessMatrix.ROLES.get(index - 1);
  }

  /** The path with real ids: the last of them of {@code inner}, those before of {@code outer}. */
  static String path(Operation operation, Things outer, Things inner) {
    var segments = operation.path().split("/");
    int last = -1;
    for (int n = 0; n < segments.length; n++) {
      last = segments[n].startsWith("{") ? n : last;
    }
    for (int n = 0; n < segments.length; n++) {
      if (segments[n].startsWith("{")) {
        String collection = segments[n - 1];
        if (collection.equals("dead-letters")) {
          collection += "/" + segments[n - 2];
        }
        segments[n] = (n == last ? inner : outer).id(collection, operation.name());
      }
    }
    return String.join("/", segments);
  }

  private static String body(Operation operation, Things things) {
    if (operation.method().equals("GET") || operation.method().equals("DELETE")) {
      return null;
    }
    String name = operation.name().replaceAll("/services/[a-z]+/", "/services/*/");
    var body = BODIES.get(name);
    if (body == null) {
      throw new AssertionError("No body for " + name + ": add one to AccessTrial.");
    }
    return JSON.writeValueAsString(body.apply(things));
  }

  private static Map<String, Function<Things, Object>> bodies() {
    var all = new TreeMap<String, Function<Things, Object>>();
    Function<Things, Object> nothing = _ -> Map.of();
    Map<String, Object> delay = Map.of("type", "fixed", "duration", "P1D");
    Map<String, Object> step = Map.of("kind", "wait", "name", "Wait", "delay", delay);
    all.put(
        "POST /api/v1/clients",
        _ -> Map.of("name", "Third", "industry", "roofing", "time_zone", "America/New_York"));
    all.put("PATCH /api/v1/clients/{id}", _ -> Map.of("industry", "roofing"));
    all.put(
        "POST /api/v1/provider-accounts",
        _ ->
            Map.of(
                "provider",
                "twilio",
                "name",
                "Second",
                "account_sid",
                "AC" + "0".repeat(32),
                "auth_token",
                "1".repeat(32)));
    all.put("PATCH /api/v1/provider-accounts/{id}", _ -> Map.of("name", "Renamed"));
    all.put(
        "POST /api/v1/phone-numbers",
        things ->
            Map.of(
                "provider_account_id",
                things.id("provider-accounts", "POST /api/v1/phone-numbers"),
                "e164",
                "+12025550199",
                "per_second",
                1));
    all.put("PATCH /api/v1/phone-numbers/{id}", _ -> Map.of("daily_cap", 10));
    all.put(
        "POST /api/v1/mailboxes",
        things ->
            Map.of(
                "provider_account_id",
                things.id("mail-accounts", "POST /api/v1/mailboxes"),
                "address",
                "second@trial.test",
                "display_name",
                "Second"));
    all.put("PATCH /api/v1/mailboxes/{id}", _ -> Map.of("display_name", "Renamed"));
    all.put(
        "POST /api/v1/sequences",
        _ ->
            Map.of(
                "name", "Another",
                "trigger", Map.of("type", "manual", "conditions", List.of()),
                "entry_rule", "once",
                "reply_policy", "stop",
                "steps", List.of(step)));
    all.put("PATCH /api/v1/sequences/{id}", _ -> Map.of("description", "Changed"));
    all.put(
        "PUT /api/v1/sequences/{id}/steps",
        things -> Map.of("steps", List.of(withId(step, things))));
    all.put("POST /api/v1/sequences/{id}/steps", _ -> step);
    all.put("PATCH /api/v1/sequences/{id}/steps/{stepId}", _ -> Map.of("name", "Renamed"));
    all.put("POST /api/v1/sequences/{id}/versions", nothing);
    all.put(
        "POST /api/v1/enrollments",
        things ->
            Map.of(
                "contact_id", things.id("contacts", "an enrollment"),
                "sequence_id", things.id("sequences", "an enrollment")));
    all.put(
        "POST /api/v1/enrollments/bulk",
        things ->
            Map.of(
                "contact_ids", List.of(things.id("contacts", "an enrollment")),
                "sequence_id", things.id("sequences", "an enrollment")));
    for (String order : List.of("pause", "resume", "stop")) {
      all.put("POST /api/v1/enrollments/{id}/" + order, _ -> Map.of("reason", "trial"));
    }
    all.put("POST /api/v1/enrollments/{id}/outcomes", _ -> Map.of("kind", "booked"));
    all.put(
        "POST /api/v1/contacts",
        _ -> Map.of("first_name", "Ada", "phone", "+12125550147", "time_zone", "America/New_York"));
    all.put(
        "POST /api/v1/contacts/bulk",
        _ -> Map.of("contacts", List.of(Map.of("first_name", "Bea", "phone", "+12125550148"))));
    all.put("PATCH /api/v1/contacts/{id}", _ -> Map.of("company", "Changed"));
    all.put(
        "POST /api/v1/suppressions",
        _ -> Map.of("channel", "sms", "identity", "+12125550149", "reason", "manual"));
    all.put(
        "POST /api/v1/compliance-rules",
        _ ->
            Map.of(
                "jurisdiction", "US-WY",
                "channel", "sms",
                "holiday", "2026-07-10",
                "source", "Trial",
                "valid_from", "2026-01-01"));
    all.put("PATCH /api/v1/compliance-rules/{id}", _ -> Map.of("note", "Changed"));
    all.put("PUT /api/v1/fleet-clock", _ -> Map.of("rate", 1));
    all.put(
        "POST /api/v1/previews",
        things ->
            Map.of(
                "contact_id", things.id("contacts", "a preview"),
                "template", "Hi {{ first_name | default: \"there\" }}",
                "channel", "sms"));
    all.put("POST /api/v1/webhook-endpoints", _ -> Map.of("url", "https://example.com/another"));
    all.put("PATCH /api/v1/webhook-endpoints/{id}", _ -> Map.of("description", "Changed"));
    all.put("POST /api/v1/webhook-endpoints/{id}/secret", nothing);
    all.put("POST /api/v1/webhook-endpoints/{id}/test", nothing);
    all.put("POST /api/v1/webhook-endpoints/step-secret", nothing);
    all.put("POST /api/v1/webhook-deliveries/{id}/redeliver", nothing);
    all.put("POST /api/v1/notifications/{id}/read", nothing);
    all.put("POST /api/v1/notifications/{id}/dismiss", nothing);
    all.put("POST /api/v1/notifications/dismiss-all", nothing);
    all.put("POST /api/v1/dispatches/{id}/resolve", _ -> Map.of("as", "sent"));
    all.put("POST /api/v1/services/*/dead-letters/{id}/replay", nothing);
    all.put(
        "POST /api/v1/users",
        _ ->
            Map.of(
                "email", "new-" + UUID.randomUUID() + "@example.com",
                "name", "New",
                "password", "long enough a password",
                "role", "member"));
    all.put(
        "POST /api/v1/users/{id}/identities",
        _ -> Map.of("issuer", TokenIssuer.NAME, "subject", "s-" + UUID.randomUUID()));
    all.put("POST /api/v1/api-keys", _ -> Map.of("name", "Second", "role", "member"));
    all.put("POST /api/v1/imports", _ -> Map.of("phone", "+12125550173"));
    all.put("POST /api/v1/imports/{id}/start", _ -> Map.of("mapping", Map.of("phone", "phone")));
    all.put("POST /api/v1/imports/{id}/cancel", nothing);
    all.put("POST /api/v1/leads", _ -> Map.of("phone", "+12125550174"));
    all.put("POST /api/v1/lead-sources", _ -> Map.of("kind", "google", "name", "Ads"));
    all.put("PATCH /api/v1/lead-sources/{id}", _ -> Map.of("name", "Renamed"));
    all.put("POST /api/v1/lead-sources/{id}/secret", nothing);
    all.put(
        "POST /api/v1/contacts/{id}/merge",
        things -> Map.of("other", things.id("merge", "a merge")));
    all.put("PATCH /api/v1/tags/{tag}", things -> Map.of("name", things.id("tags", "a tag")));
    all.put(
        "POST /api/v1/custom-fields",
        _ -> Map.of("key", "roof_type", "label", "Roof", "type", "text"));
    all.put("PATCH /api/v1/custom-fields/{key}", _ -> Map.of("label", "Renamed"));
    return Map.copyOf(all);
  }

  private static Map<String, Object> withId(Map<String, Object> step, Things things) {
    var whole = new TreeMap<>(step);
    whole.put("id", things.id("steps", "PUT /api/v1/sequences/{id}/steps"));
    return whole;
  }

  private static String[] with(String[] first, String... more) {
    var all = new ArrayList<>(List.of(first));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private Answer send(
      String base, Operation operation, String path, String body, String... headers) {
    var request = AccessMatrix.request(base, operation, path, body);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return exchange(request);
  }

  private Answer exchange(HttpRequest.Builder request) {
    try {
      var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      String type = answer.headers().firstValue("Content-Type").orElse("");
      try (InputStream in = answer.body()) {
        // the live feed has no end
        String text =
            type.startsWith("text/event-stream")
                ? ""
                : new String(in.readAllBytes(), StandardCharsets.UTF_8);
        String code =
            type.startsWith("application/problem+json")
                ? JSON.readTree(text).path("code").asString("")
                : "";
        return new Answer(answer.statusCode(), code, text);
      }
    } catch (IOException e) {
      throw new IllegalStateException(request.build() + " was not answered", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
