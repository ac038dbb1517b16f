package com.omnify.sandbox.mail.mime;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Text in the charset that it says it is in. */
final class Charsets {

  private Charsets() {}

  static String decode(byte[] bytes, String name) {
    try {
      return new String(bytes, name.isBlank() ? StandardCharsets.UTF_8 : Charset.forName(name));
    } catch (IllegalArgumentException _) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
