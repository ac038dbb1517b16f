package com.omnify.events.outgoing;

import com.omnify.events.outgoing.policy.Answer;
import com.omnify.kit.db.Pg;
import com.omnify.kit.id.Ids;
import com.omnify.model.id.ClientId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** What is to be told to whom, and how that went. All calls run in the caller's transaction. */
@Component
class Deliveries {

  /** How long what is over is kept. */
  static final Duration KEPT = Duration.ofDays(30);

  private static final int PURGED_AT_ONCE = 5_000;

  /** Longer than a call can take: who died in the middle of it is followed by another. */
  private static final Duration LEASE = Duration.ofSeconds(60);

  private static final int MOST_ATTEMPTS = 20;

  /**
   * To be told; at most once for each event and endpoint.
   *
   * @param endpoint null for the call of a step
   * @param event its JSON: ids, no words
   */
  record Told(
      ClientId client,
      @Nullable UUID endpoint,
      UUID eventId,
      String type,
      String event,
      @Nullable UUID contact) {}

  /** An endpoint, or the steps of a client: those of one do not wait for those of another. */
  record Lane(ClientId client, @Nullable UUID endpoint) {}

  /** Claimed by us for the length of the lease. */
  record Claimed(
      Lane lane,
      UUID id,
      UUID eventId,
      String type,
      String event,
      int tries,
      @Nullable String url,
      @Nullable String secret) {}

  /** A line of the log. */
  record Delivery(
      UUID id,
      @Nullable UUID endpointId,
      @Nullable String endpointUrl,
      UUID eventId,
      String eventType,
      @Nullable UUID contactId,
      String state,
      int tries,
      @Nullable Instant nextAt,
      Instant createdAt,
      @Nullable Instant finishedAt,
      @Nullable Integer status,
      @Nullable String error,
      JsonNode attempts) {}

  /** What a list is narrowed to; null: all. */
  record Filter(@Nullable UUID endpoint, @Nullable String state, @Nullable String type) {}

  /** The end of a call that a step made. */
  record Ended(boolean done, String code) {}

  private static final String COLUMNS =
      """
      d.id, d.endpoint_id, e.url, d.event_id, d.event_type, d.contact_id, d.state, d.tries, d.next_at, d.created_at,
        d.finished_at, d.status, d.error, d.attempts::text AS attempts
      FROM webhook_deliveries d
      LEFT JOIN webhook_endpoints e ON e.client_id = d.client_id AND e.id = d.endpoint_id
      """;

  private final JdbcClient jdbc;
  private final Ids ids;
  private final DeliveryAlarm alarm;

  Deliveries(JdbcClient jdbc, Ids ids, DeliveryAlarm alarm) {
    this.jdbc = jdbc;
    this.ids = ids;
    this.alarm = alarm;
  }

  /** Puts them on the list; those that are on it already stay as they are. */
  int add(List<Told> told) {
    if (told.isEmpty()) {
      return 0;
    }
    int added =
        jdbc.sql(
                """
                INSERT INTO webhook_deliveries (client_id, id, endpoint_id, event_id, event_type, event, contact_id)
                SELECT * FROM unnest(:clients, :ids, :endpoints, :events, :types, :bodies::jsonb[], :contacts)
                ON CONFLICT DO NOTHING
                """)
            .param("clients", Pg.uuids(told.stream().map(Told::client).toList()))
            .param("ids", Pg.rawUuids(told.stream().map(_ -> ids.next()).toList()))
            .param("endpoints", Pg.rawUuids(told.stream().map(Told::endpoint).toList()))
            .param("events", Pg.rawUuids(told.stream().map(Told::eventId).toList()))
            .param("types", Pg.texts(told.stream().map(Told::type).toList()))
            .param("bodies", Pg.texts(told.stream().map(Told::event).toList()))
            .param("contacts", Pg.rawUuids(told.stream().map(Told::contact).toList()))
            .update();
    if (added > 0) {
      alarm.ringAfterCommit();
    }
    return added;
  }

  /** How the call that an order asked for ended; empty while it is under way. */
  Optional<Ended> ended(ClientId client, UUID order) {
    return jdbc.sql(
            """
            SELECT state, status, error FROM webhook_deliveries
            WHERE client_id = :client AND event_id = :order AND endpoint_id IS NULL AND state <> 'pending'
            """)
        .param("client", client.value())
        .param("order", order)
        .query(
            (row, _) ->
                new Ended(
                    row.getString("state").equals("delivered"),
                    new Answer(
                            row.getObject("status", Integer.class),
                            row.getString("error"),
                            Duration.ZERO)
                        .code()))
        .optional();
  }

