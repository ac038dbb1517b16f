package com.omnify.sandbox.vapi;

import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.sandbox.ledger.LedgerEntry.Channel;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import com.omnify.sandbox.persona.policy.CallScript;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One call. While it lives it knows what it was asked for; once it is over it shrinks to what
 * queries show.
 */
final class Call {

  static final String PROVIDER = "vapi";

  private static final JsonNode NOTHING = Json.MAPPER.createObjectNode();

  /** Which way. */
  enum Direction {
    INBOUND("inboundPhoneCall"),
    OUTBOUND("outboundPhoneCall");

    final String wire;

    Direction(String wire) {
      this.wire = wire;
    }
  }

  /** Something in its transcript. */
  record Entry(String role, Duration at, Duration length, String text, ObjectNode extra) {}

  final String id;
  final String orgId;
  final Direction direction;
  final String person;
  final String our;
  final @Nullable String phoneNumberId;
  final @Nullable String assistantId;
  final Instant created;
  private JsonNode request;
  private Assistant assistant;
  private @Nullable Server server;
  private @Nullable String clientId;
  private @Nullable String dispatchId;
  private @Nullable CallScript script;
  private Set<String> toldBefore = Set.of();
  private String status = "queued";
  private @Nullable String endedReason;
  private @Nullable Instant started;
  private @Nullable Instant ended;
  private Instant updated;
  private final List<Entry> entries = new ArrayList<>();
  // packed: thousands of calls are kept, and hardly any is asked for
  private byte @Nullable [] whenOver;

  /**
   * @param person the other side
   * @param our number of ours, or the id of one that nobody described
   */
  Call(
      String id,
      VapiAccount account,
      Direction direction,
      String person,
      String our,
      @Nullable String phoneNumberId,
      JsonNode request,
      Instant created) {
    this.id = id;
    this.orgId = account.orgId();
    this.direction = direction;
    this.person = person;
    this.our = our;
    this.phoneNumberId = phoneNumberId;
    this.assistantId =
        request.path("assistantId").isString() ? request.path("assistantId").asString() : null;
    this.request = request;
    this.created = created;
    this.updated = created;
    this.assistant = Assistant.of();
    this.clientId = account.clientId();
  }

  /** Says who talks for us, and where messages go. */
  synchronized void answeredBy(Assistant who, @Nullable Server where) {
    assistant = who;
    server = where;
    var correlation = Correlation.of(request, who.metadata(), where == null ? null : where.url());
    dispatchId = direction == Direction.OUTBOUND ? correlation.dispatchId() : null;
    if (correlation.clientId() != null) {
      clientId = correlation.clientId();
    }
  }

  /** What it was asked for with; nothing once it is over. */
  synchronized JsonNode request() {
    return request;
  }

  synchronized Assistant assistant() {
    return assistant;
  }

  synchronized @Nullable Server server() {
    return server;
  }

  synchronized @Nullable String dispatchId() {
    return dispatchId;
  }

  synchronized @Nullable String clientId() {
    return clientId;
  }

  synchronized void follow(CallScript plan) {
    script = plan;
  }

  synchronized CallScript script() {
    if (script == null) {
      throw new IllegalStateException("call " + id + " has no script");
    }
    return script;
  }

  /** What an earlier run has told already. */
  synchronized void toldBefore(Set<String> what) {
    toldBefore = Set.copyOf(what);
  }

  synchronized boolean wasTold(String what) {
    return toldBefore.contains(what);
  }

  synchronized void reached(String newStatus, Duration after) {
    status = newStatus;
    updated = created.plus(after);
    if (newStatus.equals("in-progress")) {
      started = updated;
    }
  }

  synchronized void over(String reason, Duration after) {
    status = "ended";
    endedReason = reason;
    ended = created.plus(after);
    updated = ended;
  }

  synchronized void said(String role, Duration at, Duration length, String text) {
    entries.add(new Entry(role, at, length, text, Json.MAPPER.createObjectNode()));
  }

  synchronized void happened(String role, Duration at, String text, ObjectNode extra) {
    entries.add(new Entry(role, at, Duration.ZERO, text, extra));
  }

  synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }

  synchronized boolean isOver() {
    return status.equals("ended");
  }

  synchronized String status() {
    return status;
  }

  synchronized @Nullable String endedReason() {
    return endedReason;
  }

  synchronized @Nullable Instant started() {
    return started;
  }

  synchronized @Nullable Instant ended() {
    return ended;
  }

  synchronized Instant updated() {
    return updated;
  }

  /** How long they talked, whole seconds; 0 when nobody answered. */
  synchronized long seconds() {
    return started == null || ended == null
        ? 0
        : Math.round(Duration.between(started, ended).toMillis() / 1000.0);
  }

  /** The Call object as a query shows it. */
  synchronized JsonNode shown() {
    var packed = whenOver;
    return packed != null
        ? Json.MAPPER.readTree(Packed.open(packed))
        : Payloads.call(this, Payloads.Detail.WHOLE);
  }

  /** Keeps the picture and lets go of everything else. */
  synchronized void shrink() {
    whenOver =
        Packed.pack(Json.MAPPER.writeValueAsBytes(Payloads.call(this, Payloads.Detail.WHOLE)));
    entries.clear();
    request = NOTHING;
    assistant = Assistant.of();
    script = null;
  }

  /** A ledger line about this call. */
  synchronized LedgerEntry line(Kind kind, @Nullable Integer statusCode, String detail) {
    boolean whole = kind == Kind.ACCEPTED;
    return LedgerEntry.draft(
        kind,
        Channel.VOICE,
        PROVIDER,
        orgId,
        dispatchId,
        clientId,
        id,
        direction == Direction.OUTBOUND ? person : our,
        direction == Direction.OUTBOUND ? our : person,
        whole ? Json.MAPPER.writeValueAsString(request) : null,
        statusCode,
        detail,
        whole && server != null ? server.url() : null);
  }

  /** Values for the variables in its messages. */
  synchronized Map<String, String> variables() {
    var values = new HashMap<String, String>();
    assistant
        .json()
        .path("variableValues")
        .properties()
        .forEach(e -> values.put(e.getKey(), e.getValue().asString("")));
    values.put("customer.number", person);
    values.put("customer.name", request.path("customer").path("name").asString(""));
    values.put("phoneNumber.number", our);
    values.put("call.id", id);
    values.put("now", created.toString());
    return values;
  }
}
