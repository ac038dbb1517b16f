package com.omnify.channels.email.policy;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A mail as it goes out, before it is brought into a wire's form.
 *
 * @param fromName as people see it; may be empty
 * @param messageId with its angle brackets
 * @param headers further ones, each a single line of ASCII
 */
public record Letter(
    String from,
    String fromName,
    @Nullable String replyTo,
    String to,
    String subject,
    String text,
    @Nullable String html,
    String messageId,
    Map<String, String> headers) {

  public Letter {
    headers = Map.copyOf(headers);
    fromName = oneLine(fromName);
    subject = oneLine(subject);
    headers.forEach(
        (name, value) -> {
          if (!name.matches("[A-Za-z0-9_-]+") || !value.matches("[\\x20-\\x7e]*")) {
            throw new IllegalArgumentException("'" + name + "' is no header of one line");
          }
        });
  }

  /** A line break would begin another header. */
  static String oneLine(String text) {
    return text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ").strip();
  }
}
