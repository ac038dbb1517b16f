package com.omnify.scheduler.enrollment;

import com.omnify.kit.db.Pg;
import com.omnify.model.EnrollmentStatus;
import com.omnify.model.PhoneType;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.Person;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads enrollments together with their contacts, locked for the running transaction. Rows are
 * locked in the order of their ids, so that two batches never wait for each other.
 */
@Component
public class EnrollmentRows {

  /** What {@link #read} needs; {@code e} is the enrollment, {@code c} its contact. */
  public static final String COLUMNS =
      """
      e.client_id, e.id, e.contact_id, e.sequence_id, e.version, e.status, e.status_reason, e.step_id, e.position,
        e.next_step_at, e.open_dispatch_id, e.attempt, e.steps_done, e.sent, e.failed, e.replied, e.answered_call,
        e.booked, e.needs_human, e.last_step_at, e.started_at, e.ended_at, e.row_version,
        c.phone, c.phone_valid, c.phone_type, c.time_zone, c.phone_time_zones,
        EXISTS (SELECT 1 FROM suppressions s WHERE s.client_id = c.client_id AND s.identity = c.phone
          AND s.channel = 'sms' AND s.lifted_at IS NULL) AS sms_suppressed
      """;

  private final JdbcClient jdbc;

  EnrollmentRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Those that exist, locked. */
  public List<EnrolledPerson> lock(Collection<EnrollmentKey> keys) {
    if (keys.isEmpty()) {
      return List.of();
    }
    return jdbc.sql(
            "SELECT "
                + COLUMNS
                + """
                FROM (SELECT DISTINCT * FROM unnest(:clients, :ids) AS k(client_id, id)) k
                JOIN enrollments e ON e.client_id = k.client_id AND e.id = k.id
                JOIN contacts c ON c.client_id = e.client_id AND c.id = e.contact_id
                ORDER BY e.client_id, e.id
                FOR UPDATE OF e
                """)
        .param("clients", Pg.uuids(keys.stream().map(EnrollmentKey::client).toList()))
        .param("ids", Pg.uuids(keys.stream().map(EnrollmentKey::id).toList()))
        .query((row, _) -> read(row))
        .list();
  }

  public Optional<EnrolledPerson> lock(ClientId client, EnrollmentId id) {
    return lock(List.of(new EnrollmentKey(client, id))).stream().findFirst();
  }

  /** All of these contacts' enrollments that have not ended, locked. */
  public List<EnrolledPerson> lockOpenOf(List<ClientId> clients, List<ContactId> contacts) {
    if (contacts.isEmpty()) {
      return List.of();
    }
    return jdbc.sql(
            "SELECT "
                + COLUMNS
                + """
                FROM (SELECT DISTINCT * FROM unnest(:clients, :contacts) AS k(client_id, contact_id)) k
                JOIN enrollments e ON e.client_id = k.client_id AND e.contact_id = k.contact_id
                JOIN contacts c ON c.client_id = e.client_id AND c.id = e.contact_id
                WHERE e.status IN ('active', 'paused')
                ORDER BY e.client_id, e.id
                FOR UPDATE OF e
                """)
        .param("clients", Pg.uuids(clients))
        .param("contacts", Pg.uuids(contacts))
        .query((row, _) -> read(row))
        .list();
  }

  /** A row of {@link #COLUMNS}. */
  public static EnrolledPerson read(ResultSet row) throws SQLException {
    var contact = Pg.id(row, "contact_id", ContactId::new);
    var enrollment =
        new Enrollment(
            new Enrollment.Ref(
                Pg.id(row, "client_id", ClientId::new),
                Pg.id(row, "id", EnrollmentId::new),
                contact,
                Pg.id(row, "sequence_id", SequenceId::new),
                row.getInt("version"),
                Pg.instant(row, "started_at")),
            new Enrollment.Standing(
                WireEnum.parse(EnrollmentStatus.class, row.getString("status")),
                row.getString("status_reason"),
                Pg.instantOrNull(row, "ended_at"),
                row.getBoolean("needs_human")),
            new Enrollment.Place(
                Pg.idOrNull(row, "step_id", StepId::new),
                row.getInt("position"),
                Pg.instantOrNull(row, "next_step_at"),
                Pg.idOrNull(row, "open_dispatch_id", DispatchId::new),
                row.getInt("attempt"),
                Pg.instantOrNull(row, "last_step_at")),
            new Enrollment.Tally(
                row.getInt("steps_done"), row.getInt("sent"), row.getInt("failed")),
            new Enrollment.Flags(
                row.getBoolean("replied"),
                row.getBoolean("answered_call"),
                row.getBoolean("booked")),
            row.getInt("row_version"));
    return new EnrolledPerson(enrollment, person(row, contact));
  }

  static Person person(ResultSet row, ContactId contact) throws SQLException {
    return new Person(
        contact,
        row.getString("phone"),
        row.getBoolean("phone_valid"),
        WireEnum.parse(PhoneType.class, row.getString("phone_type")),
        row.getString("time_zone"),
        texts(row.getArray("phone_time_zones")),
        row.getBoolean("sms_suppressed"));
  }

  private static List<String> texts(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }
}
