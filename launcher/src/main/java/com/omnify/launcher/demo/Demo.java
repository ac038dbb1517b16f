package com.omnify.launcher.demo;

import com.omnify.launcher.demo.DemoClient.DemoSequence;
import com.omnify.launcher.demo.DemoPeople.Person;
import com.omnify.launcher.fleet.Secrets;
import com.omnify.launcher.process.Hashes;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Fills a running fleet with clients and people, over its REST API alone. Whatever is there already
 * is found again: a second run adds nothing.
 */
public final class Demo {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int CONTACTS_A_CALL = 500;

  private final String api;
  private final String sandboxUrl;
  private final String platformKey;
  private final Path memory;

  /**
   * Prepares.
   *
   * @param gateway address of the running gateway
   * @param platformKey may create clients
   * @param memory the file that keeps the demo's own secrets: API keys are shown only once
   */
  public Demo(String gateway, String sandboxUrl, String platformKey, Path memory) {
    this.api = gateway + "/api/v1";
    this.sandboxUrl = sandboxUrl;
    this.platformKey = platformKey;
    this.memory = memory;
  }

  /** What is known of a demo client. */
  public record Known(
      String slug,
      String name,
      String industry,
      String clientId,
      String accountSid,
      String authToken,
      String apiKey) {}

  /** What there is now. */
  public record Result(List<Known> clients, int contacts, int enrolled) {}

  /**
   * Seeds what is missing and lets time run.
   *
   * @param rate fleet seconds in a real second
   */
  public Result run(double rate) throws IOException, InterruptedException {
    var remembered = remembered();
    var known = new ArrayList<Known>();
    int contacts = 0;
    int enrolled = 0;
    try (var platform = new Rest(api, Map.of("X-API-Key", platformKey));
        var sandbox = new Rest(sandboxUrl, Map.of())) {
      setRate(rate);
      var existing = byName(platform.all("/clients"), "name");
      for (var client : DemoClients.all()) {
        var id = client(platform, client, existing);
        try (var asClient = new Rest(api, Map.of("X-API-Key", platformKey, "X-Client-Id", id))) {
          var secrets = secrets(asClient, client, id, remembered.get(client.slug()));
          known.add(secrets);
          remember(known, remembered);
          var people = DemoPeople.of(client, consentTime());
          provider(asClient, sandbox, client, secrets);
          sandbox.put(
              "/sandbox/personas",
              people.stream().collect(Collectors.toMap(Person::phone, Person::persona)));
          var sequences = sequences(asClient, client);
          var ids = contacts(asClient, client, people);
          contacts += ids.size();
          enrolled += enroll(asClient, client, people, ids, sequences);
        }
      }
    }
    return new Result(known, contacts, enrolled);
  }

  /** Lets the fleet's time, and that of the simulated people, run at this rate; 0 stops it. */
  public void setRate(double rate) throws IOException, InterruptedException {
    try (var platform = new Rest(api, Map.of("X-API-Key", platformKey));
        var sandbox = new Rest(sandboxUrl, Map.of())) {
      platform.put("/fleet-clock", Map.of("rate", BigDecimal.valueOf(rate)));
      if (rate > 0) {
        sandbox.put("/sandbox/clock", Map.of("rate", rate));
      }
    }
  }

