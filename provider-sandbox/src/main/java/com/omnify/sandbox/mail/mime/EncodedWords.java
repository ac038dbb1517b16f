package com.omnify.sandbox.mail.mime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/** Words of another alphabet in a header (RFC 2047), both ways. */
public final class EncodedWords {

  private static final Pattern WORD =
      Pattern.compile("=\\?([^?*\\s]+)(?:\\*[^?\\s]*)?\\?([bBqQ])\\?([^?\\s]*)\\?=");
  private static final int BYTES_A_WORD = 42;

  private EncodedWords() {}

  /** A field's value as a person reads it. */
  static String decode(String value) {
    var found = WORD.matcher(value);
    var text = new StringBuilder();
    // a character may be cut between two words of one charset, so their bytes go together
    var bytes = new ByteArrayOutputStream();
    var charset = "";
    int end = 0;
    while (found.find()) {
      var between = value.substring(end, found.start());
      boolean adjacent = bytes.size() > 0 && between.isBlank();
      if (!adjacent || !found.group(1).equalsIgnoreCase(charset)) {
        text.append(Charsets.decode(bytes.toByteArray(), charset));
        bytes.reset();
        text.append(adjacent ? "" : utf8(between));
      }
      charset = found.group(1);
      bytes.writeBytes(
          found.group(2).equalsIgnoreCase("b")
              ? Transfer.base64(found.group(3))
              : Transfer.quoted(found.group(3).replace('_', ' ')));
      end = found.end();
    }
    text.append(Charsets.decode(bytes.toByteArray(), charset));
    return text.append(utf8(value.substring(end))).toString();
  }

  /** A value that any mail system carries. */
  public static String encode(String text) {
    if (text.chars().allMatch(c -> c >= 32 && c < 127)) {
      return text;
    }
    var words = new StringBuilder();
    var word = new StringBuilder();
    for (int i = 0; i < text.length(); ) {
      int length = Character.charCount(text.codePointAt(i));
      var next = text.substring(i, i + length);
      if ((word + next).getBytes(StandardCharsets.UTF_8).length > BYTES_A_WORD) {
        append(words, word);
        word.setLength(0);
      }
      word.append(next);
      i += length;
    }
    append(words, word);
    return words.toString();
  }

  private static void append(StringBuilder words, CharSequence word) {
    words
        .append(words.isEmpty() ? "" : "\r\n ")
        .append("=?UTF-8?B?")
        .append(
            Base64.getEncoder().encodeToString(word.toString().getBytes(StandardCharsets.UTF_8)))
        .append("?=");
  }

  private static String utf8(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
