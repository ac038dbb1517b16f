package com.omnify.events.email.provider;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Amazon SNS' signature over the fields of a post. Its certificate is at an address that the post
 * itself names, so that address must be Amazon's; and anyone may have a topic there, so the topic
 * must be the client's.
 */
public final class SnsSignature {

  /** How a topic signs; the first uses SHA-1 and is what a topic does unless told otherwise. */
  public enum Version {
    FIRST("1", "SHA1withRSA"),
    SECOND("2", "SHA256withRSA");

    private final String wire;
    private final String algorithm;

    Version(String wire, String algorithm) {
      this.wire = wire;
      this.algorithm = algorithm;
    }
  }

  private static final Pattern HOST =
      Pattern.compile("sns\\.[a-z0-9-]{2,40}\\.amazonaws\\.com(?:\\.cn)?");

  private static final List<String> NOTIFICATION =
      List.of("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type");

  private static final List<String> CONFIRMATION =
      List.of("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type");

  private SnsSignature() {}

  /** Whether a certificate or a confirmation may be fetched there. */
  public static boolean isAmazons(String url) {
    try {
      var address = new URI(url);
      String host = address.getHost();
      return "https".equals(address.getScheme())
          && host != null
          && HOST.matcher(host).matches()
          && address.getPort() == -1
          && address.getUserInfo() == null
          && address.getFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** Where the certificate is that this post is signed by; empty where that is not Amazon's. */
  public static String certificateUrl(byte[] body) {
    String url = Json.text(Json.read(body).path("SigningCertURL"));
    return isAmazons(url) && url.endsWith(".pem") && url.indexOf('?') < 0 ? url : "";
  }

  /** Whether a post says that it is of this topic and of these days; neither is proven by that. */
  public static boolean isOf(byte[] body, String topic, Instant now, Duration oldest) {
    JsonNode post = Json.read(body);
    return Json.text(post.path("TopicArn")).equals(topic)
        && Json.instant(post.path("Timestamp"))
            .filter(at -> Duration.between(at, now).abs().compareTo(oldest) <= 0)
            .isPresent();
  }

  /** Where a subscription is confirmed, if the post asks for it; always Amazon's. */
  public static Optional<URI> confirmation(byte[] body) {
    JsonNode post = Json.read(body);
    String url = Json.text(post.path("SubscribeURL"));
    return Json.text(post.path("Type")).equals("SubscriptionConfirmation") && isAmazons(url)
        ? Optional.of(URI.create(url))
        : Optional.empty();
  }

  /**
   * Whether the certificate's owner signed this post of this topic.
   *
   * @param certificate as fetched from {@link #certificateUrl}, PEM
   * @param topic the one ARN that is awaited
   * @param accepted {@link Version#SECOND} alone, unless the client's topic cannot
   */
  public static boolean signs(
      byte[] certificate, byte[] body, String topic, Set<Version> accepted, Instant now) {
    JsonNode post = Json.read(body);
    if (certificateUrl(body).isEmpty() || !Json.text(post.path("TopicArn")).equals(topic)) {
      return false;
    }
    var signature = Hmac.base64(Json.text(post.path("Signature")));
    String said = Json.text(post.path("SignatureVersion"));
    var version = accepted.stream().filter(each -> each.wire.equals(said)).findFirst();
    if (signature.isEmpty() || version.isEmpty()) {
      return false;
    }
    try {
      var owner =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(certificate));
      owner.checkValidity(Date.from(now));
      Signature verifier = Signature.getInstance(version.get().algorithm);
      verifier.initVerify(owner.getPublicKey());
      verifier.update(signed(post).getBytes(StandardCharsets.UTF_8));
      return verifier.verify(signature.get());
    } catch (GeneralSecurityException e) {
      // a certificate or a signature that is none, or not of this time
      return false;
    }
  }

  private static String signed(JsonNode post) {
    var text = new StringBuilder();
    for (String name :
        Json.text(post.path("Type")).equals("Notification") ? NOTIFICATION : CONFIRMATION) {
      if (post.path(name).isString()) {
        text.append(name).append('\n').append(post.path(name).asString()).append('\n');
      }
    }
    return text.toString();
  }
}
