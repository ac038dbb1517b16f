package com.omnify.testkit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Third-party validators from npm, installed once beside the build, and what they judge by. */
public final class NpmTools {

  private static final Duration INSTALL = Duration.ofMinutes(5);

  private NpmTools() {}

  /** What a tool printed and how it ended. */
  public record Outcome(int exitCode, String output) {}

  /** A vendor's own description of its API; empty in a clone without them. */
  public static Optional<Path> vendorsDescription(String file) {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path found = at.resolve("shared/data/openapi").resolve(file);
      if (Files.exists(found)) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  /** Where the tools are, after installing them when they are missing or older than their lock. */
  static synchronized Path installed() throws IOException, InterruptedException {
    Path sources = projectRoot().resolve("test-kit/tools");
    Path home = Files.createDirectories(projectRoot().resolve("target/test-tools"));
    // Another test's JVM may be at it.
    try (var channel =
            FileChannel.open(
                home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var ignored = channel.lock()) {
      Path done = home.resolve("installed");
      String wanted = Files.readString(sources.resolve("package-lock.json"));
      if (!Files.exists(done) || !Files.readString(done).equals(wanted)) {
        for (String file :
            List.of("package.json", "package-lock.json", ".npmrc", "spectral.yaml")) {
          Files.copy(
              sources.resolve(file), home.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Outcome install = run(home, INSTALL, List.of("npm", "ci"));
        if (install.exitCode() != 0) {
          throw new IllegalStateException("npm ci failed:\n" + install.output());
        }
        Files.writeString(done, wanted);
      }
    }
    return home;
  }

  /** Lints an OpenAPI document with our rules. */
  public static Outcome spectral(Path document) throws IOException, InterruptedException {
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

  static Path projectRoot() {
    Path here = Path.of("").toAbsolutePath();
    while (here != null && !Files.exists(here.resolve("omnify"))) {
      here = here.getParent();
    }
    if (here == null) {
      throw new IllegalStateException("not inside of a checkout");
    }
    return here;
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
