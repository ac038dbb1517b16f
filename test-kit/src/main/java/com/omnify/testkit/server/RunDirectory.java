package com.omnify.testkit.server;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;

/** Where the servers of a run keep their data, below the system's directory for temporary files. */
final class RunDirectory {

  private static final String PREFIX = "omnify-tests-" + new UnixSystem().getUid() + "-";

  private RunDirectory() {}

  static Path of(RunOwner owner, String name) throws IOException {
    Path run = base().resolve(PREFIX + owner);
    create(run);
    Path directory = run.resolve(name);
    create(directory);
    return directory;
  }

  /** Removes what runs left behind whose owner is gone. */
  static void sweep() {
    try (var all = Files.list(base())) {
      for (Path directory : all.toList()) {
        String name = directory.getFileName().toString();
        if (name.startsWith(PREFIX)
            && RunOwner.parse(name.substring(PREFIX.length())).process().isEmpty()) {
          delete(directory);
        }
      }
    } catch (IOException | RuntimeException e) {
      // somebody else is sweeping: what is left is found by the next run
    }
  }

  static void delete(Path tree) {
    List<Path> paths;
    try (var walk = Files.walk(tree)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException | RuntimeException e) {
      return;
    }
    for (Path path : paths) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        // left to the next sweep
      }
    }
  }

  /** The last of a run's servers to go takes the run's directory with it. */
  static void deleteIfEmpty(Path directory) {
    try {
      Files.deleteIfExists(directory);
    } catch (IOException e) {
      // another server of the run is still there
    }
  }

  private static Path base() {
    return Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
  }

  /** PostgreSQL runs as another user where we are root, and must be let through. */
  private static void create(Path directory) throws IOException {
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException e) {
      long owner =
          ((Number) Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS))
              .longValue();
      if (owner != new UnixSystem().getUid()) {
        throw new IOException(directory + " belongs to another user: remove it", e);
      }
    }
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
