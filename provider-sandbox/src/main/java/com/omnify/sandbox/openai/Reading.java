package com.omnify.sandbox.openai;

import com.omnify.sandbox.http.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/**
 * What the model takes from a prompt.
 *
 * @param text what somebody said, or the text that is to be worked on
 * @param fields the texts of a prompt that is a JSON object, by name
 */
record Reading(String text, Map<String, String> fields) {

  private static final Pattern TAGGED =
      Pattern.compile("<([a-z_-]+)>\\s*(.*?)\\s*</\\1>", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);
  private static final List<String> SAID =
      List.of("reply", "message", "text", "transcript", "rendered", "original", "body");
  private static final List<String> ORIGINAL =
      List.of("rendered", "original", "template", "body", "draft", "text", "message");

  static Reading of(String prompt) {
    var fields = new LinkedHashMap<String, String>();
    try {
      var json = Json.MAPPER.readTree(prompt);
      if (json.isObject()) {
        json.properties()
            .forEach(
                e -> {
                  if (e.getValue().isString()) {
                    fields.put(e.getKey(), e.getValue().asString());
                  }
                });
      }
    } catch (JacksonException _) {
      var tags = TAGGED.matcher(prompt);
      while (tags.find()) {
        fields.put(tags.group(1).toLowerCase(Locale.ROOT), tags.group(2));
      }
    }
    var said = SAID.stream().map(fields::get).filter(Objects::nonNull).findFirst();
    return new Reading(
        said.or(() -> fields.values().stream().reduce((_, last) -> last)).orElse(prompt).strip(),
        fields);
  }

  /** The text that a rewrite starts from. */
  String original() {
    return ORIGINAL.stream().map(fields::get).filter(Objects::nonNull).findFirst().orElse(text);
  }

  Optional<String> field(String name) {
    return Optional.ofNullable(fields.get(name));
  }

  /** Its first sentences, at most so long. */
  String gist(int max) {
    var flat = text.replaceAll("\\s+", " ").strip();
    int end = flat.length();
    int stops = 0;
    for (int i = 0; i < flat.length() && stops < 2; i++) {
      if (".!?".indexOf(flat.charAt(i)) >= 0
          && (i + 1 == flat.length() || flat.charAt(i + 1) == ' ')) {
        end = i + 1;
        stops++;
      }
    }
    var gist = flat.substring(0, end);
    return gist.length() <= max ? gist : gist.substring(0, Math.max(0, max - 1)) + "…";
  }
}
