package com.omnify.events.vapi.policy;

import com.omnify.model.WireEnum;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request comes from VAPI: it knows the account's secret. All comparisons take as long
 * for a near miss as for a far one.
 */
public final class VapiProof {

  /** How an account proves itself. */
  public enum Mode implements WireEnum {
    /** Any of them. */
    ANY,
    /** The secret in {@code X-Vapi-Secret}. */
    SECRET,
    /** The secret as a bearer token. */
    BEARER,
    /** HMAC-SHA256 of timestamp, a dot and the body, in {@code X-Signature}. */
    HMAC
  }

  /** How old, or ahead of us, a signature may be. */
  static final Duration TOLERANCE = Duration.ofMinutes(5);

  private static final Pattern DIGITS = Pattern.compile("[0-9]{9,13}");

  /** From here on a timestamp is in milliseconds. */
  private static final long MILLIS = 100_000_000_000L;

  private VapiProof() {}

  /**
   * Checks a request.
   *
   * @param secret an empty one proves nothing
   * @param header the value of a header by its name, null where it is missing
   * @param now real time
   */
  public static boolean holds(
      Mode mode,
      @Nullable String secret,
      Function<String, @Nullable String> header,
      byte[] body,
      Instant now) {
    if (secret == null || secret.isBlank()) {
      return false;
    }
    return switch (mode) {
      case SECRET -> bySecret(secret, header);
      case BEARER -> byBearer(secret, header);
      case HMAC -> byHmac(secret, header, body, now);
      case ANY ->
          bySecret(secret, header) || byBearer(secret, header) || byHmac(secret, header, body, now);
    };
  }

  private static boolean bySecret(String secret, Function<String, @Nullable String> header) {
    String given = header.apply("X-Vapi-Secret");
    return given != null && same(given, secret);
  }

  private static boolean byBearer(String secret, Function<String, @Nullable String> header) {
    String given = header.apply("Authorization");
    return given != null
        && given.regionMatches(true, 0, "Bearer ", 0, 7)
        && same(given.substring(7).strip(), secret);
  }

  private static boolean byHmac(
      String secret, Function<String, @Nullable String> header, byte[] body, Instant now) {
    String given = first(header, "X-Signature", "X-Vapi-Signature");
    String timestamp = first(header, "X-Timestamp", "X-Vapi-Timestamp");
    if (given == null || timestamp == null || !recent(timestamp.strip(), now)) {
      return false;
    }
    byte[] wanted = sign(secret, timestamp.strip(), body);
    byte[] signature = bytes(given.strip());
    return signature != null && MessageDigest.isEqual(signature, wanted);
  }

  /** What a request with that timestamp and body is signed with. */
  public static byte[] sign(String secret, String timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      mac.update(timestamp.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) '.');
      return mac.doFinal(body);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static @Nullable String first(
      Function<String, @Nullable String> header, String name, String otherName) {
    String value = header.apply(name);
    return value == null ? header.apply(otherName) : value;
  }

  private static boolean recent(String timestamp, Instant now) {
    Instant at;
    try {
      if (DIGITS.matcher(timestamp).matches()) {
        long number = Long.parseLong(timestamp);
        at = number >= MILLIS ? Instant.ofEpochMilli(number) : Instant.ofEpochSecond(number);
      } else {
        at = Instant.parse(timestamp);
      }
    } catch (DateTimeException e) {
      return false;
    }
    return Duration.between(at, now).abs().compareTo(TOLERANCE) <= 0;
  }

  private static boolean same(String given, String secret) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8));
  }

  /** Hex or base64, with or without the name of the algorithm in front. */
  private static byte @Nullable [] bytes(String signature) {
    String plain =
        signature.toLowerCase(Locale.ROOT).startsWith("sha256=")
            ? signature.substring(7)
            : signature;
    try {
      return plain.length() == 64
          ? HexFormat.of().parseHex(plain.toLowerCase(Locale.ROOT))
          : Base64.getDecoder().decode(plain);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
