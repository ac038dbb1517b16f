package com.omnify.sandbox.twilio.policy;

/**
 * How a text is cut into SMS segments (GSM 03.38 / 3GPP TS 23.038). One segment holds 160 septets
 * or 70 UTF-16 units; of several each gives six octets to the header that joins them: 153 and 67. A
 * character is never cut in two.
 *
 * @param gsm7 whether the GSM alphabet suffices, otherwise UCS-2
 */
public record Segments(boolean gsm7, int count) {

  private static final String BASIC =
      "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
          + "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
  private static final String EXTENDED = "\f^{}\\[~]|€";

  public static Segments of(String text) {
    boolean gsm7 = text.chars().allMatch(c -> BASIC.indexOf(c) >= 0 || EXTENDED.indexOf(c) >= 0);
    int single = gsm7 ? 160 : 70;
    int part = gsm7 ? 153 : 67;
    int total = text.codePoints().map(c -> units(c, gsm7)).sum();
    if (total <= single) {
      return new Segments(gsm7, 1);
    }
    int count = 1;
    int used = 0;
    for (int codePoint : text.codePoints().toArray()) {
      int units = units(codePoint, gsm7);
      if (used + units > part) {
        count++;
        used = 0;
      }
      used += units;
    }
    return new Segments(gsm7, count);
  }

  private static int units(int codePoint, boolean gsm7) {
    return gsm7 ? (EXTENDED.indexOf(codePoint) >= 0 ? 2 : 1) : Character.charCount(codePoint);
  }
}
