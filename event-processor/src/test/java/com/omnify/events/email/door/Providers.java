package com.omnify.events.email.door;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.omnify.events.email.provider.EmailProvider;
import com.omnify.testkit.TestJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What the five providers do before they post, by code of its own. */
final class Providers {

  static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:mail";
  static final String CERTIFICATE = "https://sns.us-east-1.amazonaws.com/test.pem";

  /** Headers and body of a post. */
  record Post(Map<String, String> headers, byte[] body) {
    Post without(String header) {
      var left = new LinkedHashMap<>(headers);
      left.remove(header);
      return new Post(left, body);
    }

    Post altered() {
      byte[] other = body.clone();
      other[other.length / 2] ^= 1;
      return new Post(headers, other);
    }
  }

  /** One account's secrets at a provider. */
  interface Signer {
    /** What the client enters as {@code webhook_secret}. */
    String secret();

    Post events(String json, Instant at);
  }

  /** Amazon, as far as these tests need it. */
  static final class Amazon implements AmazonAddresses {
    final AtomicInteger confirmed = new AtomicInteger();
    private final PrivateKey key;
    private final byte[] certificate;

    Amazon() {
      try {
        Path store = Files.createTempDirectory("sns").resolve("key.p12");
        var made =
            new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    "sns",
                    "-keyalg",
                    "RSA",
                    "-dname",
                    "CN=sns",
                    "-validity",
                    "30",
                    "-storepass",
                    "secret",
                    "-keystore",
                    store.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(made.getInputStream().readAllBytes(), UTF_8);
        if (made.waitFor() != 0) {
          throw new IllegalStateException(said);
        }
        var keys = KeyStore.getInstance("PKCS12");
        keys.load(new ByteArrayInputStream(Files.readAllBytes(store)), "secret".toCharArray());
        key = (PrivateKey) keys.getKey("sns", "secret".toCharArray());
        certificate =
            ("-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder()
                        .encodeToString(keys.getCertificate("sns").getEncoded())
                    + "\n-----END CERTIFICATE-----\n")
                .getBytes(UTF_8);
        Files.delete(store);
        Files.delete(store.getParent());
      } catch (IOException | GeneralSecurityException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public byte[] get(URI url) throws IOException {
      if (url.getPath().endsWith(".pem")) {
        return certificate;
      }
      confirmed.incrementAndGet();
      return new byte[0];
    }

    String sign(String text) {
      try {
        var signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(text.getBytes(UTF_8));
        return Base64.getEncoder().encodeToString(signature.sign());
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private Providers() {}

  static Signer of(EmailProvider provider, Amazon amazon) {
    return switch (provider) {
      case SENDGRID -> new SendGrid();
      case POSTMARK -> new Postmark();
      case MAILGUN -> new Mailgun();
      case SES -> new Ses(amazon);
      case RESEND -> new Resend();
      case MAILBOX -> throw new IllegalArgumentException();
    };
  }

  static byte[] hmac(byte[] key, byte[] message) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static final class SendGrid implements Signer {
    private final KeyPair keys;

    SendGrid() {
      try {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        keys = generator.generateKeyPair();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public String secret() {
      return Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    }

    @Override
    public Post events(String json, Instant at) {
      return sign((json + "\r\n").getBytes(UTF_8), "application/json", at);
    }

    Post sign(byte[] body, String type, Instant at) {
      try {
        String timestamp = String.valueOf(at.getEpochSecond());
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(timestamp.getBytes(UTF_8));
        signature.update(body);
        return new Post(
            Map.of(
                "Content-Type", type,
                "X-Twilio-Email-Event-Webhook-Timestamp", timestamp,
                "X-Twilio-Email-Event-Webhook-Signature",
                    Base64.getEncoder().encodeToString(signature.sign())),
            body);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  static final class Postmark implements Signer {
    private final String password = UUID.randomUUID().toString();

    @Override
    public String secret() {
      return "postmark:" + password;
    }

    @Override
    public Post events(String json, Instant at) {
      return new Post(
          Map.of(
              "Content-Type",
              "application/json",
              "Authorization",
              "Basic " + Base64.getEncoder().encodeToString(secret().getBytes(UTF_8))),
          json.getBytes(UTF_8));
    }
  }

  static final class Mailgun implements Signer {
    private final String key = UUID.randomUUID().toString();

    @Override
    public String secret() {
      return key;
    }

    @Override
    public Post events(String json, Instant at) {
      var body = new LinkedHashMap<String, Object>();
      body.put("signature", signature(UUID.randomUUID().toString(), at));
      body.put("event-data", TestJson.MAPPER.readTree(json));
      return new Post(
          Map.of("Content-Type", "application/json"), TestJson.MAPPER.writeValueAsBytes(body));
    }

    Map<String, String> signature(String token, Instant at) {
      String timestamp = String.valueOf(at.getEpochSecond());
      byte[] mac = hmac(key.getBytes(UTF_8), (timestamp + token).getBytes(UTF_8));
      var signature = new LinkedHashMap<String, String>();
      signature.put("timestamp", timestamp);
      signature.put("token", token);
      signature.put("signature", HexFormat.of().formatHex(mac));
      return signature;
    }
  }

  static final class Resend implements Signer {
    private final byte[] key = UUID.randomUUID().toString().getBytes(UTF_8);

    @Override
    public String secret() {
      return "whsec_" + Base64.getEncoder().encodeToString(key);
    }

    @Override
    public Post events(String json, Instant at) {
      String id = "msg_" + UUID.randomUUID();
      String timestamp = String.valueOf(at.getEpochSecond());
      byte[] mac = hmac(key, (id + "." + timestamp + "." + json).getBytes(UTF_8));
      return new Post(
          Map.of(
              "Content-Type",
              "application/json",
              "svix-id",
              id,
              "svix-timestamp",
              timestamp,
              "svix-signature",
              "v1,b3RoZXI= v1," + Base64.getEncoder().encodeToString(mac)),
          json.getBytes(UTF_8));
    }
  }

  static final class Ses implements Signer {
    private final Amazon amazon;

    Ses(Amazon amazon) {
      this.amazon = amazon;
    }

    @Override
    public String secret() {
      return "";
    }

    @Override
    public Post events(String json, Instant at) {
      return notification(TOPIC, json, at);
    }

    Post notification(String topic, String message, Instant at) {
      var post = new LinkedHashMap<String, Object>();
      post.put("Type", "Notification");
      post.put("MessageId", UUID.randomUUID().toString());
      post.put("TopicArn", topic);
      post.put("Message", message);
      post.put("Timestamp", at.toString());
      return signed(post, "Message", "MessageId", "Timestamp", "TopicArn", "Type");
    }

    Post confirmation(String topic, String address, Instant at) {
      var post = new LinkedHashMap<String, Object>();
      post.put("Type", "SubscriptionConfirmation");
      post.put("MessageId", UUID.randomUUID().toString());
      post.put("Token", "t");
      post.put("TopicArn", topic);
      post.put("Message", "You have chosen to subscribe");
      post.put("SubscribeURL", address);
      post.put("Timestamp", at.toString());
      return signed(
          post, "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type");
    }

    private Post signed(Map<String, Object> post, String... fields) {
      var text = new StringBuilder();
      for (String field : fields) {
        text.append(field).append('\n').append(post.get(field)).append('\n');
      }
      post.put("SignatureVersion", "2");
      post.put("Signature", amazon.sign(text.toString()));
      post.put("SigningCertURL", CERTIFICATE);
      return new Post(
          Map.of("Content-Type", "text/plain; charset=UTF-8"),
          TestJson.MAPPER.writeValueAsBytes(post));
    }
  }
}
