package com.omnify.fleet.chaos;

import com.omnify.fleet.Api;
import com.omnify.fleet.Fleet;
import com.omnify.fleet.chaos.policy.Channel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Gives a client what it sends by, at the product and at the sandbox alike. */
final class Senders {

  private static final int NUMBERS = 4;
  private static final int PER_SECOND = 250;
  private static final int DAILY_CAP = 1_000_000;

  /** More calls at once than a crowd has at any time: lost reports hold their slots for long. */
  private static final int CALLS_AT_ONCE = 500;

  private static final List<String> VENDORS = List.of("sendgrid", "postmark", "mailgun");

  private final Fleet fleet;
  private final Api api;
  private final String client;
  private final int number;

  /**
   * Of one client.
   *
   * @param api with its key
   * @param number of its crowd, which no other one has
   */
  Senders(Fleet fleet, Api api, String client, int number) {
    this.fleet = fleet;
    this.api = api;
    this.client = client;
    this.number = number;
  }

  void set(Set<Channel> channels) {
    String twilio = twilio();
    var lines = new HashMap<String, Map<String, Object>>();
    String vapi = null;
    String organisation = UUID.randomUUID().toString();
    String key = secret();
    if (channels.contains(Channel.VOICE)) {
      vapi = vapi(key);
    }
    for (int n = 0; n < NUMBERS; n++) {
      String e164 = "+1202555%04d".formatted(1000 + number * 10 + n);
      var body = new HashMap<String, Object>();
      body.put("provider_account_id", twilio);
      body.put("e164", e164);
      body.put("per_second", PER_SECOND);
      body.put("daily_cap", DAILY_CAP);
      if (vapi != null) {
        String line = UUID.randomUUID().toString();
        lines.put(line, Map.of("number", e164));
        body.put("voice_enabled", true);
        body.put("voice_account_id", vapi);
        body.put("voice_number_id", line);
      }
      api.post("/api/v1/phone-numbers", body);
    }
    if (vapi != null) {
      fleet
          .sandbox()
          .put(
              "/sandbox/vapi/accounts/" + organisation,
              Map.of(
                  "key", key, "client_id", client, "concurrency", CALLS_AT_ONCE, "numbers", lines));
    }
    if (channels.contains(Channel.EMAIL)) {
      mail();
    }
  }

  private String twilio() {
    String sid = "AC" + secret();
    String token = secret();
    fleet
        .sandbox()
        .put("/sandbox/accounts/" + sid, Map.of("auth_token", token, "client_id", client));
    return account(
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
            fleet.sandboxUrl()));
  }

  private String vapi(String key) {
    return account(
        Map.of(
            "provider",
            "vapi",
            "name",
            "Calls",
            "auth_token",
            key,
            "webhook_secret",
            secret(),
            "base_url",
            fleet.sandboxUrl() + "/vapi",
            "settings",
            Map.of("concurrency", CALLS_AT_ONCE)));
  }

  /** A mailbox at one of the vendors who post what becomes of a mail, another for each crowd. */
  private void mail() {
    String vendor = VENDORS.get(number % VENDORS.size());
    var post = fleet.sandbox().get("/sandbox/mail");
    String password = secret();
    String domain = "crowd" + number + ".example.com";
    String user =
        switch (vendor) {
          case "sendgrid" -> "apikey";
          case "postmark" -> password;
          default -> "postmaster@" + domain;
        };
    String proof =
        switch (vendor) {
          case "sendgrid" -> post.get("sendgrid_public_key").asString();
          case "postmark" -> "hooks:" + secret();
          default -> secret();
        };
    var body = new HashMap<String, Object>();
    body.put("provider", vendor);
    body.put("name", "Mail");
    body.put("auth_token", password);
    body.put("webhook_secret", proof);
    body.put(
        "settings",
        Map.of("host", "127.0.0.1", "port", post.get("smtp_port").asInt(), "tls", "none"));
    if (vendor.equals("mailgun")) {
      body.put("account_sid", user);
    }
    String account = account(body);
    fleet
        .sandbox()
        .put(
            "/sandbox/mail/accounts/" + account,
            Map.of(
                "vendor",
                vendor,
                "username",
                user,
                "secret",
                password,
                "client_id",
                client,
                "webhook_secret",
                proof));
    api.post(
        "/api/v1/mailboxes",
        Map.of(
            "provider_account_id",
            account,
            "address",
            "hello@" + domain,
            "display_name",
            "Crowd " + number,
            "per_second",
            PER_SECOND,
            "daily_cap",
            DAILY_CAP));
  }

  private String account(Map<String, Object> body) {
    return api.post("/api/v1/provider-accounts", body).get("id").asString();
  }

  private static String secret() {
    return UUID.randomUUID().toString().replace("-", "");
  }
}
