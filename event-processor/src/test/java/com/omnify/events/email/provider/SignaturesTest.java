package com.omnify.events.email.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.events.SharedData;
import com.omnify.testkit.TestJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Each scheme with keys of our own, and with published vectors where they lie beside us. */
class SignaturesTest {

  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final String SECONDS = Long.toString(NOW.getEpochSecond());
  private static final Duration DAY = Duration.ofDays(1);
  private static final byte[] BODY = bytes("[{\"event\":\"delivered\"}]\r\n");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static JsonNode vectors(String name) throws Exception {
    return TestJson.MAPPER.readTree(Files.readString(SharedData.of("signatures/" + name)));
  }

  @Test
  void sendGrid() throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    var keys = generator.generateKeyPair();
    var signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(keys.getPrivate());
    signer.update(bytes(SECONDS));
    signer.update(BODY);
    String signature = Base64.getEncoder().encodeToString(signer.sign());
    String key = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    assertThat(SendGridSignature.signs(key, SECONDS, BODY, signature, NOW, DAY)).isTrue();
    assertThat(SendGridSignature.signs(key, SECONDS, bytes("[]"), signature, NOW, DAY)).isFalse();
    assertThat(SendGridSignature.signs(key, "1", BODY, signature, NOW, DAY)).isFalse();
    assertThat(
            SendGridSignature.signs(
                key, SECONDS, BODY, signature, NOW.plus(DAY).plusSeconds(1), DAY))
        .isFalse();
    assertThat(SendGridSignature.signs(key, SECONDS, BODY, "AAAA", NOW, DAY)).isFalse();
    assertThat(SendGridSignature.signs(key, SECONDS, BODY, "not base64!", NOW, DAY)).isFalse();
    assertThat(SendGridSignature.signs("AAAA", SECONDS, BODY, signature, NOW, DAY)).isFalse();
    assertThat(SendGridSignature.signs("", SECONDS, BODY, "", NOW, DAY)).isFalse();
  }

  @Test
  void sendGridsOwnVectors() throws Exception {
    JsonNode data = vectors("sendgrid.json");
    String timestamp = data.path("timestamp").asString();
    Instant then = Instant.ofEpochSecond(Long.parseLong(timestamp));
    for (JsonNode one : data.path("cases")) {
      String payload = one.path("payload").asString(data.path("payload").asString());
      assertThat(
              SendGridSignature.signs(
                  data.path("publicKey").asString(),
                  timestamp,
                  bytes(payload),
                  one.path("signature").asString(),
                  then,
                  DAY))
          .isEqualTo(one.path("valid").asBoolean());
    }
  }

  @Test
  void mailgun() {
    String signature =
        HexFormat.of().formatHex(Hmac.sha256(bytes("key"), bytes(SECONDS + "token")));
    assertThat(MailgunSignature.signs("key", SECONDS, "token", signature, NOW, DAY)).isTrue();
    assertThat(MailgunSignature.signs("other", SECONDS, "token", signature, NOW, DAY)).isFalse();
    assertThat(MailgunSignature.signs("key", SECONDS, "tokem", signature, NOW, DAY)).isFalse();
    assertThat(MailgunSignature.signs("key", SECONDS, "", signature, NOW, DAY)).isFalse();
    assertThat(MailgunSignature.signs("key", SECONDS, "token", "", NOW, DAY)).isFalse();
    assertThat(
            MailgunSignature.signs(
                "key", SECONDS, "token", signature, NOW.plusSeconds(86_401), DAY))
        .isFalse();
    assertThat(MailgunSignature.signs("key", "17e9", "token", signature, NOW, DAY)).isFalse();
  }

  @Test
  void mailgunsVectors() throws Exception {
    JsonNode data = vectors("mailgun.json");
    for (JsonNode one : data.path("cases")) {
      String timestamp = one.path("timestamp").asString();
      assertThat(
              MailgunSignature.signs(
                  data.path("key").asString(),
                  timestamp,
                  one.path("token").asString(),
                  one.path("signature").asString(),
                  Instant.ofEpochSecond(Long.parseLong(timestamp)),
                  DAY))
          .isEqualTo(one.path("valid").asBoolean());
    }
  }

  @Test
  void standardWebhooks() {
    String secret = "whsec_" + Base64.getEncoder().encodeToString(bytes("a secret of ours"));
    String good =
        "v1,"
            + Base64.getEncoder()
                .encodeToString(
                    Hmac.sha256(bytes("a secret of ours"), bytes("msg_1." + SECONDS + "."), BODY));
    assertThat(standard(secret, "msg_1", SECONDS, good)).isTrue();
    assertThat(StandardWebhookSignature.sign(secret, "msg_1", SECONDS, BODY)).isEqualTo(good);
    assertThat(standard(secret.substring(6), "msg_1", SECONDS, good)).isTrue();
    assertThat(standard(secret, "msg_1", SECONDS, "v1,AAAA " + good + " v2,BBBB")).isTrue();
    assertThat(standard(secret, "msg_1", SECONDS, good.replace("v1,", "v2,"))).isFalse();
    assertThat(standard(secret, "msg_1", SECONDS, "")).isFalse();
    assertThat(standard(secret, "msg_1", SECONDS, good.substring(0, 20))).isFalse();
    assertThat(standard(secret, "msg_2", SECONDS, good)).isFalse();
    assertThat(standard(secret, "", SECONDS, good)).isFalse();
    assertThat(standard("whsec_", "msg_1", SECONDS, good)).isFalse();
    assertThat(standard(secret, "msg_1", "soon", good)).isFalse();
    assertThat(standard(secret, "msg_1", "", good)).isFalse();
    for (int seconds : new int[] {-301, 301}) {
      assertThat(
              StandardWebhookSignature.signs(
                  secret, "msg_1", SECONDS, BODY, good, NOW.plusSeconds(seconds)))
          .isFalse();
    }
  }

  private static boolean standard(String secret, String id, String timestamp, String signatures) {
    return StandardWebhookSignature.signs(secret, id, timestamp, BODY, signatures, NOW);
  }

  @Test
  void svixsVectors() throws Exception {
    JsonNode data = vectors("svix_standard_webhooks.json");
    String timestamp = data.path("timestamp").asString();
    Instant then = Instant.ofEpochSecond(Long.parseLong(timestamp));
    String good = data.path("expected").asString();
    assertThat(
            StandardWebhookSignature.sign(
                data.path("secret").asString(),
                data.path("id").asString(),
                timestamp,
                bytes(data.path("payload").asString())))
        .isEqualTo(good);
    var decoys = new StringBuilder();
    data.path("decoy_signatures").forEach(one -> decoys.append(one.asString()).append(' '));
    for (String signatures : new String[] {good, decoys + good}) {
      assertThat(svix(data, timestamp, signatures, then)).isTrue();
    }
    assertThat(svix(data, timestamp, decoys.toString().strip(), then)).isFalse();
    assertThat(svix(data, timestamp, good, then.plusSeconds(301))).isFalse();
    assertThat(svix(data, timestamp, good, then.minusSeconds(301))).isFalse();
  }

  private static boolean svix(JsonNode data, String timestamp, String signatures, Instant now) {
    return StandardWebhookSignature.signs(
        data.path("secret").asString(),
        data.path("id").asString(),
        timestamp,
        bytes(data.path("payload").asString()),
        signatures,
        now);
  }

  @Test
  void snsVectors() throws Exception {
    JsonNode data = vectors("sns.json");
    byte[] certificate = bytes(data.path("cert").asString());
    var both = EnumSet.allOf(SnsSignature.Version.class);
    for (JsonNode one : data.path("cases")) {
      var message = (ObjectNode) one.path("message");
      String topic = message.path("TopicArn").asString();
      byte[] body = TestJson.MAPPER.writeValueAsBytes(message);
      assertThat(SnsSignature.signs(certificate, body, topic, both, NOW)).isTrue();
      assertThat(
              SnsSignature.signs(
                  certificate, body, topic, EnumSet.of(SnsSignature.Version.SECOND), NOW))
          .isEqualTo(message.path("SignatureVersion").asString().equals("2"));
      assertThat(SnsSignature.signs(certificate, body, topic + "2", both, NOW)).isFalse();
      assertThat(SnsSignature.signs(bytes("no certificate"), body, topic, both, NOW)).isFalse();
      assertThat(
              SnsSignature.signs(certificate, body, topic, both, NOW.plus(Duration.ofDays(9_000))))
          .isFalse();
      for (String field : new String[] {"Message", "MessageId", "Subject", "Timestamp", "Type"}) {
        ObjectNode altered = message.deepCopy();
        altered.put(field, altered.path(field).asString() + " ");
        assertThat(
                SnsSignature.signs(
                    certificate, TestJson.MAPPER.writeValueAsBytes(altered), topic, both, NOW))
            .as(field)
            .isFalse();
      }
      ObjectNode foreign = message.deepCopy();
      foreign.put("SigningCertURL", "https://sns.us-east-1.amazonaws.com.evil.example/a.pem");
      assertThat(
              SnsSignature.signs(
                  certificate, TestJson.MAPPER.writeValueAsBytes(foreign), topic, both, NOW))
          .isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://sns.us-east-1.amazonaws.com/a.pem",
        "https://sns.us-east-1.amazonaws.com.evil.example/a.pem",
        "https://evil.example/sns.us-east-1.amazonaws.com/a.pem",
        "https://sns.us-east-1.amazonaws.com@evil.example/a.pem",
        "https://evil@sns.us-east-1.amazonaws.com/a.pem",
        "https://sns.us-east-1.amazonaws.com:8443/a.pem",
        "https://s3.us-east-1.amazonaws.com/a.pem",
        "https://sns.us-east-1.amazonaws.com/a.pem#x",
        "sns.us-east-1.amazonaws.com",
        ""
      })
  void aCertificateFromElsewhereIsNotFetched(String url) {
    assertThat(SnsSignature.isAmazons(url)).isFalse();
  }

  @Test
  void amazonsOwnAddressIs() {
    assertThat(
            SnsSignature.isAmazons(
                "https://sns.us-west-2.amazonaws.com/SimpleNotificationService-a.pem"))
        .isTrue();
    assertThat(
            SnsSignature.isAmazons(
                "https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-a.pem"))
        .isTrue();
  }

  @Test
  void basic() {
    String header = "Basic " + Base64.getEncoder().encodeToString(bytes("postmark:s3cret"));
    assertThat(BasicCredentials.match("postmark", "s3cret", header)).isTrue();
    assertThat(BasicCredentials.match("postmark", "other", header)).isFalse();
    assertThat(BasicCredentials.match("postmark", "", "Basic cG9zdG1hcms6")).isFalse();
    assertThat(BasicCredentials.match("postmark", "s3cret", "Bearer x")).isFalse();
    assertThat(BasicCredentials.match("postmark", "s3cret", "Basic %%%")).isFalse();
    assertThat(BasicCredentials.match("postmark", "s3cret", "")).isFalse();
  }
}
