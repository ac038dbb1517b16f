package com.omnify.sandbox.mail.smtp;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate that nobody vouches for, made anew at every start. The JDK has no public way to
 * make one, so its few fields (RFC 5280) are written here.
 */
public final class SelfSigned {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final byte[] ECDSA_WITH_SHA256 =
      tag(0x30, tag(0x06, bytes(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02)));

  private SelfSigned() {}

  /**
   * A TLS context of a server that calls itself so.
   *
   * @param from since when the certificate is valid; it is for ten years
   */
  public static SSLContext context(String name, Instant from) {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      var keys = generator.generateKeyPair();
      var body = body(name, from, keys.getPublic().getEncoded());
      var signer = Signature.getInstance("SHA256withECDSA");
      signer.initSign(keys.getPrivate());
      signer.update(body);
      var whole = tag(0x30, body, ECDSA_WITH_SHA256, bits(signer.sign()));
      var certificate =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(whole));
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", keys.getPrivate(), new char[0], new Certificate[] {certificate});
      var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, new char[0]);
      var context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("cannot make a certificate", e);
    }
  }

  private static byte[] body(String name, Instant from, byte[] publicKey) {
    var commonName =
        tag(
            0x30,
            tag(
                0x31,
                tag(
                    0x30,
                    tag(0x06, bytes(0x55, 0x04, 0x03)),
                    tag(0x0c, name.getBytes(StandardCharsets.UTF_8)))));
    var validity =
        tag(
            0x30,
            tag(0x18, TIME.format(from).getBytes(StandardCharsets.US_ASCII)),
            tag(
                0x18,
                TIME.format(from.plusSeconds(10L * 365 * 86_400))
                    .getBytes(StandardCharsets.US_ASCII)));
    var alternativeNames =
        tag(
            0x30,
            tag(0x06, bytes(0x55, 0x1d, 0x11)),
            tag(
                0x04,
                tag(
                    0x30,
                    tag(0x82, name.getBytes(StandardCharsets.US_ASCII)),
                    tag(0x82, "localhost".getBytes(StandardCharsets.US_ASCII)),
                    tag(0x87, bytes(127, 0, 0, 1)))));
    return tag(
        0x30,
        tag(0xa0, tag(0x02, bytes(2))),
        tag(0x02, BigInteger.valueOf(from.toEpochMilli()).toByteArray()),
        ECDSA_WITH_SHA256,
        commonName,
        validity,
        commonName,
        publicKey,
        tag(0xa3, tag(0x30, alternativeNames)));
  }

  private static byte[] bits(byte[] content) {
    return tag(0x03, bytes(0), content);
  }

  /** One DER value: its tag, its length, and its parts one after the other. */
  private static byte[] tag(int tag, byte[]... parts) {
    var content = new ByteArrayOutputStream();
    for (var part : parts) {
      content.writeBytes(part);
    }
    var whole = new ByteArrayOutputStream();
    whole.write(tag);
    int length = content.size();
    if (length < 128) {
      whole.write(length);
    } else {
      whole.write(length < 256 ? 0x81 : 0x82);
      if (length >= 256) {
        whole.write(length >> 8);
      }
      whole.write(length);
    }
    whole.writeBytes(content.toByteArray());
    return whole.toByteArray();
  }

  private static byte[] bytes(int... values) {
    var bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
