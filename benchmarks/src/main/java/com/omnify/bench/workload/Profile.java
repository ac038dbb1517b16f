package com.omnify.bench.workload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/** Where PostgreSQL's time and write-ahead log went between two moments, statement by statement. */
public final class Profile {

  private static final String STATEMENTS =
      """
      SELECT rolname, calls, rows, round(total_exec_time::numeric, 1) AS ms,
        round(total_plan_time::numeric, 1) AS plan_ms, wal_bytes, wal_fpi,
        left(regexp_replace(query, '\\s+', ' ', 'g'), 160) AS query
      FROM pg_stat_statements s JOIN pg_roles u ON u.oid = s.userid
      WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      ORDER BY total_exec_time DESC LIMIT 60
      """;

  private static final String WAL_OF_RELATIONS =
      """
      SELECT coalesce(c.relname, b.relfilenode::text) AS relation, b.resource_manager, b.record_type,
        count(*) AS records, sum(b.block_data_length) AS data, sum(b.block_fpi_length) AS images
      FROM pg_get_wal_block_info('%1$s', pg_current_wal_flush_lsn()) b
      LEFT JOIN pg_class c ON pg_relation_filenode(c.oid) = b.relfilenode
      GROUP BY 1, 2, 3 ORDER BY sum(b.block_data_length + b.block_fpi_length) + 40 * count(*) DESC LIMIT 60
      """;

  private static final String WAL =
      """
      SELECT * FROM pg_get_wal_stats('%1$s', pg_current_wal_flush_lsn(), true)
      WHERE count > 0 ORDER BY combined_size DESC LIMIT 40
      """;

  private final Connection db;
  private final String from;

  private Profile(Connection db, String from) {
    this.db = db;
    this.from = from;
  }

  /** Begins; the server must have pg_stat_statements loaded. */
  public static Profile begin(Connection db) throws SQLException {
    try (var statement = db.createStatement()) {
      statement.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public");
      statement.execute("CREATE EXTENSION IF NOT EXISTS pg_walinspect SCHEMA public");
      statement.execute("SET search_path = omnify, public");
      statement.execute("SELECT pg_stat_statements_reset()");
      try (var rows = statement.executeQuery("SELECT pg_current_wal_flush_lsn()")) {
        rows.next();
        return new Profile(db, rows.getString(1));
      }
    }
  }

  /** Ends; what it found goes to {@code statements.txt} and {@code wal.txt}. */
  public void write(Path directory) throws SQLException, IOException {
    Files.writeString(directory.resolve("statements.txt"), table(STATEMENTS));
    Files.writeString(
        directory.resolve("wal.txt"),
        table(WAL.formatted(from)) + "\n" + table(WAL_OF_RELATIONS.formatted(from)));
  }

  private String table(String sql) throws SQLException {
    var text = new StringBuilder();
    try (var statement = db.createStatement();
        var rows = statement.executeQuery(sql)) {
      int columns = rows.getMetaData().getColumnCount();
      for (int n = 1; n <= columns; n++) {
        text.append(rows.getMetaData().getColumnLabel(n)).append(n == columns ? "\n" : "\t");
      }
      while (rows.next()) {
        for (int n = 1; n <= columns; n++) {
          text.append(rows.getString(n)).append(n == columns ? "\n" : "\t");
        }
      }
    }
    return text.toString();
  }
}
