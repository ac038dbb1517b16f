package com.omnify.fleet;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.json.JsonMapper;

/** An identity provider beside the fleet: its keys over HTTP, and tokens signed by them. */
final class TokenIssuer implements AutoCloseable {

  static final String NAME = "https://issuer.example";
  static final String AUDIENCE = "authenticated";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final HttpServer server;
  private final KeyPair keys;

  TokenIssuer() throws IOException, GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    keys = generator.generateKeyPair();
    var key = (RSAPublicKey) keys.getPublic();
    byte[] published =
        JSON.writeValueAsBytes(
            Map.of(
                "keys",
                new Object[] {
                  Map.of(
                      "kty", "RSA",
                      "use", "sig",
                      "alg", "RS256",
                      "kid", "k1",
                      "n", unsigned(key.getModulus()),
                      "e", unsigned(key.getPublicExponent()))
                }));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/keys",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, published.length);
          exchange.getResponseBody().write(published);
          exchange.close();
        });
    server.start();
  }

  /** The gateway's settings that make it trust this one. */
  Map<String, String> environment() {
    return Map.of(
        "OMNIFY_IDENTITY_ISSUERS_0_ISSUER", NAME,
        "OMNIFY_IDENTITY_ISSUERS_0_JWKS_URI",
            "http://127.0.0.1:" + server.getAddress().getPort() + "/keys",
        "OMNIFY_IDENTITY_ISSUERS_0_AUDIENCES", AUDIENCE);
  }

  String token(String subject, String audience, Instant expires) {
    var claims = new LinkedHashMap<String, Object>();
    claims.put("iss", NAME);
    claims.put("aud", audience);
    claims.put("sub", subject);
    claims.put("iat", expires.minus(Duration.ofHours(2)).getEpochSecond());
    claims.put("exp", expires.getEpochSecond());
    String signed = part(Map.of("alg", "RS256", "typ", "JWT", "kid", "k1")) + "." + part(claims);
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(keys.getPrivate());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + encode(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As the gateway makes them for the services: with the fleet's secret. */
  static String fleetToken(String secret, String client, String audience, Instant expires) {
    var claims = new LinkedHashMap<String, Object>();
    claims.put("iss", "omnify-gateway");
    claims.put("aud", audience);
    claims.put("sub", "user:nobody");
    claims.put("role", "owner");
    claims.put("client_id", client);
    claims.put("iat", expires.minus(Duration.ofHours(2)).getEpochSecond());
    claims.put("exp", expires.getEpochSecond());
    String signed = part(Map.of("alg", "HS256", "typ", "JWT")) + "." + part(claims);
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return signed + "." + encode(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** With one letter in the middle of the signature changed. */
  static String tampered(String text) {
    int at = text.length() - 20;
    char other = text.charAt(at) == 'A' ? 'B' : 'A';
    return text.substring(0, at) + other + text.substring(at + 1);
  }

  private static String part(Map<String, Object> content) {
    return encode(JSON.writeValueAsBytes(content));
  }

  private static String unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return encode(bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
