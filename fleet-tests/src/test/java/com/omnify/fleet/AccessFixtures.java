package com.omnify.fleet;

import com.omnify.fleet.AccessMatrix.Column;
import com.omnify.fleet.AccessTrial.Callers;
import com.omnify.fleet.AccessTrial.Cookie;
import com.omnify.fleet.AccessTrial.Service;
import com.omnify.fleet.AccessTrial.Things;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What two clients have, and everybody who asks for it, on a running fleet. */
final class AccessFixtures {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String PASSWORD = "long enough a password";

  static final Map<String, Integer> SERVICES =
      Map.of(
          "scheduler", 8081,
          "channels", 8082,
          "events", 8083,
          "memory", 8084,
          "healer", 8085,
          "learning", 8086);

  private final Fleet fleet;
  private final TokenIssuer issuer;

  AccessFixtures(Fleet fleet, TokenIssuer issuer) {
    this.fleet = fleet;
    this.issuer = issuer;
  }

  /** One of everything that a path can name, all of that client. */
  Things things(Scenario of) throws SQLException, IOException {
    Api api = of.api;
    var ids = new HashMap<String, String>();
    ids.put("clients", of.clientId);
    ids.put("sequences", of.sequenceId);
    ids.put("contacts", of.contactIds.getFirst());
    ids.put("steps", first(api.get("/api/v1/sequences/" + of.sequenceId + "/steps")));
    ids.put("provider-accounts", first(api.get("/api/v1/provider-accounts")));
    ids.put("phone-numbers", first(api.get("/api/v1/phone-numbers")));
    String mailAccount =
        api.post(
                "/api/v1/provider-accounts",
                Map.of(
                    "provider",
                    "smtp",
                    "name",
                    "Mail",
                    "account_sid",
                    "trial-" + of.clientId.substring(24),
                    "auth_token",
                    "secret",
                    "settings",
                    Map.of("host", "127.0.0.1", "port", 2525, "tls", "none")))
            .get("id")
            .asString();
    ids.put("mail-accounts", mailAccount);
    ids.put(
        "mailboxes",
        api.post(
                "/api/v1/mailboxes",
                Map.of(
                    "provider_account_id",
                    mailAccount,
                    "address",
                    "trial-" + of.clientId.substring(24) + "@trial.test",
                    "display_name",
                    "Trial"))
            .get("id")
            .asString());
    ids.put(
        "compliance-rules",
        fleet
            .platform()
            .post(
                "/api/v1/compliance-rules",
                Map.of(
                    "jurisdiction", "US-WY",
                    "channel", "sms",
                    "holiday", "2026-07-10",
                    "source", "Trial",
                    "valid_from", "2026-01-01"))
            .get("id")
            .asString());
    ids.put("enrollments", first(api.get("/api/v1/enrollments?sequence_id=" + of.sequenceId)));
    ids.put("dispatches", first(api.get("/api/v1/dispatches?limit=1")));
    ids.put(
        "suppressions",
        api.post(
                "/api/v1/suppressions",
                Map.of("channel", "sms", "identity", "+12125550146", "reason", "manual"))
            .get("suppressions")
            .get(0)
            .get("id")
            .asString());
    ids.put(
        "api-keys",
        api.post("/api/v1/api-keys", Map.of("name", "spare", "role", "member"))
            .get("id")
            .asString());
    String endpoint =
        api.post("/api/v1/webhook-endpoints", Map.of("url", "https://example.com/hook"))
            .get("endpoint")
            .get("id")
            .asString();
    ids.put("webhook-endpoints", endpoint);
    api.post("/api/v1/webhook-endpoints/" + endpoint + "/test", Map.of());
    ids.put(
        "webhook-deliveries", first(api.get("/api/v1/webhook-deliveries?endpoint_id=" + endpoint)));
    ids.put("notifications", notification(of.clientId));
    doors(of, ids);
    Person person = person(of, "member");
    ids.put("users", person.id());
    ids.put("identities", person.identity());
    for (String service : SERVICES.keySet()) {
      ids.put("dead-letters/" + service, deadLetter(service, of.clientId));
    }
    return new Things(of.clientId, Map.copyOf(ids));
  }

  /** Ways in for people, and what this client alone calls things. */
  private static void doors(Scenario of, Map<String, String> ids) {
    Api api = of.api;
    String own = of.clientId.substring(24);
    ids.put(
        "imports",
        JSON.readTree(api.send("POST", "/api/v1/imports", "phone\n+12125550171").text())
            .get("id")
            .asString());
    ids.put(
        "lead-sources",
        api.post("/api/v1/lead-sources", Map.of("kind", "generic", "name", "Form"))
            .get("source")
            .get("id")
            .asString());
    ids.put(
        "leads", api.post("/api/v1/leads", Map.of("phone", "+12125550172")).get("id").asString());
    ids.put("tags", "t" + own);
    ids.put(
        "merge",
        api.post("/api/v1/contacts", Map.of("first_name", "Twin", "tags", List.of("t" + own)))
            .get("id")
            .asString());
    ids.put(
        "custom-fields",
        api.post("/api/v1/custom-fields", Map.of("key", "k" + own, "label", "Own", "type", "text"))
            .get("key")
            .asString());
  }

