package com.omnify.events.email.message.policy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/** Content transfer encodings (RFC 2045), read leniently: what is broken stays as it stands. */
final class TransferEncoding {

  private TransferEncoding() {}

  /** The bytes of a body that is kept one character a byte. */
  static byte[] decode(String body, String encoding) {
    return switch (encoding.strip().toLowerCase(Locale.ROOT)) {
      case "base64" -> base64(body);
      case "quoted-printable" -> quotedPrintable(body);
      default -> body.getBytes(StandardCharsets.ISO_8859_1);
    };
  }

  static byte[] base64(String text) {
    var clean = new StringBuilder(text.length());
    for (int n = 0; n < text.length(); n++) {
      char c = text.charAt(n);
      if (c == '=') {
        break;
      }
      if (c >= 'A' && c <= 'Z'
          || c >= 'a' && c <= 'z'
          || c >= '0' && c <= '9'
          || c == '+'
          || c == '/') {
        clean.append(c);
      }
    }
    if (clean.length() % 4 == 1) {
      clean.setLength(clean.length() - 1);
    }
    return Base64.getDecoder().decode(clean.toString());
  }

  static byte[] quotedPrintable(String text) {
    // what is decoded is never longer
    var bytes = new byte[text.length()];
    int length = 0;
    int n = 0;
    while (n < text.length()) {
      char c = text.charAt(n);
      if (c != '=') {
        bytes[length++] = (byte) c;
        n++;
        continue;
      }
      int high = digit(text, n + 1);
      int low = digit(text, n + 2);
      if (high >= 0 && low >= 0) {
        bytes[length++] = (byte) (high * 16 + low);
        n += 3;
      } else {
        int end = n + 1;
        while (end < text.length() && (text.charAt(end) == ' ' || text.charAt(end) == '\t')) {
          end++;
        }
        boolean soft =
            end < text.length() && (text.charAt(end) == '\n' || text.charAt(end) == '\r');
        if (!soft) {
          bytes[length++] = '=';
          n++;
        } else {
          n = text.startsWith("\r\n", end) ? end + 2 : end + 1;
        }
      }
    }
    return Arrays.copyOf(bytes, length);
  }

  private static int digit(String text, int at) {
    return at < text.length() && text.charAt(at) < 0x80 ? Character.digit(text.charAt(at), 16) : -1;
  }
}
