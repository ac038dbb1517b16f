package com.omnify.scheduler.dispatch;

import com.omnify.kit.db.KitJson;
import com.omnify.kit.db.Pg;
import com.omnify.model.id.EnrollmentId;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.sequence.policy.Conditions.Facts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What the steps that ask want to know: of the contact, and of what happened in the enrollment. */
@Component
class ConditionFacts {

  private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};

  private static final List<String> COLUMNS =
      List.of(
          "first_name",
          "last_name",
          "company",
          "source",
          "status",
          "state",
          "postal_code",
          "phone",
          "email",
          "phone_type");

  private final JdbcClient jdbc;
  private final JsonMapper json = KitJson.mapper();

  ConditionFacts(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Of each of these enrollments. */
  Map<EnrollmentId, Facts> of(List<Enrollment> enrollments) {
    var facts = new HashMap<EnrollmentId, Facts>();
    if (enrollments.isEmpty()) {
      return facts;
    }
    jdbc.sql(
            """
            SELECT k.id AS enrollment_id, c.first_name, c.last_name, c.company, c.source, c.status, c.state, c.postal_code,
              c.phone, c.email, c.phone_type, c.tags, c.custom_fields::text AS custom_fields,
              k.replied, k.answered, k.booked, k.voicemail, i.opened, i.clicked
            FROM unnest(:clients, :ids, :contacts, :replied, :answered, :booked, :voicemail)
              AS k(client_id, id, contact_id, replied, answered, booked, voicemail)
            CROSS JOIN LATERAL (SELECT * FROM contacts x WHERE x.client_id = k.client_id AND x.id = k.contact_id LIMIT 1) c
            CROSS JOIN LATERAL (
              SELECT coalesce(bool_or(x.opened_at IS NOT NULL), false) AS opened,
                coalesce(bool_or(x.clicked_at IS NOT NULL), false) AS clicked
              FROM contact_interactions x
              WHERE x.client_id = k.client_id AND x.contact_id = k.contact_id AND x.enrollment_id = k.id) i
            """)
        .param("clients", Pg.uuids(enrollments.stream().map(e -> e.ref().clientId()).toList()))
        .param("ids", Pg.uuids(enrollments.stream().map(e -> e.ref().id()).toList()))
        .param("contacts", Pg.uuids(enrollments.stream().map(e -> e.ref().contactId()).toList()))
        .param("replied", Pg.booleans(enrollments.stream().map(e -> e.flags().replied()).toList()))
        .param(
            "answered",
            Pg.booleans(enrollments.stream().map(e -> e.flags().answeredCall()).toList()))
        .param("booked", Pg.booleans(enrollments.stream().map(e -> e.flags().booked()).toList()))
        .param(
            "voicemail", Pg.booleans(enrollments.stream().map(e -> e.flags().voicemail()).toList()))
        .query((row, _) -> Map.entry(Pg.id(row, "enrollment_id", EnrollmentId::new), read(row)))
        .list()
        .forEach(entry -> facts.put(entry.getKey(), entry.getValue()));
    return facts;
  }

  private Facts read(ResultSet row) throws SQLException {
    var fields = new HashMap<String, String>();
    for (String column : COLUMNS) {
      String value = row.getString(column);
      if (value != null) {
        fields.put(column, value);
      }
    }
    for (String flag : List.of("replied", "answered", "booked", "opened", "clicked", "voicemail")) {
      fields.put(flag, String.valueOf(row.getBoolean(flag)));
    }
    json.readValue(row.getString("custom_fields"), FIELDS)
        .forEach(
            (name, value) -> {
              if (value != null) {
                fields.put("custom." + name, String.valueOf(value));
              }
            });
    return new Facts(fields, List.of((String[]) row.getArray("tags").getArray()));
  }
}
