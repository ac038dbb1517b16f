package com.omnify.sandbox.mail;

import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.mail.mime.Headers;
import com.omnify.sandbox.mail.mime.ParsedMail;
import com.omnify.sandbox.mail.smtp.MailDrop.Envelope;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Finds out what a mail is about: whose it is, which dispatch it says, how it may be answered. */
public final class MailReader {

  private static final String UUID_TEXT =
      "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";
  private static final Pattern OURS =
      Pattern.compile("<?(" + UUID_TEXT + ")\\.(" + UUID_TEXT + ")@[^>\\s]+>?");
  private static final Pattern LINK = Pattern.compile("<(https?://[^<>\\s]+)>");
  private static final String POSTMARK_METADATA = "x-pm-metadata-";

  private MailReader() {}

  /**
   * @param account null where nobody registered it: then the client is told by the mail alone
   */
  public static Mail read(
      Envelope envelope, ParsedMail parsed, @Nullable MailAccount account, Instant now) {
    var headers = parsed.headers();
    var metadata = metadata(headers);
    var vendor = account != null ? account.vendor() : vendor(headers);
    var sender = ParsedMail.address(headers.text("From"));
    var replyTo = ParsedMail.address(headers.text("Reply-To"));
    var messageId = headers.text("Message-ID").replaceAll("[<>\\s]", "");
    var ours = OURS.matcher(messageId);
    boolean named = ours.matches();
    var client = named ? ours.group(2) : metadata.get("client_id");
    return new Mail(
        sid(vendor, messageId),
        account != null ? account.id() : envelope.login().orElse("anonymous"),
        vendor,
        client != null || account == null ? client : account.clientId(),
        named ? ours.group(1) : metadata.get("dispatch_id"),
        metadata,
        envelope.from(),
        sender.isEmpty() ? envelope.from() : sender,
        replyTo.isEmpty() ? sender : replyTo,
        String.join(", ", envelope.to()),
        headers.text("Subject"),
        parsed.text(),
        messageId,
        oneClick(headers),
        dated(headers, now),
        now);
  }

  /** How the vendor names a mail; Mailgun keeps the mail's own name. */
  static String sid(Vendor vendor, String messageId) {
    var id = UUID.randomUUID();
    return switch (vendor) {
      case SENDGRID ->
          Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(
                  ByteBuffer.allocate(16)
                      .putLong(id.getMostSignificantBits())
                      .putLong(id.getLeastSignificantBits())
                      .array());
      case POSTMARK, RESEND -> id.toString();
      case MAILGUN -> messageId.isEmpty() ? id + "@mailgun.sandbox.test" : messageId;
      case SES -> "0100" + id.toString().replace("-", "").substring(0, 12) + "-" + id + "-000000";
      case SMTP -> id.toString().replace("-", "").substring(0, 16).toUpperCase(Locale.ROOT);
    };
  }

  private static Vendor vendor(Headers headers) {
    for (var field : headers.fields()) {
      var name = field.name().toLowerCase(Locale.ROOT);
      if (name.equals("x-smtpapi")) {
        return Vendor.SENDGRID;
      } else if (name.startsWith("x-pm-")) {
        return Vendor.POSTMARK;
      } else if (name.startsWith("x-mailgun-")) {
        return Vendor.MAILGUN;
      } else if (name.startsWith("x-ses-")) {
        return Vendor.SES;
      }
    }
    return Vendor.SMTP;
  }

  private static Map<String, String> metadata(Headers headers) {
    var metadata = new TreeMap<String, String>();
    json(headers.text("X-SMTPAPI")).path("unique_args").forEachEntry((k, v) -> put(metadata, k, v));
    json(headers.text("X-Mailgun-Variables")).forEachEntry((k, v) -> put(metadata, k, v));
    for (var tag : headers.text("X-SES-MESSAGE-TAGS").split(",")) {
      int equals = tag.indexOf('=');
      if (equals > 0) {
        metadata.put(tag.substring(0, equals).strip(), tag.substring(equals + 1).strip());
      }
    }
    for (var field : headers.fields()) {
      if (field.name().toLowerCase(Locale.ROOT).startsWith(POSTMARK_METADATA)) {
        metadata.put(
            field.name().substring(POSTMARK_METADATA.length()), headers.text(field.name()));
      }
    }
    return metadata;
  }

  private static void put(Map<String, String> metadata, String name, JsonNode value) {
    metadata.put(name, value.isString() ? value.asString() : value.toString());
  }

  private static JsonNode json(String text) {
    try {
      return text.isBlank() ? Json.MAPPER.createObjectNode() : Json.MAPPER.readTree(text);
    } catch (JacksonException _) {
      return Json.MAPPER.createObjectNode();
    }
  }

  private static @Nullable String oneClick(Headers headers) {
    boolean promised =
        headers.text("List-Unsubscribe-Post").equalsIgnoreCase("List-Unsubscribe=One-Click");
    var link = LINK.matcher(headers.text("List-Unsubscribe"));
    return promised && link.find() ? link.group(1) : null;
  }

  private static Instant dated(Headers headers, Instant now) {
    var date = headers.text("Date").replaceAll("\\s*\\([^)]*\\)", "");
    try {
      return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    } catch (DateTimeException _) {
      return now;
    }
  }
}
