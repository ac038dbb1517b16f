package com.omnify.channels.voice.policy;

/**
 * VAPI renders {@code {{…}}} in every text that it is given. Ours are rendered already, and what
 * came from a person's own words must never be template: so nothing that looks like one is left.
 */
public final class SpokenText {

  private SpokenText() {}

  /** The same words, with a space in each pair of braces. */
  public static String withoutTemplates(String text) {
    var out = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(c);
      char next = i + 1 < text.length() ? text.charAt(i + 1) : 0;
      if (c == '{' && (next == '{' || next == '%') || (c == '}' || c == '%') && next == '}') {
        out.append(' ');
      }
    }
    return out.toString();
  }
}
