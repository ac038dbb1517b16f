package com.omnify.events.email.provider;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** SendGrid's signed event webhook: ECDSA with SHA-256 over the timestamp and the raw bytes. */
public final class SendGridSignature {

  private final Signature verifier;

  private SendGridSignature(Signature verifier) {
    this.verifier = verifier;
  }

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
    Optional<SendGridSignature> check = begin(publicKey, timestamp, now, oldest);
    if (check.isEmpty()) {
      return false;
    }
    check.get().update(body, 0, body.length);
    return check.get().isOf(signature);
  }

  /**
   * Begins a check of a body that is read piece by piece; empty where the time is no time, is too
   * long ago, or the key is none.
   */
  public static Optional<SendGridSignature> begin(
      String publicKey, String timestamp, Instant now, Duration oldest) {
    var key = Hmac.base64(publicKey.strip());
    if (key.isEmpty() || !Hmac.isRecent(timestamp, now, oldest)) {
      return Optional.empty();
    }
    try {
      PublicKey ecdsa =
          KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(key.get()));
      Signature verifier = Signature.getInstance("SHA256withECDSA");
      verifier.initVerify(ecdsa);
      verifier.update(Hmac.utf8(timestamp));
      return Optional.of(new SendGridSignature(verifier));
    } catch (GeneralSecurityException e) {
      // a key that is none
      return Optional.empty();
    }
  }

  /** The next bytes of the body. */
  public void update(byte[] bytes, int from, int length) {
    try {
      verifier.update(bytes, from, length);
    } catch (SignatureException e) {
      throw new IllegalStateException("the verifier has been begun", e);
    }
  }

  /** Whether this is the signature of all that went by; to be asked once. */
  public boolean isOf(String signature) {
    var bytes = Hmac.base64(signature.strip());
    try {
      return bytes.isPresent() && verifier.verify(bytes.get());
    } catch (SignatureException e) {
      // a signature that is none
      return false;
    }
  }
}
