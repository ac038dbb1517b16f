package com.omnify.bench.workload;

import com.omnify.bench.report.Measurement;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What the machine spent between two moments. */
final class Meter {

  private final Connection db;
  private final Supplier<Map<String, Duration>> cpu;
  private final Map<String, Duration> cpuBefore;
  private final long walBefore;

  private Meter(Connection db, Supplier<Map<String, Duration>> cpu) throws SQLException {
    this.db = db;
    this.cpu = cpu;
    this.cpuBefore = cpu.get();
    this.walBefore = wal(db);
  }

  static Meter start(Connection db, Supplier<Map<String, Duration>> cpu) throws SQLException {
    return new Meter(db, cpu);
  }

  Measurement stop(String workload, int run, int steps, Duration took) throws SQLException {
    var spent = new HashMap<String, Duration>();
    cpu.get()
        .forEach(
            (process, now) ->
                spent.put(process, now.minus(cpuBefore.getOrDefault(process, Duration.ZERO))));
    return new Measurement(workload, run, steps, took, spent, wal(db) - walBefore);
  }

  private static long wal(Connection db) throws SQLException {
    return one(db, "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint");
  }

  static long one(Connection db, String sql) throws SQLException {
    try (var statement = db.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** The states of a client's dispatches with their numbers, in words. */
  static String states(Connection db, Population.Client client) throws SQLException {
    try (var statement =
        db.prepareStatement(
            """
            SELECT string_agg(state || ' ' || n, ', ') FROM (
              SELECT state, count(*) AS n FROM dispatches WHERE client_id = ? GROUP BY 1) x
            """)) {
      statement.setObject(1, client.id());
      try (var rows = statement.executeQuery()) {
        rows.next();
        return String.valueOf(rows.getString(1));
      }
    }
  }
}
