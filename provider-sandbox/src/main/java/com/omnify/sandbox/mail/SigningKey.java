package com.omnify.sandbox.mail;

import com.omnify.sandbox.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/**
 * The key pair by which the sandbox signs as SendGrid does (ECDSA, P-256, SHA-256). It is kept in a
 * file, because its public half stands in accounts.
 */
final class SigningKey {

  private record Stored(String privateKey, String publicKey) {}

  private final PrivateKey privateKey;
  private final String publicKey;

  private SigningKey(PrivateKey privateKey, String publicKey) {
    this.privateKey = privateKey;
    this.publicKey = publicKey;
  }

  /** Reads the file, or makes it. */
  static SigningKey in(Path file) throws IOException {
    try {
      if (!Files.exists(file)) {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        var pair = generator.generateKeyPair();
        Files.write(
            file,
            Json.MAPPER.writeValueAsBytes(
                new Stored(
                    Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()),
                    Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()))));
      }
      var stored = Json.read(Files.readAllBytes(file), Stored.class);
      var key =
          KeyFactory.getInstance("EC")
              .generatePrivate(
                  new PKCS8EncodedKeySpec(Base64.getDecoder().decode(stored.privateKey())));
      return new SigningKey(key, stored.publicKey());
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " holds no usable key", e);
    }
  }

  /** As SendGrid shows it: base64 of the key's DER. */
  String publicKey() {
    return publicKey;
  }

  /** Base64 of the DER signature over these parts. */
  String sign(byte[]... parts) {
    try {
      var signer = Signature.getInstance("SHA256withECDSA");
      signer.initSign(privateKey);
      for (var part : parts) {
        signer.update(part);
      }
      return Base64.getEncoder().encodeToString(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign", e);
    }
  }
}
