package com.omnify.migrations;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Roles, grants and row-level security, applied whole after every migration, so that a new table is
 * never left out. Each service has a login that is bound to one client by RLS ({@code omnify_x})
 * and a role for background work across clients ({@code omnify_x_bg}) that it must take on
 * explicitly: forgetting either yields no rows.
 */
final class Grants {

  static final String SCHEMA = "omnify";
  static final String OWNER = "omnify_owner";
  static final String BACKGROUND = "omnify_background";

  private Grants() {}

  /** Creates what the migrations need: the schema, its owner and the services' roles. */
  static void createRoles(Connection db, String servicePassword) throws SQLException {
    createRole(db, OWNER, "NOLOGIN");
    createRole(db, BACKGROUND, "NOLOGIN");
    // A plain owner of a database may be no superuser: it must be a member to hand over the schema.
    execute(db, "GRANT " + OWNER + " TO CURRENT_USER");
    execute(db, "CREATE SCHEMA IF NOT EXISTS " + SCHEMA + " AUTHORIZATION " + OWNER);
    for (String service : TableOwners.SERVICES) {
      String login = login(service);
      createRole(db, login, "LOGIN");
      execute(db, "ALTER ROLE " + login + " PASSWORD " + literal(servicePassword));
      execute(db, "ALTER ROLE " + login + " SET search_path = " + SCHEMA);
      createRole(db, background(service), "NOLOGIN");
      execute(db, "GRANT " + BACKGROUND + " TO " + background(service) + " WITH INHERIT TRUE");
      // SET but not INHERIT: the login sees across clients only where it says so.
      execute(
          db, "GRANT " + background(service) + " TO " + login + " WITH INHERIT FALSE, SET TRUE");
      execute(db, "GRANT USAGE ON SCHEMA " + SCHEMA + " TO " + login + ", " + background(service));
    }
  }

  /** Applies the list to the tables as they stand now. */
  static void apply(Connection db) throws SQLException {
    var listed = new HashSet<String>();
    for (TableOwners.Rights rights : TableOwners.load()) {
      listed.add(rights.table());
      String table = SCHEMA + "." + rights.table();
      for (String service : TableOwners.SERVICES) {
        String both = login(service) + ", " + background(service);
        execute(db, "REVOKE ALL ON " + table + " FROM " + both);
        if (rights.owners().contains(service)) {
          execute(db, "GRANT SELECT, INSERT, UPDATE, DELETE ON " + table + " TO " + both);
        }
        if (rights.inserters().contains(service)) {
          execute(db, "GRANT INSERT ON " + table + " TO " + both);
        }
        if (rights.readers().contains(service)) {
          execute(db, "GRANT SELECT ON " + table + " TO " + both);
        }
      }
    }
    Set<String> unlisted = new HashSet<>(tables(db));
    unlisted.removeAll(listed);
    unlisted.remove("flyway_schema_history");
    if (!unlisted.isEmpty()) {
      throw new IllegalStateException("table-owners.tsv does not say who owns " + unlisted);
    }
    for (String service : TableOwners.SERVICES) {
      execute(db, "GRANT SELECT ON " + SCHEMA + ".flyway_schema_history TO " + login(service));
    }
    execute(
        db,
        "GRANT EXECUTE ON FUNCTION "
            + SCHEMA
            + ".ensure_partitions(int) TO "
            + background("scheduler"));
    secureRows(db);
  }

  private static void secureRows(Connection db) throws SQLException {
    for (String table : tables(db)) {
      String column = table.equals("clients") ? "id" : "client_id";
      if (!table.equals("clients") && !hasClient(db, table)) {
        continue;
      }
      String name = SCHEMA + "." + table;
      String mine = column + " = NULLIF(current_setting('app.client', true), '')::uuid";
      execute(db, "ALTER TABLE " + name + " ENABLE ROW LEVEL SECURITY");
      execute(db, "DROP POLICY IF EXISTS of_client ON " + name);
      execute(db, "DROP POLICY IF EXISTS of_background ON " + name);
      execute(
          db,
          "CREATE POLICY of_client ON " + name + " USING (" + mine + ") WITH CHECK (" + mine + ")");
      execute(
          db,
          "CREATE POLICY of_background ON "
              + name
              + " TO "
              + BACKGROUND
              + " USING (true) WITH CHECK (true)");
    }
  }

  /** Tables and partitioned parents; partitions are reached through their parents only. */
  private static List<String> tables(Connection db) throws SQLException {
    String sql =
        """
        SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'omnify' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        ORDER BY c.relname
        """;
    var names = new ArrayList<String>();
    try (Statement statement = db.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private static boolean hasClient(Connection db, String table) throws SQLException {
    String sql =
        """
        SELECT 1 FROM information_schema.columns
        WHERE table_schema = 'omnify' AND table_name = ? AND column_name = 'client_id'
        """;
    try (var statement = db.prepareStatement(sql)) {
      statement.setString(1, table);
      try (var rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  static String login(String service) {
    return "omnify_" + service;
  }

  static String background(String service) {
    return "omnify_" + service + "_bg";
  }

  private static void createRole(Connection db, String role, String attributes)
      throws SQLException {
    try (var statement = db.prepareStatement("SELECT 1 FROM pg_roles WHERE rolname = ?")) {
      statement.setString(1, role);
      try (var rows = statement.executeQuery()) {
        if (!rows.next()) {
          execute(db, "CREATE ROLE " + role + " " + attributes);
        }
      }
    }
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private static void execute(Connection db, String sql) throws SQLException {
    try (Statement statement = db.createStatement()) {
      statement.execute(sql);
    }
  }
}
