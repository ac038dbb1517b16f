package com.omnify.events.email.message.policy;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Encoded words in header fields (RFC 2047): {@code =?utf-8?B?…?=}. */
final class EncodedWords {

  private static final Pattern WORD =
      Pattern.compile(
          "=\\?([\\w.:()+-]{1,40})(?:\\*[\\w-]{1,20})?\\?([bBqQ])\\?([^?\\s]{0,2000})\\?=");

  private EncodedWords() {}

  static String decode(String value) {
    if (!value.contains("=?")) {
      return asUtf8(value);
    }
    var text = new StringBuilder();
    Matcher word = WORD.matcher(value);
    int done = 0;
    boolean afterWord = false;
    while (word.find()) {
      String between = value.substring(done, word.start());
      // white space between two encoded words is part of neither
      if (!afterWord || !between.isBlank()) {
        text.append(asUtf8(between));
      }
      text.append(Charsets.decode(bytes(word.group(2), word.group(3)), word.group(1)));
      done = word.end();
      afterWord = true;
    }
    return text.append(asUtf8(value.substring(done))).toString();
  }

  private static byte[] bytes(String encoding, String content) {
    return encoding.equalsIgnoreCase("b")
        ? TransferEncoding.base64(content)
        : TransferEncoding.quotedPrintable(content.replace('_', ' '));
  }

  /** Raw bytes above ASCII are UTF-8 nowadays (RFC 6532). */
  private static String asUtf8(String latin1) {
    return latin1.chars().allMatch(c -> c < 0x80)
        ? latin1
        : latin1.chars().anyMatch(c -> c > 0xff)
            ? latin1
            : Charsets.decode(latin1.getBytes(StandardCharsets.ISO_8859_1), "utf-8");
  }
}
