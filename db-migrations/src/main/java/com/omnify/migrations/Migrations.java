package com.omnify.migrations;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.flywaydb.core.Flyway;

/**
 * Brings a database to the schema of this build: roles, migrations, grants, row-level security,
 * partitions. Only this runs Flyway; services check the version at their start. Safe to repeat and
 * to run twice at once.
 */
public final class Migrations {

  /** The version that the services of this build expect. */
  public static final String SCHEMA_VERSION = "17";

  /** How many days of partitions are made ahead. */
  public static final int PARTITION_DAYS_AHEAD = 14;

  private static final long LOCK = 0x6F6D6E696679L;

  private Migrations() {}

  /**
   * Migrates.
   *
   * @param jdbcUrl the database itself, which must exist
   * @param admin a role that may create roles and schemas
   * @param servicePassword what the services' logins get as their password
   * @throws IllegalStateException where the database cannot be brought to this version; it says why
   */
  public static void migrate(
      String jdbcUrl, String admin, String adminPassword, String servicePassword) {
    try (Connection db = DriverManager.getConnection(jdbcUrl, admin, adminPassword)) {
      lock(db);
      Grants.createRoles(db, servicePassword);
      Flyway.configure()
          .dataSource(jdbcUrl, admin, adminPassword)
          .schemas(Grants.SCHEMA)
          .defaultSchema(Grants.SCHEMA)
          .createSchemas(false)
          .initSql("SET ROLE " + Grants.OWNER)
          .locations("classpath:db/migration")
          .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
          .load()
          .migrate();
      try (var statement = db.createStatement()) {
        statement.execute("SET ROLE " + Grants.OWNER);
        db.setAutoCommit(false);
        Grants.apply(db);
        statement.execute(
            "SELECT " + Grants.SCHEMA + ".ensure_partitions(" + PARTITION_DAYS_AHEAD + ")");
        db.commit();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(
          "The database " + jdbcUrl + " cannot be migrated: " + e.getMessage(), e);
    }
  }

  /** Creates the database where it is missing; {@code serverUrl} is any database of the server. */
  public static void createDatabase(
      String serverUrl, String admin, String adminPassword, String name) {
    if (!name.matches("[a-z_][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException("'" + name + "' is no plain database name");
    }
    try (Connection db = DriverManager.getConnection(serverUrl, admin, adminPassword);
        var exists = db.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?")) {
      exists.setString(1, name);
      try (var rows = exists.executeQuery();
          var statement = db.createStatement()) {
        if (!rows.next()) {
          statement.execute("CREATE DATABASE " + name);
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(
          "The database " + name + " cannot be created: " + e.getMessage(), e);
    }
  }

  /** Roles are global to a server: two migrations at once would race to create them. */
  private static void lock(Connection db) throws SQLException {
    try (var statement = db.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(" + LOCK + ")");
    }
  }
}
