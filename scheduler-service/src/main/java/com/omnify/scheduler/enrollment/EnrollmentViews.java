package com.omnify.scheduler.enrollment;

import com.omnify.kit.db.Pg;
import com.omnify.kit.web.Cursor;
import com.omnify.kit.web.Page;
import com.omnify.model.EnrollmentStatus;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.SequenceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Enrollments as people look at them. To be read in a client's transaction. */
@Component
class EnrollmentViews {

  record ContactView(
      @Nullable String firstName,
      @Nullable String lastName,
      @Nullable String phone,
      @Nullable String timeZone) {}

  /**
   * An enrollment with the names around it.
   *
   * @param what in words: what happens next, and why
   */
  record EnrollmentView(
      UUID id,
      UUID contactId,
      @Nullable String contactName,
      ContactView contact,
      UUID sequenceId,
      String sequenceName,
      int version,
      String status,
      @Nullable String statusReason,
      boolean needsHuman,
      @Nullable UUID stepId,
      @Nullable String stepName,
      @Nullable String stepKind,
      int position,
      int stepCount,
      @Nullable Instant nextStepAt,
      @Nullable UUID openDispatchId,
      @Nullable String openDispatchState,
      int attempt,
      int stepsDone,
      int sent,
      int failed,
      boolean replied,
      boolean answeredCall,
      boolean booked,
      @Nullable Instant lastStepAt,
      Instant startedAt,
      @Nullable Instant endedAt,
      String source,
      String what) {}

  /** What a list is narrowed to; null: all. */
  record Filter(
      @Nullable EnrollmentStatus status,
      @Nullable SequenceId sequence,
      @Nullable ContactId contact,
      @Nullable Boolean needsHuman) {}

  /** A line of the execution log. */
  record LogView(
      UUID id,
      Instant at,
      @Nullable UUID stepId,
      @Nullable String stepName,
      @Nullable UUID dispatchId,
      int version,
      String decision,
      String reasonCode,
      String reason,
      @Nullable Instant until) {}

  private static final String SELECT =
      """
      SELECT e.id, e.contact_id, nullif(trim(concat_ws(' ', c.first_name, c.last_name)), '') AS contact_name,
        c.first_name, c.last_name, c.phone, c.time_zone, e.sequence_id, q.name AS sequence_name, e.version, e.status, e.status_reason,
        e.needs_human, e.step_id, t.name AS step_name, t.kind AS step_kind, e.position,
        (SELECT count(*) FROM sequence_steps n WHERE n.client_id = e.client_id AND n.sequence_id = e.sequence_id
          AND n.version = e.version) AS step_count,
        e.next_step_at, e.open_dispatch_id, e.attempt, e.steps_done, e.sent, e.failed, e.replied, e.answered_call,
        e.booked, e.last_step_at, e.started_at, e.ended_at, e.source,
        (SELECT d.state FROM dispatches d WHERE d.client_id = e.client_id AND d.id = e.open_dispatch_id)
          AS open_dispatch_state,
        (SELECT l.reason FROM execution_log l WHERE l.client_id = e.client_id AND l.enrollment_id = e.id
          ORDER BY l.id DESC LIMIT 1) AS last_word
      FROM enrollments e
      JOIN contacts c ON c.client_id = e.client_id AND c.id = e.contact_id
      JOIN sequences q ON q.client_id = e.client_id AND q.id = e.sequence_id
      LEFT JOIN sequence_steps t ON t.client_id = e.client_id AND t.sequence_id = e.sequence_id
        AND t.version = e.version AND t.id = e.step_id
      """;

  private final JdbcClient jdbc;

