package com.omnify.scheduler.dispatch;

import com.omnify.kit.db.Pg;
import com.omnify.model.id.ClientId;
import com.omnify.scheduler.enrollment.EnrolledPerson;
import com.omnify.scheduler.enrollment.EnrollmentRows;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What waits for a time, across all clients. To be used in a background transaction. */
@Component
class DueRows {

  /**
   * Overdue work of a client, counted up to a batch.
   *
   * @param urgent steps that send and go before others
   * @param normal other steps that send
   * @param free waits and watchdogs, which need no sender
   * @param inFlight dispatches that stand READY or SENDING
   * @param perSecond what the client's numbers can send in a real second
   */
  record Backlog(ClientId client, int urgent, int normal, int free, int inFlight, int perSecond) {}

  /** How many rows of each kind a client gets claimed. */
  record Share(ClientId client, int urgent, int normal, int free) {
    boolean isEmpty() {
      return urgent + normal + free == 0;
    }
  }

  /** A claimed row: locked, as its enrollment is. */
  record Claimed(EnrolledPerson person, boolean watchdog, boolean inFlight, Instant dueAt) {}

  /** Jumps from client to client instead of walking the table. */
  private static final String CLIENTS_IN_DUE =
      """
      WITH RECURSIVE k(client_id) AS (
        (SELECT client_id FROM due ORDER BY client_id LIMIT 1)
        UNION ALL
        SELECT (SELECT d.client_id FROM due d WHERE d.client_id > k.client_id ORDER BY d.client_id LIMIT 1)
        FROM k WHERE k.client_id IS NOT NULL
      )
      """;

  private final JdbcClient jdbc;

  DueRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Clients with overdue work or with dispatches in flight. */
  List<Backlog> backlogs(Instant now, int batch) {
    return jdbc.sql(
            CLIENTS_IN_DUE
                + """
                SELECT k.client_id, u.n AS urgent, o.n AS normal, f.n AS free, i.n AS in_flight, p.n AS per_second
                FROM k
                CROSS JOIN LATERAL (SELECT count(*) AS n FROM (SELECT 1 FROM due d WHERE d.client_id = k.client_id
                  AND d.urgent AND NOT d.watchdog AND d.channel <> 'flow' AND d.due_at <= :now LIMIT :batch) x) u
                CROSS JOIN LATERAL (SELECT count(*) AS n FROM (SELECT 1 FROM due d WHERE d.client_id = k.client_id
                  AND NOT d.urgent AND NOT d.watchdog AND d.channel <> 'flow' AND d.due_at <= :now LIMIT :batch) x) o
                CROSS JOIN LATERAL (SELECT count(*) AS n FROM (SELECT 1 FROM due d WHERE d.client_id = k.client_id
                  AND (d.watchdog OR d.channel = 'flow') AND d.due_at <= :now LIMIT :batch) x) f
                CROSS JOIN LATERAL (SELECT count(*) AS n FROM (SELECT 1 FROM due d WHERE d.client_id = k.client_id
                  AND d.in_flight LIMIT 10000) x) i
                CROSS JOIN LATERAL (SELECT coalesce(sum(n.per_second), 0) AS n FROM phone_numbers n
                  WHERE n.client_id = k.client_id AND n.active AND n.sms_enabled) p
                WHERE k.client_id IS NOT NULL AND u.n + o.n + f.n + i.n > 0
                """)
        .param("now", Pg.timestamp(now))
        .param("batch", batch)
        .query(
            (row, _) ->
                new Backlog(
                    Pg.id(row, "client_id", ClientId::new),
                    row.getInt("urgent"),
                    row.getInt("normal"),
                    row.getInt("free"),
                    row.getInt("in_flight"),
                    row.getInt("per_second")))
        .list();
  }