  /** Everybody who asks on behalf of that client, rightly or not. */
  Callers callers(Scenario of, String platformKey) throws Exception {
    var keys = new TreeMap<String, String>();
    var tokens = new TreeMap<String, String>();
    var cookies = new TreeMap<String, Cookie>();
    Instant later = Instant.now().plus(Duration.ofHours(1));
    Person owner = null;
    for (String role : List.of("member", "admin", "owner")) {
      keys.put(role, newKey(of, role, null).get("key").asString());
      Person person = person(of, role);
      tokens.put(role, issuer.token(person.subject(), TokenIssuer.AUDIENCE, later));
      cookies.put(role, signIn(person));
      owner = person;
    }
    keys.put("platform", platformKey);

    var bad = new EnumMap<Column, String[]>(Column.class);
    bad.put(Column.NO_CREDENTIALS, new String[0]);
    bad.put(
        Column.TAMPERED_KEY, new String[] {"X-API-Key", TokenIssuer.tampered(keys.get("owner"))});
    JsonNode expired = newKey(of, "owner", later);
    update(
        "UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE id = ?::uuid",
        expired.get("id").asString());
    bad.put(Column.EXPIRED_KEY, new String[] {"X-API-Key", expired.get("key").asString()});
    JsonNode revoked = newKey(of, "owner", null);
    of.api.send("DELETE", "/api/v1/api-keys/" + revoked.get("id").asString(), "");
    bad.put(Column.REVOKED_KEY, new String[] {"X-API-Key", revoked.get("key").asString()});
    bad.put(Column.TAMPERED_TOKEN, bearer(TokenIssuer.tampered(tokens.get("owner"))));
    bad.put(
        Column.EXPIRED_TOKEN,
        bearer(
            issuer.token(
                owner.subject(),
                TokenIssuer.AUDIENCE,
                Instant.now().minus(Duration.ofMinutes(2)))));
    bad.put(Column.WRONG_AUDIENCE, bearer(issuer.token(owner.subject(), "somebody-else", later)));
    Cookie good = cookies.get("owner");
    bad.put(
        Column.TAMPERED_COOKIE,
        new String[] {"Cookie", TokenIssuer.tampered(good.value()), "X-CSRF-Token", good.csrf()});
    Person late = person(of, "owner");
    Cookie ended = signIn(late);
    update(
        "UPDATE sessions SET expires_at = now() - interval '1 second' WHERE user_id = ?::uuid",
        late.id());
    bad.put(
        Column.EXPIRED_COOKIE,
        new String[] {"Cookie", ended.value(), "X-CSRF-Token", ended.csrf()});
    return new Callers(keys, tokens, cookies, bad);
  }

  /** The services themselves, and what opens none of them. */
  List<Service> services(String client) throws IOException {
    String secret = fleet.tokenSecret();
    Instant later = Instant.now().plus(Duration.ofHours(1));
    String audience = "omnify-services";
    var bad = new EnumMap<Column, String[]>(Column.class);
    bad.put(Column.SERVICE_WITHOUT_TOKEN, new String[0]);
    bad.put(
        Column.SERVICE_TAMPERED_TOKEN,
        bearer(TokenIssuer.tampered(TokenIssuer.fleetToken(secret, client, audience, later))));
    bad.put(
        Column.SERVICE_EXPIRED_TOKEN,
        bearer(
            TokenIssuer.fleetToken(
                secret, client, audience, Instant.now().minus(Duration.ofMinutes(1)))));
    bad.put(
        Column.SERVICE_WRONG_AUDIENCE,
        bearer(TokenIssuer.fleetToken(secret, client, "somebody-else", later)));
    return SERVICES.entrySet().stream()
        .map(service -> new Service(service.getKey(), fleet.serviceUrl(service.getValue()), bad))
        .toList();
  }

