package com.omnify.model;

import com.omnify.model.id.ClientId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The advisory lock on one person's address at one client. A sender holds it shared from before its
 * last check until its requests have begun; STOP takes it exclusively before it commits the
 * suppression. So no request begins after a STOP's commit.
 */
public final class IdentityLock {

  private IdentityLock() {}

  /**
   * The key for {@code pg_advisory_lock}. Two addresses may share a key, which costs a moment's
   * waiting and nothing else.
   *
   * @param identity E.164 number or lower-case e-mail address
   */
  public static long key(ClientId client, String identity) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(client.toString().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) ' ');
      digest.update(identity.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest.digest()).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
