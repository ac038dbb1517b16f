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
   * @param howMany people are to be there, {@link #fewest} to {@link #most}
   */
  public Result run(double rate, int howMany) throws IOException, InterruptedException {
    var clients = DemoClients.all();
    var remembered = remembered();
    var known = new ArrayList<Known>();
    int contacts = 0;
    int enrolled = 0;
    try (var platform = new Rest(api, Map.of("X-API-Key", platformKey));
        var sandbox = new Rest(sandboxUrl, Map.of())) {
      setRate(rate);
      var existing = Rest.by(platform.all("/clients"), "name");
      for (int i = 0; i < clients.size(); i++) {
        var client = clients.get(i);
        var id = client(platform, client, existing);
        try (var asClient = new Rest(api, Map.of("X-API-Key", platformKey, "X-Client-Id", id))) {
          var secrets = secrets(asClient, client, id, remembered.get(client.slug()));
          known.add(secrets);
          remember(known, remembered);
          var people = DemoPeople.of(client, share(howMany, clients, i), consentTime());
          new DemoProviders(asClient, sandbox, sandboxUrl, client, secrets).open();
          personas(sandbox, people);
          var sequence = sequence(asClient, client);
          var ids = contacts(asClient, people);
          contacts += ids.size();
          enrolled += enroll(asClient, sequence, ids);
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

  /** One for each client at least. */
  public static int fewest() {
    return DemoClients.all().size();
  }

  /** As many as there are fictional numbers for. */
  public static int most() {
    return DemoPeople.most(DemoClients.all());
  }

  /** How many of so many people the client at that place knows. */
  private static int share(int howMany, List<DemoClient> clients, int place) {
    return howMany / clients.size() + (place < howMany % clients.size() ? 1 : 0);
  }

  private static String consentTime() {
    return Instant.now().minus(7, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private String client(Rest platform, DemoClient client, Map<String, JsonNode> existing)
      throws IOException, InterruptedException {
    var found = existing.get(client.name());
    if (found != null) {
      return Rest.required(found, "id");
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
    return Rest.required(created, "id");
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
        Rest.required(key, "key"));
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

  /** Who they are on each channel, told to the simulated providers. */
  private static void personas(Rest sandbox, List<Person> people)
      throws IOException, InterruptedException {
    var written = new HashMap<String, String>();
    var called = new HashMap<String, String>();
    for (var person : people) {
      written.put(person.phone(), person.habits().phone());
      written.put(person.email(), person.habits().mailbox());
      var voice = person.habits().voice();
      if (voice != null) {
        called.put(person.phone(), voice);
      }
    }
    sandbox.put("/sandbox/personas", written);
    sandbox.put("/sandbox/vapi/personas", called);
  }

  /** The id of the client's sequence, published and active. */
  private static String sequence(Rest asClient, DemoClient client)
      throws IOException, InterruptedException {
    var sequence = client.sequence();
    var found = Rest.by(asClient.all("/sequences"), "name").get(sequence.name());
    var id = found != null ? Rest.required(found, "id") : create(asClient, client, sequence);
    var now = asClient.get("/sequences/" + id);
    if (Rest.text(now, "published_version") == null) {
      asClient.create("/sequences/" + id + "/versions", Map.of(), "demo-publish-" + id);
    }
    if (!now.path("active").asBoolean(false)) {
      asClient.patch("/sequences/" + id, Map.of("active", true));
    }
    return id;
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
    return Rest.required(created, "id");
  }

  /** Ids of these people, in their order. */
  private static List<String> contacts(Rest asClient, List<Person> people)
      throws IOException, InterruptedException {
    var before = ids(asClient);
    var missing = people.stream().filter(person -> !before.containsKey(person.phone())).toList();
    for (int from = 0; from < missing.size(); from += CONTACTS_A_CALL) {
      var part = missing.subList(from, Math.min(missing.size(), from + CONTACTS_A_CALL));
      var answer =
          asClient.create(
              "/contacts/bulk",
              Map.of("contacts", part.stream().map(Person::request).toList()),
              // a key of its own each time: whoever is there already is not made again
              "demo-contacts-" + hex(new SecureRandom(), 12));
      if (answer.path("invalid").asInt() > 0) {
        throw new IOException("The API does not take all people of the demo: " + answer);
      }
    }
    var all = missing.isEmpty() ? before : ids(asClient);
    var ids = new ArrayList<String>();
    for (var person : people) {
      var id = all.get(person.phone());
      if (id != null) {
        ids.add(id);
      }
    }
    return ids;
  }

  private static Map<String, String> ids(Rest asClient) throws IOException, InterruptedException {
    var ids = new HashMap<String, String>();
    for (var contact : asClient.all("/contacts?tag=demo")) {
      var phone = Rest.text(contact, "phone");
      if (phone != null) {
        ids.put(phone, Rest.required(contact, "id"));
      }
    }
    return ids;
  }

  /** Everybody who is not in it and has not been: the entry rule refuses the others. */
  private static int enroll(Rest asClient, String sequence, List<String> contacts)
      throws IOException, InterruptedException {
    int enrolled = 0;
    for (int from = 0; from < contacts.size(); from += CONTACTS_A_CALL) {
      var part = contacts.subList(from, Math.min(contacts.size(), from + CONTACTS_A_CALL));
      var answer =
          asClient.create(
              "/enrollments/bulk",
              Map.of("sequence_id", sequence, "contact_ids", part),
              "demo-enroll-" + hex(new SecureRandom(), 12));
      enrolled += answer.path("enrolled").size();
    }
    return enrolled;
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
