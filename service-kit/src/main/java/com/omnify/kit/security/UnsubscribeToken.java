package com.omnify.kit.security;

import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What stands in a mail's unsubscribe address ({@code /u/TOKEN}): which mail it was, so whose
 * address is meant, signed so that nobody can unsubscribe others. It never expires, as a mail does
 * not; it holds as long as the fleet keeps its secret.
 */
public record UnsubscribeToken(ClientId client, DispatchId dispatch) {

  private static final String ALGORITHM = "HmacSHA256";

  /** A signature of this secret is for nothing else. */
  private static final byte[] PURPOSE = "omnify/unsubscribe/1".getBytes(StandardCharsets.UTF_8);

  private static final int IDS = 32;
  private static final int SIGNATURE = 16;
  private static final int LENGTH = (IDS + SIGNATURE) * 4 / 3;

  /**
   * As it is written into the address: 64 characters that need no escaping.
   *
   * @param secret the fleet's
   */
  public String sign(String secret) {
    byte[] ids = ids();
    byte[] all = Arrays.copyOf(ids, IDS + SIGNATURE);
    System.arraycopy(signature(ids, secret), 0, all, IDS, SIGNATURE);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
  }

  /** What it says; empty where the fleet did not sign it. */
  public static Optional<UnsubscribeToken> read(String text, String secret) {
    if (text.length() != LENGTH) {
      return Optional.empty();
    }
    byte[] all;
    try {
      all = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    byte[] ids = Arrays.copyOf(all, IDS);
    byte[] signature = Arrays.copyOfRange(all, IDS, IDS + SIGNATURE);
    if (!MessageDigest.isEqual(signature, signature(ids, secret))) {
      return Optional.empty();
    }
    var read = ByteBuffer.wrap(ids);
    return Optional.of(
        new UnsubscribeToken(
            new ClientId(new UUID(read.getLong(), read.getLong())),
            new DispatchId(new UUID(read.getLong(), read.getLong()))));
  }

  private byte[] ids() {
    return ByteBuffer.allocate(IDS)
        .putLong(client.value().getMostSignificantBits())
        .putLong(client.value().getLeastSignificantBits())
        .putLong(dispatch.value().getMostSignificantBits())
        .putLong(dispatch.value().getLeastSignificantBits())
        .array();
  }

  private static byte[] signature(byte[] ids, String secret) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      byte[] key = mac.doFinal(PURPOSE);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return Arrays.copyOf(mac.doFinal(ids), SIGNATURE);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
