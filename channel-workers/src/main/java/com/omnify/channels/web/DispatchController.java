package com.omnify.channels.web;

import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.result.DispatchStates;
import com.omnify.channels.result.Outcome;
import com.omnify.kit.db.KitJson;
import com.omnify.kit.db.Pg;
import com.omnify.kit.quiet.policy.Receipt;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Cursor;
import com.omnify.kit.web.Limits;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.DispatchState;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What was attempted, and what became of it. */
@RestController
@RequestMapping("/api/v1/dispatches")
class DispatchController {

  private static final String COLUMNS =
      """
      SELECT d.id, d.contact_id, nullif(trim(concat_ws(' ', c.first_name, c.last_name)), '') AS contact_name,
        d.enrollment_id, d.sequence_id, d.version, d.step_id, d.channel, d.kind, d.attempt, d.urgent,
        d.state, d.delivery_status, d.failure, d.error_code, d.error_text, d.hold_reason,
        d.hold_until, d.identity, d.own_address, d.provider_id, d.segments, d.cost_micros,
        d.created_at, d.fenced_at, d.finished_at, d.sent_at, d.outcome_at,
        coalesce(i.content_body, t.body) AS body, i.content_subject AS subject, d.ended_reason, d.call_seconds,
        d.allowed_by::text AS allowed_by
      FROM dispatches d
      LEFT JOIN contacts c ON c.client_id = d.client_id AND c.id = d.contact_id
      LEFT JOIN contact_interactions i ON i.client_id = d.client_id AND i.id = d.id
      LEFT JOIN dispatch_texts t ON t.client_id = d.client_id AND t.dispatch_id = d.id
      """;

  private static final String LIST =
      COLUMNS
          + """
          WHERE d.client_id = :client
            AND (CAST(:state AS text) IS NULL OR d.state = :state)
            AND (CAST(:enrollment AS uuid) IS NULL OR d.enrollment_id = :enrollment)
            AND (CAST(:contact AS uuid) IS NULL OR d.contact_id = :contact)
            AND (CAST(:before AS uuid) IS NULL OR d.id < :before)
          ORDER BY d.id DESC LIMIT :most
          """;

  private static final String ONE = COLUMNS + "WHERE d.client_id = :client AND d.id = :id";

  private static final String SUMMARY =
      """
      SELECT state, coalesce(failure, hold_reason, 'none') AS reason, count(*) AS n,
        sum(segments) FILTER (WHERE state = 'accepted') AS segments,
        sum(cost_micros) FILTER (WHERE state = 'accepted') AS cost_micros
      FROM dispatches
      WHERE client_id = :client AND id >= uuid7_floor(now() - interval '24 hours')
      GROUP BY 1, 2
      """;

  private static final String LOCK =
      "SELECT state FROM dispatches WHERE client_id = :client AND id = :id FOR UPDATE";

  private static final String AUDIT =
      """
      INSERT INTO audit (client_id, actor, action, subject_type, subject_id, detail)
      VALUES (:client, :actor, 'dispatch.resolve', 'dispatch', :id, :detail)
      """;

  private final JdbcClient jdbc;
  private final Transactions transactions;
  private final DispatchStates states;

