package com.omnify.testkit.server;

import com.omnify.launcher.process.Logs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The servers of this test run: found where another module's tests started them, else started. */
public final class SharedServers {

  private static final Logger LOG = LoggerFactory.getLogger(SharedServers.class);
  private static final long START_SECONDS = 120;
  private static final Map<ServerKind, String> ADDRESSES = new EnumMap<>(ServerKind.class);

  private SharedServers() {}

  /** The port of PostgreSQL on 127.0.0.1; its superuser needs no password. */
  public static int postgresPort() {
    return Integer.parseInt(address(ServerKind.POSTGRES));
  }

  /** Kafka's {@code bootstrap.servers}. */
  public static String kafka() {
    return address(ServerKind.KAFKA);
  }

  private static synchronized String address(ServerKind kind) {
    return ADDRESSES.computeIfAbsent(kind, SharedServers::find);
  }

  private static String find(ServerKind kind) {
    try {
      return shared(kind);
    } catch (IOException | RuntimeException e) {
      LOG.warn("No {} can be shared in this run, this JVM starts its own", kind, e);
      return own(kind);
    }
  }

  private static String shared(ServerKind kind) throws IOException {
    var owner = RunOwner.find();
    Path directory = RunDirectory.of(owner, kind.directory());
    try (var channel =
            FileChannel.open(
                directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      LOG.debug("Holding {}", lock);
      var running = published(directory);
      return running.isPresent() ? running.get() : spawn(kind, directory, owner);
    }
  }

  /** The address that a living process left. */
  private static Optional<String> published(Path directory) throws IOException {
    Path file = directory.resolve(SharedServerProcess.ADDRESS);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String[] words = Files.readString(file).split(" ");
    return ProcessHandle.of(Long.parseLong(words[0]))
        .filter(ProcessHandle::isAlive)
        .map(process -> words[1]);
  }

  private static String spawn(ServerKind kind, Path directory, RunOwner owner) throws IOException {
    Files.deleteIfExists(directory.resolve(SharedServerProcess.ADDRESS));
    Path log = directory.resolve("process.log");
    // Surefire hides the true class path behind a jar with nothing but a manifest
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-cp",
                classPath,
                SharedServerProcess.class.getName(),
                kind.name(),
                directory.toString(),
                owner.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (System.nanoTime() < deadline && process.isAlive()) {
      var address = published(directory);
      if (address.isPresent()) {
        return address.get();
      }
      pause();
    }
    process.destroyForcibly();
    List<String> end = Logs.tail(log, 15);
    throw new IOException("The process that keeps " + kind + " did not come up: " + end);
  }

  private static String own(ServerKind kind) {
    try {
      Path directory = RunDirectory.of(RunOwner.self(), kind.directory() + "-own");
      var server = kind.start(directory);
      Runtime.getRuntime().addShutdownHook(new Thread(server.stop(), "stop-" + kind));
      return server.address();
    } catch (IOException e) {
      throw new UncheckedIOException("No " + kind + " for tests", e);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a server started", e);
    }
  }
}
