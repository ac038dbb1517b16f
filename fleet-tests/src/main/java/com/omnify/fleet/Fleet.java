package com.omnify.fleet;

import com.omnify.launcher.fleet.DataDirectory;
import com.omnify.launcher.fleet.DatabaseAddress;
import com.omnify.launcher.fleet.FleetState;
import com.omnify.launcher.fleet.FleetState.MemberState;
import com.omnify.launcher.fleet.Secrets;
import com.omnify.launcher.postgres.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A fleet of its own, started and stopped with {@code ./omnify} as a person would. */
public final class Fleet implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(8);
  private static final Duration COMMAND = Duration.ofMinutes(4);

  private final Path project;
  private final Path data;
  private final int offset;
  private final String key;
  private final Map<String, String> environment;

  private Fleet(Path project, Path data, int offset, String key, Map<String, String> environment) {
    this.project = project;
    this.data = data;
    this.offset = offset;
    this.key = key;
    this.environment = environment;
  }

  /** What a command printed and how it ended. */
  public record Outcome(int exitCode, String output) {}

  /**
   * Starts one with the sandbox.
   *
   * @param offset added to every default port
   * @throws IllegalStateException with what was printed, when it does not come up
   */
  public static Fleet start(int offset) throws IOException {
    return start(offset, Map.of());
  }

  /** As {@link #start(int)}, with settings of its own in its environment. */
  public static Fleet start(int offset, Map<String, String> environment) throws IOException {
    Path project = projectRoot();
    Path data =
        Files.createDirectories(project.resolve("target/fleet-tests"))
            .resolve("data-" + UUID.randomUUID());
    var fleet =
        new Fleet(
            project,
            data,
            offset,
            "omk_" + UUID.randomUUID().toString().replace("-", ""),
            environment);
    Outcome up =
        fleet.run(START, "up", "--sandbox", "--detach", "--no-aot", "--port-offset", "" + offset);
    if (up.exitCode() != 0) {
      throw new IllegalStateException(
          "./omnify up ended with " + up.exitCode() + ":\n" + up.output());
    }
    return fleet;
  }

  /** Where {@code ./omnify} lies, seen from the working directory upwards. */
  public static Path projectRoot() {
    Path here = Path.of("").toAbsolutePath();
    while (here != null && !Files.exists(here.resolve("omnify"))) {
      here = here.getParent();
    }
    if (here == null) {
      throw new IllegalStateException("not inside of a checkout");
    }
    return here;
  }

  /** Its files: data, logs, state. */
  public DataDirectory files() {
    return new DataDirectory(data);
  }

  public String gateway() {
    return "http://127.0.0.1:" + (8080 + offset);
  }

  public String sandboxUrl() {
    return "http://127.0.0.1:" + (8090 + offset);
  }

  /** Where a service listens, past the gateway; {@code port} is its default one. */
  public String serviceUrl(int port) {
    return "http://127.0.0.1:" + (port + offset);
  }

  /** What the gateway signs its tokens for the services with. */
  public String tokenSecret() throws IOException {
    return Secrets.load(files().secrets(), Map.of()).tokenSecret();
  }

  public String platformKey() {
    return key;
  }

  public Api platform() {
    return new Api(gateway(), key);
  }

  public Api sandbox() {
    return new Api(sandboxUrl(), key);
  }

  /**
   * Opens every hour of every day by law too, for trials that are about something else and run
   * whenever they are started: nobody real is at the end of them. The rules are still asked.
   */
  public void openAllHours() throws SQLException, IOException {
    try (var db = database();
        var statement = db.createStatement()) {
      statement.execute(
          """
          UPDATE compliance_rules SET hours = (
            SELECT jsonb_object_agg(day, '[{"from": "00:00", "to": "24:00"}]'::jsonb)
            FROM unnest(ARRAY['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']) AS day)
          WHERE hours IS NOT NULL
          """);
      statement.execute("DELETE FROM compliance_rules WHERE hours IS NULL");
      statement.execute("UPDATE compliance_book SET version = version + 1");
    }
  }

  /** The fleet's clock runs at that multiple of real time; the personas' with it. */
  public void rate(int rate) {
    platform().put("/api/v1/fleet-clock", Map.of("rate", rate));
    sandbox().put("/sandbox/clock", Map.of("rate", rate));
  }

  public Outcome omnify(String... arguments) {
    return run(COMMAND, arguments);
  }

  /** As the owner of the database, for looking (and for tampering). */
  public Connection database() throws SQLException, IOException {
    var address = databaseAddress();
    return DriverManager.getConnection(
        address.url() + "?currentSchema=omnify", address.adminUser(), address.adminPassword());
  }

  /** Where its database is, with its owner's name and password. */
  public DatabaseAddress databaseAddress() throws IOException {
    var secrets = Secrets.load(files().secrets(), Map.of());
    String server = "jdbc:postgresql://127.0.0.1:" + (5442 + offset) + "/";
    return new DatabaseAddress(
        server + "omnify",
        server + "postgres",
        "omnify",
        EmbeddedPostgres.ADMIN,
        secrets.databaseAdminPassword());
  }

  /** As its supervisor sees itself, which is what {@code ./omnify status} prints. */
  public FleetState state() {
    return FleetState.read(files().state())
        .orElseThrow(() -> new IllegalStateException("no fleet runs in " + data));
  }

  /** One member of it. */
  public MemberState member(String name) {
    return state().members().stream()
        .filter(member -> member.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no member " + name));
  }

  /** The process id of a member; 0 while it has none. */
  public long pid(String member) {
    return member(member).pid();
  }

  public boolean isUp(String member) {
    return member(member).phase() == FleetState.MemberPhase.UP;
  }

  /** Exactly what {@code kill -9} does. */
  public void kill(String member) {
    ProcessHandle.of(pid(member)).ifPresent(ProcessHandle::destroyForcibly);
  }

  private Outcome run(Duration limit, String... arguments) {
    var command = new ArrayList<String>(List.of("bash", project.resolve("omnify").toString()));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--data", data.toString()));
    try {
      Path output = Files.createTempFile("omnify", ".out");
      var builder =
          new ProcessBuilder(command)
              .directory(project.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      builder.environment().put("OMNIFY_BOOTSTRAP_KEY", key);
      // This build has just made the jars; another Maven in the same tree would pull them away.
      builder.environment().put("OMNIFY_BUILD", "never");
      Process process = builder.start();
      if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(
            command + " took longer than " + limit + ":\n" + Files.readString(output));
      }
      String text = Files.readString(output);
      Files.delete(output);
      return new Outcome(process.exitValue(), text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    omnify("down");
  }
}
