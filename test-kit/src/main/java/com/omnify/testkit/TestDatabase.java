package com.omnify.testkit;

import com.omnify.migrations.Migrations;
import com.omnify.migrations.TableOwners;
import com.omnify.testkit.server.SharedServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.zip.CRC32;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A migrated database of its own for a test class, and the ways into it. */
public final class TestDatabase implements AutoCloseable {

  /** The password of every service's role. */
  public static final String SERVICE_PASSWORD = "omnify-test";

  private static final String SUPERUSER = "postgres";
  private static final long TEMPLATE_LOCK = 0x74657374L;

  private final String name;
  private final JdbcClient admin;

  private TestDatabase(String name) {
    this.name = name;
    this.admin = JdbcClient.create(source(name, SUPERUSER));
  }

  /** A new one, copied from the template that the first of a run migrates. */
  static TestDatabase create(String name) {
    try (var server = serverConnection();
        var statement = server.createStatement()) {
      String template = template(server);
      statement.execute("CREATE DATABASE " + name + " TEMPLATE " + template);
    } catch (SQLException e) {
      throw new IllegalStateException("No database for the tests: " + e.getMessage(), e);
    }
    return new TestDatabase(name);
  }

  private static String template(Connection server) throws SQLException {
    String template = "omnify_template_" + fingerprint();
    try (var statement = server.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(" + TEMPLATE_LOCK + ")");
      try {
        if (!exists(server, template)) {
          // built beside its place, so that half of one is never copied
          String building = template + "_building";
          statement.execute("DROP DATABASE IF EXISTS " + building + " WITH (FORCE)");
          statement.execute("CREATE DATABASE " + building);
          Migrations.migrate(url(building), SUPERUSER, "", SERVICE_PASSWORD);
          statement.execute("ALTER DATABASE " + building + " RENAME TO " + template);
        }
      } finally {
        statement.execute("SELECT pg_advisory_unlock(" + TEMPLATE_LOCK + ")");
      }
    }
    return template;
  }

  private static boolean exists(Connection server, String database) throws SQLException {
    try (var query = server.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?")) {
      query.setString(1, database);
      try (var rows = query.executeQuery()) {
        return rows.next();
      }
    }
  }

  /** Of the migrations on the class path: a run that outlives an edit makes a new template. */
  private static String fingerprint() {
    try {
      Path source =
          Path.of(Migrations.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      var sum = new CRC32();
      try (var files = Files.walk(source)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          sum.update(Files.readAllBytes(file));
        }
      }
      return Long.toHexString(sum.getValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  public String name() {
    return name;
  }

  public String jdbcUrl() {
    return url(name);
  }

  /** The superuser, whom row-level security does not bind: for fixtures and for looking. */
  public JdbcClient admin() {
    return admin;
  }

  /** For tests that need a transaction or a connection of the superuser. */
  public DataSource adminSource() {
    return source(name, SUPERUSER);
  }

  /**
   * As a service logs in; a new connection at each call, no pool.
   *
   * @param service one of {@link TableOwners#SERVICES}
   */
  public DataSource as(String service) {
    return source(name, role(service));
  }

  /** The role a service logs in with. */
  public static String role(String service) {
    if (!TableOwners.SERVICES.contains(service)) {
      throw new IllegalArgumentException(service + " is none of " + TableOwners.SERVICES);
    }
    return "omnify_" + service;
  }

  /** Sets the fleet clock as the scheduler would: services read it anew within a second or so. */
  public void setFleetClock(Instant now, double rate) {
    admin
        .sql(
            """
            UPDATE fleet_clock SET anchor_real = now(), anchor_fleet = :now, rate = :rate, updated_at = now()
            """)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .param("rate", rate)
        .update();
  }

  /** Rows of a query as text, columns joined by "|": for short assertions. */
  public List<String> lines(String sql) {
    return admin
        .sql(sql)
        .query(
            (row, _) -> {
              var cells = new StringBuilder();
              for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
                cells.append(column == 1 ? "" : "|").append(row.getString(column));
              }
              return cells.toString();
            })
        .list();
  }

  /** Drops it, together with what is still connected. */
  @Override
  public void close() {
    try (var server = serverConnection();
        var statement = server.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    } catch (SQLException e) {
      throw new IllegalStateException("The database " + name + " stays: " + e.getMessage(), e);
    }
  }

  private static Connection serverConnection() throws SQLException {
    return DriverManager.getConnection(url("postgres"), SUPERUSER, "");
  }

  private static String url(String database) {
    return "jdbc:postgresql://127.0.0.1:" + SharedServers.postgresPort() + "/" + database;
  }

  private static DataSource source(String database, String user) {
    var source = new PGSimpleDataSource();
    source.setUrl(url(database));
    source.setUser(user);
    source.setPassword(SERVICE_PASSWORD);
    source.setCurrentSchema("omnify");
    return source;
  }
}