  /**
   * Claims what is due: of each lane, and of each client, as much as has room. Where there is less
   * room than is due, every client's first comes before anybody's second.
   *
   * @param busy calls of ours that are under way; the lanes of {@code perLane} equally long
   */
  List<Claimed> claim(List<Lane> busy, List<Integer> perLane, int atOnce, Instant now) {
    return jdbc.sql(
            """
            WITH busy AS MATERIALIZED (
              SELECT * FROM unnest(:busy_clients, :busy_endpoints, :busy_n) AS b(client_id, endpoint_id, n)
            ), picked AS MATERIALIZED (
              SELECT p.client_id, p.id, p.next_at, e.url, e.secret
              FROM webhook_endpoints e
              LEFT JOIN busy b ON b.client_id = e.client_id AND b.endpoint_id = e.id
              CROSS JOIN LATERAL (
                SELECT d.client_id, d.id, d.next_at FROM webhook_deliveries d
                WHERE d.client_id = e.client_id AND d.endpoint_id = e.id AND d.state = 'pending' AND d.next_at <= :now
                ORDER BY d.next_at, d.id
                LIMIT greatest(0, CASE WHEN e.failing_since IS NULL THEN :room ELSE 1 END - coalesce(b.n, 0))
                FOR UPDATE SKIP LOCKED) p
              WHERE e.active
              UNION ALL
              SELECT p.client_id, p.id, p.next_at, NULL, NULL
              FROM clients c
              LEFT JOIN busy b ON b.client_id = c.id AND b.endpoint_id IS NULL
              CROSS JOIN LATERAL (
                SELECT d.client_id, d.id, d.next_at FROM webhook_deliveries d
                WHERE d.client_id = c.id AND d.endpoint_id IS NULL AND d.state = 'pending' AND d.next_at <= :now
                ORDER BY d.next_at, d.id LIMIT greatest(0, :room - coalesce(b.n, 0))
                FOR UPDATE SKIP LOCKED) p
            ), ranked AS (
              SELECT p.*, coalesce(b.n, 0)
                  + row_number() OVER (PARTITION BY p.client_id ORDER BY p.next_at, p.id) AS nth_of_client
              FROM picked p
              LEFT JOIN (SELECT client_id, sum(n) AS n FROM busy GROUP BY client_id) b ON b.client_id = p.client_id
            ), chosen AS (
              SELECT * FROM ranked WHERE nth_of_client <= :per_client
              ORDER BY nth_of_client, next_at, id LIMIT :at_once
            )
            UPDATE webhook_deliveries d SET tries = d.tries + 1, next_at = :lease
            FROM chosen p WHERE d.client_id = p.client_id AND d.id = p.id
            RETURNING d.client_id, d.endpoint_id, d.id, d.event_id, d.event_type, d.event::text AS event, d.tries, p.url, p.secret
            """)
        .param("busy_clients", Pg.uuids(busy.stream().map(Lane::client).toList()))
        .param("busy_endpoints", Pg.rawUuids(busy.stream().map(Lane::endpoint).toList()))
        .param("busy_n", Pg.ints(perLane))
        .param("room", Courier.PER_LANE)
        .param("per_client", Courier.PER_CLIENT)
        .param("at_once", atOnce)
        .param("now", Pg.timestamp(now))
        .param("lease", Pg.timestamp(now.plus(LEASE)))
        .query(
            (row, _) ->
                new Claimed(
                    new Lane(
                        Pg.id(row, "client_id", ClientId::new),
                        row.getObject("endpoint_id", UUID.class)),
                    Pg.uuid(row, "id"),
                    Pg.uuid(row, "event_id"),
                    row.getString("event_type"),
                    row.getString("event"),
                    row.getInt("tries"),
                    row.getString("url"),
                    row.getString("secret")))
        .list();
  }

  /**
   * Notes what came of a try.
   *
   * @param again when it is tried again; null where it is over
   * @return false where somebody else has had it since
   */
  boolean tried(Claimed claimed, Answer answer, @Nullable Instant again, Instant now) {
    String error = answer.error();
    return jdbc.sql(
                """
                UPDATE webhook_deliveries SET state = :state, status = :status, error = :error,
                  next_at = coalesce(:again, next_at), finished_at = :finished,
                  attempts = CASE WHEN jsonb_array_length(attempts) >= :most THEN attempts - 0 ELSE attempts END || :attempt
                WHERE client_id = :client AND id = :id AND state = 'pending' AND tries = :tries
                """)
            .param("state", answer.taken() ? "delivered" : again == null ? "failed" : "pending")
            .param("status", answer.status())
            .param("error", error == null ? null : shortened(error))
            .param("again", Pg.timestamp(again))
            .param("finished", again == null ? Pg.timestamp(now) : null)
            .param("most", MOST_ATTEMPTS)
            .param("attempt", Pg.jsonb(List.of(attempt(answer, now))))
            .param("client", claimed.lane().client().value())
            .param("id", claimed.id())
            .param("tries", claimed.tries())
            .update()
        == 1;
  }

