package com.omnify.sandbox.mail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.UUID;

/**
 * Mailboxes as directories in the Maildir form, one an account, where there is no provider to post
 * what comes in.
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

  /** The directory of an account's mailbox, whether it is there or not. */
  Path of(String account) {
    return root.resolve(name(account));
  }

  /** Puts a mail where a mail program finds it, whole or not at all. */
  void put(String account, UUID id, byte[] mail) {
    var box = of(account);
    try {
      for (var part : new String[] {"tmp", "new", "cur"}) {
        Files.createDirectories(box.resolve(part));
      }
      // sorted by name they stand in the order in which they came
      var name = "%015d.%s.sandbox".formatted(System.currentTimeMillis(), id);
      var written = Files.write(box.resolve("tmp").resolve(name), mail);
      Files.move(
          written,
          box.resolve("new").resolve(written.getFileName()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A name comes from outside: no part of it may be a way through directories. */
  private static String name(String account) {
    var safe = account.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9@._+=-]", "_");
    safe = safe.startsWith(".") ? "_" + safe : safe;
    return safe.isEmpty() ? "_" : safe.substring(0, Math.min(MAX_NAME, safe.length()));
  }
}
