package com.omnify.launcher.fleet;

import com.omnify.launcher.process.Child;
import com.omnify.launcher.process.DeathSignal;
import com.omnify.launcher.process.Rights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;

/**
 * Ahead-of-time caches: classes loaded and linked once, on a run that ends by itself, and mapped by
 * later starts. One file per program, tied to its jars and the JDK.
 */
final class AotCaches {

  private static final long TRAINING_LIMIT_MINUTES = 5;

  private final Path directory;
  private final Path log;
  private final boolean enabled;

  AotCaches(Path directory, Path log, boolean enabled) {
    this.directory = directory;
    this.log = log;
    this.enabled = enabled;
  }

  /** The cache of exactly this program, if there is one. */
  Optional<Path> find(JavaProgram program) {
    if (!enabled) {
      return Optional.empty();
    }
    try {
      return Optional.of(file(program)).filter(Files::isRegularFile);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Throws away a cache that a start failed with. */
  void discard(Path cache) {
    try {
      Files.deleteIfExists(cache);
    } catch (IOException e) {
      // then it stays, and the next start fails over once more
    }
  }

  private Path file(JavaProgram program) throws IOException {
    return directory.resolve(program.name() + "-" + program.cacheKey() + ".aot");
  }

  /**
   * Runs the program once with the lowest priority, so that it ends by itself, and keeps what it
   * loaded. Waits for the end.
   *
   * @return whether there is a new cache
   */
  boolean train(
      JavaProgram program,
      List<String> moreFlags,
      List<String> arguments,
      Map<String, String> environment)
      throws IOException, InterruptedException {
    if (!enabled) {
      return false;
    }
    var existing = find(program);
    if (existing.isPresent()) {
      if (isIntact(existing.get())) {
        return false;
      }
      discard(existing.get());
    }
    Files.createDirectories(directory);
    var target = file(program);
    var unfinished = target.resolveSibling(target.getFileName() + ".new");
    Files.deleteIfExists(unfinished);
    var flags = new ArrayList<>(moreFlags);
    flags.addAll(
        List.of("-XX:AOTCacheOutput=" + unfinished, "-Xlog:disable", "-Xlog:all=error:stderr"));
    var command = new ArrayList<>(List.of("nice", "-n", "19"));
    command.addAll(program.command(null, flags, arguments));
    var child =
        Child.start(
            new Child.Spec(
                program.name() + " (training)",
                command,
                environment,
                log,
                DeathSignal.KILL,
                new Rights.Same()));
    try {
      if (!child.process().waitFor(TRAINING_LIMIT_MINUTES, TimeUnit.MINUTES)
          || child.exitCode() != 0
          || !Files.exists(unfinished)) {
        return false;
      }
      deleteOthers(program.name(), unfinished);
      Files.writeString(checksumOf(target), checksum(unfinished));
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } finally {
      child.process().descendants().forEach(ProcessHandle::destroyForcibly);
      child.process().destroyForcibly();
      Files.deleteIfExists(unfinished);
      Files.deleteIfExists(unfinished.resolveSibling(unfinished.getFileName() + ".config"));
    }
  }

  /** Asked where nobody waits for it; the JVM itself refuses a damaged cache at a start. */
  private static boolean isIntact(Path cache) throws IOException {
    var file = checksumOf(cache);
    return Files.exists(file) && Files.readString(file).equals(checksum(cache));
  }

  private static Path checksumOf(Path cache) {
    return cache.resolveSibling(cache.getFileName() + ".crc");
  }

  private static String checksum(Path file) throws IOException {
    var checksum = new CRC32C();
    try (var in = new CheckedInputStream(Files.newInputStream(file), checksum)) {
      var buffer = new byte[1 << 16];
      while (in.read(buffer) >= 0) {
        // reading is all it takes
      }
    }
    return Long.toHexString(checksum.getValue());
  }

  /** Caches of earlier builds, and what an interrupted training left behind. */
  private void deleteOthers(String name, Path except) throws IOException {
    try (var files = Files.list(directory)) {
      for (var file : (Iterable<Path>) files::iterator) {
        if (!file.equals(except)
            && file.getFileName().toString().matches(name + "-[0-9a-f]{16}\\.aot(\\..*)?")) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
