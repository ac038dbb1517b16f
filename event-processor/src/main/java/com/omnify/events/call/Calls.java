package com.omnify.events.call;

import com.omnify.events.call.policy.CallOutcome;
import com.omnify.events.call.policy.CallReport;
import com.omnify.kit.db.Pg;
import com.omnify.model.CallDisposition;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.FailureType;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.InteractionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of the calls. All methods run in the caller's transaction. */
@Component
public class Calls {

  /** Long enough for whoever takes the words over to do it, also after a dead letter's replay. */
  private static final Duration WORDS_KEPT = Duration.ofDays(7);

  private static final int PURGED_AT_ONCE = 1_000;

  private final JdbcClient db;

  Calls(JdbcClient db) {
    this.db = db;
  }

  /**
   * The call that a dispatch has made, its row made where there is none.
   *
   * @return empty where the dispatch is known to have made another one
   */
  public Optional<Call> outbound(
      Call.Key key, DispatchId dispatch, String identity, @Nullable String carrierId) {
    return open(
        key, "outbound", dispatch, new InteractionId(dispatch.value()), identity, carrierId);
  }

  /**
   * The call that came in, its row made where there is none.
   *
   * @param interaction what it becomes where it is new
   */
  Optional<Call> inbound(
      Call.Key key, InteractionId interaction, String identity, @Nullable String carrierId) {
    return open(key, "inbound", null, interaction, identity, carrierId);
  }

  private Optional<Call> open(
      Call.Key key,
      String direction,
      @Nullable DispatchId dispatch,
      InteractionId interaction,
      String identity,
      @Nullable String carrierId) {
    boolean fresh =
        db.sql(
                    """
                    INSERT INTO calls (client_id, provider, call_id, direction, dispatch_id, interaction_id, identity,
                      carrier_id)
                    VALUES (:client, :provider, :call, :direction, :dispatch, :interaction, :identity, :carrier)
                    ON CONFLICT DO NOTHING
                    """)
                .param("client", key.client().value())
                .param("provider", key.provider())
                .param("call", key.callId())
                .param("direction", direction)
                .param("dispatch", dispatch == null ? null : dispatch.value())
                .param("interaction", interaction.value())
                .param("identity", identity)
                .param("carrier", carrierId)
                .update()
            == 1;
    return db.sql(
            """
            SELECT direction, interaction_id, identity, status, ended_at IS NOT NULL AS ended, reported,
              booked_at IS NOT NULL AS booked, opted_out_at IS NOT NULL AS opted_out
            FROM calls
            WHERE client_id = :client AND provider = :provider AND call_id = :call
              AND dispatch_id IS NOT DISTINCT FROM :dispatch::uuid
            FOR UPDATE
            """)
        .param("client", key.client().value())
        .param("provider", key.provider())
        .param("call", key.callId())
        .param("dispatch", dispatch == null ? null : dispatch.value())
        .query((row, _) -> call(key, row, fresh))
        .optional();
  }

  private static Call call(Call.Key key, ResultSet row, boolean fresh) throws SQLException {
    String status = row.getString("status");
    return new Call(
        key,
        row.getString("direction").equals("inbound"),
        Pg.id(row, "interaction_id", InteractionId::new),
        row.getString("identity"),
        status == null ? null : WireEnum.parse(DeliveryStatus.class, status),
        row.getBoolean("ended"),
        row.getBoolean("reported"),
        row.getBoolean("booked"),
        row.getBoolean("opted_out"),
        fresh);
  }

  /** Whether the carrier's call is one that another provider tells us of. */
  public boolean toldByAnother(ClientId client, String provider, String carrierId) {
    return !db.sql(
            """
            SELECT 1 FROM calls WHERE client_id = :client AND carrier_id = :carrier AND provider <> :provider LIMIT 1
            """)
        .param("client", client.value())
        .param("carrier", carrierId)
        .param("provider", provider)
        .query()
        .listOfRows()
        .isEmpty();
  }

  /** Notes how far it is reported to be. */
  public void reached(Call.Key key, DeliveryStatus status) {
    set(key, "status = :value", Map.of("value", status.wire()));
  }

  /** Notes a word of its end that the report has still to follow. */
  public void ended(Call.Key key, String reason, CallOutcome outcome) {
    db.sql(
            """
            UPDATE calls SET ended_at = coalesce(ended_at, now()), ended_reason = :reason,
              disposition = :disposition, failure = :failure
            WHERE client_id = :client AND provider = :provider AND call_id = :call AND NOT reported
            """)
        .param("client", key.client().value())
        .param("provider", key.provider())
        .param("call", key.callId())
        .param("reason", reason)
        .param("disposition", outcome.disposition().wire())
        .param("failure", wire(outcome.failure()))
        .update();
  }

