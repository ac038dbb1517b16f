package com.omnify.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * One client with a four-step SMS sequence over days, and its people in several zones. What a
 * person would set up by hand, made over REST.
 */
final class Scenario {

  /** Area codes that lie wholly in one zone, with that zone. */
  private static final List<Map.Entry<String, String>> PLACES =
      List.of(
          Map.entry("212", "America/New_York"),
          Map.entry("312", "America/Chicago"),
          Map.entry("303", "America/Denver"),
          Map.entry("415", "America/Los_Angeles"),
          Map.entry("808", "Pacific/Honolulu"));

  /** So many, at least, ask in words that no carrier knows to be left alone. */
  static final int LEAVING = 3;

  final String clientId;
  final Api api;
  final String sequenceId;
  final List<String> contactIds = new ArrayList<>();

  private Scenario(String clientId, Api api, String sequenceId) {
    this.clientId = clientId;
    this.api = api;
    this.sequenceId = sequenceId;
  }

  /**
   * Sets everything up and enrolls everyone.
   *
   * @param providerUrl where the client's Twilio account is reached
   */
  static Scenario start(Fleet fleet, String providerUrl, int contacts) {
    Api platform = fleet.platform();
    String clientId =
        platform
            .post(
                "/api/v1/clients",
                Map.of(
                    "name",
                    "Journey " + UUID.randomUUID(),
                    "industry",
                    "roofing",
                    "time_zone",
                    "America/New_York"))
            .get("id")
            .asString();
    String key =
        platform
            .post(
                "/api/v1/api-keys",
                Map.of("name", "journey", "role", "owner", "client_id", clientId))
            .get("key")
            .asString();
    Api api = platform.withKey(key);
    String sid = "AC" + UUID.randomUUID().toString().replace("-", "");
    String token = UUID.randomUUID().toString().replace("-", "");
    fleet
        .sandbox()
        .put("/sandbox/accounts/" + sid, Map.of("auth_token", token, "client_id", clientId));
    String account =
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
                    providerUrl))
            .get("id")
            .asString();
    int tail = Math.floorMod(clientId.hashCode(), 9000) + 1000;
    for (int n = 0; n < 4; n++) {
      api.post(
          "/api/v1/phone-numbers",
          Map.of(
              "provider_account_id",
              account,
              "e164",
              "+1202555" + (1000 + (tail + n) % 9000),
              "per_second",
              100,
              "daily_cap",
              100_000));
    }
    String sequence =
        api.post(
                "/api/v1/sequences",
                Map.of(
                    "name",
                    "Four days",
                    "trigger",
                    Map.of("type", "manual", "conditions", List.of()),
                    "entry_rule",
                    "once",
                    "reply_policy",
                    "stop",
                    "send_window",
                    everyDay("09:00", "18:00"),
                    "steps",
                    steps()))
            .get("id")
            .asString();
    api.post("/api/v1/sequences/" + sequence + "/versions", Map.of());
    api.patch("/api/v1/sequences/" + sequence, Map.of("active", true));
    for (int n = 0; n < Math.min(LEAVING, contacts); n++) {
      fleet.sandbox().put("/sandbox/personas/" + phone(n), Map.of("persona", "polite_stopper"));
    }
    var scenario = new Scenario(clientId, api, sequence);
    scenario.enroll(contacts);
    return scenario;
  }

  private void enroll(int contacts) {
    for (int from = 0; from < contacts; from += 200) {
      var rows = new ArrayList<Map<String, Object>>();
      for (int n = from; n < Math.min(contacts, from + 200); n++) {
        var place = PLACES.get(n % PLACES.size());
        rows.add(
            Map.of(
                "first_name",
                "Person" + n,
                "last_name",
                "Journey",
                "time_zone",
                place.getValue(),
                "phone",
                phone(n)));
      }
      JsonNode created = api.post("/api/v1/contacts/bulk", Map.of("contacts", rows));
      var ids = new ArrayList<String>();
      for (JsonNode row : created.get("results")) {
        ids.add(row.get("id").asString());
      }
      contactIds.addAll(ids);
      JsonNode enrolled =
          api.post(
              "/api/v1/enrollments/bulk", Map.of("sequence_id", sequenceId, "contact_ids", ids));
      if (enrolled.get("enrolled").size() != ids.size()) {
        throw new IllegalStateException("Not everyone was enrolled: " + enrolled);
      }
    }
  }

  private static String phone(int n) {
    String area = PLACES.get(n % PLACES.size()).getKey();
    return "+1%s%03d%04d".formatted(area, 200 + n / 9000, 1000 + n % 9000);
  }

  private static List<Map<String, Object>> steps() {
    return List.of(
        sms(
            Map.of("type", "immediate"),
            "Hi {{ first_name | default: \"there\" }}, {{ client_name }} here. Reply STOP to opt out."),
        sms(
            Map.of("type", "fixed", "duration", "P1D"),
            "{{ first_name | default: \"Hello\" }}, did you see our note yesterday?"),
        sms(
            Map.of("type", "local_time", "duration", "P1D", "time", "10:30"),
            "We are in your area this week."),
        sms(
            Map.of("type", "after_previous", "duration", "P2D"),
            "Last note from us, {{ first_name | default: \"friend\" }}. All the best!"));
  }

  private static Map<String, Object> sms(Map<String, Object> delay, String body) {
    return Map.of("kind", "sms", "delay", delay, "content", Map.of("body", body));
  }

  private static Map<String, Object> everyDay(String from, String to) {
    var day = List.of(Map.of("from", from, "to", to));
    return Map.of(
        "mon", day, "tue", day, "wed", day, "thu", day, "fri", day, "sat", day, "sun", day);
  }

  /** A carrier that filters the sender pauses the enrollment for a person, who ends it here. */
  void endPaused() {
    for (JsonNode enrollment :
        api.all("/api/v1/enrollments?status=paused&sequence_id=" + sequenceId)) {
      api.post(
          "/api/v1/enrollments/" + enrollment.get("id").asString() + "/stop",
          Map.of("reason", "sender filtered"));
    }
  }

  /** Enrollments by status. */
  Map<String, Integer> statuses() {
    var counts = new java.util.TreeMap<String, Integer>();
    for (JsonNode enrollment : api.all("/api/v1/enrollments?sequence_id=" + sequenceId)) {
      counts.merge(enrollment.get("status").asString(), 1, Integer::sum);
    }
    return counts;
  }
}
