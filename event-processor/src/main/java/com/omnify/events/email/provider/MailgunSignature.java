package com.omnify.events.email.provider;

import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * Mailgun's signature: HMAC-SHA256 over timestamp and token. The event itself is not signed, so who
 * has seen one post could send others: the caller takes each token once.
 */
public final class MailgunSignature {

  private static final int LONGEST_TOKEN = 100;

  private MailgunSignature() {}

  /** What stands beside an event; empty texts where nothing does. */
  public record Signed(String timestamp, String token, String signature) {}

  /** The signature within an event's post. */
  public static Signed of(byte[] body) {
    JsonNode signature = Json.read(body).path("signature");
    return new Signed(
        Json.text(signature.path("timestamp")),
        Json.text(signature.path("token")),
        Json.text(signature.path("signature")));
  }

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
