package com.omnify.memory.timeline;

import com.omnify.kit.db.Pg;
import com.omnify.memory.timeline.Outcome.Reached;
import com.omnify.model.Channel;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.InteractionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * The interactions, and the context that is kept ready from them. An interaction counts once: when
 * its outcome first says that it was said (or heard), in the statement that also adds it to the
 * context. So repeats and any order of events end in the same context. All calls run in the
 * caller's transaction.
 */
@Component
class Timeline {

  /** What {@code counted} holds is added to the contexts, one row each. */
  private static final String ADD_TO_CONTEXTS =
      """
      INSERT INTO contact_contexts AS c (client_id, contact_id, outbound_sms, inbound_sms, outbound_email, inbound_email,
        calls, first_contact_at, last_interaction_at, last_interaction_id, last_channel, last_direction,
        last_outbound_at, last_inbound_at, last_inbound_sms_id, last_inbound_sms)
      SELECT client_id, contact_id,
        count(*) FILTER (WHERE channel = 'sms' AND direction = 'outbound'),
        count(*) FILTER (WHERE channel = 'sms' AND direction = 'inbound'),
        count(*) FILTER (WHERE channel = 'email' AND direction = 'outbound'),
        count(*) FILTER (WHERE channel = 'email' AND direction = 'inbound'),
        count(*) FILTER (WHERE channel = 'voice'),
        min(occurred_at),
        max(occurred_at),
        (array_agg(id ORDER BY occurred_at DESC, id DESC))[1],
        (array_agg(channel ORDER BY occurred_at DESC, id DESC))[1],
        (array_agg(direction ORDER BY occurred_at DESC, id DESC))[1],
        max(occurred_at) FILTER (WHERE direction = 'outbound'),
        max(occurred_at) FILTER (WHERE direction = 'inbound'),
        (array_agg(id ORDER BY id DESC) FILTER (WHERE channel = 'sms' AND direction = 'inbound'))[1],
        (array_agg(content_body ORDER BY id DESC) FILTER (WHERE channel = 'sms' AND direction = 'inbound'))[1]
      FROM counted
      GROUP BY client_id, contact_id
      ORDER BY client_id, contact_id
      ON CONFLICT (client_id, contact_id) DO UPDATE SET
        outbound_sms = c.outbound_sms + excluded.outbound_sms,
        inbound_sms = c.inbound_sms + excluded.inbound_sms,
        outbound_email = c.outbound_email + excluded.outbound_email,
        inbound_email = c.inbound_email + excluded.inbound_email,
        calls = c.calls + excluded.calls,
        first_contact_at = least(c.first_contact_at, excluded.first_contact_at),
        last_channel = CASE WHEN (excluded.last_interaction_at, excluded.last_interaction_id)
          > (c.last_interaction_at, c.last_interaction_id) THEN excluded.last_channel ELSE c.last_channel END,
        last_direction = CASE WHEN (excluded.last_interaction_at, excluded.last_interaction_id)
          > (c.last_interaction_at, c.last_interaction_id) THEN excluded.last_direction ELSE c.last_direction END,
        last_interaction_id = CASE WHEN (excluded.last_interaction_at, excluded.last_interaction_id)
          > (c.last_interaction_at, c.last_interaction_id) THEN excluded.last_interaction_id
          ELSE c.last_interaction_id END,
        last_interaction_at = greatest(c.last_interaction_at, excluded.last_interaction_at),
        last_outbound_at = greatest(c.last_outbound_at, excluded.last_outbound_at),
        last_inbound_at = greatest(c.last_inbound_at, excluded.last_inbound_at),
        -- ids rise with the time of arrival
        last_inbound_sms = CASE WHEN excluded.last_inbound_sms_id > c.last_inbound_sms_id
          OR c.last_inbound_sms_id IS NULL THEN coalesce(excluded.last_inbound_sms, c.last_inbound_sms)
          ELSE c.last_inbound_sms END,
        last_inbound_sms_id = greatest(c.last_inbound_sms_id, excluded.last_inbound_sms_id),
        updated_at = now()
      """;

  private static final String RECORD_OUTCOMES =
      """
      WITH moved AS (
        UPDATE contact_interactions i
        SET outcome = n.outcome, failure = n.failure, provider_id = coalesce(i.provider_id, n.provider_id)
        FROM unnest(:clients, :ids, :outcomes, :failures, :providerIds)
          AS n(client_id, id, outcome, failure, provider_id)
        WHERE i.client_id = n.client_id AND i.id = n.id AND i.direction = 'outbound'
          AND array_position(:ranking, n.outcome) > coalesce(array_position(:ranking, i.outcome), 0)
        RETURNING new.client_id, new.contact_id, new.id, new.channel, new.direction, new.occurred_at,
          new.content_body, new.outcome, old.outcome AS before),
      counted AS (
        SELECT * FROM moved
        WHERE contact_id IS NOT NULL AND outcome = ANY (:said) AND NOT coalesce(before = ANY (:said), false))
      """
          + ADD_TO_CONTEXTS;

