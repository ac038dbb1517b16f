package com.omnify.model;

import com.omnify.model.id.ClientId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Stands for the address of somebody who has no contact yet, where no address may be shown. */
public final class IdentityHash {

  private IdentityHash() {}

  /**
   * Lower-case hex SHA-256 of client and address.
   *
   * @param identity E.164 number or lower-case e-mail address
   */
  public static String of(ClientId client, String identity) {
    try {
      byte[] text = (client + " " + identity).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
