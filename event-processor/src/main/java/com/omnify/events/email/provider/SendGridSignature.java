package com.omnify.events.email.provider;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;

/** SendGrid's signed event webhook: ECDSA with SHA-256 over the timestamp and the raw bytes. */
public final class SendGridSignature {

  private SendGridSignature() {}

  /**
   * Whether the key's owner signed these bytes, not too long ago.
   *
   * @param publicKey the verification key, base64 as SendGrid shows it
   * @param timestamp header {@code X-Twilio-Email-Event-Webhook-Timestamp}
   * @param signature header {@code X-Twilio-Email-Event-Webhook-Signature}
   * @param body as received, the ending line break included
   */
  public static boolean signs(
      String publicKey,
      String timestamp,
      byte[] body,
      String signature,
      Instant now,
      Duration oldest) {
    if (!Hmac.isRecent(timestamp, now, oldest)) {
      return false;
    }
    var key = Hmac.base64(publicKey.strip());
    var bytes = Hmac.base64(signature.strip());
    if (key.isEmpty() || bytes.isEmpty()) {
      return false;
    }
    try {
      PublicKey ecdsa =
          KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(key.get()));
      Signature verifier = Signature.getInstance("SHA256withECDSA");
      verifier.initVerify(ecdsa);
      verifier.update(Hmac.utf8(timestamp));
      verifier.update(body);
      return verifier.verify(bytes.get());
    } catch (GeneralSecurityException e) {
      // a key or a signature that is none
      return false;
    }
  }
}