  private static Map<String, Object> attempt(Answer answer, Instant now) {
    var attempt = new java.util.LinkedHashMap<String, Object>();
    attempt.put("at", now.toString());
    if (answer.status() != null) {
      attempt.put("status", answer.status());
    }
    if (answer.error() != null) {
      attempt.put("error", shortened(answer.error()));
    }
    attempt.put("millis", answer.took().toMillis());
    return attempt;
  }

  private static String shortened(String text) {
    return text.substring(0, Math.min(text.length(), 300));
  }

  /** Tells it again from the start; false where there is no such delivery to an endpoint. */
  boolean redeliver(ClientId client, UUID id, Instant now) {
    boolean found =
        jdbc.sql(
                    """
                    UPDATE webhook_deliveries SET state = 'pending', tries = 0, next_at = :now, finished_at = NULL
                    WHERE client_id = :client AND id = :id AND endpoint_id IS NOT NULL
                    """)
                .param("client", client.value())
                .param("id", id)
                .param("now", Pg.timestamp(now))
                .update()
            == 1;
    if (found) {
      alarm.ringAfterCommit();
    }
    return found;
  }

  Optional<Delivery> find(ClientId client, UUID id) {
    return jdbc.sql("SELECT " + COLUMNS + " WHERE d.client_id = :client AND d.id = :id")
        .param("client", client.value())
        .param("id", id)
        .query((row, _) -> read(row))
        .optional();
  }

  /** Newest first. */
  List<Delivery> list(ClientId client, Filter filter, @Nullable UUID before, int limit) {
    return jdbc.sql(
            "SELECT "
                + COLUMNS
                + """
                WHERE d.client_id = :client
                  AND (:endpoint::uuid IS NULL OR d.endpoint_id = :endpoint)
                  AND (:state::text IS NULL OR d.state = :state)
                  AND (:type::text IS NULL OR d.event_type = :type)
                  AND (:before::uuid IS NULL OR d.id < :before)
                ORDER BY d.id DESC LIMIT :limit
                """)
        .param("client", client.value())
        .param("endpoint", filter.endpoint())
        .param("state", filter.state())
        .param("type", filter.type())
        .param("before", before)
        .param("limit", limit)
        .query((row, _) -> read(row))
        .list();
  }

  /** Forgets what is old; true where more may be left. */
  boolean purge(Instant now) {
    return jdbc.sql(
                """
                DELETE FROM webhook_deliveries WHERE ctid = ANY (ARRAY(
                  SELECT ctid FROM webhook_deliveries WHERE state <> 'pending' AND created_at < :before LIMIT :most))
                """)
            .param("before", Pg.timestamp(now.minus(KEPT)))
            .param("most", PURGED_AT_ONCE)
            .update()
        == PURGED_AT_ONCE;
  }

  /** What waits for an endpoint that has been switched off for long is not told any more. */
  boolean abandon(Instant now) {
    return jdbc.sql(
                """
                UPDATE webhook_deliveries SET state = 'failed', error = 'endpoint_off: it was not switched on again in time',
                  finished_at = :now
                WHERE ctid = ANY (ARRAY(
                  SELECT d.ctid FROM webhook_endpoints e
                  CROSS JOIN LATERAL (SELECT x.ctid FROM webhook_deliveries x
                    WHERE x.client_id = e.client_id AND x.endpoint_id = e.id AND x.state = 'pending'
                      AND x.created_at < :before LIMIT :most) d
                  WHERE NOT e.active LIMIT :most))
                """)
            .param("now", Pg.timestamp(now))
            .param("before", Pg.timestamp(now.minus(Duration.ofDays(7))))
            .param("most", PURGED_AT_ONCE)
            .update()
        == PURGED_AT_ONCE;
  }

  private static Delivery read(ResultSet row) throws SQLException {
    boolean pending = row.getString("state").equals("pending");
    return new Delivery(
        Pg.uuid(row, "id"),
        row.getObject("endpoint_id", UUID.class),
        row.getString("url"),
        Pg.uuid(row, "event_id"),
        row.getString("event_type"),
        row.getObject("contact_id", UUID.class),
        row.getString("state"),
        row.getInt("tries"),
        pending ? Pg.instant(row, "next_at") : null,
        Pg.instant(row, "created_at"),
        Pg.instantOrNull(row, "finished_at"),
        row.getObject("status", Integer.class),
        row.getString("error"),
        Pg.read(row.getString("attempts"), JsonNode.class));
  }
}
