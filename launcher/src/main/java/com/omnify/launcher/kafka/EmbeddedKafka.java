package com.omnify.launcher.kafka;

import com.omnify.launcher.process.Child;
import com.omnify.launcher.process.DeathSignal;
import com.omnify.launcher.process.Logs;
import com.omnify.launcher.process.Ports;
import com.omnify.launcher.process.Rights;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * A real Kafka broker and its controller as one child JVM, on 127.0.0.1 alone, with a data
 * directory that outlives it. It ends with this JVM.
 */
public final class EmbeddedKafka implements AutoCloseable {

  /** The main class of the child JVM. */
  public static final String MAIN_CLASS = KafkaProcess.class.getName();

  /** A JVM flag: end by itself once everything has started. */
  public static final String EXIT_WHEN_READY = "-Domnify.exit-when-ready=true";

  private static final Duration STOP_GRACE = Duration.ofSeconds(20);

  private final int port;
  private final Child child;

  private EmbeddedKafka(int port, Child child) {
    this.port = port;
    this.child = child;
  }

  /**
   * How to run it.
   *
   * @param dataDirectory created and formatted when it is not there
   * @param port 0 takes a free one
   * @param classPath Kafka's server and this module
   * @param jvmArguments in front of the main class
   * @param settings of the broker, they win over the defaults
   */
  public record Options(
      Path dataDirectory,
      Path log,
      int port,
      String classPath,
      List<String> jvmArguments,
      Duration startTimeout,
      Map<String, String> settings) {

    /** Small and quick to start, with this JVM's own class path. */
    public static final List<String> SMALL_JVM =
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xms32m",
            "-Xmx160m",
            "-Xss512k",
            "-XX:ReservedCodeCacheSize=48m",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    public Options {
      dataDirectory = dataDirectory.toAbsolutePath().normalize();
      jvmArguments = List.copyOf(jvmArguments);
      settings = Map.copyOf(settings);
    }

    /** On a free port, everything below one directory. */
    public static Options below(Path directory) {
      return new Options(
          directory.resolve("data"),
          directory.resolve("kafka.log"),
          0,
          ownClassPath(),
          SMALL_JVM,
          Duration.ofSeconds(90),
          Map.of());
    }

    public Options withPort(int newPort) {
      return new Options(
          dataDirectory, log, newPort, classPath, jvmArguments, startTimeout, settings);
    }

    public Options withLog(Path newLog) {
      return new Options(
          dataDirectory, newLog, port, classPath, jvmArguments, startTimeout, settings);
    }

    public Options withClassPath(String newClassPath) {
      return new Options(
          dataDirectory, log, port, newClassPath, jvmArguments, startTimeout, settings);
    }

    public Options withJvmArguments(List<String> newArguments) {
      return new Options(dataDirectory, log, port, classPath, newArguments, startTimeout, settings);
    }

    public Options withSettings(Map<String, String> newSettings) {
      return new Options(
          dataDirectory, log, port, classPath, jvmArguments, startTimeout, newSettings);
    }

    private static String ownClassPath() {
      // Surefire hides the true one behind a jar with nothing but a manifest
      return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
  }

  /**
   * Starts it and returns when it serves clients.
   *
   * @throws IOException with the end of its log, when it does not come up in time
   */
  public static EmbeddedKafka start(Options options) throws IOException {
    int port = options.port() == 0 ? Ports.free() : options.port();
    if (!Ports.isFree(port)) {
      throw new IOException("port " + port + " is taken: Kafka cannot listen there");
    }
    var files = configure(options, port);
    var ready = files.getLast();

    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options.jvmArguments());
    command.addAll(List.of("-cp", options.classPath(), MAIN_CLASS));
    command.addAll(files.stream().map(Path::toString).toList());
    var child =
        Child.start(
            new Child.Spec(
                "kafka", command, Map.of(), options.log(), DeathSignal.TERM, new Rights.Same()));
    try {
      awaitReady(options, child, ready);
    } catch (IOException e) {
      child.stop(DeathSignal.KILL, Duration.ofSeconds(5));
      throw e;
    }
    return new EmbeddedKafka(port, child);
  }

  /**
   * Writes what the broker reads at its start.
   *
   * @return the arguments of {@link #MAIN_CLASS}
   */
  public static List<Path> configure(Options options, int port) throws IOException {
    Files.createDirectories(options.dataDirectory());
    var configuration = options.dataDirectory().resolveSibling("kafka-server.properties");
    var ready = options.dataDirectory().resolveSibling("kafka-ready");
    Files.deleteIfExists(ready);
    write(configuration, settings(options, port));
    return List.of(configuration, ready);
  }

  private static Properties settings(Options options, int port) {
    int controllerPort = Ports.free();
    var settings = new Properties();
    settings.putAll(
        Map.of(
            "node.id", "1",
            "process.roles", "broker,controller",
            "listeners",
                "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
            "advertised.listeners", "PLAINTEXT://127.0.0.1:" + port,
            "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "controller.listener.names", "CONTROLLER",
            "controller.quorum.voters", "1@127.0.0.1:" + controllerPort,
            "log.dirs", options.dataDirectory().toString(),
            "auto.create.topics.enable", "false"));
    // one node is all there is
    settings.putAll(
        Map.of(
            "offsets.topic.replication.factor", "1",
            "offsets.topic.num.partitions", "8",
            "transaction.state.log.replication.factor", "1",
            "transaction.state.log.min.isr", "1",
            "transaction.state.log.num.partitions", "4",
            "share.coordinator.state.topic.replication.factor", "1",
            "share.coordinator.state.topic.min.isr", "1",
            "min.insync.replicas", "1"));
    // the defaults expect a cluster: a restart would take 16 s
    settings.putAll(
        Map.of(
            "group.initial.rebalance.delay.ms", "0",
            "broker.heartbeat.interval.ms", "500",
            "broker.session.timeout.ms", "3000",
            "controller.quorum.election.timeout.ms", "300",
            "controller.quorum.fetch.timeout.ms", "600"));
    // small: the cleaner alone would take 128 MB
    settings.putAll(
        Map.of(
            "num.network.threads", "2",
            "num.io.threads", "4",
            "background.threads", "2",
            "log.cleaner.dedupe.buffer.size", "4194304",
            "log.cleaner.io.buffer.size", "131072",
            "log.index.size.max.bytes", "1048576",
            "log.retention.hours", "168"));
    settings.putAll(options.settings());
    return settings;
  }

  private static void write(Path file, Properties settings) throws IOException {
    try (Writer writer = Files.newBufferedWriter(file)) {
      settings.store(writer, "written at each start");
    }
  }

  private static void awaitReady(Options options, Child child, Path ready) throws IOException {
    long deadline = System.nanoTime() + options.startTimeout().toNanos();
    while (!Files.exists(ready)) {
      if (!child.isAlive()) {
        throw new IOException("Kafka ended with " + child.exitCode() + tail(options.log()));
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "Kafka was not ready within " + options.startTimeout() + tail(options.log()));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while Kafka started", e);
      }
    }
  }

  private static String tail(Path log) {
    return ", the end of " + log + ":\n" + String.join("\n", Logs.tail(log, 15));
  }

  public int port() {
    return port;
  }

  /** What clients call {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** The running broker. */
  public Child child() {
    return child;
  }

  /** Controlled shutdown. */
  @Override
  public void close() {
    child.stop(DeathSignal.TERM, STOP_GRACE);
  }
}
