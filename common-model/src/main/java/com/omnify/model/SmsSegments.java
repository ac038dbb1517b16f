package com.omnify.model;

/**
 * How a text travels and what is billed.
 *
 * @param units septets in GSM-7 (two for a character of the extension table), UTF-16 code units in
 *     UCS-2
 * @param segments messages on the air and on the bill; 0 for an empty text
 */
public record SmsSegments(SmsEncoding encoding, int units, int segments) {

  /** Units of a GSM-7 text that is one segment. */
  public static final int LONGEST_GSM_7 = SmsEncoding.GSM_7.alone();

  private static final String BASIC =
      "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
          + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

  /** Behind an escape, so each takes two septets. */
  private static final String EXTENSION = "\f^{}\\[~]|€";

  private static final byte[] SEPTETS = septets();

  /** Counts a text. */
  public static SmsSegments of(String text) {
    SmsEncoding encoding = encodingOf(text);
    int units = 0;
    int segments = 1;
    int room = encoding.joined();
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      int size =
          encoding == SmsEncoding.GSM_7 ? septetsOf(codePoint) : Character.charCount(codePoint);
      if (size > room) {
        // An escape and its character, or the halves of a surrogate pair, stay together.
        segments++;
        room = encoding.joined();
      }
      room -= size;
      units += size;
      i += Character.charCount(codePoint);
    }
    if (units <= encoding.alone()) {
      segments = units == 0 ? 0 : 1;
    }
    return new SmsSegments(encoding, units, segments);
  }

  private static SmsEncoding encodingOf(String text) {
    return text.codePoints().allMatch(c -> septetsOf(c) > 0)
        ? SmsEncoding.GSM_7
        : SmsEncoding.UCS_2;
  }

  /** 0 where the character is not in the alphabet. */
  private static int septetsOf(int codePoint) {
    return codePoint < SEPTETS.length ? SEPTETS[codePoint] : 0;
  }

  private static byte[] septets() {
    // The euro sign is the highest of them.
    byte[] table = new byte['€' + 1];
    BASIC.chars().forEach(c -> table[c] = 1);
    EXTENSION.chars().forEach(c -> table[c] = 2);
    return table;
  }
}
