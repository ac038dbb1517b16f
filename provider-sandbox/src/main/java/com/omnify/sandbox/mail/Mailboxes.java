package com.omnify.sandbox.mail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.UUID;

/**
 * Mailboxes as directories in the Maildir form, one an address, for accounts that have no provider
 * to post what comes in.
 */
final class Mailboxes {

  private static final int MAX_NAME = 200;

  private final Path root;

  Mailboxes(Path root) {
    this.root = root;
  }

  Path root() {
    return root;
  }

  /** Puts a mail where a mail program finds it, whole or not at all. */
  void put(String address, UUID id, byte[] mail) {
    var box = root.resolve(name(address));
    try {
      for (var part : new String[] {"tmp", "new", "cur"}) {
        Files.createDirectories(box.resolve(part));
      }
      var written = Files.write(box.resolve("tmp").resolve(id + ".sandbox"), mail);
      Files.move(
          written,
          box.resolve("new").resolve(written.getFileName()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An address comes from outside: no part of it may be a way through directories. */
  private static String name(String address) {
    var safe = address.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9@._+=-]", "_");
    safe = safe.startsWith(".") ? "_" + safe : safe;
    return safe.isEmpty() ? "_" : safe.substring(0, Math.min(MAX_NAME, safe.length()));
  }
}