  private static final String HEAR =
      """
      WITH counted AS (
        UPDATE contact_interactions i SET outcome = CASE WHEN EXISTS (
          SELECT FROM calls c
          WHERE i.channel = 'voice' AND c.client_id = i.client_id AND c.interaction_id = i.id
            AND c.disposition IN ('no_answer', 'busy', 'failed')) THEN 'missed' ELSE 'received' END
        FROM unnest(:clients, :ids) AS n(client_id, id)
        WHERE i.client_id = n.client_id AND i.id = n.id AND i.direction = 'inbound' AND i.outcome IS NULL
          AND i.contact_id IS NOT NULL
        RETURNING i.client_id, i.contact_id, i.id, i.channel, i.direction, i.occurred_at, i.content_body)
      """
          + ADD_TO_CONTEXTS;

  private final JdbcClient db;

  Timeline(JdbcClient db) {
    this.db = db;
  }

  /** Which interaction of which client; a dispatch and what it said share their id. */
  record Key(ClientId client, UUID id) {
    static Key of(ClientId client, DispatchId dispatch) {
      return new Key(client, dispatch.value());
    }

    static Key of(ClientId client, InteractionId interaction) {
      return new Key(client, interaction.value());
    }
  }

  /** Raises outcomes, never lowers them. */
  void record(Map<Key, Reached> outcomes) {
    if (outcomes.isEmpty()) {
      return;
    }
    List<Map.Entry<Key, Reached>> rows = List.copyOf(outcomes.entrySet());
    db.sql(RECORD_OUTCOMES)
        .param("clients", Pg.uuids(rows.stream().map(row -> row.getKey().client()).toList()))
        .param("ids", Pg.rawUuids(rows.stream().map(row -> row.getKey().id()).toList()))
        .param("outcomes", Pg.wires(rows.stream().map(row -> row.getValue().outcome()).toList()))
        .param("failures", Pg.wires(rows.stream().map(row -> row.getValue().failure()).toList()))
        .param(
            "providerIds", Pg.texts(rows.stream().map(row -> row.getValue().providerId()).toList()))
        .param("ranking", Pg.texts(Outcome.RANKING))
        .param("said", Pg.texts(Outcome.SAID))
        .update();
  }

  /**
   * When a mail was first opened, and when a link in it was first followed, by the fleet clock.
   *
   * @param openedAt null where nobody says so
   */
  record Engaged(@Nullable Instant openedAt, @Nullable Instant clickedAt) {

    static Engaged by(DeliveryEvent.EngagementReported report) {
      return switch (report.kind()) {
        case OPENED -> new Engaged(report.at(), null);
        case CLICKED -> new Engaged(null, report.at());
        case COMPLAINED, UNSUBSCRIBED -> new Engaged(null, null);
      };
    }

    Engaged and(Engaged other) {
      return new Engaged(earlier(openedAt, other.openedAt), earlier(clickedAt, other.clickedAt));
    }

    private static @Nullable Instant earlier(@Nullable Instant a, @Nullable Instant b) {
      if (a == null || b == null) {
        return a == null ? b : a;
      }
      return a.isBefore(b) ? a : b;
    }
  }

  /** Notes the first time of each; repeats and any order end in the same. */
  void engage(Map<Key, Engaged> engaged) {
    if (engaged.isEmpty()) {
      return;
    }
    List<Map.Entry<Key, Engaged>> rows = List.copyOf(engaged.entrySet());
    db.sql(
            """
            UPDATE contact_interactions i
            SET opened_at = least(i.opened_at, n.opened_at), clicked_at = least(i.clicked_at, n.clicked_at)
            FROM unnest(:clients, :ids, :opened, :clicked) AS n(client_id, id, opened_at, clicked_at)
            WHERE i.client_id = n.client_id AND i.id = n.id AND i.direction = 'outbound'
              AND (least(i.opened_at, n.opened_at) IS DISTINCT FROM i.opened_at
                OR least(i.clicked_at, n.clicked_at) IS DISTINCT FROM i.clicked_at)
            """)
        .param("clients", Pg.uuids(rows.stream().map(row -> row.getKey().client()).toList()))
        .param("ids", Pg.rawUuids(rows.stream().map(row -> row.getKey().id()).toList()))
        .param("opened", Pg.instants(column(rows, Engaged::openedAt)))
        .param("clicked", Pg.instants(column(rows, Engaged::clickedAt)))
        .update();
  }

