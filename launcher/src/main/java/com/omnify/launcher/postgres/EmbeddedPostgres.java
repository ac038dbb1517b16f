package com.omnify.launcher.postgres;

import com.omnify.launcher.process.Child;
import com.omnify.launcher.process.DeathSignal;
import com.omnify.launcher.process.Logs;
import com.omnify.launcher.process.Ports;
import com.omnify.launcher.process.Rights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL 18 as a child process, on 127.0.0.1 alone, with a data directory that outlives it.
 *
 * <p>Its superuser is {@value #ADMIN}. It ends with this JVM. As root it runs without root's
 * rights, since PostgreSQL refuses them.
 */
public final class EmbeddedPostgres implements AutoCloseable {

  /** The superuser. */
  public static final String ADMIN = "postgres";

  private static final String MAJOR_VERSION = "18";
  private static final Duration STOP_GRACE = Duration.ofSeconds(20);

  private final Options options;
  private final int port;
  private final Child child;

  private EmbeddedPostgres(Options options, int port, Child child) {
    this.options = options;
    this.port = port;
    this.child = child;
  }

  /**
   * How to run it.
   *
   * @param dataDirectory created and initialised when it is not there
   * @param binaries where the distribution is unpacked to, once
   * @param log what PostgreSQL and initdb print
   * @param port 0 takes a free one
   * @param fsync off loses data with the machine's power: for tests only
   * @param password of the superuser, set when the data directory is initialised; null lets every
   *     local process in
   * @param settings further {@code -c} settings, they win over the defaults
   */
  public record Options(
      Path dataDirectory,
      Path binaries,
      Path log,
      int port,
      boolean fsync,
      @Nullable String password,
      Duration startTimeout,
      Map<String, String> settings) {

    public Options {
      dataDirectory = dataDirectory.toAbsolutePath().normalize();
      binaries = binaries.toAbsolutePath().normalize();
      settings = Map.copyOf(settings);
    }

    /** Durable, on a free port, everything below one directory. */
    public static Options below(Path directory) {
      return new Options(
          directory.resolve("data"),
          directory.resolve("binaries"),
          directory.resolve("postgres.log"),
          0,
          true,
          null,
          Duration.ofSeconds(60),
          Map.of());
    }

    /**
     * For tests: nothing is synced to disk, and the unpacked binaries are shared with other runs.
     */
    public static Options forTests(Path directory) {
      try {
        return below(directory).withBinaries(PostgresBinaries.sharedCache()).withFsync(false);
      } catch (IOException e) {
        throw new IllegalStateException("no place for PostgreSQL's binaries", e);
      }
    }

    public Options withPort(int newPort) {
      return new Options(
          dataDirectory, binaries, log, newPort, fsync, password, startTimeout, settings);
    }

    public Options withBinaries(Path newBinaries) {
      return new Options(
          dataDirectory, newBinaries, log, port, fsync, password, startTimeout, settings);
    }

    public Options withLog(Path newLog) {
      return new Options(
          dataDirectory, binaries, newLog, port, fsync, password, startTimeout, settings);
    }

    public Options withFsync(boolean newFsync) {
      return new Options(
          dataDirectory, binaries, log, port, newFsync, password, startTimeout, settings);
    }

    public Options withPassword(String newPassword) {
      return new Options(
          dataDirectory, binaries, log, port, fsync, newPassword, startTimeout, settings);
    }

    public Options withSettings(Map<String, String> newSettings) {
      return new Options(
          dataDirectory, binaries, log, port, fsync, password, startTimeout, newSettings);
    }
  }

  /**
   * Starts it and returns when it answers queries.
   *
   * @throws IOException with the end of its log, when it does not come up in time
   */
  public static EmbeddedPostgres start(Options options) throws IOException {
    var home = PostgresBinaries.unpack(options.binaries());
    Files.createDirectories(options.dataDirectory().getParent());
    var rights = Rights.unprivileged(List.of(home, options.dataDirectory().getParent()));
    if (!Files.exists(options.dataDirectory().resolve("PG_VERSION"))) {
      initialise(options, home, rights);
    }
    checkVersion(options.dataDirectory());
    rights.own(options.dataDirectory());
    stopLeftover(options, home, rights);

    int port = options.port() == 0 ? Ports.free() : options.port();
    if (!Ports.isFree(port)) {
      throw new IOException("port " + port + " is taken: PostgreSQL cannot listen there");
    }
    var command = new ArrayList<String>();
    command.add(home.resolve("bin/postgres").toString());
    command.add("-D");
    command.add(options.dataDirectory().toString());
    settings(options, port)
        .forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    var child =
        Child.start(
            new Child.Spec(
                "postgresql",
                command,
                Map.of("LC_ALL", "C", "TZ", "UTC"),
                options.log(),
                DeathSignal.INT,
                rights));
    var postgres = new EmbeddedPostgres(options, port, child);
    try {
      postgres.awaitReady();
    } catch (IOException e) {
      child.stop(DeathSignal.INT, Duration.ofSeconds(5));
      throw e;
    }
    return postgres;
  }

  private static Map<String, String> settings(Options options, int port) {
    var settings = new LinkedHashMap<String, String>();
    settings.put("port", Integer.toString(port));
    settings.put("listen_addresses", "127.0.0.1");
    settings.put("unix_socket_directories", "");
    settings.put("max_connections", "160");
    settings.put("logging_collector", "off");
    settings.put("log_checkpoints", "off");
    settings.put("timezone", "UTC");
    settings.put("log_timezone", "UTC");
    if (!options.fsync()) {
      settings.put("fsync", "off");
      settings.put("synchronous_commit", "off");
      settings.put("full_page_writes", "off");
    }
    settings.putAll(options.settings());
    return settings;
  }

  /** Builds the cluster beside its place and moves it there, so that half of one is never used. */
  private static void initialise(Options options, Path home, Rights rights) throws IOException {
    var target = options.dataDirectory();
    if (Files.isDirectory(target)) {
      try (var content = Files.list(target)) {
        if (content.findAny().isPresent()) {
          throw new IOException(target + " is not empty and no PostgreSQL data directory");
        }
      }
    }
    var building =
        target.resolveSibling(target.getFileName() + ".init-" + ProcessHandle.current().pid());
    PostgresBinaries.delete(building);
    Files.createDirectory(
        building,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.createDirectories(options.log().toAbsolutePath().getParent());
    var password = options.password();
    @Nullable Path passwordFile = null;
    try {
      var command = new ArrayList<>(rights.prefix(DeathSignal.KILL));
      command.addAll(
          List.of(
              home.resolve("bin/initdb").toString(),
              "-D",
              building.toString(),
              "-U",
              ADMIN,
              "-E",
              "UTF8",
              // the same sorting on every platform
              "--locale=C",
              "--locale-provider=builtin",
              "--builtin-locale=C.UTF-8"));
      if (!options.fsync()) {
        command.add("--no-sync");
      }
      if (password == null) {
        command.addAll(List.of("-A", "trust"));
      } else {
        passwordFile = building.resolveSibling(building.getFileName() + ".pw");
        Files.deleteIfExists(passwordFile);
        Files.createFile(
            passwordFile,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(passwordFile, password + "\n");
        rights.own(passwordFile);
        command.addAll(List.of("-A", "scram-sha-256", "--pwfile=" + passwordFile));
      }
      rights.own(building);
      run("initdb", command, options.log());
      Files.deleteIfExists(target);
      Files.move(building, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      if (passwordFile != null) {
        Files.deleteIfExists(passwordFile);
      }
      PostgresBinaries.delete(building);
    }
  }

  private static void checkVersion(Path dataDirectory) throws IOException {
    var version = Files.readString(dataDirectory.resolve("PG_VERSION")).strip();
    if (!version.equals(MAJOR_VERSION)) {
      throw new IOException(
          "%s was written by PostgreSQL %s and this is %s: dump it there and choose a new directory"
              .formatted(dataDirectory, version, MAJOR_VERSION));
    }
  }

  /** Without a parent death signal an earlier server can outlive its starter for a moment. */
  private static void stopLeftover(Options options, Path home, Rights rights) throws IOException {
    var pidFile = options.dataDirectory().resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return;
    }
    long pid;
    try {
      pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
    } catch (RuntimeException e) {
      return;
    }
    boolean running =
        ProcessHandle.of(pid)
            .filter(ProcessHandle::isAlive)
            .flatMap(process -> process.info().command())
            .map(command -> command.endsWith("/postgres"))
            .orElse(false);
    if (running) {
      var command = new ArrayList<>(rights.prefix(DeathSignal.KILL));
      command.addAll(
          List.of(
              home.resolve("bin/pg_ctl").toString(),
              "stop",
              "-D",
              options.dataDirectory().toString(),
              "-m",
              "fast",
              "-w",
              "-t",
              "20"));
      run("pg_ctl stop", command, options.log());
    }
  }

  private static void run(String name, List<String> command, Path log) throws IOException {
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().put("LC_ALL", "C");
    var process = Child.fork(builder);
    try {
      if (!process.waitFor(120, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(name + " did not end within two minutes" + tail(log));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted during " + name, e);
    }
    if (process.exitValue() != 0) {
      throw new IOException(name + " ended with " + process.exitValue() + tail(log));
    }
  }

  private static String tail(Path log) {
    return ", the end of " + log + ":\n" + String.join("\n", Logs.tail(log, 15));
  }

  private void awaitReady() throws IOException {
    long deadline = System.nanoTime() + options.startTimeout().toNanos();
    @Nullable SQLException last = null;
    while (System.nanoTime() < deadline) {
      if (!child.isAlive()) {
        throw new IOException(
            "PostgreSQL ended with " + child.exitCode() + tail(options.log()), last);
      }
      try {
        connect("postgres").close();
        return;
      } catch (SQLException e) {
        last = e;
        // 28P01: the server is there, and somebody gave it another password
        if ("28P01".equals(e.getSQLState())) {
          throw new IOException(
              "PostgreSQL in " + options.dataDirectory() + " has another password for " + ADMIN, e);
        }
      }
      try {
        TimeUnit.MILLISECONDS.sleep(40);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while PostgreSQL started", e);
      }
    }
    throw new IOException(
        "PostgreSQL did not answer within " + options.startTimeout() + tail(options.log()), last);
  }

  /** A connection of the superuser; the caller closes it. */
  public Connection connect(String database) throws SQLException {
    var password = options.password();
    return DriverManager.getConnection(jdbcUrl(database), ADMIN, password == null ? "" : password);
  }

  public int port() {
    return port;
  }

  public String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  /** The superuser's password; empty when every local process is let in. */
  public String adminPassword() {
    var password = options.password();
    return password == null ? "" : password;
  }

  /** Creates the database if it is not there. */
  public void createDatabase(String database) throws SQLException {
    try (var connection = connect("postgres");
        var exists = connection.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?")) {
      exists.setString(1, database);
      if (exists.executeQuery().next()) {
        return;
      }
      try (var create = connection.createStatement()) {
        create.execute("CREATE DATABASE \"" + database.replace("\"", "\"\"") + "\"");
      }
    }
  }

  /** The running server. */
  public Child child() {
    return child;
  }

  /** Stops it at once, rolling back what is open; nothing committed is lost. */
  @Override
  public void close() {
    child.stop(DeathSignal.INT, STOP_GRACE);
  }
}
