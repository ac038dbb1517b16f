package com.omnify.sandbox.mail;

import com.omnify.sandbox.http.Form;
import com.omnify.sandbox.http.Form.Field;
import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.mail.letter.Letter;
import com.omnify.sandbox.persona.policy.MailFailure;
import com.omnify.sandbox.persona.policy.MailJourney.Station.What;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The webhooks of each vendor, in its words and with its proof. */
final class VendorPosts {

  private static final String JSON = "application/json";
  private static final String MAIN_HOST = "mx.sandbox.test";

  private final SigningKey sendGridKey;

  VendorPosts(SigningKey sendGridKey) {
    this.sendGridKey = sendGridKey;
  }

  /**
   * What becomes of a mail.
   *
   * @param account the one whose webhook it is
   * @param attempt from 1, part of what makes a post unlike the one before
   * @return empty where the vendor has no word for it
   */
  Optional<Post> event(Happening happening, MailAccount account, int attempt, Instant now) {
    return switch (account.vendor()) {
      case SENDGRID -> Optional.of(sendGrid(happening, now));
      case POSTMARK -> postmark(happening).map(body -> postmark(body, account));
      case MAILGUN -> Optional.of(mailgun(happening, account, attempt, now));
      case RESEND -> resend(happening).map(body -> resend(body, happening.id(), account, now));
      case SMTP, SES -> Optional.empty();
    };
  }

  /**
   * A mail that came in.
   *
   * @param raw the whole mail instead of its parts, as vendors can be told to post it
   */
  Optional<Post> inbound(
      Letter letter, byte @Nullable [] raw, MailAccount account, int attempt, Instant now) {
    return switch (account.vendor()) {
      case SENDGRID -> Optional.of(sendGridInbound(letter, raw, now));
      case POSTMARK -> Optional.of(postmark(postmarkInbound(letter, raw), account));
      case MAILGUN -> Optional.of(mailgunInbound(letter, raw, account, attempt, now));
      case SMTP, SES, RESEND -> Optional.empty();
    };
  }

  // ---- SendGrid

  private Post sendGrid(Happening happening, Instant now) {
    var mail = happening.mail();
    var event = new LinkedHashMap<String, @Nullable Object>();
    event.put("email", mail.to());
    event.put("timestamp", happening.at().getEpochSecond());
    event.put("smtp-id", "<" + mail.messageId() + ">");
    event.put("sg_event_id", happening.id().toString().replace("-", ""));
    event.put("sg_message_id", mail.sid() + ".recvd-sandbox-0-0.0");
    switch (happening.what()) {
      case PROCESSED -> event.put("event", "processed");
      case DEFERRED -> {
        event.put("event", "deferred");
        event.put("response", happening.because().line());
        event.put("attempt", "1");
      }
      case DELIVERED -> {
        event.put("event", "delivered");
        event.put("response", "250 2.0.0 OK " + mail.sid());
        event.put("tls", 1);
      }
      case BOUNCED -> {
        var failure = happening.because();
        event.put("event", "bounce");
        event.put("type", failure.status().startsWith("5.7") ? "blocked" : "bounce");
        event.put("status", failure.status());
        event.put("reason", failure.line());
      }
      case OPENED -> {
        event.put("event", "open");
        event.put("useragent", "Mozilla/5.0");
        event.put("ip", "192.0.2.10");
        event.put("sg_machine_open", false);
      }
      case CLICKED -> {
        event.put("event", "click");
        event.put("url", "https://www.example.com/");
        event.put("useragent", "Mozilla/5.0");
        event.put("ip", "192.0.2.10");
      }
      case COMPLAINED -> event.put("event", "spamreport");
      case UNSUBSCRIBED -> event.put("event", "unsubscribe");
    }
    mail.metadata().forEach(event::putIfAbsent);
    // SendGrid's bodies end with a line break, which is signed too
    var body =
        (Json.MAPPER.writeValueAsString(List.of(event)) + "\r\n").getBytes(StandardCharsets.UTF_8);
    return new Post(JSON, sendGridProof(body, now), body);
  }

  private Map<String, String> sendGridProof(byte[] body, Instant now) {
    var timestamp = Long.toString(now.getEpochSecond());
    return Map.of(
        "X-Twilio-Email-Event-Webhook-Timestamp",
        timestamp,
        "X-Twilio-Email-Event-Webhook-Signature",
        sendGridKey.sign(timestamp.getBytes(StandardCharsets.US_ASCII), body));
  }

