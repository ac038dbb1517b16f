package com.omnify.bench.ground;

import com.omnify.launcher.fleet.ClassPaths;
import com.omnify.launcher.fleet.KafkaTopics;
import com.omnify.launcher.fleet.Member;
import com.omnify.launcher.fleet.Readiness;
import com.omnify.launcher.kafka.EmbeddedKafka;
import com.omnify.launcher.postgres.EmbeddedPostgres;
import com.omnify.launcher.process.Child;
import com.omnify.launcher.process.DeathSignal;
import com.omnify.launcher.process.Ports;
import com.omnify.launcher.process.Rights;
import com.omnify.migrations.Migrations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL with every durability setting on, Kafka, and the two services that a step goes
 * through, each a process of its own as in the fleet, but with the JVM's full compiler.
 */
public final class Ground implements AutoCloseable {

  private static final String PASSWORD = "bench";
  private static final String DATABASE = "omnify";
  private static final Duration READY_WITHIN = Duration.ofSeconds(120);

  /** The services of a step. */
  private static final List<Member> SERVICES = List.of(Member.SCHEDULER, Member.CHANNELS);

  /** As in production: a heap that is not tight, and both compilers. */
  private static final List<String> JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms256m",
          "-Xmx384m",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dfile.encoding=UTF-8",
          "-Duser.timezone=UTC");

  private final Path directory;
  private final EmbeddedPostgres postgres;
  private final EmbeddedKafka kafka;
  private final Map<Member, Child> services = new EnumMap<>(Member.class);

  private Ground(Path directory, EmbeddedPostgres postgres, EmbeddedKafka kafka) {
    this.directory = directory;
    this.postgres = postgres;
    this.kafka = kafka;
  }

  /**
   * Starts everything below a new temporary directory.
   *
   * @param project where the modules were built
   * @param recordings where the services' flight recordings go; null for none
   */
  public static Ground start(Path project, @Nullable Path recordings) throws IOException {
    Path directory = Files.createTempDirectory("omnify-bench-");
    var kafkaStart = CompletableFuture.supplyAsync(() -> startKafka(directory));
    EmbeddedPostgres postgres = null;
    try {
      postgres =
          EmbeddedPostgres.start(
              EmbeddedPostgres.Options.forTests(directory.resolve("postgres"))
                  .withFsync(true)
                  // No checkpoint falls into one run and not into another.
                  .withSettings(settings(recordings != null)));
      var ground = new Ground(directory, postgres, kafkaStart.join());
      ground.begin(project, recordings);
      return ground;
    } catch (IOException | RuntimeException e) {
      if (postgres != null) {
        postgres.close();
      }
      kafkaStart.thenAccept(EmbeddedKafka::close);
      throw e;
    }
  }

  private static Map<String, String> settings(boolean recorded) {
    var settings = new HashMap<>(Map.of("checkpoint_timeout", "1h", "max_wal_size", "8GB"));
    if (recorded) {
      settings.put("shared_preload_libraries", "pg_stat_statements");
      settings.put("pg_stat_statements.track_planning", "on");
    }
    return settings;
  }

  private static EmbeddedKafka startKafka(Path directory) {
    try {
      return EmbeddedKafka.start(
          EmbeddedKafka.Options.below(directory.resolve("kafka")).withJvmArguments(JVM));
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private void begin(Path project, @Nullable Path recordings) throws IOException {
    Migrations.createDatabase(server() + "postgres", EmbeddedPostgres.ADMIN, "", DATABASE);
    Migrations.migrate(server() + DATABASE, EmbeddedPostgres.ADMIN, "", PASSWORD);
    KafkaTopics.create(kafka.bootstrapServers());
    var classPaths = new ClassPaths(project).gather(SERVICES.stream().map(Member::module).toList());
    var ports = new HashMap<Member, Integer>();
    for (Member service : SERVICES) {
      int port = Ports.free();
      ports.put(service, port);
      services.put(service, startService(service, port, classPaths, recordings));
    }
    for (Member service : SERVICES) {
      awaitReady(service, ports.getOrDefault(service, 0));
    }
  }

  private Child startService(
      Member service, int port, Map<String, String> classPaths, @Nullable Path recordings)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(java());
    command.addAll(JVM);
    if (recordings != null) {
      command.add(
          "-XX:StartFlightRecording=settings=profile,dumponexit=true,filename="
              + recordings.resolve(service.title() + ".jfr"));
    }
    command.addAll(
        List.of("-cp", classPaths.getOrDefault(service.module(), ""), service.mainClass()));
    var environment =
        Map.of(
            "OMNIFY_DB_URL",
            server() + DATABASE,
            "OMNIFY_DB_USER",
            "omnify_" + service.shortName(),
            "OMNIFY_DB_PASSWORD",
            PASSWORD,
            "OMNIFY_KAFKA",
            kafka.bootstrapServers(),
            "SERVER_PORT",
            Integer.toString(port),
            "SERVER_ADDRESS",
            "127.0.0.1",
            "OMNIFY_TOKEN_SECRET",
            "0123456789abcdef0123456789abcdef0123456789abcdef",
            // Nobody calls back: the provider here reports nothing after its answer.
            "OMNIFY_PUBLIC_URL",
            "http://127.0.0.1:9");
    return Child.start(
        new Child.Spec(
            service.title(),
            command,
            environment,
            directory.resolve(service.title() + ".log"),
            DeathSignal.KILL,
            new Rights.Same()));
  }

  private void awaitReady(Member service, int port) throws IOException {
    long deadline = System.nanoTime() + READY_WITHIN.toNanos();
    Child child = child(service);
    while (!Readiness.of(service, port)) {
      if (!child.isAlive() || System.nanoTime() > deadline) {
        throw new IOException(
            service.title()
                + " does not become ready, the end of its log:\n"
                + String.join("\n", com.omnify.launcher.process.Logs.tail(child.log(), 20)));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  private Child child(Member service) {
    Child child = services.get(service);
    if (child == null) {
      throw new IllegalStateException(service.title() + " was not started");
    }
    return child;
  }

  /** The address of the server, to which a database's name is added. */
  public String server() {
    return "jdbc:postgresql://127.0.0.1:" + postgres.port() + "/";
  }

  /** A connection of the superuser to the product's database, its schema first on the path. */
  public Connection admin() throws SQLException {
    return DriverManager.getConnection(
        server() + DATABASE + "?currentSchema=omnify&reWriteBatchedInserts=true",
        EmbeddedPostgres.ADMIN,
        "");
  }

  /** The Java program that this one runs on. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The flags of every JVM that is measured. */
  public static List<String> jvm() {
    return JVM;
  }

  /** Where logs and data of this run are. */
  public Path directory() {
    return directory;
  }

  /** Processor time so far of PostgreSQL with all its backends. */
  public Duration postgresCpu() {
    return CpuTime.of(postgres.child().pid());
  }

  /** Processor time so far of each process that works on a step, by its name. */
  public Map<String, Duration> stepCpu() {
    var times = new LinkedHashMap<String, Duration>();
    times.put("postgresql", postgresCpu());
    times.put("kafka", CpuTime.of(kafka.child().pid()));
    services.forEach((service, child) -> times.put(service.title(), CpuTime.of(child.pid())));
    return times;
  }

  @Override
  public void close() throws IOException {
    services.values().forEach(child -> child.stop(DeathSignal.TERM, Duration.ofSeconds(20)));
    kafka.close();
    postgres.close();
    try (var paths = Files.walk(directory)) {
      for (Path path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
        Files.deleteIfExists(path);
      }
    }
  }
}
