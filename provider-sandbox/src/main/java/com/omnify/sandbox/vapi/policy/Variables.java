package com.omnify.sandbox.vapi.policy;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * VAPI puts variables into messages and prompts itself, wherever <code>{{ … }}</code> stands, also
 * in words that a caller took over from somebody else.
 */
public final class Variables {

  private static final Pattern PLACE =
      Pattern.compile(
          "\\{\\{\\s*([^}|\\s]+)\\s*(?:\\|\\s*default:\\s*[\"']([^\"']*)[\"'])?[^}]*}}");

  private Variables() {}

  /** An unknown variable without default leaves nothing. */
  public static String render(String text, Map<String, String> values) {
    return PLACE
        .matcher(text)
        .replaceAll(
            place -> {
              var value = values.get(place.group(1));
              var otherwise = place.group(2) == null ? "" : place.group(2);
              return Matcher.quoteReplacement(value == null || value.isEmpty() ? otherwise : value);
            });
  }
}
