package com.omnify.launcher.demo;

import com.omnify.launcher.demo.Demo.Known;
import com.omnify.launcher.demo.DemoClient.MailVendor;
import com.omnify.launcher.process.Hashes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A client's accounts at its providers, opened at the simulated ones and told to the fleet. All
 * secrets follow from the client's remembered one, so that both sides still agree after a restart.
 */
final class DemoProviders {

  private static final String LOOPBACK = "127.0.0.1";
  private static final int NUMBER_PER_SECOND = 50;
  private static final int MAILS_PER_SECOND = 50;
  private static final int DAILY_CAP = 1_000_000;
  private static final int CALLS_AT_A_TIME = 10;

  private final Rest asClient;
  private final Rest sandbox;
  private final String sandboxUrl;
  private final DemoClient client;
  private final Known known;

  DemoProviders(Rest asClient, Rest sandbox, String sandboxUrl, DemoClient client, Known known) {
    this.asClient = asClient;
    this.sandbox = sandbox;
    this.sandboxUrl = sandboxUrl;
    this.client = client;
    this.known = known;
  }

  /** Opens what is missing; what is there gets the addresses and secrets of today. */
  void open() throws IOException, InterruptedException {
    var existing = Rest.by(asClient.all("/provider-accounts"), "provider");
    var sms = twilio(existing.get("twilio"));
    var voice = vapi(existing.get("vapi"));
    numbers(sms, voice);
    mailbox(mail(existing.get(client.mail().wire())));
  }

  private String twilio(@Nullable JsonNode existing) throws IOException, InterruptedException {
    sandbox.put(
        "/sandbox/accounts/" + known.accountSid(),
        Map.of(
            "auth_token",
            known.authToken(),
            "client_id",
            known.clientId(),
            "numbers",
            client.numbers()));
    return account(
        existing,
        "twilio",
        Map.of(
            "account_sid",
            known.accountSid(),
            "auth_token",
            known.authToken(),
            "base_url",
            sandboxUrl));
  }

  private String vapi(@Nullable JsonNode existing) throws IOException, InterruptedException {
    var key = secret("VAPI");
    var webhookSecret = secret("VAPI's webhooks");
    var id =
        account(
            existing,
            "vapi",
            Map.of(
                "auth_token",
                key,
                "webhook_secret",
                webhookSecret,
                "base_url",
                sandboxUrl + "/vapi",
                "settings",
                Map.of("concurrency", CALLS_AT_A_TIME)));
    var numbers = new LinkedHashMap<String, Object>();
    for (var number : client.numbers()) {
      numbers.put(voiceNumberId(number), Map.of("number", number));
    }
    var gateway = Rest.text(sandbox.get("/sandbox"), "public_url");
    sandbox.put(
        "/sandbox/vapi/accounts/" + uuid("VAPI organisation of " + known.clientId()),
        Map.of(
            "key",
            key,
            "client_id",
            known.clientId(),
            "server_url",
            gateway + "/webhooks/vapi/" + known.clientId() + "/" + id,
            "server_secret",
            webhookSecret,
            "concurrency",
            CALLS_AT_A_TIME,
            "numbers",
            numbers));
    return id;
  }

  private void numbers(String smsAccount, String voiceAccount)
      throws IOException, InterruptedException {
    var existing = Rest.by(asClient.all("/phone-numbers"), "e164");
    for (var number : client.numbers()) {
      var settings = new HashMap<String, Object>();
      settings.put("provider_account_id", smsAccount);
      settings.put("voice_enabled", true);
      settings.put("voice_account_id", voiceAccount);
      settings.put("voice_number_id", voiceNumberId(number));
      settings.put("forward_to", client.office());
      var found = existing.get(number);
      if (found != null) {
        asClient.patch("/phone-numbers/" + Rest.required(found, "id"), settings);
        continue;
      }
      settings.put("e164", number);
      settings.put("sms_enabled", true);
      settings.put("per_second", NUMBER_PER_SECOND);
      settings.put("daily_cap", DAILY_CAP);
      settings.put("active", true);
      asClient.create("/phone-numbers", settings, key(number));
    }
  }

