package com.omnify.launcher.fleet;

import com.omnify.launcher.process.Hashes;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A main class with its class path and the flags it runs with.
 *
 * @param flags in front of the class path; part of what an ahead-of-time cache is tied to
 */
record JavaProgram(String name, String mainClass, String classPath, List<String> flags) {

  /** Small heaps, the first compiler only: starts fast, stays small. */
  private static final List<String> SMALL =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xms24m",
          "-Xmx128m",
          "-Xss512k",
          "-XX:ReservedCodeCacheSize=64m",
          "-XX:+ExitOnOutOfMemoryError",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dfile.encoding=UTF-8",
          "-Duser.timezone=UTC");

  static JavaProgram service(Member member, String classPath) {
    return new JavaProgram(member.title(), member.mainClass(), classPath, SMALL);
  }

  /**
   * With what an operator has written down for it: a bigger heap, a debugger, an agent. Lines that
   * are empty or begin with # are left out.
   *
   * @param file need not be there
   */
  JavaProgram withFlagsOf(Path file) throws IOException {
    if (!Files.exists(file)) {
      return this;
    }
    var more = new ArrayList<>(flags);
    Files.readAllLines(file).stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .forEach(more::add);
    return new JavaProgram(name, mainClass, classPath, List.copyOf(more));
  }

  /** The command; a cache that does not fit is ignored by the JVM. */
  List<String> command(@Nullable Path cache, List<String> moreFlags, List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(java().toString());
    command.addAll(flags);
    if (cache != null) {
      command.addAll(cacheFlags(cache));
    }
    command.addAll(moreFlags);
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(arguments);
    return command;
  }

  static List<String> cacheFlags(Path cache) {
    // its checksum is verified, and a wrong one only costs the speed
    return List.of(
        "-XX:AOTCache=" + cache,
        "-XX:AOTMode=auto",
        "-XX:+UnlockDiagnosticVMOptions",
        "-XX:+VerifySharedSpaces",
        "-Xlog:disable",
        "-Xlog:all=error:stderr");
  }

  static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  /** Changes with the JDK, the flags and every jar. */
  String cacheKey() throws IOException {
    var text = new StringBuilder();
    text.append(System.getProperty("java.vm.version")).append('\n');
    text.append(java()).append('\n').append(mainClass).append('\n').append(flags).append('\n');
    for (var entry : classPath.split(File.pathSeparator)) {
      var file = Path.of(entry);
      text.append(file).append(' ');
      if (Files.isRegularFile(file)) {
        text.append(Files.size(file))
            .append(' ')
            .append(Files.getLastModifiedTime(file).toMillis());
      }
      text.append('\n');
    }
    return Hashes.sha256(text.toString()).substring(0, 16);
  }
}
