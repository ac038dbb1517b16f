package com.omnify.scheduler.dispatch;

import com.omnify.kit.db.Pg;
import com.omnify.model.id.ClientId;
import com.omnify.scheduler.enrollment.EnrolledPerson;
import com.omnify.scheduler.enrollment.EnrollmentRows;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
   * @param waits steps that only wait
   * @param looks at open dispatches
   * @param inFlight dispatches that stand READY or SENDING
   * @param perSecond what the client's numbers and mailboxes can send in a real second, and calls
   *     that its accounts may have under way
   */
  record Backlog(
      ClientId client, int urgent, int normal, int waits, int looks, int inFlight, int perSecond) {

    int due() {
      return urgent + normal + waits + looks;
    }
  }

  /** How many rows of each kind a client gets claimed. */
  record Share(ClientId client, int urgent, int normal, int waits, int looks) {
    boolean isEmpty() {
      return urgent + normal + waits + looks == 0;
    }
  }

  /** Now by the fleet clock, for steps, and by the real one, for looks. */
  record Now(Instant fleet, Instant real) {}

  /** When the next row of each kind is due; null where there is none. */
  record Next(@Nullable Instant stepAt, @Nullable Instant lookAt) {}

  /**
   * A claimed row: locked, as its enrollment is.
   *
   * @param dueAt fleet time of a step, real time of a look
   */
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

  /**
   * Clients with overdue work or with dispatches in flight.
   *
   * @param batch of each kind no more are counted
   * @param countAt what is in flight is counted only for clients with so many due at most; of
   *     others it is 0
   */
  List<Backlog> backlogs(Now now, int batch, int countAt) {
    return jdbc.sql(
            CLIENTS_IN_DUE
                + """
                SELECT k.client_id, u.n AS urgent, o.n AS normal, f.n AS waits, w.n AS looks, i.n AS in_flight, p.n AS per_second
                FROM k
                CROSS JOIN LATERAL (SELECT count(*) AS n FROM (SELECT 1 FROM due d WHERE d.client_id = k.client_id
                  AND d.urgent AND NOT d.watchdog AND d.channel <> 'flow' AND d.due_at <= :now LIMIT :batch) x) u
                CROSS JOIN LATERAL (SELECT count(*) AS n FROM (SELECT 1 FROM due d WHERE d.client_id = k.client_id
                  AND NOT d.urgent AND NOT d.watchdog AND d.channel <> 'flow' AND d.due_at <= :now LIMIT :batch) x) o
                CROSS JOIN LATERAL (SELECT count(*) AS n FROM (SELECT 1 FROM due d WHERE d.client_id = k.client_id
                  AND NOT d.watchdog AND d.channel = 'flow' AND d.due_at <= :now LIMIT :batch) x) f
                CROSS JOIN LATERAL (SELECT count(*) AS n FROM (SELECT 1 FROM due d WHERE d.client_id = k.client_id
                  AND d.watchdog AND d.due_at <= :real_now LIMIT :batch) x) w
                CROSS JOIN LATERAL (SELECT count(*) AS n FROM (SELECT 1 FROM due d WHERE d.client_id = k.client_id
                  AND d.in_flight AND u.n + o.n + f.n + w.n <= :count_at LIMIT 10000) x) i
                CROSS JOIN LATERAL (SELECT
                    (SELECT coalesce(sum(n.per_second), 0) FROM phone_numbers n
                      WHERE n.client_id = k.client_id AND n.active AND n.sms_enabled)
                    + (SELECT coalesce(sum(m.per_second), 0) FROM mailboxes m
                      WHERE m.client_id = k.client_id AND m.active)
                    + (SELECT coalesce(sum(coalesce((a.settings ->> 'concurrency')::int, 10)), 0)
                      FROM provider_accounts a
                      WHERE a.client_id = k.client_id AND a.active AND a.provider = 'vapi') AS n) p
                WHERE k.client_id IS NOT NULL AND u.n + o.n + f.n + w.n + i.n > 0
                """)
        .param("now", Pg.timestamp(now.fleet()))
        .param("real_now", Pg.timestamp(now.real()))
        .param("batch", batch)
        .param("count_at", countAt)
        .query(
            (row, _) ->
                new Backlog(
                    Pg.id(row, "client_id", ClientId::new),
                    row.getInt("urgent"),
                    row.getInt("normal"),
                    row.getInt("waits"),
                    row.getInt("looks"),
                    row.getInt("in_flight"),
                    row.getInt("per_second")))
        .list();
  }

  /**
   * Claims: locks the due rows and their enrollments and reads all that deciding them needs. What
   * somebody else has locked is left to them.
   */
  List<Claimed> claim(List<Share> shares, Now now) {
    return jdbc.sql(
            """
            WITH share AS MATERIALIZED (
              SELECT * FROM unnest(:clients, :urgent, :normal, :waits, :looks) AS s(client_id, urgent, normal, waits, looks)
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
            ), waits AS MATERIALIZED (
              SELECT d.* FROM share s CROSS JOIN LATERAL (
                SELECT d.client_id, d.enrollment_id, d.watchdog, d.in_flight, d.due_at FROM due d
                WHERE d.client_id = s.client_id AND NOT d.watchdog AND d.channel = 'flow' AND d.due_at <= :now
                ORDER BY d.due_at LIMIT s.waits FOR UPDATE SKIP LOCKED) d
            ), looks AS MATERIALIZED (
              SELECT d.* FROM share s CROSS JOIN LATERAL (
                SELECT d.client_id, d.enrollment_id, d.watchdog, d.in_flight, d.due_at FROM due d
                WHERE d.client_id = s.client_id AND d.watchdog AND d.due_at <= :real_now
                ORDER BY d.due_at LIMIT s.looks FOR UPDATE SKIP LOCKED) d
            )
            SELECT p.watchdog, p.in_flight, p.due_at,
            """
                + EnrollmentRows.COLUMNS
                + """
                FROM (SELECT * FROM urgent UNION ALL SELECT * FROM normal UNION ALL SELECT * FROM waits
                  UNION ALL SELECT * FROM looks) p
                """
                + EnrollmentRows.joined("p.client_id", "p.enrollment_id", "FOR UPDATE SKIP LOCKED"))
        .param("clients", Pg.uuids(shares.stream().map(Share::client).toList()))
        .param("urgent", Pg.ints(shares.stream().map(Share::urgent).toList()))
        .param("normal", Pg.ints(shares.stream().map(Share::normal).toList()))
        .param("waits", Pg.ints(shares.stream().map(Share::waits).toList()))
        .param("looks", Pg.ints(shares.stream().map(Share::looks).toList()))
        .param("now", Pg.timestamp(now.fleet()))
        .param("real_now", Pg.timestamp(now.real()))
        .query(
            (row, _) ->
                new Claimed(
                    EnrollmentRows.read(row),
                    row.getBoolean("watchdog"),
                    row.getBoolean("in_flight"),
                    Pg.instant(row, "due_at")))
        .list();
  }

  /**
   * Waits for whoever is changing the switches of a sequence and its client, and keeps others from
   * it to the end of the transaction.
   */
  void holdSwitches(Enrollment.Ref ref) {
    jdbc.sql(
            """
            SELECT FROM clients c JOIN sequences q ON q.client_id = c.id
            WHERE c.id = :client AND q.id = :sequence FOR SHARE
            """)
        .param("client", ref.clientId().value())
        .param("sequence", ref.sequenceId().value())
        .query((_, _) -> true)
        .list();
  }

  /**
   * Whether some client with no more than so many steps overdue has one due soon.
   *
   * @param few overdue steps
   * @param soon fleet time
   */
  boolean littleIsDue(int few, Now now, Instant soon) {
    return jdbc.sql(
            CLIENTS_IN_DUE
                + """
                SELECT EXISTS (SELECT FROM k
                  WHERE k.client_id IS NOT NULL
                    AND (EXISTS (SELECT FROM due d WHERE d.client_id = k.client_id AND d.urgent AND NOT d.watchdog
                        AND d.channel <> 'flow' AND d.due_at <= :soon)
                      OR EXISTS (SELECT FROM due d WHERE d.client_id = k.client_id AND NOT d.urgent AND NOT d.watchdog
                        AND d.channel <> 'flow' AND d.due_at <= :soon))
                    AND (SELECT count(*) FROM (SELECT FROM due d WHERE d.client_id = k.client_id AND d.urgent
                      AND NOT d.watchdog AND d.channel <> 'flow' AND d.due_at <= :now LIMIT :few + 1) x)
                    + (SELECT count(*) FROM (SELECT FROM due d WHERE d.client_id = k.client_id AND NOT d.urgent
                      AND NOT d.watchdog AND d.channel <> 'flow' AND d.due_at <= :now LIMIT :few + 1) x) <= :few)
                """)
        .param("now", Pg.timestamp(now.fleet()))
        .param("soon", Pg.timestamp(soon))
        .param("few", few)
        .query(Boolean.class)
        .single();
  }

  /** When the next rows are due, overdue ones included. */
  Next next() {
    return jdbc.sql(
            CLIENTS_IN_DUE
                + """
                SELECT min(t.step_at) AS step_at, min(t.look_at) AS look_at FROM k CROSS JOIN LATERAL (
                  (SELECT d.due_at AS step_at, NULL::timestamptz AS look_at FROM due d
                    WHERE d.client_id = k.client_id AND d.urgent AND NOT d.watchdog AND d.channel <> 'flow'
                    ORDER BY d.due_at LIMIT 1)
                  UNION ALL
                  (SELECT d.due_at, NULL FROM due d WHERE d.client_id = k.client_id AND NOT d.urgent
                    AND NOT d.watchdog AND d.channel <> 'flow' ORDER BY d.due_at LIMIT 1)
                  UNION ALL
                  (SELECT d.due_at, NULL FROM due d WHERE d.client_id = k.client_id AND NOT d.watchdog
                    AND d.channel = 'flow' ORDER BY d.due_at LIMIT 1)
                  UNION ALL
                  (SELECT NULL, d.due_at FROM due d WHERE d.client_id = k.client_id AND d.watchdog
                    ORDER BY d.due_at LIMIT 1)
                ) t
                """)
        .query(
            (row, _) ->
                new Next(Pg.instantOrNull(row, "step_at"), Pg.instantOrNull(row, "look_at")))
        .single();
  }
}