  private String mail(@Nullable JsonNode existing) throws IOException, InterruptedException {
    var office = sandbox.get("/sandbox/mail");
    var user = user();
    var secret = mailSecret();
    var webhookSecret = webhookSecret(office);
    var settings = new HashMap<String, Object>();
    settings.put("account_sid", user);
    settings.put("auth_token", secret);
    if (webhookSecret != null) {
      settings.put("webhook_secret", webhookSecret);
    }
    if (client.mail() == MailVendor.RESEND) {
      settings.put("base_url", sandboxUrl + Rest.required(office, "resend_path"));
    } else {
      settings.put("settings", server(office, user));
    }
    var id = account(existing, client.mail().wire(), settings);
    var there = new HashMap<String, Object>();
    there.put("vendor", client.mail().wire());
    there.put(
        "username",
        switch (client.mail()) {
          case SMTP, MAILGUN -> user;
          // these have one name for all, or one secret for both
          case SENDGRID -> "apikey";
          case POSTMARK -> secret;
          case RESEND -> "";
        });
    there.put("secret", secret);
    there.put("client_id", known.clientId());
    if (webhookSecret != null && client.mail() != MailVendor.SENDGRID) {
      there.put("webhook_secret", webhookSecret);
    }
    sandbox.put("/sandbox/mail/accounts/" + id, there);
    return id;
  }

  /** Where mail is handed over, and for a plain server where what comes back is fetched. */
  private Map<String, Object> server(JsonNode office, String user) {
    var server = new HashMap<String, Object>();
    server.put("host", LOOPBACK);
    server.put("port", office.path("smtp_port").asInt());
    server.put("tls", "none");
    if (client.mail() == MailVendor.SMTP) {
      server.put("imap_host", LOOPBACK);
      server.put("imap_port", office.path("imap_port").asInt());
      server.put("imap_tls", "none");
      server.put("imap_user", user);
    }
    return server;
  }

  /** Empty where the vendor has no names. */
  private String user() {
    return switch (client.mail()) {
      case SMTP, MAILGUN -> "postmaster@" + client.domain();
      case SENDGRID, POSTMARK, RESEND -> "";
    };
  }

  private String mailSecret() {
    return switch (client.mail()) {
      case SENDGRID -> "SG." + secret("mail");
      case RESEND -> "re_" + secret("mail");
      case SMTP, POSTMARK, MAILGUN -> secret("mail");
    };
  }

  /** What proves the vendor's webhooks; null where none are posted. */
  private @Nullable String webhookSecret(JsonNode office) {
    return switch (client.mail()) {
      case SMTP -> null;
      case SENDGRID -> Rest.required(office, "sendgrid_public_key");
      case POSTMARK -> "postmark:" + secret("mail's webhooks");
      case MAILGUN -> secret("mail's webhooks");
      case RESEND ->
          "whsec_"
              + Base64.getEncoder()
                  .encodeToString(secret("mail's webhooks").getBytes(StandardCharsets.US_ASCII));
    };
  }

  private void mailbox(String account) throws IOException, InterruptedException {
    if (Rest.by(asClient.all("/mailboxes"), "address").containsKey(client.mailbox())) {
      return;
    }
    asClient.create(
        "/mailboxes",
        Map.of(
            "provider_account_id",
            account,
            "address",
            client.mailbox(),
            "display_name",
            client.name(),
            "per_second",
            MAILS_PER_SECOND,
            "daily_cap",
            DAILY_CAP,
            "active",
            true),
        key("mailbox"));
  }

  /** The account's id; one that is there may have another port or secret since the last time. */
  private String account(@Nullable JsonNode existing, String provider, Map<String, Object> settings)
      throws IOException, InterruptedException {
    if (existing != null) {
      var id = Rest.required(existing, "id");
      asClient.patch("/provider-accounts/" + id, settings);
      return id;
    }
    var body = new HashMap<>(settings);
    body.put("provider", provider);
    body.put("name", "Sandbox");
    body.put("active", true);
    return Rest.required(asClient.create("/provider-accounts", body, key(provider)), "id");
  }

  private String key(String what) {
    return "demo-" + what + "-" + known.clientId();
  }

  private String voiceNumberId(String number) {
    return uuid("VAPI number " + number + " of " + known.clientId());
  }

  private String secret(String of) {
    return Hashes.sha256("demo secret of " + of + " by " + known.authToken()).substring(0, 32);
  }

  private static String uuid(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
