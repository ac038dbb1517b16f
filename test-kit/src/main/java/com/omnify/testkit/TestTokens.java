package com.omnify.testkit;

import com.omnify.model.id.ClientId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Tokens as the gateway makes them, signed with the secret that services under test are given. */
public final class TestTokens {

  /** 32 bytes at least: HS256 accepts no shorter key. */
  public static final String SECRET = "a-secret-of-the-tests-that-nobody-else-uses";

  /** For whom the gateway's tokens are. */
  public static final String AUDIENCE = "omnify-services";

  private static final long LIFETIME_SECONDS = 3600;

  private TestTokens() {}

  /** The value of an Authorization header: the owner of a client. */
  public static String bearer(ClientId client) {
    return bearer(client, "owner");
  }

  /**
   * The value of an Authorization header.
   *
   * @param client null for the platform, which has not chosen a client
   * @param role member, admin, owner or platform
   */
  public static String bearer(@Nullable ClientId client, String role) {
    return "Bearer " + token(client, role, "tester", Instant.now().plusSeconds(LIFETIME_SECONDS));
  }

  /** The platform, which sees all clients. */
  public static String platform() {
    return bearer(null, "platform");
  }

  public static String token(
      @Nullable ClientId client, String role, String subject, Instant expires) {
    return token(client, role, subject, expires, AUDIENCE);
  }

  /** As above, for an audience of the test's choice. */
  public static String token(
      @Nullable ClientId client, String role, String subject, Instant expires, String audience) {
    var claims = new LinkedHashMap<String, Object>();
    claims.put("iss", "omnify-gateway");
    claims.put("aud", audience);
    claims.put("sub", subject);
    if (client != null) {
      claims.put("client_id", client.toString());
    }
    claims.put("role", role);
    claims.put("iat", Instant.now().getEpochSecond());
    claims.put("exp", expires.getEpochSecond());
    String signed =
        encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8))
            + "."
            + encode(TestJson.MAPPER.writeValueAsBytes(claims));
    return signed + "." + encode(sign(signed));
  }

  private static byte[] sign(String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