  /** Keeps the report; its end counts as told from now on. */
  public void reported(Call.Key key, CallReport report, CallOutcome outcome) {
    db.sql(
            """
            UPDATE calls SET reported = true, ended_at = coalesce(ended_at, now()), told_at = coalesce(told_at, now()),
              ended_reason = :reason, disposition = :disposition, failure = :failure, seconds = :seconds,
              cost_micros = :cost, recording_url = :recording, summary = :summary, turns = :turns
            WHERE client_id = :client AND provider = :provider AND call_id = :call
            """)
        .param("client", key.client().value())
        .param("provider", key.provider())
        .param("call", key.callId())
        .param("reason", report.reason())
        .param("disposition", outcome.disposition().wire())
        .param("failure", wire(outcome.failure()))
        .param("seconds", report.seconds())
        .param("cost", report.costMicros())
        .param("recording", report.recordingUrl())
        .param("summary", report.summary())
        .param("turns", report.turns().isEmpty() ? null : Pg.jsonb(report.turns()))
        .update();
  }

  /**
   * Notes that an appointment was made in it.
   *
   * @param told false where nobody is known yet whose it is
   */
  public void booked(Call.Key key, boolean told) {
    set(key, "booked_at = now(), booking_told = :value", Map.of("value", told));
  }

  /** Notes that its words made an opt-out. */
  public void optedOut(Call.Key key) {
    set(key, "opted_out_at = now()", Map.of());
  }

  private void set(Call.Key key, String assignment, Map<String, ?> values) {
    db.sql(
            "UPDATE calls SET "
                + assignment
                + " WHERE client_id = :client AND provider = :provider AND call_id = :call")
        .param("client", key.client().value())
        .param("provider", key.provider())
        .param("call", key.callId())
        .params(values)
        .update();
  }

  /**
   * A call that has ended and of which no report came.
   *
   * @param dispatch null of one that came in
   */
  record Untold(
      Call.Key key,
      @Nullable DispatchId dispatch,
      InteractionId interaction,
      String identity,
      CallOutcome outcome,
      @Nullable String reason) {}

  /** Takes those whose report is overdue; they count as told. */
  List<Untold> takeOverdue(Duration outbound, Duration inbound, int most) {
    return db.sql(
            """
            WITH overdue AS (
              SELECT client_id, provider, call_id FROM calls
              WHERE told_at IS NULL AND ended_at IS NOT NULL
                AND ended_at < now() - make_interval(secs => CASE direction WHEN 'inbound' THEN :inbound
                  ELSE :outbound END)
              ORDER BY ended_at LIMIT :most
              FOR UPDATE SKIP LOCKED)
            UPDATE calls c SET told_at = now()
            FROM overdue o
            WHERE c.client_id = o.client_id AND c.provider = o.provider AND c.call_id = o.call_id
            RETURNING c.client_id, c.provider, c.call_id, c.dispatch_id, c.interaction_id, c.identity, c.disposition,
              c.failure, c.ended_reason
            """)
        .param("outbound", outbound.toSeconds())
        .param("inbound", inbound.toSeconds())
        .param("most", most)
        .query(Calls::untold)
        .list();
  }

  private static Untold untold(ResultSet row, int number) throws SQLException {
    String failure = row.getString("failure");
    return new Untold(
        new Call.Key(
            Pg.id(row, "client_id", ClientId::new),
            row.getString("provider"),
            row.getString("call_id")),
        Pg.idOrNull(row, "dispatch_id", DispatchId::new),
        Pg.id(row, "interaction_id", InteractionId::new),
        row.getString("identity"),
        new CallOutcome(
            WireEnum.parse(CallDisposition.class, row.getString("disposition")),
            failure == null ? null : WireEnum.parse(FailureType.class, failure),
            true),
        row.getString("ended_reason"));
  }

  /** An appointment of somebody who had no contact yet when it was made, and has one now. */
  record Booking(ClientId client, InteractionId interaction, UUID contact) {}

  /** Takes them; they count as told. */
  List<Booking> takeBookings(int most) {
    return db.sql(
            """
            WITH resolved AS (
              SELECT c.client_id, c.provider, c.call_id, i.contact_id
              FROM calls c
              JOIN contact_interactions i ON i.client_id = c.client_id AND i.id = c.interaction_id
              WHERE c.booked_at IS NOT NULL AND NOT c.booking_told AND i.contact_id IS NOT NULL
              LIMIT :most
              FOR UPDATE OF c SKIP LOCKED)
            UPDATE calls c SET booking_told = true
            FROM resolved r
            WHERE c.client_id = r.client_id AND c.provider = r.provider AND c.call_id = r.call_id
            RETURNING c.client_id, c.interaction_id, r.contact_id
            """)
        .param("most", most)
        .query(
            (row, _) ->
                new Booking(
                    Pg.id(row, "client_id", ClientId::new),
                    Pg.id(row, "interaction_id", InteractionId::new),
                    Pg.uuid(row, "contact_id")))
        .list();
  }

  /** Drops words that were handed over long ago; true where more may be left. */
  boolean purgeWords() {
    return db.sql(
                """
                UPDATE calls SET turns = NULL, summary = NULL, recording_url = NULL
                WHERE ctid = ANY (ARRAY(
                  SELECT ctid FROM calls
                  WHERE (turns IS NOT NULL OR summary IS NOT NULL) AND told_at < now() - make_interval(secs => :kept)
                  LIMIT :atOnce))
                """)
            .param("kept", WORDS_KEPT.toSeconds())
            .param("atOnce", PURGED_AT_ONCE)
            .update()
        == PURGED_AT_ONCE;
  }

  private static @Nullable String wire(@Nullable WireEnum value) {
    return value == null ? null : value.wire();
  }
}
