package com.omnify.events.lead;

import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** JSON of others as PostgreSQL can keep it: it takes neither NUL nor half of a surrogate pair. */
final class StoredJson {

  /** An escaped NUL, behind an even number of backslashes. */
  private static final Pattern NUL = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000");

  private StoredJson() {}

  static String of(JsonNode node) {
    return plain(NUL.matcher(node.toString()).replaceAll("$1"));
  }

  /** The text without what cannot be kept. */
  static String plain(String text) {
    boolean clean =
        text.codePoints().noneMatch(c -> c == 0 || Character.getType(c) == Character.SURROGATE);
    if (clean) {
      return text;
    }
    var kept = new StringBuilder(text.length());
    text.codePoints()
        .filter(c -> c != 0 && Character.getType(c) != Character.SURROGATE)
        .forEach(kept::appendCodePoint);
    return kept.toString();
  }
}
