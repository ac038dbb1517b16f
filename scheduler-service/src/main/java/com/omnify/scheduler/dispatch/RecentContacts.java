package com.omnify.scheduler.dispatch;

import com.omnify.kit.db.Pg;
import com.omnify.model.id.ContactId;
import com.omnify.scheduler.enrollment.EnrolledPerson;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** When people were last written to and called, by whatever sequence, where a law counts that. */
@Component
class RecentContacts {

  private static final Duration COUNTED = Duration.ofHours(24);

  private final JdbcClient jdbc;

  RecentContacts(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Of the last 24 hours, the earliest first; what has not left yet counts as of now. Nobody else
   * decides about these people until the running transaction ends.
   *
   * @param now fleet time
   */
  Map<ContactId, List<Instant>> of(List<EnrolledPerson> people, Instant now) {
    var recent = new HashMap<ContactId, List<Instant>>();
    if (people.isEmpty()) {
      return recent;
    }
    var clients = Pg.uuids(people.stream().map(one -> one.enrollment().ref().clientId()).toList());
    var contacts =
        Pg.uuids(people.stream().map(one -> one.enrollment().ref().contactId()).toList());
    people.forEach(
        one -> recent.putIfAbsent(one.enrollment().ref().contactId(), new ArrayList<>()));
    // One after the other: two schedulers that look at once would each see room for one more.
    jdbc.sql(
            """
            SELECT pg_advisory_xact_lock(hashtextextended(k.id::text, 24))::text
            FROM (SELECT DISTINCT id FROM unnest(:contacts) AS u(id) ORDER BY id) k
            """)
        .param("contacts", contacts)
        .query(String.class)
        .list();
    jdbc.sql(
            """
            SELECT d.contact_id, coalesce(d.sent_at, :now) AS at
            FROM (SELECT DISTINCT client_id, contact_id FROM unnest(:clients, :contacts) AS u(client_id, contact_id)) k
            CROSS JOIN LATERAL (SELECT * FROM dispatches x
              WHERE x.client_id = k.client_id AND x.contact_id = k.contact_id OFFSET 0) d
            WHERE d.channel IN ('sms', 'voice') AND d.kind <> 'opt_out_confirmation'
              AND (d.state = 'ready'
                OR d.state IN ('sending', 'accepted', 'unknown', 'quarantined') AND d.sent_at > :since)
            ORDER BY d.contact_id, at
            """)
        .param("clients", clients)
        .param("contacts", contacts)
        .param("now", Pg.timestamp(now))
        .param("since", Pg.timestamp(now.minus(COUNTED)))
        .query(
            row -> {
              recent
                  .computeIfAbsent(Pg.id(row, "contact_id", ContactId::new), _ -> new ArrayList<>())
                  .add(Pg.instant(row, "at"));
            });
    return recent;
  }
}
