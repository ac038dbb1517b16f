package com.omnify.events.twilio;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Twilio's request signature: HMAC-SHA1, keyed with the account's auth token, over the URL as
 * Twilio knows it and the form's parameters, names sorted, each followed by its value. A parameter
 * that is repeated counts once for each distinct value, values sorted (the SDK's validator for Java
 * takes a map and cannot express it; those for Python and Node do it so). A body that is no form is
 * covered by its SHA-256 in the URL's {@code bodySHA256}.
 */
final class TwilioSignature {

  /** Scheme and authority, an explicit port, the rest as it stands: escapes must not be touched. */
  private static final Pattern URL =
      Pattern.compile(
          "(?<start>https?://(?:\\[[^\\]]*\\]|[^/?#:]*))(?<port>:\\d+)?(?<rest>.*)",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final Pattern BODY_HASH = Pattern.compile("[?&]bodySHA256=([^&#]*)");

  private TwilioSignature() {}

  /** Whether the token's owner signed this form for this URL. */
  public static boolean signsForm(String authToken, String url, FormBody form, String signature) {
    return anyMatch(authToken, url, parameters(form), signature);
  }

  /** Whether the token's owner signed this body, which is no form, for this URL. */
  public static boolean signsBody(String authToken, String url, byte[] body, String signature) {
    Matcher hash = BODY_HASH.matcher(url);
    return hash.find()
        && same(HexFormat.of().formatHex(sha256(body)), hash.group(1).toLowerCase(Locale.ROOT))
        && anyMatch(authToken, url, "", signature);
  }

  /** What the token's owner would send along with this form. */
  public static String sign(String authToken, String url, FormBody form) {
    return hmac(authToken, url + parameters(form));
  }

  private static boolean anyMatch(
      String authToken, String url, String parameters, String signature) {
    boolean match = false;
    for (String spelling : spellings(url)) {
      // no early exit: the time taken says nothing about which spelling was near
      match |= same(hmac(authToken, spelling + parameters), signature);
    }
    return match;
  }

  /** Twilio signs some URLs with their port and some without, whatever was configured. */
  private static Set<String> spellings(String url) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      return Set.of(url);
    }
    String start = parts.group("start");
    String rest = parts.group("rest");
    String port = parts.group("port");
    if (port == null) {
      port = start.regionMatches(true, 0, "https", 0, 5) ? ":443" : ":80";
    }
    return new LinkedHashSet<>(List.of(url, start + port + rest, start + rest));
  }

  private static String parameters(FormBody form) {
    var text = new StringBuilder();
    form.values()
        .forEach(
            (name, values) -> {
              for (String value : new TreeSet<>(values)) {
                text.append(name).append(value);
              }
            });
    return text.toString();
  }

  private static String hmac(String authToken, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(authToken.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has HmacSHA1", e);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static boolean same(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }
}
