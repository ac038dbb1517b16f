package com.omnify.channels.email.policy;

import java.util.HashMap;
import java.util.Map;

/** What people's words become inside of HTML: words, and never markup. */
public final class Html {

  private Html() {}

  static String escape(String text) {
    var out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  /** The values of a template's variables for an HTML template. */
  public static Map<String, Object> escaped(Map<String, Object> values) {
    var escaped = new HashMap<String, Object>();
    values.forEach((name, value) -> escaped.put(name, escaped(value)));
    return escaped;
  }

  @SuppressWarnings("unchecked")
  private static Object escaped(Object value) {
    return switch (value) {
      case String text -> escape(text);
      case Map<?, ?> inner -> escaped((Map<String, Object>) inner);
      default -> value;
    };
  }
}
