package com.omnify.channels.email.policy;

import com.omnify.channels.compose.policy.Composition;
import com.omnify.channels.compose.policy.MailText;
import com.omnify.model.HoldReason;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Judges the rendered texts of a mail. */
public final class MailWords {

  /** Characters; no program shows more. */
  static final int LONGEST_SUBJECT = 300;

  static final int LONGEST_PART = 200_000;

  private MailWords() {}

  /**
   * What may be sent of it.
   *
   * @param plain its plain text, for whoever does not see the HTML
   */
  public static Composition judge(
      @Nullable String subject, @Nullable String plain, @Nullable String html) {
    String line = subject == null ? "" : Letter.oneLine(subject);
    if (line.isEmpty()) {
      return held("The subject is empty");
    }
    if (line.length() > LONGEST_SUBJECT) {
      return held("The subject has more than " + LONGEST_SUBJECT + " characters");
    }
    if (plain == null || plain.isBlank()) {
      return held("The text is empty");
    }
    if (Stream.of(plain, html == null ? "" : html).anyMatch(it -> it.length() > LONGEST_PART)) {
      return held("The mail is longer than " + LONGEST_PART + " characters");
    }
    // Also where it came from a contact's own words: nobody must read our braces.
    if (Stream.of(line, plain, html == null ? "" : html)
        .anyMatch(it -> it.contains("{{") || it.contains("{%"))) {
      return held("The mail still holds template braces");
    }
    return new Composition.Ready(new MailText(line, plain, html));
  }

  private static Composition held(String words) {
    return new Composition.Held(HoldReason.TEMPLATE_FAULT, words);
  }
}
