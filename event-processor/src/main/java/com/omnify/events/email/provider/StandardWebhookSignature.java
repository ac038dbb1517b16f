package com.omnify.events.email.provider;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/**
 * The Standard Webhooks scheme, which is Svix's and so Resend's: HMAC-SHA256 over {@code
 * id.timestamp.body}, several signatures in one header while a secret is being changed.
 */
public final class StandardWebhookSignature {

  /** As the scheme says. */
  public static final Duration TOLERANCE = Duration.ofMinutes(5);

  private static final String PREFIX = "whsec_";
  private static final String VERSION = "v1,";
  private static final int MOST_SIGNATURES = 20;

  private StandardWebhookSignature() {}

  /**
   * Whether one of the signatures is of the secret's owner, and the time near.
   *
   * @param secret base64, with or without {@code whsec_}
   * @param id header {@code webhook-id} or {@code svix-id}
   * @param timestamp header {@code webhook-timestamp} or {@code svix-timestamp}
   * @param signatures header {@code webhook-signature} or {@code svix-signature}
   */
  public static boolean signs(
      String secret, String id, String timestamp, byte[] body, String signatures, Instant now) {
    var key = Hmac.base64(secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : secret);
    if (id.isEmpty()
        || key.isEmpty()
        || key.get().length == 0
        || !Hmac.isRecent(timestamp, now, TOLERANCE)) {
      return false;
    }
    String expected = sign(key.get(), id, timestamp, body);
    boolean match = false;
    String[] all = signatures.split(" ", MOST_SIGNATURES + 1);
    for (int n = 0; n < Math.min(all.length, MOST_SIGNATURES); n++) {
      match |= Hmac.same(Hmac.utf8(all[n]), Hmac.utf8(expected));
    }
    return match;
  }

  /**
   * The signature of a message of ours.
   *
   * @param secret base64, with or without {@code whsec_}
   * @param timestamp in seconds
   * @throws IllegalArgumentException where the secret is no base64
   */
  public static String sign(String secret, String id, String timestamp, byte[] body) {
    byte[] key =
        Hmac.base64(secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : secret)
            .orElseThrow(() -> new IllegalArgumentException("the secret is no base64"));
    return sign(key, id, timestamp, body);
  }

  private static String sign(byte[] key, String id, String timestamp, byte[] body) {
    byte[] mac = Hmac.sha256(key, Hmac.utf8(id + "." + timestamp + "."), body);
    return VERSION + Base64.getEncoder().encodeToString(mac);
  }
}
