package com.omnify.sandbox.mail.mime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** The ways in which a part's bytes are made to pass (RFC 2045). */
final class Transfer {

  private Transfer() {}

  static byte[] decode(String body, String encoding) {
    return switch (encoding.strip().toLowerCase(Locale.ROOT)) {
      case "base64" -> base64(body);
      case "quoted-printable" -> quoted(body);
      default -> body.getBytes(StandardCharsets.ISO_8859_1);
    };
  }

  static byte[] base64(String text) {
    try {
      return Base64.getMimeDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException _) {
      return new byte[0];
    }
  }

  static byte[] quoted(String text) {
    var bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '=') {
        bytes.write(c);
      } else if (text.startsWith("\r\n", i + 1)) {
        i += 2;
      } else if (text.startsWith("\n", i + 1)) {
        i += 1;
      } else if (i + 2 < text.length() && hex(text, i + 1) >= 0) {
        bytes.write(hex(text, i + 1));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    return bytes.toByteArray();
  }

  private static int hex(String text, int at) {
    int high = Character.digit(text.charAt(at), 16);
    int low = Character.digit(text.charAt(at + 1), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }
}