  DispatchController(JdbcClient jdbc, Transactions transactions, DispatchStates states) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.states = states;
  }

  record DispatchBody(
      UUID id,
      UUID contactId,
      @Nullable String contactName,
      @Nullable UUID enrollmentId,
      @Nullable UUID sequenceId,
      int version,
      @Nullable UUID stepId,
      String channel,
      String kind,
      int attempt,
      boolean urgent,
      String state,
      @Nullable String deliveryStatus,
      @Nullable String failure,
      @Nullable String errorCode,
      @Nullable String errorText,
      @Nullable String holdReason,
      @Nullable Instant holdUntil,
      @Nullable String identity,
      @Nullable String ownAddress,
      @Nullable String providerId,
      int segments,
      long costMicros,
      Instant createdAt,
      @Nullable Instant fencedAt,
      @Nullable Instant finishedAt,
      @Nullable Instant sentAt,
      @Nullable Instant outcomeAt,
      @Nullable String body,
      @Nullable String subject,
      @Nullable String endedReason,
      @Nullable Integer callSeconds,
      @Nullable Receipt allowedBy) {}

  /**
   * The last 24 hours of real time.
   *
   * @param states how many stand where
   * @param reasons why those that were not accepted were not
   */
  record SummaryBody(
      long total,
      Map<String, Long> states,
      Map<String, Long> reasons,
      long segments,
      long costMicros) {}

  /** What a person found out. */
  enum Resolution implements WireEnum {
    SENT,
    NOT_SENT
  }

  record ResolveBody(@Nullable Resolution as) {}

  @Needs(Role.MEMBER)
  @GetMapping
  Page<DispatchBody> list(
      Caller caller,
      @RequestParam(required = false) @Nullable String state,
      @RequestParam(name = "enrollment_id", required = false) @Nullable UUID enrollmentId,
      @RequestParam(name = "contact_id", required = false) @Nullable UUID contactId,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor) {
    int size = Limits.page(limit);
    UUID before = cursor == null ? null : Cursor.uuid(Cursor.decode(cursor, 1).getFirst());
    ClientId client = caller.client();
    String wanted = state == null ? null : parse(state).wire();
    List<DispatchBody> rows =
        transactions.readInClient(
            client,
            () ->
                jdbc.sql(LIST)
                    .param("client", client.value())
                    .param("state", wanted)
                    .param("enrollment", enrollmentId)
                    .param("contact", contactId)
                    .param("before", before)
                    .param("most", size + 1)
                    .query((row, _) -> body(row))
                    .list());
    return Page.of(rows, size, last -> Cursor.encode(last.id().toString()));
  }

  @Needs(Role.MEMBER)
  @GetMapping("/{id}")
  DispatchBody get(Caller caller, @PathVariable UUID id) {
    return find(caller.client(), id);
  }

  @Needs(Role.MEMBER)
  @GetMapping("/summary")
  SummaryBody summary(Caller caller) {
    ClientId client = caller.client();
    var byState = new TreeMap<String, Long>();
    var byReason = new TreeMap<String, Long>();
    long[] sums = new long[3];
    transactions.readInClient(
        client,
        () ->
            jdbc.sql(SUMMARY)
                .param("client", client.value())
                .query(
                    (row, _) -> {
                      long n = row.getLong("n");
                      sums[0] += n;
                      sums[1] += row.getLong("segments");
                      sums[2] += row.getLong("cost_micros");
                      byState.merge(row.getString("state"), n, Long::sum);
                      if (!row.getString("reason").equals("none")) {
                        byReason.merge(row.getString("reason"), n, Long::sum);
                      }
                      return n;
                    })
                .list());
    return new SummaryBody(sums[0], byState, byReason, sums[1], sums[2]);
  }

  /** A person says what became of one that nobody could find out about. */
  @Needs(Role.ADMIN)
  @PostMapping("/{id}/resolve")
  DispatchBody resolve(Caller caller, @PathVariable UUID id, @RequestBody ResolveBody request) {
    Resolution as = request.as();
    if (as == null) {
      throw Problem.invalid("as", "is missing", "Send \"sent\" or \"not_sent\".");
    }
    ClientId client = caller.client();
    transactions.inClient(
        client,
        () -> {
          Optional<String> state =
              jdbc.sql(LOCK)
                  .param("client", client.value())
                  .param("id", id)
                  .query(String.class)
                  .optional();
          if (state.isEmpty()) {
            throw Problem.notFound("dispatch", id);
          }
          if (!state.get().equals(DispatchState.QUARANTINED.wire())) {
            throw Problem.conflict(
                "not_quarantined",
                "The dispatch is " + state.get() + ".",
                "Only a quarantined dispatch is resolved by a person.");
          }
          var key = new DispatchKey(client, new DispatchId(id));
          states.finish(
              List.of(
                  switch (as) {
                    case SENT -> Outcome.accepted(key, null);
                    case NOT_SENT ->
                        Outcome.notSent(key, "resolved", "A person found that it was not sent");
                  }));
          jdbc.sql(AUDIT)
              .param("client", client.value())
              .param("actor", caller.subject())
              .param("id", id.toString())
              .param("detail", Pg.jsonb(Map.of("as", as.wire())))
              .update();
        });
    return find(client, id);
  }

  private DispatchBody find(ClientId client, UUID id) {
    return transactions
        .readInClient(
            client,
            () ->
                jdbc.sql(ONE)
                    .param("client", client.value())
                    .param("id", id)
                    .query((row, _) -> body(row))
                    .optional())
        .orElseThrow(() -> Problem.notFound("dispatch", id));
  }

  private static DispatchState parse(String state) {
    try {
      return WireEnum.parse(DispatchState.class, state);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("state", String.valueOf(e.getMessage()), "Send one of these states.");
    }
  }

  private static DispatchBody body(ResultSet row) throws SQLException {
    return new DispatchBody(
        Pg.uuid(row, "id"),
        Pg.uuid(row, "contact_id"),
        row.getString("contact_name"),
        row.getObject("enrollment_id", UUID.class),
        row.getObject("sequence_id", UUID.class),
        row.getInt("version"),
        row.getObject("step_id", UUID.class),
        row.getString("channel"),
        row.getString("kind"),
        row.getInt("attempt"),
        row.getBoolean("urgent"),
        row.getString("state"),
        row.getString("delivery_status"),
        row.getString("failure"),
        row.getString("error_code"),
        row.getString("error_text"),
        row.getString("hold_reason"),
        Pg.instantOrNull(row, "hold_until"),
        row.getString("identity"),
        row.getString("own_address"),
        row.getString("provider_id"),
        row.getInt("segments"),
        row.getLong("cost_micros"),
        Pg.instant(row, "created_at"),
        Pg.instantOrNull(row, "fenced_at"),
        Pg.instantOrNull(row, "finished_at"),
        Pg.instantOrNull(row, "sent_at"),
        Pg.instantOrNull(row, "outcome_at"),
        row.getString("body"),
        row.getString("subject"),
        row.getString("ended_reason"),
        row.getObject("call_seconds", Integer.class),
        receipt(row.getString("allowed_by")));
  }

  private static @Nullable Receipt receipt(@Nullable String json) {
    return json == null ? null : KitJson.mapper().readValue(json, Receipt.class);
  }
}