  private Post sendGridInbound(Letter letter, byte @Nullable [] raw, Instant now) {
    var fields = new ArrayList<Field>();
    if (raw != null) {
      fields.add(new Field("email", new String(raw, StandardCharsets.UTF_8)));
    } else {
      fields.add(new Field("headers", letter.headerBlock()));
      fields.add(new Field("text", letter.text()));
      fields.add(new Field("attachments", "0"));
    }
    fields.add(new Field("dkim", "{@" + domain(letter.from()) + " : pass}"));
    fields.add(new Field("to", letter.to()));
    fields.add(new Field("from", letter.from()));
    fields.add(new Field("sender_ip", "192.0.2.20"));
    fields.add(
        new Field(
            "envelope",
            Json.MAPPER.writeValueAsString(
                Map.of("to", List.of(letter.to()), "from", raw == null ? letter.from() : ""))));
    fields.add(new Field("subject", letter.subject()));
    fields.add(
        new Field(
            "charsets",
            "{\"to\":\"UTF-8\",\"subject\":\"UTF-8\",\"from\":\"UTF-8\",\"text\":\"UTF-8\"}"));
    fields.add(new Field("SPF", "pass"));
    var boundary = "xYzZY-" + UUID.nameUUIDFromBytes(letter.id().getBytes(StandardCharsets.UTF_8));
    var body = new StringBuilder();
    for (var field : fields) {
      body.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=\"");
      body.append(field.name()).append("\"\r\n\r\n").append(field.value()).append("\r\n");
    }
    var bytes =
        body.append("--")
            .append(boundary)
            .append("--\r\n")
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    return new Post("multipart/form-data; boundary=" + boundary, sendGridProof(bytes, now), bytes);
  }

  // ---- Postmark

  private static Optional<Map<String, @Nullable Object>> postmark(Happening happening) {
    var mail = happening.mail();
    var at = happening.at().truncatedTo(ChronoUnit.MILLIS).toString();
    var event = new LinkedHashMap<String, @Nullable Object>();
    event.put("MessageID", mail.sid());
    event.put("Metadata", mail.metadata());
    event.put("MessageStream", "outbound");
    event.put("ServerID", 1);
    event.put("Tag", "");
    switch (happening.what()) {
      case PROCESSED, DEFERRED -> {
        return Optional.empty();
      }
      case DELIVERED -> {
        event.put("RecordType", "Delivery");
        event.put("Recipient", mail.to());
        event.put("DeliveredAt", at);
        event.put("Details", "smtp;250 2.0.0 OK");
      }
      case BOUNCED -> {
        var failure = happening.because();
        event.put("RecordType", "Bounce");
        postmarkBounce(event, happening, postmarkType(failure), "smtp;" + failure.line());
      }
      case COMPLAINED -> {
        event.put("RecordType", "SpamComplaint");
        postmarkBounce(event, happening, "SpamComplaint", "Marked as spam by the recipient");
      }
      case OPENED -> {
        event.put("RecordType", "Open");
        event.put("Recipient", mail.to());
        event.put("ReceivedAt", at);
        event.put("FirstOpen", true);
        event.put("UserAgent", "Mozilla/5.0");
        event.put("Platform", "WebMail");
      }
      case CLICKED -> {
        event.put("RecordType", "Click");
        event.put("Recipient", mail.to());
        event.put("ReceivedAt", at);
        event.put("ClickLocation", "HTML");
        event.put("OriginalLink", "https://www.example.com/");
      }
      case UNSUBSCRIBED -> {
        event.put("RecordType", "SubscriptionChange");
        event.put("Recipient", mail.to());
        event.put("ChangedAt", at);
        event.put("Origin", "Recipient");
        event.put("SuppressSending", true);
        event.put("SuppressionReason", "ManualSuppression");
      }
    }
    return Optional.of(event);
  }

  private static void postmarkBounce(
      Map<String, @Nullable Object> event, Happening happening, String type, String details) {
    event.put("ID", happening.id().getMostSignificantBits() >>> 12);
    event.put("Type", type);
    event.put("TypeCode", type.equals("HardBounce") ? 1 : 2);
    event.put("Name", type);
    event.put("Description", details);
    event.put("Details", details);
    event.put("Email", happening.mail().to());
    event.put("From", happening.mail().from());
    event.put("BouncedAt", happening.at().truncatedTo(ChronoUnit.MILLIS).toString());
    event.put("DumpAvailable", false);
    event.put("Inactive", type.equals("HardBounce") || type.equals("SpamComplaint"));
    event.put("CanActivate", !type.equals("SpamComplaint"));
    event.put("Subject", happening.mail().subject());
  }

  private static String postmarkType(MailFailure failure) {
    if (failure.status().startsWith("5.7")) {
      return "SpamNotification";
    }
    return failure.status().startsWith("5.1") ? "HardBounce" : "SoftBounce";
  }

  private static Map<String, @Nullable Object> postmarkInbound(
      Letter letter, byte @Nullable [] raw) {
    var mail = new LinkedHashMap<String, @Nullable Object>();
    mail.put("FromName", "");
    mail.put("From", letter.from());
    mail.put("FromFull", address(letter.from()));
    mail.put("To", letter.to());
    mail.put("ToFull", List.of(address(letter.to())));
    mail.put("Cc", "");
    mail.put("CcFull", List.of());
    mail.put("OriginalRecipient", letter.to());
    mail.put("Subject", letter.subject());
    mail.put(
        "MessageID",
        UUID.nameUUIDFromBytes(letter.id().getBytes(StandardCharsets.UTF_8)).toString());
    mail.put("ReplyTo", "");
    mail.put("MailboxHash", "");
    mail.put("Date", letter.headers().get(3).value());
    mail.put("TextBody", letter.text());
    mail.put("HtmlBody", "");
    mail.put("StrippedTextReply", letter.words());
    mail.put("Tag", "");
    mail.put("MessageStream", "inbound");
    mail.put(
        "Headers",
        letter.headers().stream()
            .filter(f -> !List.of("From", "To", "Subject", "Date").contains(f.name()))
            .map(f -> Map.of("Name", f.name(), "Value", f.value()))
            .toList());
    mail.put("Attachments", List.of());
    if (raw != null) {
      mail.put("RawEmail", new String(raw, StandardCharsets.UTF_8));
    }
    return mail;
  }

  private static Map<String, String> address(String address) {
    return Map.of("Email", address, "Name", "", "MailboxHash", "");
  }

  private static Post postmark(Map<String, @Nullable Object> body, MailAccount account) {
    var proof = new LinkedHashMap<String, String>();
    if (account.webhookSecret() != null) {
      proof.put(
          "Authorization",
          "Basic "
              + Base64.getEncoder()
                  .encodeToString(account.webhookSecret().getBytes(StandardCharsets.UTF_8)));
    }
    return new Post(JSON, proof, Json.MAPPER.writeValueAsBytes(body));
  }

  // ---- Mailgun

  private static Post mailgun(Happening happening, MailAccount account, int attempt, Instant now) {
    var mail = happening.mail();
    var event = new LinkedHashMap<String, @Nullable Object>();
    event.put("id", happening.id().toString().replace("-", ""));
    event.put("timestamp", happening.at().toEpochMilli() / 1000.0);
    event.put("log-level", "info");
    event.put("recipient", mail.to());
    event.put("recipient-domain", domain(mail.to()));
    event.put("user-variables", mail.metadata());
    event.put("tags", List.of());
    event.put(
        "message",
        Map.of(
            "headers",
            Map.of(
                "message-id",
                mail.messageId(),
                "to",
                mail.to(),
                "from",
                mail.from(),
                "subject",
                mail.subject())));
    switch (happening.what()) {
      case PROCESSED -> event.put("event", "accepted");
      case DELIVERED -> {
        event.put("event", "delivered");
        event.put("delivery-status", Map.of("code", 250, "message", "OK", "mx-host", MAIN_HOST));
      }
      case DEFERRED, BOUNCED -> {
        var failure = happening.because();
        boolean temporary = happening.what() == What.DEFERRED;
        event.put("event", "failed");
        event.put("severity", temporary ? "temporary" : "permanent");
        event.put("reason", temporary || failure.reply() < 500 ? "generic" : "bounce");
        event.put(
            "delivery-status",
            Map.of(
                "code",
                failure.reply(),
                "enhanced-code",
                failure.status(),
                "message",
                failure.status() + " " + failure.words(),
                "description",
                "",
                "mx-host",
                MAIN_HOST));
      }
      case OPENED -> event.put("event", "opened");
      case CLICKED -> {
        event.put("event", "clicked");
        event.put("url", "https://www.example.com/");
      }
      case COMPLAINED -> event.put("event", "complained");
      case UNSUBSCRIBED -> event.put("event", "unsubscribed");
    }
    var body = new LinkedHashMap<String, @Nullable Object>();
    body.put("signature", mailgunProof(happening.id(), account, attempt, now));
    body.put("event-data", event);
    return new Post(JSON, Map.of(), Json.MAPPER.writeValueAsBytes(body));
  }

  private static Map<String, String> mailgunProof(
      UUID id, MailAccount account, int attempt, Instant now) {
    var timestamp = Long.toString(now.getEpochSecond());
    // 50 characters; another one for each attempt, the same for a copy of one
    var token =
        (id.toString()
                + UUID.nameUUIDFromBytes((id + ":" + attempt).getBytes(StandardCharsets.UTF_8)))
            .replace("-", "")
            .substring(14);
    var key = account.webhookSecret() == null ? account.secret() : account.webhookSecret();
    var signature =
        HexFormat.of()
            .formatHex(Hmac.sha256(key.getBytes(StandardCharsets.UTF_8), timestamp + token));
    return Map.of("timestamp", timestamp, "token", token, "signature", signature);
  }

  private static Post mailgunInbound(
      Letter letter, byte @Nullable [] raw, MailAccount account, int attempt, Instant now) {
    var fields = new ArrayList<Field>();
    var id = UUID.nameUUIDFromBytes(letter.id().getBytes(StandardCharsets.UTF_8));
    mailgunProof(id, account, attempt, now)
        .forEach((name, value) -> fields.add(new Field(name, value)));
    fields.add(new Field("recipient", letter.to()));
    fields.add(new Field("sender", raw == null ? letter.from() : ""));
    fields.add(new Field("from", letter.from()));
    fields.add(new Field("subject", letter.subject()));
    if (raw != null) {
      fields.add(new Field("body-mime", new String(raw, StandardCharsets.UTF_8)));
    } else {
      fields.add(new Field("body-plain", letter.text()));
      fields.add(new Field("stripped-text", letter.words()));
      fields.add(new Field("stripped-signature", ""));
      fields.add(
          new Field(
              "message-headers",
              Json.MAPPER.writeValueAsString(
                  letter.headers().stream().map(f -> List.of(f.name(), f.value())).toList())));
      letter.headers().forEach(f -> fields.add(new Field(f.name(), f.value())));
    }
    return new Post(
        "application/x-www-form-urlencoded",
        Map.of(),
        new Form(fields).encoded().getBytes(StandardCharsets.UTF_8));
  }

  // ---- Resend

  private static Optional<Map<String, @Nullable Object>> resend(Happening happening) {
    var mail = happening.mail();
    var data = new LinkedHashMap<String, @Nullable Object>();
    data.put("created_at", mail.created().truncatedTo(ChronoUnit.MILLIS).toString());
    data.put("email_id", mail.sid());
    data.put("message_id", "<" + mail.messageId() + ">");
    data.put("from", mail.from());
    data.put("to", List.of(mail.to().split(", ")));
    data.put("subject", mail.subject());
    data.put("tags", mail.metadata());
    var type =
        switch (happening.what()) {
          case PROCESSED -> "email.sent";
          case DELIVERED -> "email.delivered";
          case DEFERRED -> "email.delivery_delayed";
          case BOUNCED -> {
            var failure = happening.because();
            data.put(
                "bounce",
                Map.of(
                    "type",
                    failure.status().startsWith("5.1") ? "Permanent" : "Transient",
                    "subType",
                    failure.status().equals("5.2.2") ? "MailboxFull" : "General",
                    "message",
                    failure.line()));
            yield "email.bounced";
          }
          case OPENED -> "email.opened";
          case CLICKED -> {
            data.put(
                "click",
                Map.of(
                    "link",
                    "https://www.example.com/",
                    "timestamp",
                    happening.at().toString(),
                    "ipAddress",
                    "192.0.2.10",
                    "userAgent",
                    "Mozilla/5.0"));
            yield "email.clicked";
          }
          case COMPLAINED -> "email.complained";
          // Resend tells it of contacts in its own lists only
          case UNSUBSCRIBED -> "";
        };
    if (type.isEmpty()) {
      return Optional.empty();
    }
    var event = new LinkedHashMap<String, @Nullable Object>();
    event.put("type", type);
    event.put("created_at", happening.at().truncatedTo(ChronoUnit.MILLIS).toString());
    event.put("data", data);
    return Optional.of(event);
  }

  private static Post resend(
      Map<String, @Nullable Object> event, UUID happening, MailAccount account, Instant now) {
    var body = Json.MAPPER.writeValueAsString(event);
    var id = "msg_" + happening.toString().replace("-", "");
    var timestamp = Long.toString(now.getEpochSecond());
    var proof = new LinkedHashMap<String, String>();
    proof.put("svix-id", id);
    proof.put("svix-timestamp", timestamp);
    var secret = account.webhookSecret();
    if (secret != null) {
      var key = Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""));
      proof.put(
          "svix-signature",
          "v1,"
              + Base64.getEncoder()
                  .encodeToString(Hmac.sha256(key, id + "." + timestamp + "." + body)));
    }
    return new Post(JSON, proof, body.getBytes(StandardCharsets.UTF_8));
  }

  private static String domain(String address) {
    return address.substring(address.lastIndexOf('@') + 1);
  }
}
