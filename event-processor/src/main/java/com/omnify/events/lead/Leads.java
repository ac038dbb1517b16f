package com.omnify.events.lead;

import com.omnify.events.lead.policy.LeadContact;
import com.omnify.kit.db.Pg;
import com.omnify.model.event.ContactEvent.LeadCame;
import com.omnify.model.event.LeadEvent.LeadRefused;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.LeadId;
import com.omnify.model.id.LeadSourceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of the leads. All calls run in the caller's transaction. */
@Component
class Leads {

  private static final String COLUMNS =
      """
      id, source_id, kind, external_id, form, campaign, payload::text AS payload, state, detail, contact_id,
      other_contact_id, received_at
      """;

  private final JdbcClient db;

  Leads(JdbcClient db) {
    this.db = db;
  }

  /** Long enough to find out why a form's leads come in wrong. */
  static final Duration SAID_KEPT = Duration.ofDays(30);

  private static final int FORGOTTEN_AT_ONCE = 5_000;

  /** What became of a lead so far. */
  enum State {
    /** Facebook's: what it says is still to be fetched. */
    TO_FETCH,
    RECEIVED,
    /** It has its contact. */
    ACCEPTED,
    /** No contact can be made of it. */
    REFUSED,
    /** It could not be fetched. */
    FAILED,
    /** A try of the form's wiring. */
    TEST;

    String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** A row to be. */
  record NewLead(
      LeadId id,
      @Nullable LeadSourceId source,
      String kind,
      String externalId,
      @Nullable String form,
      @Nullable String campaign,
      State state,
      String payload,
      @Nullable LeadContact contact) {}

  /** A lead as it is shown; {@code payload} is JSON text. */
  record Lead(
      UUID id,
      @Nullable UUID sourceId,
      String kind,
      String externalId,
      @Nullable String form,
      @Nullable String campaign,
      String payload,
      String state,
      @Nullable String detail,
      @Nullable UUID contactId,
      @Nullable UUID otherContactId,
      Instant receivedAt) {}

  /** Two at the same time: the second waits for the first. False where it is there already. */
  boolean insert(ClientId client, NewLead lead) {
    return db.sql(
                """
                INSERT INTO leads (client_id, id, source_id, kind, external_id, form, campaign, state, payload, contact,
                  next_try_at)
                VALUES (:client, :id, :source, :kind, :externalId, :form, :campaign, :state, :payload, :contact,
                  CASE WHEN :state = 'to_fetch' THEN now() END)
                ON CONFLICT (client_id, source_id, external_id) DO NOTHING
                """)
            .param("client", client.value())
            .param("id", lead.id().value())
            .param("source", lead.source() == null ? null : lead.source().value())
            .param("kind", lead.kind())
            .param("externalId", lead.externalId())
            .param("form", lead.form())
            .param("campaign", lead.campaign())
            .param("state", lead.state().wire())
            .param("payload", Pg.rawJsonb(lead.payload()))
            .param("contact", Pg.jsonb(lead.contact()))
            .update()
        == 1;
  }

  Optional<Lead> find(ClientId client, LeadId id) {
    return db.sql("SELECT " + COLUMNS + " FROM leads WHERE client_id = :client AND id = :id")
        .param("client", client.value())
        .param("id", id.value())
        .query((row, _) -> lead(row))
        .optional();
  }

  Optional<Lead> named(ClientId client, @Nullable LeadSourceId source, String externalId) {
    return db.sql(
            "SELECT "
                + COLUMNS
                + """
                FROM leads WHERE client_id = :client AND source_id IS NOT DISTINCT FROM :source::uuid
                  AND external_id = :externalId
                """)
        .param("client", client.value())
        .param("source", source == null ? null : source.value())
        .param("externalId", externalId)
        .query((row, _) -> lead(row))
        .optional();
  }

  /** The newest first, older than {@code before}. */
  List<Lead> list(
      ClientId client,
      @Nullable UUID source,
      @Nullable String state,
      @Nullable UUID contact,
      @Nullable UUID before,
      int limit) {
    return db.sql(
            "SELECT "
                + COLUMNS
                + """
                FROM leads
                WHERE client_id = :client
                  AND (:source::uuid IS NULL OR source_id = :source)
                  AND (:state::text IS NULL OR state = :state)
                  AND (:contact::uuid IS NULL OR contact_id = :contact)
                  AND (:before::uuid IS NULL OR id < :before)
                ORDER BY id DESC LIMIT :limit
                """)
        .param("client", client.value())
        .param("source", source)
        .param("state", state)
        .param("contact", contact)
        .param("before", before)
        .param("limit", limit)
        .query((row, _) -> lead(row))
        .list();
  }