  EnrollmentViews(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Optional<EnrollmentView> find(ClientId client, EnrollmentId id) {
    return jdbc.sql(SELECT + " WHERE e.client_id = :client AND e.id = :id")
        .param("client", client.value())
        .param("id", id.value())
        .query((row, _) -> view(row))
        .optional();
  }

  /** Newest first. */
  Page<EnrollmentView> list(ClientId client, Filter filter, int limit, @Nullable String cursor) {
    var rows =
        jdbc.sql(
                SELECT
                    + """
                     WHERE e.client_id = :client
                      AND (:status::text IS NULL OR e.status = :status)
                      AND (:sequence::uuid IS NULL OR e.sequence_id = :sequence)
                      AND (:contact::uuid IS NULL OR e.contact_id = :contact)
                      AND (:needs_human::boolean IS NULL OR e.needs_human = :needs_human)
                      AND (:before::uuid IS NULL OR e.id < :before)
                    ORDER BY e.id DESC LIMIT :limit
                    """)
            .param("client", client.value())
            .param("status", filter.status() == null ? null : filter.status().wire())
            .param("sequence", filter.sequence() == null ? null : filter.sequence().value())
            .param("contact", filter.contact() == null ? null : filter.contact().value())
            .param("needs_human", filter.needsHuman())
            .param("before", before(cursor))
            .param("limit", limit + 1)
            .query((row, _) -> view(row))
            .list();
    return Page.of(rows, limit, view -> Cursor.encode(view.id().toString()));
  }

  /** Oldest first: a story. */
  Page<LogView> log(ClientId client, EnrollmentId id, int limit, @Nullable String cursor) {
    var rows =
        jdbc.sql(
                """
                SELECT l.id, l.at, l.step_id, t.name AS step_name, l.dispatch_id, l.version, l.decision, l.reason_code,
                  l.reason, l.until
                FROM execution_log l
                LEFT JOIN sequence_steps t ON t.client_id = l.client_id AND t.sequence_id = l.sequence_id
                  AND t.version = l.version AND t.id = l.step_id
                WHERE l.client_id = :client AND l.enrollment_id = :id AND (:after::uuid IS NULL OR l.id > :after)
                ORDER BY l.id LIMIT :limit
                """)
            .param("client", client.value())
            .param("id", id.value())
            .param("after", before(cursor))
            .param("limit", limit + 1)
            .query(
                (row, _) ->
                    new LogView(
                        Pg.uuid(row, "id"),
                        Pg.instant(row, "at"),
                        row.getObject("step_id", UUID.class),
                        row.getString("step_name"),
                        row.getObject("dispatch_id", UUID.class),
                        row.getInt("version"),
                        row.getString("decision"),
                        row.getString("reason_code"),
                        row.getString("reason"),
                        Pg.instantOrNull(row, "until")))
            .list();
    return Page.of(rows, limit, line -> Cursor.encode(line.id().toString()));
  }

  private static @Nullable UUID before(@Nullable String cursor) {
    return cursor == null ? null : Cursor.uuid(Cursor.decode(cursor, 1).getFirst());
  }

  private static EnrollmentView view(ResultSet row) throws SQLException {
    String lastWord = row.getString("last_word");
    Instant next = Pg.instantOrNull(row, "next_step_at");
    String status = row.getString("status");
    return new EnrollmentView(
        Pg.uuid(row, "id"),
        Pg.uuid(row, "contact_id"),
        row.getString("contact_name"),
        new ContactView(
            row.getString("first_name"),
            row.getString("last_name"),
            row.getString("phone"),
            row.getString("time_zone")),
        Pg.uuid(row, "sequence_id"),
        row.getString("sequence_name"),
        row.getInt("version"),
        status,
        row.getString("status_reason"),
        row.getBoolean("needs_human"),
        row.getObject("step_id", UUID.class),
        row.getString("step_name"),
        row.getString("step_kind"),
        row.getInt("position"),
        row.getInt("step_count"),
        next,
        row.getString("open_dispatch_state") == null
            ? null
            : row.getObject("open_dispatch_id", UUID.class),
        row.getString("open_dispatch_state"),
        row.getInt("attempt"),
        row.getInt("steps_done"),
        row.getInt("sent"),
        row.getInt("failed"),
        row.getBoolean("replied"),
        row.getBoolean("answered_call"),
        row.getBoolean("booked"),
        Pg.instantOrNull(row, "last_step_at"),
        Pg.instant(row, "started_at"),
        Pg.instantOrNull(row, "ended_at"),
        row.getString("source"),
        what(
            status,
            row.getString("open_dispatch_state"),
            row.getObject("open_dispatch_id") != null,
            next,
            lastWord));
  }

  private static String what(
      String status,
      @Nullable String dispatchState,
      boolean waits,
      @Nullable Instant next,
      @Nullable String lastWord) {
    String word = lastWord == null ? "" : lastWord + ". ";
    if (!status.equals("active")) {
      return word
          + (status.equals("paused")
              ? "Paused: nothing is sent until it is resumed."
              : "The sequence is over for this person.");
    }
    if ("accepted".equals(dispatchState)) {
      // All else is done when it is accepted.
      return word + "Waits for the end of the call.";
    }
    if (dispatchState != null) {
      return word + "Waits for the outcome of a message that is " + dispatchState + ".";
    }
    if (waits) {
      return word + "Waits for that to be done.";
    }
    return word + (next == null ? "" : "The next step is due at " + next + ".");
  }
}
