package com.omnify.fleet;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Third-party validators from npm, installed once beside the build. */
final class Tools {

  private static final Duration INSTALL = Duration.ofMinutes(5);

  private Tools() {}

  /** What a tool printed and how it ended. */
  record Outcome(int exitCode, String output) {}

  static synchronized Path installed() throws IOException, InterruptedException {
    Path sources = Fleet.projectRoot().resolve("fleet-tests/tools");
    Path home = Files.createDirectories(Fleet.projectRoot().resolve("target/fleet-tests/tools"));
    Path lock = home.resolve("package-lock.json");
    Path source = sources.resolve("package-lock.json");
    if (!Files.exists(home.resolve("installed")) || Files.mismatch(lock, source) >= 0) {
      for (String file : List.of("package.json", "package-lock.json", ".npmrc", "spectral.yaml")) {
        Files.copy(
            sources.resolve(file),
            home.resolve(file),
            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      }
      Outcome install = run(home, INSTALL, List.of("npm", "ci"));
      if (install.exitCode() != 0) {
        throw new IllegalStateException("npm ci failed:\n" + install.output());
      }
      Files.writeString(home.resolve("installed"), "");
    }
    return home;
  }

  /** Lints an OpenAPI document with our rules. */
  static Outcome spectral(Path document) throws IOException, InterruptedException {
    Path home = installed();
    return run(
        home,
        Duration.ofMinutes(2),
        List.of(
            home.resolve("node_modules/.bin/spectral").toString(),
            "lint",
            "--fail-severity",
            "warn",
            "-r",
            home.resolve("spectral.yaml").toString(),
            document.toString()));
  }

  /**
   * Prism between a caller and a provider: what breaks the provider's own description is refused
   * with 422.
   */
  static Process prism(Path openApi, int port, String upstream, Path log)
      throws IOException, InterruptedException {
    Path home = installed();
    Process prism =
        new ProcessBuilder(
                home.resolve("node_modules/.bin/prism").toString(),
                "proxy",
                "-h",
                "127.0.0.1",
                "-p",
                "" + port,
                "--errors",
                openApi.toString(),
                upstream)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (System.nanoTime() < end && prism.isAlive()) {
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
        return prism;
      } catch (IOException e) {
        Pause.of(Duration.ofMillis(200));
      }
    }
    prism.destroyForcibly();
    throw new IllegalStateException("Prism did not start: " + Files.readString(log));
  }

  private static Outcome run(Path directory, Duration limit, List<String> command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("tool", ".out");
    Process process =
        new ProcessBuilder(new ArrayList<>(command))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException(command + " took longer than " + limit);
    }
    return new Outcome(process.exitValue(), Files.readString(output));
  }
}
