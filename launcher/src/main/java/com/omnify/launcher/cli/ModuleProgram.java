package com.omnify.launcher.cli;

import com.omnify.launcher.fleet.ClassPaths;
import com.omnify.launcher.process.Child;
import com.omnify.launcher.process.DeathSignal;
import com.omnify.launcher.process.Rights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A main class of another module, run as a child on this terminal with that module's jars. */
record ModuleProgram(String module, String mainClass) {

  /**
   * Runs it to its end; it ends with this process, too.
   *
   * @param flags of the JVM, besides those that all need
   * @return its exit code
   * @throws IOException when the module has not been built
   */
  int run(List<String> flags, List<String> arguments) throws IOException, InterruptedException {
    var classPath = new ClassPaths(Omnify.project()).gather(List.of(module));
    var command = new ArrayList<>(new Rights.Same().prefix(DeathSignal.TERM));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dfile.encoding=UTF-8",
            "-Dstdout.encoding=UTF-8",
            "-Dstderr.encoding=UTF-8",
            "-Domnify.project=" + Omnify.project()));
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath.getOrDefault(module, ""), mainClass));
    command.addAll(arguments);
    // relative file names mean those of the person who typed them
    var here = System.getProperty("omnify.directory", System.getProperty("user.dir"));
    return Child.fork(new ProcessBuilder(command).directory(Path.of(here).toFile()).inheritIO())
        .waitFor();
  }
}
