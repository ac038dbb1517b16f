package com.omnify.scheduler.enrollment;

import com.omnify.kit.db.Pg;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.model.OutcomeKind;
import com.omnify.model.event.EnrollmentEvent.OutcomeRecorded;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.InteractionId;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.LogLine;
import com.omnify.scheduler.enrollment.policy.Steering;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What enrollments reached: once of each kind, whoever says so and however often. */
@Component
class Outcomes {

  /**
   * What was reached, and how it is known.
   *
   * @param source a word such as {@code api} or {@code booking_tool}
   * @param valueMicros millionths of {@code currency}; without one, of the client's
   */
  record Reached(
      OutcomeKind kind,
      String source,
      @Nullable DispatchId dispatch,
      @Nullable InteractionId interaction,
      @Nullable Long valueMicros,
      @Nullable String currency) {}

  record OutcomeView(
      UUID id,
      UUID enrollmentId,
      String kind,
      String source,
      @Nullable UUID stepId,
      @Nullable UUID dispatchId,
      @Nullable UUID interactionId,
      @Nullable Long valueMicros,
      @Nullable String currency,
      Instant at) {}

  private static final int LONGEST_SOURCE = 80;

  private final JdbcClient jdbc;
  private final Outbox outbox;
  private final Ids ids;
  private final MoveWriter writer;

  Outcomes(JdbcClient jdbc, Outbox outbox, Ids ids, MoveWriter writer) {
    this.jdbc = jdbc;
    this.outbox = outbox;
    this.ids = ids;
    this.writer = writer;
  }

  /**
   * Writes it down, says so and ends the enrollment, which the running transaction has locked.
   *
   * @param at fleet time
   * @return false where that had been reached before
   */
  boolean record(Enrollment enrollment, Reached reached, Instant at) {
    var ref = enrollment.ref();
    String source = reached.source().isBlank() ? "unknown" : reached.source();
    var written =
        jdbc.sql(
                """
                INSERT INTO outcomes (client_id, id, enrollment_id, contact_id, sequence_id, version, step_id, dispatch_id,
                  kind, source, interaction_id, value_micros, currency, at)
                SELECT :client, :id, :enrollment, :contact, :sequence, :version, :step, :dispatch, :kind, :source,
                  :interaction, :value, CASE WHEN CAST(:value AS bigint) IS NULL THEN NULL ELSE coalesce(:currency, c.currency) END, :at
                FROM clients c WHERE c.id = :client
                ON CONFLICT (client_id, enrollment_id, kind) DO NOTHING
                RETURNING currency
                """)
            .param("client", ref.clientId().value())
            .param("id", ids.next())
            .param("enrollment", ref.id().value())
            .param("contact", ref.contactId().value())
            .param("sequence", ref.sequenceId().value())
            .param("version", ref.version())
            .param(
                "step",
                enrollment.place().stepId() == null ? null : enrollment.place().stepId().value())
            .param("dispatch", reached.dispatch() == null ? null : reached.dispatch().value())
            .param("kind", reached.kind().wire())
            .param("source", source.substring(0, Math.min(source.length(), LONGEST_SOURCE)))
            .param(
                "interaction", reached.interaction() == null ? null : reached.interaction().value())
            .param("value", reached.valueMicros())
            .param("currency", reached.currency())
            .param("at", Pg.timestamp(at))
            .query((row, _) -> java.util.Optional.ofNullable(row.getString("currency")))
            .list();
    if (written.isEmpty()) {
      return false;
    }
    outbox.publish(
        new OutcomeRecorded(
            ids.eventId(),
            at,
            ref.clientId(),
            ref.contactId(),
            ref.id(),
            ref.sequenceId(),
            ref.version(),
            enrollment.place().stepId(),
            reached.kind(),
            reached.valueMicros(),
            written.getFirst().orElse(null)));
    if (Steering.isReached(enrollment)) {
      writer.note(
          enrollment,
          new LogLine(
              enrollment.place().stepId(),
              null,
              "noted",
              "outcome_recorded",
              "It has also " + reached.kind().wire(),
              null,
              at));
    } else {
      writer.write(List.of(Steering.reached(enrollment, reached.kind(), at)), at);
    }
    return true;
  }

  List<OutcomeView> of(ClientId client, EnrollmentId enrollment) {
    return jdbc.sql(
            """
            SELECT id, enrollment_id, kind, source, step_id, dispatch_id, interaction_id, value_micros, currency, at
            FROM outcomes WHERE client_id = :client AND enrollment_id = :enrollment ORDER BY id
            """)
        .param("client", client.value())
        .param("enrollment", enrollment.value())
        .query(
            (row, _) ->
                new OutcomeView(
                    Pg.uuid(row, "id"),
                    Pg.uuid(row, "enrollment_id"),
                    row.getString("kind"),
                    row.getString("source"),
                    row.getObject("step_id", UUID.class),
                    row.getObject("dispatch_id", UUID.class),
                    row.getObject("interaction_id", UUID.class),
                    row.getObject("value_micros", Long.class),
                    row.getString("currency"),
                    Pg.instant(row, "at")))
        .list();
  }
}