  /** Notes whose they became. */
  void accept(Collection<LeadCame> came) {
    db.sql(
            """
            UPDATE leads l SET state = 'accepted',
              -- whoever was merged in the meantime
              contact_id = coalesce((SELECT c.merged_into FROM contacts c
                WHERE c.client_id = n.client_id AND c.id = n.contact_id), n.contact_id),
              other_contact_id = n.other_id
            FROM unnest(:clients, :ids, :contacts, :others) AS n(client_id, id, contact_id, other_id)
            WHERE l.client_id = n.client_id AND l.id = n.id AND l.state = 'received'
            """)
        .param("clients", Pg.uuids(came.stream().map(LeadCame::clientId).toList()))
        .param("ids", Pg.uuids(came.stream().map(LeadCame::leadId).toList()))
        .param("contacts", Pg.uuids(came.stream().map(LeadCame::contactId).toList()))
        .param("others", Pg.uuids(came.stream().map(LeadCame::otherContactId).toList()))
        .update();
  }

  void refuse(Collection<LeadRefused> refused) {
    db.sql(
            """
            UPDATE leads l SET state = 'refused', detail = n.reason
            FROM unnest(:clients, :ids, :reasons) AS n(client_id, id, reason)
            WHERE l.client_id = n.client_id AND l.id = n.id AND l.state = 'received'
            """)
        .param("clients", Pg.uuids(refused.stream().map(LeadRefused::clientId).toList()))
        .param("ids", Pg.uuids(refused.stream().map(LeadRefused::leadId).toList()))
        .param("reasons", Pg.texts(refused.stream().map(LeadRefused::reason).toList()))
        .update();
  }

  /** What was one contact's is another's now. */
  void repoint(ClientId client, ContactId from, ContactId to) {
    db.sql(
            """
            UPDATE leads SET contact_id = CASE WHEN contact_id = :from THEN :to ELSE contact_id END,
              other_contact_id = nullif(CASE WHEN other_contact_id = :from THEN :to ELSE other_contact_id END,
                CASE WHEN contact_id = :from THEN :to ELSE contact_id END)
            WHERE client_id = :client AND (contact_id = :from OR other_contact_id = :from)
            """)
        .param("client", client.value())
        .param("from", from.value())
        .param("to", to.value())
        .update();
    db.sql(
            """
            UPDATE notifications SET contact_id = :to WHERE client_id = :client AND contact_id = :from
            """)
        .param("client", client.value())
        .param("from", from.value())
        .param("to", to.value())
        .update();
  }

  /** One that is to be fetched. */
  record Fetch(ClientId client, LeadId id, LeadSourceId source, String externalId, int tries) {}

  /** Where leads are fetched from. */
  record Source(ClientId client, LeadSourceId id) {}

