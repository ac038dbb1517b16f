package com.omnify.events.email.provider;

import com.omnify.events.email.message.policy.MailAddresses;
import com.omnify.events.email.message.policy.MailHeaders;
import com.omnify.events.email.message.policy.MailPart;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The posts by which providers hand over mail for us. */
public final class InboundPosts {

  private InboundPosts() {}

  /**
   * SendGrid's Inbound Parse, in either of its forms: parsed, or with the whole mail under {@code
   * email}.
   *
   * @param fields of the multipart form, decoded; files left out
   * @return none where the fields are not those of a mail
   */
  public static Optional<InboundEmail> sendGrid(Map<String, String> fields) {
    String raw = fields.getOrDefault("email", "");
    JsonNode envelope = Json.read(fields.getOrDefault("envelope", ""));
    if (raw.isEmpty() && !fields.containsKey("headers") && !fields.containsKey("from")) {
      return Optional.empty();
    }
    MailPart mail = MailPart.read(raw.getBytes(StandardCharsets.UTF_8));
    MailHeaders headers =
        raw.isEmpty() ? MailHeaders.read(fields.getOrDefault("headers", "")) : mail.headers();
    String from = MailAddresses.first(fields.getOrDefault("from", headers.text("from")));
    String to = Json.text(envelope.path("to").path(0));
    return Optional.of(
        new InboundEmail(
            EmailProvider.SENDGRID,
            key(headers, fields),
            from.isEmpty() ? Json.text(envelope.path("from")) : from,
            to.isEmpty() ? MailAddresses.first(fields.getOrDefault("to", "")) : to,
            fields.getOrDefault("subject", headers.text("subject")),
            raw.isEmpty() ? fields.getOrDefault("text", "") : part(mail, "text/plain"),
            raw.isEmpty() ? fields.getOrDefault("html", "") : part(mail, "text/html"),
            headers));
  }

  /** Postmark's inbound JSON; none where the body is not of that kind. */
  public static Optional<InboundEmail> postmark(byte[] body) {
    JsonNode mail = Json.read(body);
    String from = Json.text(mail.path("FromFull").path("Email"));
    if (from.isEmpty()) {
      from = MailAddresses.first(Json.text(mail.path("From")));
    }
    if (from.isEmpty()) {
      return Optional.empty();
    }
    var fields = new ArrayList<MailHeaders.Field>();
    for (JsonNode header : mail.path("Headers")) {
      fields.add(
          new MailHeaders.Field(Json.text(header.path("Name")), Json.text(header.path("Value"))));
    }
    String to = Json.text(mail.path("OriginalRecipient"));
    return Optional.of(
        new InboundEmail(
            EmailProvider.POSTMARK,
            Json.text(mail.path("MessageID")),
            from,
            to.isEmpty() ? Json.text(mail.path("ToFull").path(0).path("Email")) : to,
            Json.text(mail.path("Subject")),
            Json.text(mail.path("TextBody")),
            Json.text(mail.path("HtmlBody")),
            MailHeaders.of(fields)));
  }

  /**
   * Mailgun's routes, parsed or with the whole mail under {@code body-mime}.
   *
   * @param fields of the form, decoded; files left out
   * @return none where the fields are not those of a mail
   */
  public static Optional<InboundEmail> mailgun(Map<String, String> fields) {
    String raw = fields.getOrDefault("body-mime", "");
    if (raw.isEmpty() && !fields.containsKey("message-headers")) {
      return Optional.empty();
    }
    MailPart mail = MailPart.read(raw.getBytes(StandardCharsets.UTF_8));
    MailHeaders headers =
        raw.isEmpty() ? listed(fields.getOrDefault("message-headers", "")) : mail.headers();
    String from = MailAddresses.first(headers.text("from"));
    return Optional.of(
        new InboundEmail(
            EmailProvider.MAILGUN,
            fields.getOrDefault("token", key(headers, fields)),
            from.isEmpty() ? MailAddresses.first(fields.getOrDefault("sender", "")) : from,
            fields.getOrDefault("recipient", ""),
            fields.getOrDefault("subject", headers.text("subject")),
            raw.isEmpty() ? fields.getOrDefault("body-plain", "") : part(mail, "text/plain"),
            raw.isEmpty() ? fields.getOrDefault("body-html", "") : part(mail, "text/html"),
            headers));
  }

  private static MailHeaders listed(String pairs) {
    List<MailHeaders.Field> fields = new ArrayList<>();
    for (JsonNode pair : Json.read(pairs)) {
      fields.add(new MailHeaders.Field(Json.text(pair.path(0)), Json.text(pair.path(1))));
    }
    return MailHeaders.of(fields);
  }

  private static String part(MailPart mail, String type) {
    return mail.walk()
        .filter(part -> part.isText() && part.type().equals(type))
        .findFirst()
        .map(MailPart::text)
        .orElse("");
  }

  /** A post without an id of its own is known by its mail's, or by all that it says. */
  private static String key(MailHeaders headers, Map<String, String> fields) {
    return headers
        .raw("message-id")
        .filter(id -> !id.isBlank() && id.length() <= 500)
        .orElseGet(() -> digest(new java.util.TreeMap<>(fields).toString()));
  }

  private static String digest(String text) {
    try {
      return "sha256:"
          + HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-256")
                      .digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
