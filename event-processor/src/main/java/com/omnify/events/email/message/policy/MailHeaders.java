package com.omnify.events.email.message.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The header fields of a mail or of one of its parts, in order; names are of any case. */
public final class MailHeaders {

  public static final MailHeaders NONE = new MailHeaders(List.of());

  private static final int MOST_FIELDS = 1_000;
  private static final int LONGEST_VALUE = 16_384;

  /**
   * One field.
   *
   * @param name in lower case
   * @param value unfolded, not decoded
   */
  public record Field(String name, String value) {}

  private final List<Field> fields;

  private MailHeaders(List<Field> fields) {
    this.fields = List.copyOf(fields);
  }

  /** Reads lines up to the first that is neither a field nor its continuation. */
  public static MailHeaders read(String text) {
    var fields = new ArrayList<Field>();
    String name = "";
    var value = new StringBuilder();
    int at = 0;
    while (at < text.length() && fields.size() < MOST_FIELDS) {
      int end = text.indexOf('\n', at);
      int next = end < 0 ? text.length() : end + 1;
      String line = text.substring(at, trimmedEnd(text, at, end < 0 ? text.length() : end));
      at = next;
      if (!line.isEmpty() && (line.charAt(0) == ' ' || line.charAt(0) == '\t')) {
        append(value, " " + line.strip());
        continue;
      }
      if (!name.isEmpty()) {
        fields.add(new Field(name, value.toString().strip()));
        name = "";
      }
      value.setLength(0);
      int colon = line.indexOf(':');
      if (colon > 0 && isName(line, colon)) {
        name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        append(value, line.substring(colon + 1).strip());
      }
    }
    if (!name.isEmpty()) {
      fields.add(new Field(name, value.toString().strip()));
    }
    return new MailHeaders(fields);
  }

  /** Fields given one by one, as providers hand them over. */
  public static MailHeaders of(List<Field> fields) {
    return new MailHeaders(
        fields.stream()
            .limit(MOST_FIELDS)
            .map(
                field ->
                    new Field(
                        field.name().strip().toLowerCase(Locale.ROOT),
                        cut(field.value().replaceAll("[\\r\\n]+[ \\t]*", " ").strip())))
            .toList());
  }

  /** The first field of that name as it stands. */
  public Optional<String> raw(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return fields.stream().filter(f -> f.name().equals(wanted)).map(Field::value).findFirst();
  }

  /** The first field of that name with its encoded words decoded; empty where there is none. */
  public String text(String name) {
    return raw(name).map(EncodedWords::decode).orElse("");
  }

  public boolean has(String name) {
    return raw(name).isPresent();
  }

  public List<Field> all() {
    return fields;
  }

  public List<String> all(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return fields.stream().filter(f -> f.name().equals(wanted)).map(Field::value).toList();
  }

  public boolean isEmpty() {
    return fields.isEmpty();
  }

  private static void append(StringBuilder value, String more) {
    if (value.length() < LONGEST_VALUE) {
      value.append(more, 0, Math.min(more.length(), LONGEST_VALUE - value.length()));
    }
  }

  private static String cut(String value) {
    return value.length() > LONGEST_VALUE ? value.substring(0, LONGEST_VALUE) : value;
  }

  private static boolean isName(String line, int colon) {
    int end = colon;
    while (end > 0 && line.charAt(end - 1) == ' ') {
      end--;
    }
    for (int n = 0; n < end; n++) {
      char c = line.charAt(n);
      if (c <= ' ' || c > '~') {
        return false;
      }
    }
    return end > 0 && end <= 100;
  }

  private static int trimmedEnd(String text, int from, int to) {
    return to > from && text.charAt(to - 1) == '\r' ? to - 1 : to;
  }
}