  private static List<@Nullable Instant> column(
      List<Map.Entry<Key, Engaged>> rows, Function<Engaged, @Nullable Instant> field) {
    var column = new ArrayList<@Nullable Instant>();
    rows.forEach(row -> column.add(field.apply(row.getValue())));
    return column;
  }

  /** Takes what people said into their contexts. */
  void hear(Collection<Key> interactions) {
    if (interactions.isEmpty()) {
      return;
    }
    db.sql(HEAR)
        .param("clients", Pg.uuids(interactions.stream().map(Key::client).toList()))
        .param("ids", Pg.rawUuids(interactions.stream().map(Key::id).toList()))
        .update();
  }

  /**
   * Takes over what event-processor has been told of calls: how long, how it ended, and the words.
   * What is there stays where nothing is told of it, so that repeats and any order end in the same.
   */
  void takeCalls(Collection<Key> interactions) {
    if (interactions.isEmpty()) {
      return;
    }
    db.sql(
            """
            UPDATE contact_interactions i
            SET call_seconds = coalesce(c.seconds, i.call_seconds),
              ended_reason = coalesce(c.ended_reason, i.ended_reason),
              recording_url = coalesce(c.recording_url, i.recording_url),
              turns = coalesce(c.turns, i.turns),
              content_summary = coalesce(c.summary, i.content_summary),
              provider_id = coalesce(i.provider_id, c.call_id)
            FROM unnest(:clients, :ids) AS n(client_id, id)
            JOIN calls c ON c.client_id = n.client_id AND c.interaction_id = n.id
            WHERE i.client_id = n.client_id AND i.id = n.id AND i.channel = 'voice' AND c.ended_at IS NOT NULL
            """)
        .param("clients", Pg.uuids(interactions.stream().map(Key::client).toList()))
        .param("ids", Pg.rawUuids(interactions.stream().map(Key::id).toList()))
        .update();
  }

  /**
   * Turns a call that somebody seemed to take into one that nobody took.
   *
   * @return whose it is; empty where it is known as missed already, or as nobody's
   */
  Optional<ContactId> missed(ClientId client, InteractionId call) {
    return db.sql(
            """
            UPDATE contact_interactions SET outcome = 'missed'
            WHERE client_id = :client AND id = :id AND direction = 'inbound' AND outcome = 'received'
              AND contact_id IS NOT NULL
            RETURNING contact_id
            """)
        .param("client", client.value())
        .param("id", call.value())
        .query(UUID.class)
        .optional()
        .map(ContactId::new);
  }

  /** The address an inbound message came from, where it has no contact yet. */
  Optional<String> unresolvedIdentity(ClientId client, InteractionId id) {
    return db.sql(
            """
            SELECT identity FROM contact_interactions
            WHERE client_id = :client AND id = :id AND contact_id IS NULL
            """)
        .param("client", client.value())
        .param("id", id.value())
        .query(String.class)
        .optional();
  }

  /** Gives everything that came from that address and has no contact yet to this one. */
  List<InteractionId> attach(ClientId client, String identity, ContactId contact) {
    return db
        .sql(
            """
            UPDATE contact_interactions SET contact_id = :contact
            WHERE client_id = :client AND identity = :identity AND contact_id IS NULL
            RETURNING id
            """)
        .param("client", client.value())
        .param("identity", identity)
        .param("contact", contact.value())
        .query(UUID.class)
        .list()
        .stream()
        .map(InteractionId::new)
        .toList();
  }

  boolean hasContact(ClientId client, ContactId contact) {
    return db.sql("SELECT 1 FROM contacts WHERE client_id = :client AND id = :id")
            .param("client", client.value())
            .param("id", contact.value())
            .query()
            .listOfRows()
            .size()
        == 1;
  }

  /**
   * Something said, as it is shown.
   *
   * @param kind why we said it: step, retry, manual, opt_out_confirmation; null for what was said
   *     to us
   * @param turns of a call: who said what, and after how many seconds
   */
  record Interaction(
      UUID id,
      String channel,
      String direction,
      @Nullable String kind,
      @Nullable String subject,
      String body,
      @Nullable String summary,
      @Nullable String outcome,
      @Nullable String failure,
      Instant occurredAt,
      @Nullable UUID enrollmentId,
      @Nullable UUID sequenceId,
      @Nullable UUID stepId,
      String identity,
      String ownAddress,
      @Nullable UUID inReplyTo,
      boolean autoReply,
      @Nullable Integer callSeconds,
      @Nullable String endedReason,
      @Nullable String recordingUrl,
      @Nullable JsonNode turns,
      @Nullable Instant openedAt,
      @Nullable Instant clickedAt) {}

  /** Where a page starts: before this moment, and at it before this id. */
  record Before(Instant occurredAt, UUID id) {}

