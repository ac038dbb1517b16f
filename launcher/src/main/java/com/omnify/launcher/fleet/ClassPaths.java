package com.omnify.launcher.fleet;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The class path of each module, its jars gathered in one directory apart from where Maven builds:
 * a build beside a running fleet replaces files there, never changes one that a JVM has open.
 */
public final class ClassPaths {

  /** Written by the build into each module: its runtime dependencies. */
  static final String LIST = "target/runtime.classpath";

  private final Path project;
  private final Path lib;

  public ClassPaths(Path project) {
    this.project = project.toAbsolutePath().normalize();
    this.lib = this.project.resolve("target/fleet/lib");
  }

  /**
   * Copies what changed and answers with the class path of each module, as the JVM takes it.
   *
   * @throws IOException when a module has not been built
   */
  public Map<String, String> gather(List<String> modules) throws IOException {
    Files.createDirectories(lib);
    var placed = new HashMap<Path, Path>();
    var names = new HashMap<String, Path>();
    var classPaths = new LinkedHashMap<String, String>();
    for (var module : modules) {
      var jars = new ArrayList<String>();
      for (var jar : jarsOf(module)) {
        var place = placed.get(jar);
        if (place == null) {
          place = lib.resolve(freeName(jar, names));
          copyIfDifferent(jar, place);
          placed.put(jar, place);
        }
        jars.add(place.toString());
      }
      classPaths.put(module, String.join(File.pathSeparator, jars));
    }
    return classPaths;
  }

  private List<Path> jarsOf(String module) throws IOException {
    var directory = project.resolve(module);
    var list = directory.resolve(LIST);
    if (!Files.exists(list)) {
      throw new IOException(module + " has not been built: " + list + " is missing");
    }
    var jars = new ArrayList<Path>();
    jars.add(ownJar(directory, module));
    for (var entry : Files.readString(list).strip().split(File.pathSeparator)) {
      if (!entry.isBlank()) {
        jars.add(Path.of(entry));
      }
    }
    return jars;
  }

  private static Path ownJar(Path directory, String module) throws IOException {
    try (var files = Files.list(directory.resolve("target"))) {
      return files
          .filter(file -> file.getFileName().toString().matches(module + "-\\d[^/]*\\.jar"))
          .filter(
              file -> !file.getFileName().toString().matches(".*-(sources|tests|javadoc)\\.jar"))
          .findFirst()
          .orElseThrow(() -> new IOException(module + " has not been built: no jar in its target"));
    }
  }

  /** Two artifacts of the same file name get different ones. */
  private static String freeName(Path jar, Map<String, Path> names) {
    var name = jar.getFileName().toString();
    if (names.putIfAbsent(name, jar) == null) {
      return name;
    }
    var other = Integer.toHexString(jar.toString().hashCode()) + "-" + name;
    names.put(other, jar);
    return other;
  }

  /** An unchanged file keeps its time: an ahead-of-time cache is tied to it. */
  private static void copyIfDifferent(Path from, Path to) throws IOException {
    if (Files.exists(to)
        && Files.size(to) == Files.size(from)
        && (Files.getLastModifiedTime(to).equals(Files.getLastModifiedTime(from))
            || Files.mismatch(from, to) == -1)) {
      return;
    }
    var copy = to.resolveSibling(to.getFileName() + ".tmp");
    Files.copy(from, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    Files.move(copy, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
