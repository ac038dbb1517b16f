package com.omnify.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A fleet of its own, started and stopped with {@code ./omnify} as a person would. */
final class Fleet implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration START = Duration.ofMinutes(8);
  private static final Duration COMMAND = Duration.ofMinutes(4);

  private final Path project;
  private final Path data;
  private final int offset;
  private final String key;

  private Fleet(Path project, Path data, int offset, String key) {
    this.project = project;
    this.data = data;
    this.offset = offset;
    this.key = key;
  }

  /** What a command printed and how it ended. */
  record Outcome(int exitCode, String output) {}

  static Fleet start(int offset) throws IOException {
    Path project = projectRoot();
    Path data =
        Files.createDirectories(project.resolve("target/fleet-tests"))
            .resolve("data-" + UUID.randomUUID());
    var fleet =
        new Fleet(project, data, offset, "omk_" + UUID.randomUUID().toString().replace("-", ""));
    Outcome up =
        fleet.run(START, "up", "--sandbox", "--detach", "--no-aot", "--port-offset", "" + offset);
    if (up.exitCode() != 0) {
      throw new IllegalStateException(
          "./omnify up ended with " + up.exitCode() + ":\n" + up.output());
    }
    return fleet;
  }

  static Path projectRoot() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("omnify"))) {
      here = here.getParent();
    }
    return here;
  }

  String gateway() {
    return "http://127.0.0.1:" + (8080 + offset);
  }

  String sandboxUrl() {
    return "http://127.0.0.1:" + (8090 + offset);
  }

  Api platform() {
    return new Api(gateway(), key);
  }

  Api sandbox() {
    return new Api(sandboxUrl(), key);
  }

  /** The fleet's clock runs at that multiple of real time; the personas' with it. */
  void rate(int rate) {
    platform().put("/api/v1/fleet-clock", java.util.Map.of("rate", rate));
    sandbox().put("/sandbox/clock", java.util.Map.of("rate", rate));
  }

  Outcome omnify(String... arguments) {
    return run(COMMAND, arguments);
  }

  /** As the owner of the database, for looking (and for tampering). */
  Connection database() throws SQLException, IOException {
    var secrets = new Properties();
    try (var files = Files.list(data)) {
      Path file =
          files
              .filter(f -> f.getFileName().toString().contains("secret"))
              .findFirst()
              .orElseThrow();
      try (var reader = Files.newBufferedReader(file)) {
        secrets.load(reader);
      }
    }
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + (5442 + offset) + "/omnify?currentSchema=omnify",
        "postgres",
        secrets.getProperty("database_admin_password"));
  }

  /** The process id of a member, as {@code ./omnify status} gives it; 0 while it has none. */
  long pid(String member) {
    for (JsonNode line : status().get("members")) {
      if (line.get("name").asString().equals(member)) {
        return line.get("pid").asLong();
      }
    }
    throw new IllegalArgumentException("no member " + member);
  }

  JsonNode status() {
    return JSON.readTree(omnify("status", "--json").output());
  }

  /** Exactly what {@code kill -9} does. */
  void kill(String member) {
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
