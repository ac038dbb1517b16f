package com.omnify.launcher.process;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** With which rights a child runs. */
public sealed interface Rights {

  /** The user that root gives its rights up for: "nobody" nearly everywhere. */
  int NOBODY = 65534;

  /** Those of this JVM. */
  record Same() implements Rights {}

  /** Those of user and group {@value #NOBODY}; the starter is root. */
  record Nobody() implements Rights {}

  /**
   * No rights, in a user namespace of its own, but the files of root: for directories that no other
   * user can reach.
   */
  record Namespace() implements Rights {}

  /**
   * Rights for a program that refuses to run as root (PostgreSQL does).
   *
   * @param directories what the program must reach
   * @throws IllegalStateException with the way out, where neither way is open
   */
  static Rights unprivileged(List<Path> directories) {
    if (!isRoot()) {
      return new Same();
    }
    if (!hasParentDeathSignal()) {
      throw new IllegalStateException(
          "PostgreSQL does not run as root: start as a normal user, or install setpriv (util-linux)");
    }
    var closed =
        directories.stream().map(Rights::firstClosed).flatMap(Optional::stream).findFirst();
    if (closed.isEmpty()) {
      return new Nobody();
    }
    if (succeeds("unshare", "-U", "true")) {
      return new Namespace();
    }
    throw new IllegalStateException(
        "PostgreSQL does not run as root, and user "
            + NOBODY
            + " may not enter "
            + closed.get()
            + ": choose another place (--data), or allow it with chmod o+x");
  }

  /** What to put before the command. */
  default List<String> prefix(DeathSignal onParentDeath) {
    var prefix = new ArrayList<String>();
    if (hasParentDeathSignal()) {
      prefix.addAll(List.of("setpriv", "--pdeathsig", onParentDeath.name()));
      if (this instanceof Nobody) {
        prefix.addAll(List.of("--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
      }
      prefix.add("--");
    }
    if (ParentDeathSignal.OWN_SESSION) {
      // a terminal's Ctrl-C goes to its whole process group: the children are to be stopped in
      // order
      prefix.add("setsid");
    }
    if (this instanceof Namespace) {
      prefix.addAll(List.of("unshare", "-U", "--"));
    }
    return prefix;
  }

  /** Gives a directory tree to the user that the child runs as, unless it has it already. */
  default void own(Path tree) throws IOException {
    if (this instanceof Same) {
      return;
    }
    int owner = this instanceof Nobody ? NOBODY : 0;
    if ((int) Files.getAttribute(tree, "unix:uid") == owner) {
      return;
    }
    try (var paths = Files.walk(tree)) {
      for (var path : (Iterable<Path>) paths::iterator) {
        Files.setAttribute(path, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", owner, LinkOption.NOFOLLOW_LINKS);
      }
    }
  }

  static boolean isRoot() {
    return userId() == 0;
  }

  static long userId() {
    return new UnixSystem().getUid();
  }

  /** Whether {@code setpriv} (Linux, util-linux 2.33 or newer) can set a parent death signal. */
  static boolean hasParentDeathSignal() {
    return ParentDeathSignal.AVAILABLE;
  }

  /** The first directory on the way that others may not pass. */
  static Optional<Path> firstClosed(Path directory) {
    for (@Nullable Path at = directory.toAbsolutePath(); at != null; at = at.getParent()) {
      try {
        if (Files.exists(at)
            && !Files.getPosixFilePermissions(at).contains(PosixFilePermission.OTHERS_EXECUTE)) {
          // its own data directory is closed to others on purpose
          boolean ownedByNobody = (int) Files.getAttribute(at, "unix:uid") == NOBODY;
          if (!ownedByNobody) {
            return Optional.of(at);
          }
        }
      } catch (IOException e) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  private static boolean succeeds(String... command) {
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Asked once. */
  final class ParentDeathSignal {
    private static final boolean AVAILABLE =
        succeeds("setpriv", "--pdeathsig", "KILL", "--", "true");

    private static final boolean OWN_SESSION = AVAILABLE && succeeds("setsid", "true");

    private ParentDeathSignal() {}
  }
}
