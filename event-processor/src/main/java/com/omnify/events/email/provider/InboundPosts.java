package com.omnify.events.email.provider;

import com.omnify.events.email.message.policy.MailAddresses;
import com.omnify.events.email.message.policy.MailHeaders;
import com.omnify.events.email.message.policy.MailPart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The posts by which providers hand over mail for us. */
public final class InboundPosts {

  /** Does not occur in any mail, as it is ours alone and is not guessed within one post. */
  private static final String BOUNDARY = "=_assembled_" + UUID.randomUUID();

  private static final PostedForm NO_FORM = new PostedForm(Map.of(), List.of());

  /** What is read of Postmark's post; attachments are not. */
  private static final Set<String> POSTMARKS =
      Set.of(
          "From",
          "FromFull",
          "ToFull",
          "OriginalRecipient",
          "Subject",
          "MessageID",
          "TextBody",
          "HtmlBody",
          "Headers");

  private InboundPosts() {}

  /**
   * SendGrid's Inbound Parse, in either of its forms: parsed, or with the whole mail under {@code
   * email}.
   *
   * @return none where the fields are not those of a mail
   */
  public static Optional<InboundEmail> sendGrid(PostedForm form) {
    byte[] raw = form.bytes("email");
    JsonNode envelope = Json.read(form.text("envelope"));
    if (raw.length == 0 && !form.has("headers") && !form.has("from")) {
      return Optional.empty();
    }
    MailHeaders listed = MailHeaders.read(form.text("headers"));
    MailPart mail =
        raw.length == 0 ? assembled(listed, form.text("text"), form) : MailPart.read(raw);
    MailHeaders headers = raw.length == 0 ? listed : mail.headers();
    String from = MailAddresses.first(form.has("from") ? form.text("from") : headers.text("from"));
    String to = Json.text(envelope.path("to").path(0));
    return Optional.of(
        new InboundEmail(
            EmailProvider.SENDGRID,
            key(headers, form),
            from.isEmpty() ? Json.text(envelope.path("from")) : from,
            to.isEmpty() ? MailAddresses.first(form.text("to")) : to,
            form.has("subject") ? form.text("subject") : headers.text("subject"),
            raw.length == 0 ? form.text("text") : part(mail, "text/plain"),
            raw.length == 0 ? form.text("html") : part(mail, "text/html"),
            headers,
            mail));
  }

  /** The same of fields that are texts already. */
  public static Optional<InboundEmail> sendGrid(Map<String, String> fields) {
    return sendGrid(PostedForm.of(fields));
  }

  /** Postmark's inbound JSON; none where the body is not of that kind. */
  public static Optional<InboundEmail> postmark(byte[] body) {
    return postmark(Json.read(body));
  }

  /** The same as it streams in; attachments go by unread. */
  public static Optional<InboundEmail> postmark(InputStream body) throws IOException {
    return postmark(Json.read(body, POSTMARKS));
  }

  private static Optional<InboundEmail> postmark(JsonNode mail) {
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
    MailHeaders headers = MailHeaders.of(fields);
    String text = Json.text(mail.path("TextBody"));
    return Optional.of(
        new InboundEmail(
            EmailProvider.POSTMARK,
            Json.text(mail.path("MessageID")),
            from,
            to.isEmpty() ? Json.text(mail.path("ToFull").path(0).path("Email")) : to,
            Json.text(mail.path("Subject")),
            text,
            Json.text(mail.path("HtmlBody")),
            headers,
            assembled(headers, text, NO_FORM)));
  }

  /**
   * Mailgun's routes, parsed or with the whole mail under {@code body-mime}.
   *
   * @return none where the fields are not those of a mail
   */
  public static Optional<InboundEmail> mailgun(PostedForm form) {
    byte[] raw = form.bytes("body-mime");
    if (raw.length == 0 && !form.has("message-headers")) {
      return Optional.empty();
    }
    MailHeaders listed = listed(form.text("message-headers"));
    MailPart mail =
        raw.length == 0 ? assembled(listed, form.text("body-plain"), form) : MailPart.read(raw);
    MailHeaders headers = raw.length == 0 ? listed : mail.headers();
    String from = MailAddresses.first(headers.text("from"));
    return Optional.of(
        new InboundEmail(
            EmailProvider.MAILGUN,
            form.has("token") ? form.text("token") : key(headers, form),
            from.isEmpty() ? MailAddresses.first(form.text("sender")) : from,
            form.text("recipient"),
            form.has("subject") ? form.text("subject") : headers.text("subject"),
            raw.length == 0 ? form.text("body-plain") : part(mail, "text/plain"),
            raw.length == 0 ? form.text("body-html") : part(mail, "text/html"),
            headers,
            mail));
  }

  /** The same of fields that are texts already. */
  public static Optional<InboundEmail> mailgun(Map<String, String> fields) {
    return mailgun(PostedForm.of(fields));
  }

  /** A mail as it lies in a mailbox of ours. */
  public static InboundEmail mailbox(byte[] message) {
    MailPart mail = MailPart.read(message);
    MailHeaders headers = mail.headers();
    String to =
        Stream.of("delivered-to", "x-original-to", "to")
            .map(name -> MailAddresses.first(headers.text(name)))
            .filter(address -> !address.isEmpty())
            .findFirst()
            .orElse("");
    return new InboundEmail(
        EmailProvider.MAILBOX,
        digest(message),
        MailAddresses.first(headers.text("from")),
        to,
        headers.text("subject"),
        part(mail, "text/plain"),
        part(mail, "text/html"),
        headers,
        mail);
  }

  /**
   * What a provider has taken apart, put together again, so that a returned mail is read in one
   * way: by the header fields, the text, and whatever reports were attached.
   */
  private static MailPart assembled(MailHeaders headers, String text, PostedForm form) {
    var mail = new ByteArrayOutputStream();
    for (MailHeaders.Field field : headers.all()) {
      if (!field.name().startsWith("content-") && !field.name().equals("mime-version")) {
        write(mail, field.name() + ": " + field.value() + "\n");
      }
    }
    boolean report = !form.files().isEmpty();
    if (report) {
      write(mail, "Content-Type: multipart/report; boundary=\"" + BOUNDARY + "\"\n\n");
      write(mail, "--" + BOUNDARY + "\n");
    }
    write(mail, "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n");
    write(mail, text + "\n");
    for (PostedForm.File file : form.files()) {
      write(mail, "--" + BOUNDARY + "\nContent-Type: " + file.type() + "\n\n");
      mail.writeBytes(file.content());
      write(mail, "\n");
    }
    if (report) {
      write(mail, "--" + BOUNDARY + "--\n");
    }
    return MailPart.read(mail.toByteArray());
  }

  private static void write(ByteArrayOutputStream mail, String text) {
    mail.writeBytes(Hmac.utf8(text));
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
  private static String key(MailHeaders headers, PostedForm form) {
    return headers
        .raw("message-id")
        .filter(id -> !id.isBlank() && id.length() <= 500)
        .orElseGet(
            () -> {
              var all = new ByteArrayOutputStream();
              new TreeMap<>(form.fields())
                  .forEach(
                      (name, value) -> {
                        write(all, name + "=" + value.length + ":");
                        all.writeBytes(value);
                      });
              return digest(all.toByteArray());
            });
  }

  private static String digest(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
