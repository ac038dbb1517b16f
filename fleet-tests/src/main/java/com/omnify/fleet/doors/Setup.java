package com.omnify.fleet.doors;

import com.omnify.fleet.Api;
import com.omnify.fleet.Fleet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A client of its own for each trial, made over REST. */
final class Setup {

  private Setup() {}

  /** A client's key with its id. */
  record Client(String id, String key, Api api) {}

  static Client client(Fleet fleet) {
    Api platform = fleet.platform();
    String id =
        platform
            .post(
                "/api/v1/clients",
                Map.of(
                    "name",
                    "Doors " + UUID.randomUUID(),
                    "industry",
                    "roofing",
                    "time_zone",
                    "America/New_York"))
            .get("id")
            .asString();
    String key =
        platform
            .post("/api/v1/api-keys", Map.of("name", "doors", "role", "owner", "client_id", id))
            .get("key")
            .asString();
    return new Client(id, key, platform.withKey(key));
  }

  /** Gives it numbers at the sandbox's Twilio that send 400 messages a second in all. */
  static void senders(Fleet fleet, Client client) {
    String sid = "AC" + UUID.randomUUID().toString().replace("-", "");
    String token = UUID.randomUUID().toString().replace("-", "");
    fleet
        .sandbox()
        .put("/sandbox/accounts/" + sid, Map.of("auth_token", token, "client_id", client.id()));
    String account =
        client
            .api()
            .post(
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
                    fleet.sandboxUrl()))
            .get("id")
            .asString();
    for (int n = 0; n < 4; n++) {
      client
          .api()
          .post(
              "/api/v1/phone-numbers",
              Map.of(
                  "provider_account_id",
                  account,
                  "e164",
                  "+120255510" + (10 + n),
                  "per_second",
                  100,
                  "daily_cap",
                  1_000_000));
    }
  }

  /** A sequence of one SMS at once, at any hour, for whoever submits a form. */
  static void answersLeads(Client client) {
    var day = List.of(Map.of("from", "00:00", "to", "24:00"));
    String sequence =
        client
            .api()
            .post(
                "/api/v1/sequences",
                Map.of(
                    "name",
                    "Speed to lead",
                    "trigger",
                    Map.of(
                        "type",
                        "form_submitted",
                        "conditions",
                        List.of(Map.of("field", "form", "op", "equals", "value", "roof"))),
                    "entry_rule",
                    "once",
                    "reply_policy",
                    "stop",
                    "send_window",
                    Map.of(
                        "mon", day, "tue", day, "wed", day, "thu", day, "fri", day, "sat", day,
                        "sun", day),
                    "steps",
                    List.of(
                        Map.of(
                            "kind",
                            "sms",
                            "delay",
                            Map.of("type", "immediate"),
                            "content",
                            Map.of(
                                "body",
                                "Hi {{ first_name | default: \"there\" }}, {{ client_name }} here."
                                    + " We call you in a minute. Reply STOP to opt out.")))))
            .get("id")
            .asString();
    client.api().post("/api/v1/sequences/" + sequence + "/versions", Map.of());
    client.api().patch("/api/v1/sequences/" + sequence, Map.of("active", true));
  }

  /** Numbers that the provider takes messages for: of the sandbox's people, some have none. */
  static List<String> existing(Fleet fleet, int count) throws IOException {
    var phones = new ArrayList<String>(count);
    for (int n = 0; phones.size() < count; n++) {
      String phone = phone(n);
      var who = fleet.sandbox().get("/sandbox/personas/" + phone).get("persona");
      if (!"invalid".equals(who.asString())) {
        phones.add(phone);
      }
    }
    return phones;
  }

  /** A number that can exist, another one for each n below 36 million. */
  static String phone(int n) {
    String[] areas = {"212", "312", "303", "415", "206"};
    int inArea = n / areas.length;
    return "+1%s%03d%04d"
        .formatted(areas[n % areas.length], 220 + inArea / 10_000, inArea % 10_000);
  }
}
