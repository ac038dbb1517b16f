package com.omnify.scheduler.enrollment;

import com.omnify.kit.db.Pg;
import com.omnify.kit.quiet.policy.Whereabouts;
import com.omnify.model.Channel;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads enrollments together with their contacts, locked for the running transaction. Rows are
 * locked in the order of their ids, so that two batches never wait for each other.
 */
@Component
public class EnrollmentRows {

  /** What {@link #person} needs; {@code c} is the contact. */
  static final String PERSON =
      """
      c.phone, c.phone_valid, c.phone_type, c.email, c.email_valid, c.time_zone, c.phone_time_zones,
        c.state AS home_state, c.postal_code AS home_postal_code,
        ARRAY(SELECT s.channel FROM suppressions s WHERE s.client_id = c.client_id
          AND s.identity IN (c.phone, c.email) AND s.lifted_at IS NULL) AS suppressed,
        ARRAY(SELECT DISTINCT ON (n.channel) CASE WHEN n.granted THEN '+' ELSE '-' END || n.channel
          FROM consents n WHERE n.client_id = c.client_id AND n.contact_id = c.id
          ORDER BY n.channel, n.at DESC, n.id DESC) AS consents
      """;

  /** What {@link #read} needs; {@code e} is the enrollment, {@code c} its contact. */
  public static final String COLUMNS =
      """
      e.client_id, e.id, e.contact_id, e.sequence_id, e.version, e.status, e.status_reason, e.step_id, e.position,
        e.next_step_at, e.open_dispatch_id, e.attempt, e.steps_done, e.sent, e.failed, e.replied, e.answered_call,
        e.booked, e.voicemail, e.needs_human, e.last_step_at, e.started_at, e.ended_at, e.row_version,
      """
          + PERSON;

  /**
   * Joins {@code e} and {@code c} to whatever names the enrollments, one look by primary key each.
   * Written so that the planner has no choice: on tables that were never analysed, as in a young
   * installation, it once preferred to join everybody with everybody.
   */
  public static String joined(String client, String id, String lock) {
    return """
        CROSS JOIN LATERAL (SELECT * FROM enrollments x WHERE x.client_id = %s AND x.id = %s %s) e
        CROSS JOIN LATERAL (SELECT * FROM contacts x WHERE x.client_id = e.client_id AND x.id = e.contact_id LIMIT 1) c
        """
        .formatted(client, id, lock);
  }

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
                FROM (SELECT DISTINCT client_id, id FROM unnest(:clients, :ids) AS u(client_id, id)
                  ORDER BY client_id, id) k
                """
                + joined("k.client_id", "k.id", "FOR UPDATE"))
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
    var keys =
        jdbc.sql(
                """
                SELECT e.client_id, e.id
                FROM (SELECT DISTINCT client_id, contact_id FROM unnest(:clients, :contacts) AS u(client_id, contact_id)) k
                CROSS JOIN LATERAL (SELECT * FROM enrollments e
                  WHERE e.client_id = k.client_id AND e.contact_id = k.contact_id OFFSET 0) e
                WHERE e.status IN ('active', 'paused')
                """)
            .param("clients", Pg.uuids(clients))
            .param("contacts", Pg.uuids(contacts))
            .query(
                (row, _) ->
                    new EnrollmentKey(
                        Pg.id(row, "client_id", ClientId::new),
                        Pg.id(row, "id", EnrollmentId::new)))
            .list();
    return lock(keys).stream().filter(person -> !person.enrollment().hasEnded()).toList();
  }

  /** Those of the contacts that are part of another one by now, and whose. */
  public Map<ContactId, ContactId> mergedInto(ClientId client, Collection<ContactId> contacts) {
    var merged = new HashMap<ContactId, ContactId>();
    jdbc.sql(
            """
            SELECT c.id, c.merged_into FROM (SELECT DISTINCT id FROM unnest(:contacts) AS u(id)) k
            JOIN contacts c ON c.client_id = :client AND c.id = k.id AND c.merged_into IS NOT NULL
            """)
        .param("client", client.value())
        .param("contacts", Pg.uuids(contacts))
        .query(
            row -> {
              merged.put(
                  Pg.id(row, "id", ContactId::new), Pg.id(row, "merged_into", ContactId::new));
            });
    return merged;
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
                row.getBoolean("booked"),
                row.getBoolean("voicemail")),
            row.getInt("row_version"));
    return new EnrolledPerson(enrollment, person(row, contact));
  }

  static Person person(ResultSet row, ContactId contact) throws SQLException {
    List<String> consents = texts(row.getArray("consents"));
    return new Person(
        contact,
        row.getString("phone"),
        row.getBoolean("phone_valid"),
        WireEnum.parse(PhoneType.class, row.getString("phone_type")),
        row.getString("email"),
        row.getBoolean("email_valid"),
        Whereabouts.of(
            row.getString("phone"),
            texts(row.getArray("phone_time_zones")),
            row.getString("home_state"),
            row.getString("home_postal_code"),
            row.getString("time_zone")),
        channels(texts(row.getArray("suppressed")), ""),
        channels(consents, "+"),
        channels(consents, "-"));
  }

  /** Those that are marked so. */
  private static Set<Channel> channels(List<String> marked, String mark) {
    return marked.isEmpty()
        ? Set.of()
        : marked.stream()
            .filter(text -> text.startsWith(mark))
            .map(text -> WireEnum.parse(Channel.class, text.substring(mark.length())))
            .collect(Collectors.toUnmodifiableSet());
  }

  private static List<String> texts(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }
}
