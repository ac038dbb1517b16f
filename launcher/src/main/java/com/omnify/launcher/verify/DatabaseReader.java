package com.omnify.launcher.verify;

import com.omnify.launcher.fleet.DatabaseAddress;
import com.omnify.launcher.verify.policy.Evidence.Call;
import com.omnify.launcher.verify.policy.Evidence.DispatchRow;
import com.omnify.launcher.verify.policy.Evidence.EnrollmentFlaw;
import com.omnify.launcher.verify.policy.Evidence.SuppressedSend;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The database of the fleet, in one snapshot, past row-level security. */
final class DatabaseReader implements AutoCloseable {

  private static final int FETCH = 5_000;

  private final Connection connection;

  DatabaseReader(DatabaseAddress database) throws SQLException {
    connection =
        DriverManager.getConnection(database.url(), database.adminUser(), database.adminPassword());
    try (var statement = connection.createStatement()) {
      statement.execute("SET search_path = omnify");
      // the tables force row-level security upon everyone but a superuser
      statement.execute("SET row_security = off");
    }
    connection.setReadOnly(true);
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
  }

  /** Ends the snapshot; the next query begins a new one. */
  void refresh() throws SQLException {
    connection.rollback();
  }

  List<DispatchRow> dispatches() throws SQLException {
    return query(
        """
        SELECT d.id, d.state, d.channel, d.enrollment_id, d.provider_id, d.identity, d.own_address,
               d.fenced_at, d.finished_at, i.content_body, i.identity AS said_to, i.own_address AS said_from,
               i.content_subject, i.message_id, i.ended_reason, i.call_seconds,
               (SELECT p.voice_number_id FROM phone_numbers p
                 WHERE d.channel = 'voice' AND p.client_id = d.client_id AND p.e164 = d.own_address) AS line
          FROM dispatches d
          LEFT JOIN contact_interactions i
            ON i.client_id = d.client_id AND i.id = d.id AND i.direction = 'outbound'
        """,
        row ->
            new DispatchRow(
                row.getString("id"),
                row.getString("state"),
                row.getString("channel"),
                row.getString("enrollment_id"),
                row.getString("provider_id"),
                row.getString("identity"),
                row.getString("own_address"),
                instant(row, "fenced_at"),
                instant(row, "finished_at"),
                row.getString("content_body"),
                row.getString("said_to"),
                row.getString("said_from"),
                row.getString("content_subject"),
                row.getString("message_id"),
                "voice".equals(row.getString("channel"))
                    ? new Call(
                        row.getString("line"),
                        row.getString("ended_reason"),
                        row.getObject("call_seconds", Integer.class))
                    : null));
  }

  /** Fenced while their address was suppressed, by the database's clock alone. */
  List<SuppressedSend> suppressedSends() throws SQLException {
    return query(
        """
        SELECT d.id, s.id AS suppression_id, s.created_at, d.fenced_at,
               d.kind = 'opt_out_confirmation' AND EXISTS (
                 SELECT FROM dispatch_texts t
                  WHERE t.client_id = d.client_id AND t.dispatch_id = d.id
                    AND t.suppression_id = s.id) AS confirms
          FROM suppressions s
          JOIN dispatches d
            ON d.client_id = s.client_id AND d.identity = s.identity AND d.channel = s.channel
         WHERE d.fenced_at > s.created_at
           AND (s.lifted_at IS NULL OR d.fenced_at < s.lifted_at)
           AND d.state IN ('accepted', 'sending', 'unknown', 'quarantined')
        """,
        row ->
            new SuppressedSend(
                row.getString("id"),
                row.getString("suppression_id"),
                row.getBoolean("confirms"),
                required(row, "created_at"),
                required(row, "fenced_at")));
  }

