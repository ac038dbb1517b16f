package com.omnify.sandbox.mail.mime;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A mail as a mail program shows it.
 *
 * @param text its first plain text, lines ending with LF, none at the end; empty where there is
 *     none
 * @param html null where there is none
 */
public record ParsedMail(Headers headers, String text, @Nullable String html) {

  private static final int MAX_DEPTH = 6;
  private static final Pattern BOUNDARY =
      Pattern.compile("(?i);\\s*boundary\\s*=\\s*(?:\"([^\"]+)\"|([^\\s;]+))");
  private static final Pattern CHARSET =
      Pattern.compile("(?i);\\s*charset\\s*=\\s*\"?([^\\s;\"]+)");
  private static final Pattern ADDRESS = Pattern.compile("<([^<>\\s]+)>");

  /** Reads any bytes; what is no mail is a mail without a header. */
  public static ParsedMail read(byte[] bytes) {
    var found = new Found();
    var headers = found.part(new String(bytes, StandardCharsets.ISO_8859_1), 0);
    return new ParsedMail(headers, found.text == null ? "" : found.text, found.html);
  }

  /** The header block of these bytes, as it is, without the empty line. */
  public static String headerBlock(byte[] bytes) {
    var all = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = endOfHeaders(all);
    return all.substring(0, end < 0 ? all.length() : end);
  }

  /** The address in a field like {@code "Bo Lind" <bo@example.com>}, as it was written. */
  public static String address(String field) {
    var angle = ADDRESS.matcher(field);
    return angle.find() ? angle.group(1) : field.strip();
  }

  /** The name in such a field; empty where there is none. */
  public static String name(String field) {
    int angle = field.indexOf('<');
    return angle < 1 ? "" : field.substring(0, angle).strip().replace("\"", "");
  }

  private static int endOfHeaders(String part) {
    if (part.startsWith("\r\n") || part.startsWith("\n")) {
      return 0;
    }
    int crlf = part.indexOf("\r\n\r\n");
    int lf = part.indexOf("\n\n");
    return crlf < 0 ? lf : lf < 0 ? crlf : Math.min(crlf, lf);
  }

  private static final class Found {
    private @Nullable String text;
    private @Nullable String html;

    Headers part(String part, int depth) {
      int end = endOfHeaders(part);
      var headers = Headers.read(end < 0 ? part : part.substring(0, end));
      var body = end < 0 ? "" : part.substring(end).replaceFirst("^(\r?\n){1,2}", "");
      if (end == 0) {
        body = part.replaceFirst("^\r?\n", "");
      }
      var type = headers.raw("Content-Type").orElse("text/plain");
      var kind = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
      var boundary = BOUNDARY.matcher(type);
      if (kind.startsWith("multipart/") && depth < MAX_DEPTH && boundary.find()) {
        parts(body, value(boundary), depth);
      } else if (!attached(headers)) {
        take(kind, type, headers, body);
      }
      return headers;
    }

    private void parts(String body, String boundary, int depth) {
      var pieces = ("\r\n" + body).split("\r?\n--" + Pattern.quote(boundary), -1);
      for (int i = 1; i < pieces.length; i++) {
        if (pieces[i].startsWith("--")) {
          return;
        }
        part(pieces[i].replaceFirst("^[ \t]*\r?\n", ""), depth + 1);
      }
    }

    private void take(String kind, String type, Headers headers, String body) {
      var encoding = headers.raw("Content-Transfer-Encoding").orElse("");
      var charset = CHARSET.matcher(type);
      var name = charset.find() ? charset.group(1) : "";
      if (kind.equals("text/plain") && text == null) {
        text = lines(Charsets.decode(Transfer.decode(body, encoding), name));
      } else if (kind.equals("text/html") && html == null) {
        html = lines(Charsets.decode(Transfer.decode(body, encoding), name));
      }
    }

    private static boolean attached(Headers headers) {
      return headers
          .raw("Content-Disposition")
          .map(d -> d.toLowerCase(Locale.ROOT).startsWith("attachment"))
          .orElse(false);
    }

    private static String value(Matcher boundary) {
      return Optional.ofNullable(boundary.group(1)).orElseGet(() -> boundary.group(2));
    }

    private static String lines(String decoded) {
      var text = decoded.replace("\r\n", "\n");
      return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
  }
}
