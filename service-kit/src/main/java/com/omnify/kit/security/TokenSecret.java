package com.omnify.kit.security;

import com.omnify.kit.CannotStart;
import java.nio.charset.StandardCharsets;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The secret that the gateway and the services share. */
final class TokenSecret {

  private static final int SHORTEST = 32;

  private TokenSecret() {}

  static SecretKey key(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    if (bytes.length < SHORTEST) {
      throw new CannotStart(
          "OMNIFY_TOKEN_SECRET has %d bytes; HS256 needs %d.".formatted(bytes.length, SHORTEST),
          "Set it to the same random text of at least 32 characters for every service.");
    }
    return new SecretKeySpec(bytes, "HmacSHA256");
  }
}