  /**
   * Takes what is due to be fetched, so that no other instance does for a minute: of each source,
   * and of each client, as much as has room. Where more is due than asked for, everybody's first
   * comes before anybody's second.
   *
   * @param busy what is being fetched of sources already
   */
  List<Fetch> claim(
      Map<Source, Integer> busy, int perSource, int perClient, int most, Instant realNow) {
    List<Map.Entry<Source, Integer>> underWay = List.copyOf(busy.entrySet());
    return db.sql(
            """
            WITH busy AS MATERIALIZED (
              SELECT * FROM unnest(:busy_clients, :busy_sources, :busy_n) AS b(client_id, source_id, n)
            ), of_source AS (
              SELECT l.client_id, l.id, l.source_id, l.next_try_at, coalesce(b.n, 0)
                  + row_number() OVER (PARTITION BY l.client_id, l.source_id ORDER BY l.next_try_at, l.id) AS nth
              FROM leads l
              LEFT JOIN busy b ON b.client_id = l.client_id AND b.source_id = l.source_id
              WHERE l.state = 'to_fetch' AND l.next_try_at <= :now AND l.source_id IS NOT NULL
            ), of_client AS (
              SELECT s.client_id, s.id, s.next_try_at, coalesce(b.n, 0)
                  + row_number() OVER (PARTITION BY s.client_id ORDER BY s.nth, s.next_try_at, s.id) AS nth
              FROM of_source s
              LEFT JOIN (SELECT client_id, sum(n) AS n FROM busy GROUP BY client_id) b ON b.client_id = s.client_id
              WHERE s.nth <= :per_source
            ), due AS (
              SELECT client_id, id FROM of_client WHERE nth <= :per_client ORDER BY nth, next_try_at, id LIMIT :most
            )
            UPDATE leads l SET tries = l.tries + 1, next_try_at = :now::timestamptz + interval '1 minute'
            FROM due
            WHERE l.client_id = due.client_id AND l.id = due.id
              -- whoever was faster has moved it on
              AND l.state = 'to_fetch' AND l.next_try_at <= :now
            RETURNING l.client_id, l.id, l.source_id, l.external_id, l.tries
            """)
        .param(
            "busy_clients", Pg.uuids(underWay.stream().map(one -> one.getKey().client()).toList()))
        .param("busy_sources", Pg.uuids(underWay.stream().map(one -> one.getKey().id()).toList()))
        .param("busy_n", Pg.ints(underWay.stream().map(Map.Entry::getValue).toList()))
        .param("per_source", perSource)
        .param("per_client", perClient)
        .param("now", Pg.timestamp(realNow))
        .param("most", most)
        .query(
            (row, _) ->
                new Fetch(
                    Pg.id(row, "client_id", ClientId::new),
                    Pg.id(row, "id", LeadId::new),
                    Pg.id(row, "source_id", LeadSourceId::new),
                    row.getString("external_id"),
                    row.getInt("tries")))
        .list();
  }

  /** Takes what was fetched; false where somebody else did. */
  boolean fetched(
      ClientId client,
      LeadId id,
      @Nullable String form,
      @Nullable String campaign,
      String payload,
      LeadContact contact) {
    return db.sql(
                """
                UPDATE leads SET state = 'received', form = coalesce(form, :form), campaign = coalesce(campaign, :campaign),
                  payload = payload || jsonb_build_object('fetched', :payload::jsonb), contact = :contact,
                  next_try_at = NULL, detail = NULL
                WHERE client_id = :client AND id = :id AND state = 'to_fetch'
                """)
            .param("client", client.value())
            .param("id", id.value())
            .param("form", form)
            .param("campaign", campaign)
            .param("payload", payload)
            .param("contact", Pg.jsonb(contact))
            .update()
        == 1;
  }

  /**
   * It could not be fetched.
   *
   * @param next when to try again; null: no more
   */
  void notFetched(ClientId client, LeadId id, @Nullable Instant next, String why) {
    db.sql(
            """
            UPDATE leads SET state = CASE WHEN :next::timestamptz IS NULL THEN 'failed' ELSE state END,
              next_try_at = :next, detail = :why
            WHERE client_id = :client AND id = :id AND state = 'to_fetch'
            """)
        .param("client", client.value())
        .param("id", id.value())
        .param("next", Pg.timestamp(next))
        .param("why", why)
        .update();
  }

  /**
   * Forgets what old leads said of people, of whom memory-service alone knows then, or nobody; true
   * where more may be left. That they came, and whose they became, stays, so that one that is sent
   * again is still the same.
   */
  boolean forget(Instant realNow) {
    return db.sql(
                """
                UPDATE leads SET payload = '{}', contact = NULL
                WHERE ctid = ANY (ARRAY(
                  SELECT ctid FROM leads
                  WHERE received_at < :before AND state IN ('accepted', 'refused', 'failed', 'test')
                    AND (payload <> '{}' OR contact IS NOT NULL)
                  LIMIT :most))
                """)
            .param("before", Pg.timestamp(realNow.minus(SAID_KEPT)))
            .param("most", FORGOTTEN_AT_ONCE)
            .update()
        == FORGOTTEN_AT_ONCE;
  }

  private static Lead lead(ResultSet row) throws SQLException {
    return new Lead(
        Pg.uuid(row, "id"),
        row.getObject("source_id", UUID.class),
        row.getString("kind"),
        row.getString("external_id"),
        row.getString("form"),
        row.getString("campaign"),
        row.getString("payload"),
        row.getString("state"),
        row.getString("detail"),
        row.getObject("contact_id", UUID.class),
        row.getObject("other_contact_id", UUID.class),
        Pg.instant(row, "received_at"));
  }
}