  /**
   * Claims: locks the due rows and their enrollments and reads all that deciding them needs. What
   * somebody else has locked is left to them.
   */
  List<Claimed> claim(List<Share> shares, Instant now) {
    return jdbc.sql(
            """
            WITH share AS MATERIALIZED (
              SELECT * FROM unnest(:clients, :urgent, :normal, :free) AS s(client_id, urgent, normal, free)
            ), urgent AS MATERIALIZED (
              SELECT d.* FROM share s CROSS JOIN LATERAL (
                SELECT d.client_id, d.enrollment_id, d.watchdog, d.in_flight, d.due_at FROM due d
                WHERE d.client_id = s.client_id AND d.urgent AND NOT d.watchdog AND d.channel <> 'flow'
                  AND d.due_at <= :now
                ORDER BY d.due_at LIMIT s.urgent FOR UPDATE SKIP LOCKED) d
            ), normal AS MATERIALIZED (
              SELECT d.* FROM share s CROSS JOIN LATERAL (
                SELECT d.client_id, d.enrollment_id, d.watchdog, d.in_flight, d.due_at FROM due d
                WHERE d.client_id = s.client_id AND NOT d.urgent AND NOT d.watchdog AND d.channel <> 'flow'
                  AND d.due_at <= :now
                ORDER BY d.due_at LIMIT s.normal FOR UPDATE SKIP LOCKED) d
            ), free AS MATERIALIZED (
              SELECT d.* FROM share s CROSS JOIN LATERAL (
                SELECT d.client_id, d.enrollment_id, d.watchdog, d.in_flight, d.due_at FROM due d
                WHERE d.client_id = s.client_id AND (d.watchdog OR d.channel = 'flow') AND d.due_at <= :now
                ORDER BY d.due_at LIMIT s.free FOR UPDATE SKIP LOCKED) d
            )
            SELECT p.watchdog, p.in_flight, p.due_at,
            """
                + EnrollmentRows.COLUMNS
                + """
                FROM (SELECT * FROM urgent UNION ALL SELECT * FROM normal UNION ALL SELECT * FROM free) p
                """
                + EnrollmentRows.joined("p.client_id", "p.enrollment_id", "FOR UPDATE SKIP LOCKED"))
        .param("clients", Pg.uuids(shares.stream().map(Share::client).toList()))
        .param("urgent", Pg.ints(shares.stream().map(Share::urgent).toList()))
        .param("normal", Pg.ints(shares.stream().map(Share::normal).toList()))
        .param("free", Pg.ints(shares.stream().map(Share::free).toList()))
        .param("now", Pg.timestamp(now))
        .query(
            (row, _) ->
                new Claimed(
                    EnrollmentRows.read(row),
                    row.getBoolean("watchdog"),
                    row.getBoolean("in_flight"),
                    Pg.instant(row, "due_at")))
        .list();
  }

  /** When the next row is due, overdue ones included; empty when nothing waits. */
  Optional<Instant> next() {
    return jdbc.sql(
            CLIENTS_IN_DUE
                + """
                SELECT min(t.due_at) AS due_at FROM k CROSS JOIN LATERAL (
                  (SELECT d.due_at FROM due d WHERE d.client_id = k.client_id AND d.urgent AND NOT d.watchdog
                    AND d.channel <> 'flow' ORDER BY d.due_at LIMIT 1)
                  UNION ALL
                  (SELECT d.due_at FROM due d WHERE d.client_id = k.client_id AND NOT d.urgent AND NOT d.watchdog
                    AND d.channel <> 'flow' ORDER BY d.due_at LIMIT 1)
                  UNION ALL
                  (SELECT d.due_at FROM due d WHERE d.client_id = k.client_id
                    AND (d.watchdog OR d.channel = 'flow') ORDER BY d.due_at LIMIT 1)
                ) t
                """)
        .query((row, _) -> Optional.ofNullable(Pg.instantOrNull(row, "due_at")))
        .single();
  }

  /** Enrollments that have waited for the outcome of one dispatch since before that real time. */
  long waitingSince(Instant realTime) {
    return jdbc.sql(
            """
            SELECT count(*) FROM due d JOIN enrollments e ON e.client_id = d.client_id AND e.id = d.enrollment_id
            WHERE d.watchdog AND e.open_dispatch_id < uuid7_floor(:since)
            """)
        .param("since", Pg.timestamp(realTime))
        .query(Long.class)
        .single();
  }
}
