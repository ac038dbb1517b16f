package com.omnify.launcher.postgres;

import com.omnify.launcher.process.Rights;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.URL;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** The PostgreSQL distribution for this platform, unpacked from the class path once. */
final class PostgresBinaries {

  private static final Pattern JAR_NAME = Pattern.compile("([^/]+)\\.jar!");

  private PostgresBinaries() {}

  /** Where tests share one unpacked copy: open to all for reading, ours alone for writing. */
  static Path sharedCache() throws IOException {
    var cache = Path.of(System.getProperty("java.io.tmpdir"), "omnify-binaries-" + Rights.userId());
    try {
      Files.createDirectory(
          cache,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    } catch (FileAlreadyExistsException e) {
      // someone else may have put it there to be executed by us
      long owner =
          ((Number) Files.getAttribute(cache, "unix:uid", LinkOption.NOFOLLOW_LINKS)).longValue();
      if (owner != Rights.userId()) {
        throw new IOException(cache + " belongs to another user: remove it", e);
      }
    }
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxr-xr-x"));
    return cache;
  }

  /**
   * The directory with {@code bin}, {@code lib} and {@code share}, unpacked below the parent when
   * it is not there yet. Safe against a crash in between and against a second process doing the
   * same.
   */
  static Path unpack(Path parent) throws IOException {
    var resource = resource();
    var matcher = JAR_NAME.matcher(resource.toString());
    var name = matcher.find() ? matcher.group(1) : "postgres-binaries";
    var target = parent.resolve(name);
    if (Files.isDirectory(target)) {
      return target;
    }
    Files.createDirectories(parent);
    var building = Files.createTempDirectory(parent, name + "-");
    try {
      Files.setPosixFilePermissions(building, PosixFilePermissions.fromString("rwxr-xr-x"));
      extract(resource, building);
      Files.move(building, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      delete(building);
      if (!Files.isDirectory(target)) {
        throw e;
      }
    }
    return target;
  }

  private static URL resource() throws IOException {
    var os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    var arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    boolean arm = arch.equals("aarch64") || arch.equals("arm64");
    var name =
        "/postgres-"
            + (os.contains("mac") ? "darwin" : "linux")
            + (arm ? "-arm_64" : "-x86_64")
            + ".txz";
    var resource = PostgresBinaries.class.getResource(name);
    if (resource == null) {
      throw new IOException(
          "there is no embedded PostgreSQL for %s on %s (%s): use an external one with OMNIFY_EXTERNAL_DB_URL"
              .formatted(os, arch, name));
    }
    return resource;
  }

  private static void extract(URL archive, Path into) throws IOException {
    try (var tar =
        new TarArchiveInputStream(
            new XZInputStream(new BufferedInputStream(archive.openStream(), 1 << 16)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        var path = into.resolve(entry.getName()).normalize();
        if (!path.startsWith(into)) {
          throw new IOException("the archive leads outside: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
          continue;
        }
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
          Files.createLink(path, into.resolve(entry.getLinkName()).normalize());
        } else {
          Files.copy(tar, path);
          boolean executable = (entry.getMode() & 0100) != 0;
          Files.setPosixFilePermissions(
              path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        }
      }
    }
  }

  static void delete(Path tree) throws IOException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (var paths = Files.walk(tree)) {
      for (var path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(path);
      }
    }
  }
}
