package com.omnify.learning.counting;

import com.omnify.kit.db.Pg;
import com.omnify.learning.counting.policy.Touch;
import com.omnify.model.event.EnrollmentEvent;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.InteractionId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What the counts need to know and events do not say, read for a batch at once. */
@Repository
class Touches {

  private final JdbcClient db;

  Touches(JdbcClient db) {
    this.db = db;
  }

  /** A dispatch of a client. */
  record DispatchKey(ClientId client, DispatchId dispatch) {}

  /** An inbound interaction of a client. */
  record InteractionKey(ClientId client, InteractionId interaction) {}

  /** Those of the dispatches that belong to a sequence and have been sent, or tried. */
  Map<DispatchKey, Touch> of(Collection<DispatchKey> keys) {
    if (keys.isEmpty()) {
      return Map.of();
    }
    List<DispatchKey> asked = List.copyOf(keys);
    var found = new HashMap<DispatchKey, Touch>();
    db.sql(
            """
            SELECT d.client_id, d.id, d.enrollment_id, d.sequence_id, d.version, d.step_id, e.started_at,
              coalesce(d.sent_at, d.outcome_at, e.started_at) AS sent_at
            FROM unnest(:clients, :dispatches) AS asked (client_id, id)
            JOIN dispatches d ON d.client_id = asked.client_id AND d.id = asked.id
            JOIN enrollments e ON e.client_id = d.client_id AND e.id = d.enrollment_id
            WHERE d.sequence_id IS NOT NULL AND d.step_id IS NOT NULL
            """)
        .param("clients", Pg.uuids(asked.stream().map(DispatchKey::client).toList()))
        .param("dispatches", Pg.uuids(asked.stream().map(DispatchKey::dispatch).toList()))
        .query(
            row -> {
              Touch touch = touch(row);
              found.put(new DispatchKey(touch.clientId(), touch.dispatchId()), touch);
            });
    return found;
  }

  private static Touch touch(ResultSet row) throws SQLException {
    return new Touch(
        Pg.id(row, "client_id", ClientId::new),
        Pg.id(row, "id", DispatchId::new),
        Pg.id(row, "enrollment_id", EnrollmentId::new),
        Pg.id(row, "sequence_id", SequenceId::new),
        row.getInt("version"),
        Pg.id(row, "step_id", StepId::new),
        Pg.instant(row, "sent_at"),
        Pg.instant(row, "started_at"));
  }

  /** Which dispatches inbound interactions answer. */
  Map<InteractionKey, DispatchKey> answered(Collection<InteractionKey> keys) {
    if (keys.isEmpty()) {
      return Map.of();
    }
    List<InteractionKey> asked = List.copyOf(keys);
    var found = new HashMap<InteractionKey, DispatchKey>();
    db.sql(
            """
            SELECT i.client_id, i.id, i.in_reply_to
            FROM unnest(:clients, :interactions) AS asked (client_id, id)
            JOIN contact_interactions i ON i.client_id = asked.client_id AND i.id = asked.id
            WHERE i.in_reply_to IS NOT NULL
            """)
        .param("clients", Pg.uuids(asked.stream().map(InteractionKey::client).toList()))
        .param("interactions", Pg.uuids(asked.stream().map(InteractionKey::interaction).toList()))
        .query(
            row -> {
              var client = Pg.id(row, "client_id", ClientId::new);
              found.put(
                  new InteractionKey(client, Pg.id(row, "id", InteractionId::new)),
                  new DispatchKey(client, Pg.id(row, "in_reply_to", DispatchId::new)));
            });
    return found;
  }

  /** When the enrollments of the events started. */
  Map<EnrollmentId, Instant> starts(Collection<? extends EnrollmentEvent> events) {
    var found = new HashMap<EnrollmentId, Instant>();
    db.sql(
            """
            SELECT e.id, e.started_at
            FROM (SELECT DISTINCT * FROM unnest(:clients, :enrollments)) AS asked (client_id, id)
            JOIN enrollments e ON e.client_id = asked.client_id AND e.id = asked.id
            """)
        .param("clients", Pg.uuids(events.stream().map(EnrollmentEvent::clientId).toList()))
        .param("enrollments", Pg.uuids(events.stream().map(EnrollmentEvent::enrollmentId).toList()))
        .query(
            row -> {
              found.put(Pg.id(row, "id", EnrollmentId::new), Pg.instant(row, "started_at"));
            });
    return found;
  }
}
