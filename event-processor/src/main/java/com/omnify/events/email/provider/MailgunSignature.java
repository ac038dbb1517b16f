package com.omnify.events.email.provider;

import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Mailgun's signature: HMAC-SHA256 over timestamp and token. The event itself is not signed, so who
 * has seen one post could send others: the caller takes each token once.
 */
public final class MailgunSignature {

  private static final int LONGEST_TOKEN = 100;

  private MailgunSignature() {}

  /** Whether the key's owner signed this token, not too long ago. */
  public static boolean signs(
      String signingKey,
      String timestamp,
      String token,
      String signature,
      Instant now,
      Duration oldest) {
    if (token.isEmpty()
        || token.length() > LONGEST_TOKEN
        || !Hmac.isRecent(timestamp, now, oldest)) {
      return false;
    }
    byte[] expected = Hmac.sha256(Hmac.utf8(signingKey), Hmac.utf8(timestamp + token));
    return Hmac.same(
        Hmac.utf8(HexFormat.of().formatHex(expected)),
        Hmac.utf8(signature.toLowerCase(Locale.ROOT)));
  }
}