  /**
   * Every table with how many rows of these clients it has and a sum over what is in them; of
   * tables without a client, over all. Left out is what changes by looking or by the hour: when a
   * key was last used, what is on its way, and what the stuck detector finds.
   */
  Map<String, String> rows(List<String> clients) throws SQLException, IOException {
    var found = new TreeMap<String, String>();
    try (Connection db = fleet.database();
        var statement = db.createStatement()) {
      var tables = new TreeMap<String, Boolean>();
      try (var rows =
          statement.executeQuery(
              """
              SELECT c.relname, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'client_id')
              FROM pg_class c WHERE c.relnamespace = 'omnify'::regnamespace AND c.relkind IN ('r', 'p')
                AND NOT c.relispartition AND c.relname !~ '_(outbox|inbox)$' AND c.relname NOT IN ('rate_leases', 'stuck')
              """)) {
        while (rows.next()) {
          tables.put(rows.getString(1), rows.getBoolean(2));
        }
      }
      String ours = "'" + String.join("', '", clients) + "'";
      for (var table : tables.entrySet()) {
        String sql =
            """
            SELECT count(*) || ' rows, ' || coalesce(sum(hashtextextended(
              (to_jsonb(t) - '{last_used_at,last_seen_at,expires_at}'::text[])::text, 0)), 0)
            FROM omnify.%s t %s
            """
                .formatted(
                    table.getKey(), table.getValue() ? "WHERE client_id IN (" + ours + ")" : "");
        try (var row = statement.executeQuery(sql)) {
          row.next();
          found.put(table.getKey(), row.getString(1));
        }
      }
    }
    return found;
  }

  /**
   * Puts off what waits to be told to an endpoint, so that a delivery that moves later was asked
   * for. False where there was nothing to put off.
   */
  boolean putOffDeliveries() throws SQLException, IOException {
    try (Connection db = fleet.database();
        var statement = db.createStatement()) {
      return statement.executeUpdate(
              """
              UPDATE omnify.webhook_deliveries SET next_at = now() + interval '1 day'
              WHERE state = 'pending' AND next_at < now() + interval '12 hours'
              """)
          > 0;
    }
  }

  private record Person(String id, String email, String subject, String identity) {}

  private Person person(Scenario of, String role) {
    String email = role + "-" + UUID.randomUUID() + "@example.com";
    String id =
        of.api
            .post(
                "/api/v1/users",
                Map.of("email", email, "name", "Trial", "password", PASSWORD, "role", role))
            .get("id")
            .asString();
    String subject = "person-" + id;
    String identity =
        of.api
            .post(
                "/api/v1/users/" + id + "/identities",
                Map.of("issuer", TokenIssuer.NAME, "subject", subject))
            .get("id")
            .asString();
    return new Person(id, email, subject, identity);
  }

  private static JsonNode newKey(Scenario of, String role, Instant expires) {
    var body = new HashMap<String, Object>(Map.of("name", role, "role", role));
    if (expires != null) {
      body.put("expires_at", expires.toString());
    }
    return of.api.post("/api/v1/api-keys", body);
  }

  private Cookie signIn(Person person) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(
              HttpRequest.newBuilder(URI.create(fleet.gateway() + "/api/v1/session"))
                  .header("Content-Type", "application/json")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          JSON.writeValueAsString(
                              Map.of("email", person.email(), "password", PASSWORD))))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
      return new Cookie(
          cookie.substring(0, cookie.indexOf(';')),
          JSON.readTree(answer.body()).get("csrf_token").asString());
    }
  }

  private String deadLetter(String service, String client) throws SQLException, IOException {
    String id = UUID.randomUUID().toString();
    try (Connection db = fleet.database();
        var insert =
            db.prepareStatement(
                """
                INSERT INTO omnify.%s_dead_letters
                  (id, client_id, listener, topic, kafka_partition, kafka_offset, key, payload, state)
                VALUES (?::uuid, ?::uuid, 'gone', 'deliveries', 0, ?, 'k', '{}', 'dead')
                """
                    .formatted(service))) {
      insert.setString(1, id);
      insert.setString(2, client);
      insert.setLong(3, Math.floorMod(id.hashCode(), 1_000_000_000) + 1_000_000_000L);
      insert.executeUpdate();
    }
    return id;
  }

  private String notification(String client) throws SQLException, IOException {
    String id = UUID.randomUUID().toString();
    update(
        """
        INSERT INTO omnify.notifications (client_id, id, type, title, at)
        VALUES ('%s'::uuid, ?::uuid, 'step', 'Look', now())
        """
            .formatted(client),
        id);
    return id;
  }

  private void update(String sql, String id) throws SQLException, IOException {
    try (Connection db = fleet.database();
        var statement = db.prepareStatement(sql)) {
      statement.setString(1, id);
      if (statement.executeUpdate() != 1) {
        throw new IllegalStateException(sql + ": " + id);
      }
    }
  }

  private static String[] bearer(String token) {
    return new String[] {"Authorization", "Bearer " + token};
  }

  private static String first(JsonNode page) {
    var items = new ArrayList<JsonNode>();
    page.get("items").forEach(items::add);
    return items.getFirst().get("id").asString();
  }
}
