package com.omnify.events.email.message.policy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A mail, or a part of one: header fields and either parts or a body. Any bytes make one: what is
 * broken is read as plain text, what exceeds the bounds is left out.
 *
 * <p>Bounds: the first 2 MiB of a mail, eight levels, 200 parts, 256 Ki characters of a text.
 */
public final class MailPart {

  private static final int MOST_BYTES = 2 << 20;
  private static final int DEEPEST = 8;
  private static final int MOST_PARTS = 200;
  private static final int LONGEST_TEXT = 256 << 10;

  private static final Pattern PARAMETER =
      Pattern.compile(";\\s*([a-zA-Z-]{1,40})\\s*=\\s*(?:\"([^\"]{0,400})\"|([^;\\s]{0,400}))");

  private static final Pattern FIELD = Pattern.compile("[A-Za-z0-9-]{1,60}:");

  private final MailHeaders headers;
  private final String body;
  private final List<MailPart> parts;

  private MailPart(MailHeaders headers, String body, List<MailPart> parts) {
    this.headers = headers;
    this.body = body;
    this.parts = List.copyOf(parts);
  }

  public static MailPart read(byte[] mail) {
    int length = Math.min(mail.length, MOST_BYTES);
    return new Reader().read(new String(mail, 0, length, StandardCharsets.ISO_8859_1), 0);
  }

  public MailHeaders headers() {
    return headers;
  }

  /** The parts of a multipart; the one enclosed mail of a {@code message/rfc822}. */
  public List<MailPart> parts() {
    return parts;
  }

  /** Lower case, without parameters; {@code text/plain} where nothing sensible is said. */
  public String type() {
    return type(headers);
  }

  /** A parameter of the content type, lower case where it is not found empty. */
  public String parameter(String name) {
    return parameter(headers, name);
  }

  public boolean isText() {
    return type().startsWith("text/") && parts.isEmpty() && !isAttachment();
  }

  /** This part and all in it, outer before inner, without what enclosed mails hold. */
  public Stream<MailPart> walk() {
    return Stream.concat(
        Stream.of(this),
        type().equals("message/rfc822") ? Stream.empty() : parts.stream().flatMap(MailPart::walk));
  }

  public Optional<MailPart> first(String type) {
    return walk().filter(part -> part.type().equals(type)).findFirst();
  }

  /** The body decoded, lines ended by {@code \n}; of HTML the source. */
  public String text() {
    byte[] bytes =
        TransferEncoding.decode(body, headers.raw("content-transfer-encoding").orElse(""));
    String text = Charsets.decode(bytes, parameter("charset"));
    if (text.length() > LONGEST_TEXT) {
      text = text.substring(0, LONGEST_TEXT);
    }
    return text.replace("\r\n", "\n").replace('\r', '\n');
  }

  /** What a person would read: the first plain text, else the first HTML's source; else empty. */
  public String readable() {
    return walk()
        .filter(part -> part.isText() && part.type().equals("text/plain"))
        .findFirst()
        .or(() -> walk().filter(MailPart::isText).findFirst())
        .map(MailPart::text)
        .orElse("");
  }

  private boolean isAttachment() {
    return headers
        .raw("content-disposition")
        .map(value -> value.toLowerCase(Locale.ROOT).startsWith("attachment"))
        .orElse(false);
  }

  private static String type(MailHeaders headers) {
    String value = headers.raw("content-type").orElse("text/plain");
    int end = value.indexOf(';');
    String type = (end < 0 ? value : value.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    return type.matches("[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}") ? type : "text/plain";
  }

  private static String parameter(MailHeaders headers, String name) {
    Matcher found = PARAMETER.matcher(headers.raw("content-type").orElse(""));
    while (found.find()) {
      if (found.group(1).equalsIgnoreCase(name)) {
        return found.group(2) != null ? found.group(2) : found.group(3);
      }
    }
    return "";
  }

  private static final class Reader {

    private int count;

    MailPart read(String raw, int depth) {
      count++;
      String mail = depth == 0 ? withoutEnvelope(raw) : raw;
      int split = endOfHeaders(mail);
      var headers = MailHeaders.read(mail.substring(0, split));
      String body = mail.substring(bodyStart(mail, split));
      String type = type(headers);
      var parts = new ArrayList<MailPart>();
      if (depth < DEEPEST) {
        if (type.startsWith("multipart/")) {
          for (String part : split(body, parameter(headers, "boundary"))) {
            if (count < MOST_PARTS) {
              parts.add(read(part, depth + 1));
            }
          }
        } else if (type.equals("message/rfc822") && count < MOST_PARTS) {
          String inner =
              new String(
                  TransferEncoding.decode(
                      body, headers.raw("content-transfer-encoding").orElse("")),
                  StandardCharsets.ISO_8859_1);
          parts.add(read(inner, depth + 1));
        }
      }
      return new MailPart(headers, body, parts);
    }

    /** A mailbox file begins a mail with {@code From }, and blank lines may precede it. */
    private static String withoutEnvelope(String raw) {
      int at = 0;
      while (at < raw.length() && (raw.charAt(at) == '\n' || raw.charAt(at) == '\r')) {
        at++;
      }
      if (raw.startsWith("From ", at)) {
        int end = raw.indexOf('\n', at);
        return raw.substring(end < 0 ? raw.length() : end + 1);
      }
      boolean field = FIELD.matcher(raw).region(at, raw.length()).lookingAt();
      return field ? raw.substring(at) : raw;
    }

    private static boolean startsBlank(String raw) {
      return raw.startsWith("\n") || raw.startsWith("\r\n");
    }

    private static int endOfHeaders(String mail) {
      if (startsBlank(mail)) {
        return 0;
      }
      int lf = mail.indexOf("\n\n");
      int crlf = mail.indexOf("\n\r\n");
      int end = lf < 0 ? crlf : crlf < 0 ? lf : Math.min(lf, crlf);
      return end < 0 ? mail.length() : end + 1;
    }

    private static int bodyStart(String mail, int split) {
      int end = mail.indexOf('\n', split);
      return end < 0 ? mail.length() : end + 1;
    }

    private static List<String> split(String body, String boundary) {
      var parts = new ArrayList<String>();
      if (boundary.isEmpty()) {
        return parts;
      }
      String delimiter = "--" + boundary;
      int partStart = -1;
      int at = 0;
      while (at < body.length() && parts.size() < MOST_PARTS) {
        int end = body.indexOf('\n', at);
        int next = end < 0 ? body.length() : end + 1;
        if (body.startsWith(delimiter, at)) {
          String rest = body.substring(at + delimiter.length(), next).strip();
          if (rest.isEmpty() || rest.equals("--")) {
            if (partStart >= 0) {
              parts.add(body.substring(partStart, Math.max(partStart, at)));
            }
            partStart = rest.isEmpty() ? next : -1;
            if (!rest.isEmpty()) {
              break;
            }
          }
        }
        at = next;
      }
      if (partStart >= 0 && partStart < body.length()) {
        parts.add(body.substring(partStart));
      }
      return parts;
    }
  }
}