  /** The latest first. */
  List<Interaction> list(
      ClientId client,
      ContactId contact,
      @Nullable Channel channel,
      @Nullable String direction,
      @Nullable Before before,
      int limit) {
    return db.sql(
            """
            SELECT i.id, i.channel, i.direction, d.kind, content_subject, content_body, content_summary, outcome, failure,
              occurred_at, enrollment_id, sequence_id, step_id, identity, own_address, in_reply_to, auto_reply,
              call_seconds, ended_reason, recording_url, turns::text AS turns, opened_at, clicked_at
            FROM (
              SELECT * FROM contact_interactions
              WHERE client_id = :client AND contact_id = :contact
                AND (:channel::text IS NULL OR channel = :channel)
                AND (:direction::text IS NULL OR direction = :direction)
                AND (:at::timestamptz IS NULL OR (occurred_at, id) < (:at::timestamptz, :id::uuid))
              ORDER BY occurred_at DESC, id DESC LIMIT :limit) i
            -- one look by the primary key each, whatever the planner thinks of a young partition
            LEFT JOIN LATERAL (
              SELECT kind FROM dispatches
              WHERE i.direction = 'outbound' AND client_id = i.client_id AND id = i.id LIMIT 1) d ON true
            ORDER BY occurred_at DESC, i.id DESC
            """)
        .param("client", client.value())
        .param("contact", contact.value())
        .param("channel", channel == null ? null : channel.wire())
        .param("direction", direction)
        .param("at", before == null ? null : Pg.timestamp(before.occurredAt()))
        .param("id", before == null ? null : before.id())
        .param("limit", limit)
        .query(Timeline::interaction)
        .list();
  }

  private static Interaction interaction(ResultSet row, int number) throws SQLException {
    return new Interaction(
        Pg.uuid(row, "id"),
        row.getString("channel"),
        row.getString("direction"),
        row.getString("kind"),
        row.getString("content_subject"),
        row.getString("content_body"),
        row.getString("content_summary"),
        row.getString("outcome"),
        row.getString("failure"),
        Pg.instant(row, "occurred_at"),
        row.getObject("enrollment_id", UUID.class),
        row.getObject("sequence_id", UUID.class),
        row.getObject("step_id", UUID.class),
        row.getString("identity"),
        row.getString("own_address"),
        row.getObject("in_reply_to", UUID.class),
        row.getBoolean("auto_reply"),
        row.getObject("call_seconds", Integer.class),
        row.getString("ended_reason"),
        row.getString("recording_url"),
        row.getString("turns") == null ? null : Pg.read(row.getString("turns"), JsonNode.class),
        Pg.instantOrNull(row, "opened_at"),
        Pg.instantOrNull(row, "clicked_at"));
  }

  /** What is ready to be known of a contact when something is composed. */
  record Context(
      UUID contactId,
      int outboundSms,
      int inboundSms,
      int outboundEmail,
      int inboundEmail,
      int calls,
      @Nullable Instant firstContactAt,
      @Nullable Instant lastInteractionAt,
      @Nullable UUID lastInteractionId,
      @Nullable String lastChannel,
      @Nullable String lastDirection,
      @Nullable Instant lastOutboundAt,
      @Nullable Instant lastInboundAt,
      @Nullable UUID lastInboundSmsId,
      @Nullable String lastInboundSms) {

    static Context nothingYet(ContactId contact) {
      return new Context(
          contact.value(), 0, 0, 0, 0, 0, null, null, null, null, null, null, null, null, null);
    }
  }

  Optional<Context> context(ClientId client, ContactId contact) {
    return db.sql(
            """
            SELECT contact_id, outbound_sms, inbound_sms, outbound_email, inbound_email, calls, first_contact_at,
              last_interaction_at, last_interaction_id, last_channel, last_direction, last_outbound_at, last_inbound_at,
              last_inbound_sms_id, last_inbound_sms
            FROM contact_contexts WHERE client_id = :client AND contact_id = :contact
            """)
        .param("client", client.value())
        .param("contact", contact.value())
        .query(
            (row, _) ->
                new Context(
                    Pg.uuid(row, "contact_id"),
                    row.getInt("outbound_sms"),
                    row.getInt("inbound_sms"),
                    row.getInt("outbound_email"),
                    row.getInt("inbound_email"),
                    row.getInt("calls"),
                    Pg.instantOrNull(row, "first_contact_at"),
                    Pg.instantOrNull(row, "last_interaction_at"),
                    row.getObject("last_interaction_id", UUID.class),
                    row.getString("last_channel"),
                    row.getString("last_direction"),
                    Pg.instantOrNull(row, "last_outbound_at"),
                    Pg.instantOrNull(row, "last_inbound_at"),
                    row.getObject("last_inbound_sms_id", UUID.class),
                    row.getString("last_inbound_sms")))
        .optional();
  }
}
