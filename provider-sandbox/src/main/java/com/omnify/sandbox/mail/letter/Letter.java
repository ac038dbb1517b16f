package com.omnify.sandbox.mail.letter;

import com.omnify.sandbox.mail.mime.EncodedWords;
import com.omnify.sandbox.mail.mime.Headers.Field;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A mail that comes in: an answer by hand, one by a machine, or the first word of somebody.
 *
 * @param id its own, without angle brackets
 * @param from the person's address
 * @param to ours
 * @param words what the person wrote
 * @param quoted what stands below that, the mail that is answered; empty for none
 * @param extra fields beside the usual ones
 */
public record Letter(
    String id,
    String from,
    String to,
    String subject,
    String words,
    String quoted,
    @Nullable String inReplyTo,
    List<Field> extra,
    Instant date) {

  private static final int MAX_QUOTED_LINES = 60;
  private static final DateTimeFormatter RFC_5322 =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss xx", Locale.US)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter SAID =
      DateTimeFormatter.ofPattern("EEE, MMM d, yyyy 'at' h:mm a", Locale.US)
          .withZone(ZoneOffset.UTC);

  public Letter {
    extra = List.copyOf(extra);
  }

  /** What an answer is to. */
  public record Answered(
      String from, String subject, String text, String messageId, Instant dated) {}

  /** A person's answer, with what it answers below, as mail programs do. */
  public static Letter reply(
      UUID id, String from, String to, String words, Answered answered, Instant date) {
    var quoted = new StringBuilder();
    quoted.append("On ").append(SAID.format(answered.dated())).append(" <");
    quoted.append(answered.from()).append("> wrote:\n");
    answered
        .text()
        .lines()
        .limit(MAX_QUOTED_LINES)
        .forEach(
            line -> quoted.append(line.startsWith(">") ? ">" : "> ").append(line).append('\n'));
    return new Letter(
        messageId(id, from),
        from,
        to,
        re(answered.subject()),
        words,
        quoted.toString(),
        none(answered.messageId()),
        List.of(),
        date);
  }

  /** The answer of a machine while its owner is away (RFC 3834). */
  public static Letter away(
      UUID id, String from, String to, String words, Answered answered, Instant date) {
    return new Letter(
        messageId(id, from),
        from,
        to,
        "Automatic reply: " + answered.subject(),
        words,
        "",
        none(answered.messageId()),
        List.of(
            new Field("Auto-Submitted", "auto-replied"),
            new Field("X-Auto-Response-Suppress", "All"),
            new Field("Precedence", "bulk")),
        date);
  }

  /** Something that answers nothing. */
  public static Letter first(
      UUID id, String from, String to, String subject, String words, Instant date) {
    return new Letter(messageId(id, from), from, to, subject, words, "", null, List.of(), date);
  }

  private static @Nullable String none(String text) {
    return text.isEmpty() ? null : text;
  }

  private static String re(String subject) {
    return subject.regionMatches(true, 0, "re:", 0, 3) ? subject : "Re: " + subject;
  }

  private static String messageId(UUID id, String from) {
    return id + "@" + from.substring(from.indexOf('@') + 1);
  }

  /** All of the text, lines ending with LF. */
  public String text() {
    return quoted.isEmpty() ? words + "\n" : words + "\n\n" + quoted;
  }

  /** The header, in order; values may hold characters of any alphabet. */
  public List<Field> headers() {
    var fields = new ArrayList<Field>();
    fields.add(new Field("From", from));
    fields.add(new Field("To", to));
    fields.add(new Field("Subject", subject));
    fields.add(new Field("Date", RFC_5322.format(date)));
    fields.add(new Field("Message-ID", "<" + id + ">"));
    if (inReplyTo != null) {
      fields.add(new Field("In-Reply-To", "<" + inReplyTo + ">"));
      fields.add(new Field("References", "<" + inReplyTo + ">"));
    }
    fields.addAll(extra);
    fields.add(new Field("MIME-Version", "1.0"));
    fields.add(new Field("Content-Type", "text/plain; charset=UTF-8"));
    fields.add(new Field("Content-Transfer-Encoding", "8bit"));
    return fields;
  }

  /** The header as it goes over the wire, without the empty line. */
  public String headerBlock() {
    var block = new StringBuilder();
    headers()
        .forEach(
            f ->
                block
                    .append(f.name())
                    .append(": ")
                    .append(EncodedWords.encode(f.value()))
                    .append("\r\n"));
    return block.toString();
  }

  /** The whole mail. */
  public byte[] bytes() {
    return (headerBlock() + "\r\n" + text().replace("\n", "\r\n")).getBytes(StandardCharsets.UTF_8);
  }
}
