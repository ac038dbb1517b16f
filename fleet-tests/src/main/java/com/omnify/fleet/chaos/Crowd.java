package com.omnify.fleet.chaos;

import com.omnify.fleet.Api;
import com.omnify.fleet.Fleet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;

/**
 * One client with a sequence of four messages, one right after the other, and the people who are to
 * get them: the load of one kind of fault. All of it is made over REST, by a caller that repeats
 * what was not answered under the same idempotency key.
 */
final class Crowd implements AutoCloseable {

  /** Messages a person gets. */
  static final int STEPS = 4;

  private static final int CONTACTS_A_CALL = 500;
  private static final int ENROLLMENTS_A_CALL = 250;
  private static final int NUMBERS = 4;

  /** Area codes that lie in one zone; one a crowd, so that no two share a person's number. */
  private static final List<String> AREAS =
      List.of(
          "212", "312", "303", "415", "808", "617", "214", "305", "206", "602", "404", "503", "704",
          "615", "702", "713", "718", "773");

  private final Api api;
  private final String clientId;
  private final String sequenceId;
  private final List<String> contacts;
  private final Set<String> asked = new HashSet<>();
  private final Set<String> refused = new HashSet<>();
  private final List<CompletableFuture<Void>> underWay = new ArrayList<>();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private int next;

  private Crowd(Api api, String clientId, String sequenceId, List<String> contacts) {
    this.api = api;
    this.clientId = clientId;
    this.sequenceId = sequenceId;
    this.contacts = contacts;
  }

  /**
   * Makes client, account, numbers, sequence and people.
   *
   * @param number of this crowd, which no other one has
   */
  static Crowd gather(Fleet fleet, String name, int number, int people) {
    Api platform = fleet.platform();
    String client =
        id(
            platform.post(
                "/api/v1/clients",
                Map.of("name", name, "industry", "roofing", "time_zone", "America/New_York")));
    String key =
        platform
            .post("/api/v1/api-keys", Map.of("name", "chaos", "role", "owner", "client_id", client))
            .get("key")
            .asString();
    Api api = platform.withKey(key);
    String sid = "AC" + UUID.randomUUID().toString().replace("-", "");
    String token = UUID.randomUUID().toString().replace("-", "");
    fleet
        .sandbox()
        .put("/sandbox/accounts/" + sid, Map.of("auth_token", token, "client_id", client));
    String account =
        id(
            api.post(
                "/api/v1/provider-accounts",
                Map.of(
                    "provider",
                    "twilio",
                    "name",
                    "Sandbox",
                    "account_sid",
                    sid,
                    "auth_token",
                    token,
                    "base_url",
                    fleet.sandboxUrl())));
    for (int n = 0; n < NUMBERS; n++) {
      api.post(
          "/api/v1/phone-numbers",
          Map.of(
              "provider_account_id",
              account,
              "e164",
              "+1202555%04d".formatted(1000 + number * 10 + n),
              "per_second",
              250,
              "daily_cap",
              1_000_000));
    }
    String sequence = id(api.post("/api/v1/sequences", sequence()));
    api.post("/api/v1/sequences/" + sequence + "/versions", Map.of());
    api.patch("/api/v1/sequences/" + sequence, Map.of("active", true));
    return new Crowd(api, client, sequence, people(api, number, people));
  }

  private static Map<String, Object> sequence() {
    var window = new HashMap<String, Object>();
    for (String day : List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun")) {
      window.put(day, List.of(Map.of("from", "00:00", "to", "24:00")));
    }
    var steps = new ArrayList<Map<String, Object>>();
    for (int n = 1; n <= STEPS; n++) {
      steps.add(
          Map.of(
              "kind",
              "sms",
              "delay",
              Map.of("type", "immediate"),
              "content",
              Map.of("body", "{{ first_name | default: \"Hello\" }}, this is note " + n + ".")));
    }
    return Map.of(
        "name",
        "Four notes",
        "trigger",
        Map.of("type", "manual", "conditions", List.of()),
        "entry_rule",
        "once",
        "reply_policy",
        "stop",
        "send_window",
        window,
        "steps",
        steps);
  }

  private static List<String> people(Api api, int number, int people) {
    String area = AREAS.get(number % AREAS.size());
    var ids = new ArrayList<String>();
    for (int from = 0; from < people; from += CONTACTS_A_CALL) {
      var rows = new ArrayList<Map<String, Object>>();
      for (int n = from; n < Math.min(people, from + CONTACTS_A_CALL); n++) {
        rows.add(
            Map.of(
                "first_name",
                "Person" + n,
                "time_zone",
                "America/New_York",
                "phone",
                "+1%s%03d%04d".formatted(area, 200 + n / 9000, 1000 + n % 9000)));
      }
      for (JsonNode row :
          api.post("/api/v1/contacts/bulk", Map.of("contacts", rows)).get("results")) {
        ids.add(id(row));
      }
    }
    return ids;
  }

  private static String id(JsonNode made) {
    return made.get("id").asString();
  }

  String clientId() {
    return clientId;
  }

  String sequenceId() {
    return sequenceId;
  }

  /** Enrolls whoever is left, in the background. */
  void pushRest() {
    push(1);
  }

  int people() {
    return contacts.size();
  }

  /** How many people a part is: at least one. */
  int count(double part) {
    return Math.max(1, (int) Math.ceil(contacts.size() * part));
  }

  /** Enrolls a part of all who belong to the crowd, in the background. */
  void push(double part) {
    int to = Math.min(contacts.size(), next + count(part));
    while (next < to) {
      int end = Math.min(to, next + ENROLLMENTS_A_CALL);
      List<String> some = contacts.subList(next, end);
      next = end;
      underWay.add(CompletableFuture.runAsync(() -> enroll(some), callers));
    }
  }

  /**
   * Waits until every enrollment has been answered. A call that was cut off with its service is
   * taken up by another only when its lease on the idempotency key is over, a minute later.
   */
  void awaitAnswers() {
    underWay.forEach(CompletableFuture::join);
    underWay.clear();
  }

  private void enroll(List<String> some) {
    var notEnrolled = new HashSet<String>();
    try {
      JsonNode answer =
          api.post(
              "/api/v1/enrollments/bulk", Map.of("sequence_id", sequenceId, "contact_ids", some));
      answer.get("refused").forEach(row -> notEnrolled.add(row.get("contact_id").asString()));
    } catch (Api.AnswerLost e) {
      // so they say, and whether it is true is judged
    }
    synchronized (this) {
      asked.addAll(some);
      asked.removeAll(notEnrolled);
      refused.addAll(notEnrolled);
    }
  }

  /** Contacts whose enrollment was confirmed. */
  synchronized Set<String> asked() {
    return Set.copyOf(asked);
  }

  /** Contacts whose enrollment was refused. */
  synchronized Set<String> refused() {
    return Set.copyOf(refused);
  }

  @Override
  public void close() {
    callers.shutdownNow();
  }
}
