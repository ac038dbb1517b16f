package com.omnify.events.email.door;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Keys of receipts from what others call their events. */
final class ReceiptKeys {

  /** An index row has its limits; a provider's own ids stay far below. */
  private static final int LONGEST = 600;

  private ReceiptKeys() {}

  static String of(String kind, String name) {
    String plain = Texts.storable(name);
    return kind + ":" + (plain.length() > LONGEST ? "sha256:" + digest(plain) : plain);
  }

  static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