  /**
   * Enrollments in a state that must not last.
   *
   * @param grace what ended less long ago may still be on its way
   */
  List<EnrollmentFlaw> enrollmentFlaws(Duration grace) throws SQLException {
    var flaws = new ArrayList<EnrollmentFlaw>();
    flaws.addAll(
        query(
            """
            SELECT e.id, e.status, d.id AS dispatch, d.state, d.finished_at
              FROM enrollments e
              JOIN dispatches d ON d.client_id = e.client_id AND d.id = e.open_dispatch_id
             WHERE d.state IN ('accepted', 'rejected', 'not_sent', 'cancelled', 'expired', 'given_back')
               AND coalesce(d.finished_at, d.created_at) < now() - make_interval(secs => %d)
               -- a call that was taken is not over yet; nobody waits longer than half an hour
               AND (d.channel <> 'voice' OR d.state <> 'accepted' OR d.ended_reason IS NOT NULL
                 OR d.finished_at < now() - make_interval(mins => 35))
            """
                .formatted(grace.toSeconds()),
            row ->
                new EnrollmentFlaw(
                    EnrollmentFlaw.Kind.PARKED_ON_FINISHED_DISPATCH,
                    row.getString("id"),
                    "waits for dispatch %s, which is %s since %s"
                        .formatted(
                            row.getString("dispatch"),
                            row.getString("state"),
                            row.getString("finished_at")))));
    flaws.addAll(
        query(
            """
            SELECT e.id, e.open_dispatch_id
              FROM enrollments e
             WHERE e.open_dispatch_id IS NOT NULL
               AND NOT EXISTS (SELECT FROM dispatches d
                                WHERE d.client_id = e.client_id AND d.id = e.open_dispatch_id)
               AND NOT EXISTS (SELECT FROM step_orders o
                                WHERE o.client_id = e.client_id AND o.id = e.open_dispatch_id)
            """,
            row ->
                new EnrollmentFlaw(
                    EnrollmentFlaw.Kind.PARKED_ON_NOTHING,
                    row.getString("id"),
                    "waits for dispatch " + row.getString("open_dispatch_id"))));
    flaws.addAll(
        query(
            """
            SELECT enrollment_id AS id, string_agg(id::text, ', ') AS several
              FROM dispatches
             WHERE enrollment_id IS NOT NULL AND state IN ('ready', 'sending', 'unknown')
             GROUP BY client_id, enrollment_id
            HAVING count(*) > 1
            """,
            row ->
                new EnrollmentFlaw(
                    EnrollmentFlaw.Kind.TWO_OPEN_DISPATCHES,
                    row.getString("id"),
                    "dispatches " + row.getString("several"))));
    flaws.addAll(
        query(
            """
            SELECT e.id
              FROM enrollments e
             WHERE e.status = 'active'
               AND NOT EXISTS (SELECT FROM due
                                WHERE due.client_id = e.client_id AND due.enrollment_id = e.id)
            """,
            row ->
                new EnrollmentFlaw(
                    EnrollmentFlaw.Kind.ACTIVE_BUT_NEVER_DUE,
                    row.getString("id"),
                    "is active and nothing will ever wake it")));
    return flaws;
  }

  /** Whether something is being sent, or decided and not yet published. */
  boolean inMotion() throws SQLException {
    return query(
            """
            SELECT EXISTS (SELECT FROM dispatches WHERE state IN ('ready', 'sending'))
                OR EXISTS (SELECT FROM scheduler_outbox)
                OR EXISTS (SELECT FROM channels_outbox)
                OR EXISTS (SELECT FROM events_outbox) AS moving
            """,
            row -> row.getBoolean("moving"))
        .getFirst();
  }

  @FunctionalInterface
  private interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  private <T> List<T> query(String sql, Row<T> reader) throws SQLException {
    var rows = new ArrayList<T>();
    try (var statement = connection.createStatement()) {
      statement.setFetchSize(FETCH);
      try (var result = statement.executeQuery(sql)) {
        while (result.next()) {
          rows.add(reader.read(result));
        }
      }
    }
    return rows;
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    var value = row.getObject(column, OffsetDateTime.class);
    return value == null ? null : value.toInstant();
  }

  private static Instant required(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
