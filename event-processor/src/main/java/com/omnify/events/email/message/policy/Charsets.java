package com.omnify.events.email.message.policy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Bytes to text where the sender's word on the character set cannot be trusted. */
public final class Charsets {

  private static final Charset WESTERN = Charset.forName("windows-1252");

  private Charsets() {}

  /** The text; {@code named} is what the sender calls the character set, or empty. */
  public static String decode(byte[] bytes, String named) {
    String name = named.strip().toLowerCase(Locale.ROOT);
    try {
      if (!name.isEmpty()
          && !name.equals("us-ascii")
          && !name.equals("utf-8")
          && Charset.isSupported(name)) {
        return new String(bytes, Charset.forName(name));
      }
    } catch (IllegalArgumentException e) {
      // no name of a character set: guessed below
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    boolean valid = Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes);
    return valid || name.equals("utf-8") ? text : new String(bytes, WESTERN);
  }
}