  private static String consentTime() {
    return Instant.now().minus(7, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private String client(Rest platform, DemoClient client, Map<String, JsonNode> existing)
      throws IOException, InterruptedException {
    var found = existing.get(client.name());
    if (found != null) {
      return required(found, "id");
    }
    var created =
        platform.create(
            "/clients",
            Map.of(
                "name",
                client.name(),
                "industry",
                client.industry(),
                "time_zone",
                client.timeZone(),
                "profile",
                client.profile()),
            "demo-client-" + client.slug());
    return required(created, "id");
  }

  /** The key of the client and the account of its provider: as remembered, or made now. */
  private Known secrets(Rest asClient, DemoClient client, String clientId, @Nullable Known before)
      throws IOException, InterruptedException {
    if (before != null && before.clientId().equals(clientId) && opens(before.apiKey(), clientId)) {
      return before;
    }
    var random = new SecureRandom();
    var key =
        asClient.create(
            "/api-keys",
            Map.of("name", "Demo", "role", "owner", "client_id", clientId),
            "demo-key-" + hex(random, 8));
    return new Known(
        client.slug(),
        client.name(),
        client.industry(),
        clientId,
        "AC" + Hashes.sha256("demo account of " + clientId).substring(0, 32),
        before != null && before.clientId().equals(clientId) ? before.authToken() : hex(random, 16),
        required(key, "key"));
  }

  private boolean opens(String apiKey, String clientId) throws IOException, InterruptedException {
    try (var rest = new Rest(api, Map.of("X-API-Key", apiKey))) {
      rest.get("/clients/" + clientId);
      return true;
    } catch (Rest.Refused e) {
      if (e.status() == 401 || e.status() == 403 || e.status() == 404) {
        return false;
      }
      throw e;
    }
  }

  private void provider(Rest asClient, Rest sandbox, DemoClient client, Known known)
      throws IOException, InterruptedException {
    sandbox.put(
        "/sandbox/accounts/" + known.accountSid(),
        Map.of(
            "auth_token",
            known.authToken(),
            "client_id",
            known.clientId(),
            "numbers",
            List.of(client.number())));
    var settings = new HashMap<String, Object>();
    settings.put("auth_token", known.authToken());
    settings.put("base_url", sandboxUrl);
    var account = byName(asClient.all("/provider-accounts"), "account_sid").get(known.accountSid());
    String accountId;
    if (account == null) {
      settings.put("provider", "twilio");
      settings.put("name", "Sandbox");
      settings.put("account_sid", known.accountSid());
      settings.put("active", true);
      accountId =
          required(
              asClient.create("/provider-accounts", settings, "demo-account-" + known.accountSid()),
              "id");
    } else {
      accountId = required(account, "id");
      // another port since the last time, or a token that had been forgotten
      asClient.patch("/provider-accounts/" + accountId, settings);
    }
    if (!byName(asClient.all("/phone-numbers"), "e164").containsKey(client.number())) {
      asClient.create(
          "/phone-numbers",
          Map.of(
              "provider_account_id",
              accountId,
              "e164",
              client.number(),
              "sms_enabled",
              true,
              "per_second",
              50,
              "daily_cap",
              1_000_000,
              "active",
              true),
          "demo-number-" + client.slug());
    }
  }

  /** Ids of the client's sequences, in their order, published and active. */
  private static List<String> sequences(Rest asClient, DemoClient client)
      throws IOException, InterruptedException {
    var existing = byName(asClient.all("/sequences"), "name");
    var ids = new ArrayList<String>();
    for (var sequence : client.sequences()) {
      var found = existing.get(sequence.name());
      var id = found != null ? required(found, "id") : create(asClient, client, sequence);
      ids.add(id);
      var now = asClient.get("/sequences/" + id);
      if (Rest.text(now, "published_version") == null) {
        asClient.create("/sequences/" + id + "/versions", Map.of(), "demo-publish-" + id);
      }
      if (!now.path("active").asBoolean(false)) {
        asClient.patch("/sequences/" + id, Map.of("active", true));
      }
    }
    return ids;
  }

  private static String create(Rest asClient, DemoClient client, DemoSequence sequence)
      throws IOException, InterruptedException {
    var request = new LinkedHashMap<String, Object>();
    request.put("name", sequence.name());
    request.put("description", sequence.description());
    request.put("trigger", Map.of("type", "manual", "conditions", List.of()));
    request.put("entry_rule", "once");
    request.put("reply_policy", "stop");
    request.put("send_window", DemoClients.sendWindow());
    request.put("priority", 5);
    request.put("steps", sequence.steps());
    var created =
        asClient.create(
            "/sequences",
            request,
            "demo-sequence-" + client.slug() + "-" + sequence.name().replace(' ', '-'));
    return required(created, "id");
  }

  /** Ids by phone number. */
  private static Map<String, String> contacts(Rest asClient, DemoClient client, List<Person> people)
      throws IOException, InterruptedException {
    var ids = ids(asClient);
    var missing = people.stream().filter(person -> !ids.containsKey(person.phone())).toList();
    for (int from = 0; from < missing.size(); from += CONTACTS_A_CALL) {
      var part = missing.subList(from, Math.min(missing.size(), from + CONTACTS_A_CALL));
      asClient.create(
          "/contacts/bulk",
          Map.of("contacts", part.stream().map(Person::request).toList()),
          "demo-contacts-%s-%d-%d".formatted(client.slug(), ids.size(), from));
    }
    return missing.isEmpty() ? ids : ids(asClient);
  }

  private static Map<String, String> ids(Rest asClient) throws IOException, InterruptedException {
    var ids = new HashMap<String, String>();
    for (var contact : asClient.all("/contacts?tag=demo")) {
      var phone = Rest.text(contact, "phone");
      if (phone != null) {
        ids.put(phone, required(contact, "id"));
      }
    }
    return ids;
  }

  /** Each person into one sequence; the entry rule refuses those who are in it or have been. */
  private static int enroll(
      Rest asClient,
      DemoClient client,
      List<Person> people,
      Map<String, String> ids,
      List<String> sequences)
      throws IOException, InterruptedException {
    var turns = new ArrayList<Integer>();
    for (int i = 0; i < client.sequences().size(); i++) {
      for (int n = 0; n < client.sequences().get(i).share(); n++) {
        turns.add(i);
      }
    }
    var groups = new HashMap<Integer, List<String>>();
    for (int i = 0; i < people.size(); i++) {
      var id = ids.get(people.get(i).phone());
      if (id != null) {
        groups.computeIfAbsent(turns.get(i % turns.size()), _ -> new ArrayList<>()).add(id);
      }
    }
    int enrolled = 0;
    for (int i = 0; i < sequences.size(); i++) {
      var group = groups.getOrDefault(i, List.of());
      if (!group.isEmpty()) {
        var answer =
            asClient.create(
                "/enrollments/bulk",
                Map.of("sequence_id", sequences.get(i), "contact_ids", group),
                // a key of its own each time: the entry rule is what refuses whoever is in it
                // already
                "demo-enroll-" + hex(new SecureRandom(), 12));
        enrolled += answer.path("enrolled").size();
      }
    }
    return enrolled;
  }

  private static Map<String, JsonNode> byName(List<JsonNode> items, String field) {
    var found = new HashMap<String, JsonNode>();
    for (var item : items) {
      var name = Rest.text(item, field);
      if (name != null) {
        found.putIfAbsent(name, item);
      }
    }
    return found;
  }

  private static String required(JsonNode json, String field) {
    return Objects.requireNonNull(
        Rest.text(json, field), () -> "the API answered without " + field + ": " + json);
  }

  private static String hex(SecureRandom random, int bytes) {
    var value = new byte[bytes];
    random.nextBytes(value);
    return HexFormat.of().formatHex(value);
  }

  private Map<String, Known> remembered() throws IOException {
    var known = new LinkedHashMap<String, Known>();
    if (Files.exists(memory)) {
      try {
        for (var one : JSON.readValue(Files.readString(memory), Known[].class)) {
          known.put(one.slug(), one);
        }
      } catch (JacksonException e) {
        throw new IOException(memory + " cannot be read; remove it to get new keys", e);
      }
    }
    return known;
  }

  /** After each client: an interrupted run must not lose keys that are shown only once. */
  private void remember(List<Known> now, Map<String, Known> before) throws IOException {
    var all = new LinkedHashMap<>(before);
    now.forEach(known -> all.put(known.slug(), known));
    Secrets.writePrivately(
        memory, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all.values()));
  }
}
