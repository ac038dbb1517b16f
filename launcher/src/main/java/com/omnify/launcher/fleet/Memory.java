package com.omnify.launcher.fleet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Memory of running processes. */
public final class Memory {

  private static final Pattern RSS = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");
  private static final Pattern PSS = Pattern.compile("(?m)^Pss:\\s+(\\d+) kB");

  private Memory() {}

  /** Resident bytes of one process; 0 when it is gone. */
  public static long of(long pid) {
    var status = Path.of("/proc", Long.toString(pid), "status");
    if (Files.exists(status)) {
      return kibibytes(status, RSS);
    }
    try {
      var process = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(pid)).start();
      var text =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
      return text.isEmpty() ? 0 : Long.parseLong(text) * 1024;
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  /**
   * With its descendants. What PostgreSQL's processes share is counted once where Linux tells it.
   */
  public static long ofTree(long pid) {
    var children =
        ProcessHandle.of(pid).map(p -> p.descendants().toList()).orElse(java.util.List.of());
    if (children.isEmpty()) {
      return of(pid);
    }
    return share(pid) + children.stream().mapToLong(child -> share(child.pid())).sum();
  }

  private static long share(long pid) {
    var rollup = Path.of("/proc", Long.toString(pid), "smaps_rollup");
    long bytes = Files.isReadable(rollup) ? kibibytes(rollup, PSS) : 0;
    return bytes > 0 ? bytes : of(pid);
  }

  private static long kibibytes(Path file, Pattern line) {
    try {
      var matcher = line.matcher(Files.readString(file));
      return matcher.find() ? Long.parseLong(matcher.group(1)) * 1024 : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
