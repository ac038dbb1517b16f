package com.omnify.launcher.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Log files of children. */
public final class Logs {

  private static final long ROTATE_AT_BYTES = 8L << 20;
  private static final int TAIL_WINDOW_BYTES = 256 << 10;

  private Logs() {}

  /** The last lines of a file, empty when there is none. */
  public static List<String> tail(Path log, int lines) {
    try (var file = new RandomAccessFile(log.toFile(), "r")) {
      long from = Math.max(0, file.length() - TAIL_WINDOW_BYTES);
      var bytes = new byte[(int) (file.length() - from)];
      file.seek(from);
      file.readFully(bytes);
      var all = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      return all.subList(Math.max(0, all.size() - lines), all.size());
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Keeps one earlier file, so that a log stays bounded over many starts. */
  public static void rotate(Path log) throws IOException {
    if (Files.exists(log) && Files.size(log) > ROTATE_AT_BYTES) {
      Files.move(
          log,
          log.resolveSibling(log.getFileName() + ".1"),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
