package com.omnify.sandbox.twilio;

import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import com.omnify.sandbox.twilio.policy.Segments;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A message as the provider keeps it. Its status only moves forward; everything else never changes.
 */
final class Message {

  static final String API_VERSION = "2010-04-01";
  static final String PROVIDER = "twilio";

  // RFC 2822 in the form Twilio uses: a numeric zone, never "GMT"
  private static final DateTimeFormatter RFC_2822 =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss xx", Locale.US)
          .withZone(ZoneOffset.UTC);
  private static final Set<String> FINAL = Set.of("delivered", "undelivered", "failed", "received");
  private static final Map<Integer, String> ERRORS =
      Map.of(
          30003, "Unreachable destination handset",
          30006, "Landline or unreachable carrier",
          30007, "Message filtered",
          30008, "Unknown error");

  /** Who says it. */
  enum Direction {
    INBOUND("inbound"),
    OUTBOUND("outbound-api");

    final String wire;

    Direction(String wire) {
      this.wire = wire;
    }
  }

  final String sid;
  final String account;
  final @Nullable String clientId;
  final Direction direction;
  final String to;
  final String from;
  final String body;
  final @Nullable String messagingServiceSid;

  // in two parts: all up to the dispatch id is the same for many messages and kept once
  private final @Nullable String callbackStart;
  private final @Nullable String callbackRest;

  final Instant created;
  private final int segments;
  private String status;
  private @Nullable Integer errorCode;
  private @Nullable Instant sent;
  private Instant updated;

  Message(
      String sid,
      String account,
      @Nullable String clientId,
      Direction direction,
      String to,
      String from,
      String body,
      @Nullable String messagingServiceSid,
      @Nullable String statusCallback,
      Instant created) {
    this.sid = sid;
    // many messages share these, and a provider remembers many messages
    this.account = account.intern();
    this.clientId = clientId == null ? null : clientId.intern();
    this.direction = direction;
    this.to = to;
    this.from = from.intern();
    this.body = body;
    this.messagingServiceSid = messagingServiceSid;
    if (statusCallback == null) {
      this.callbackStart = null;
      this.callbackRest = null;
    } else {
      int equals = statusCallback.lastIndexOf('=');
      int split = equals < 0 ? statusCallback.length() : equals + 1;
      this.callbackStart = statusCallback.substring(0, split).intern();
      this.callbackRest = statusCallback.substring(split);
    }
    this.created = created;
    this.updated = created;
    this.segments = Segments.of(body).count();
    this.status = direction == Direction.INBOUND ? "received" : "queued";
    this.sent = direction == Direction.INBOUND ? created : null;
  }

  /**
   * Where its status is told. Of an inbound message the one that was used towards the person last:
   * its neighbour gets the reply.
   */
  @Nullable String statusCallback() {
    return callbackStart == null ? null : callbackStart + callbackRest;
  }

  /** The same without the dispatch id, enough to find its neighbour. */
  @Nullable String callbackStart() {
    return callbackStart;
  }

  Correlation correlation() {
    return Correlation.of(statusCallback());
  }

  int segments() {
    return segments;
  }

  /** When it left the provider; empty while it is queued, as Twilio's DateSent is. */
  synchronized Optional<Instant> sent() {
    return Optional.ofNullable(sent);
  }

  synchronized Instant updated() {
    return updated;
  }

  /** Moves forward; a station that comes too late changes nothing. */
  synchronized void reached(String newStatus, @Nullable Integer code, Instant at) {
    if (FINAL.contains(status) || newStatus.equals("queued")) {
      return;
    }
    status = newStatus;
    errorCode = code;
    updated = at;
    if (sent == null) {
      sent = at;
    }
  }

  /** The Message resource, with every field of Twilio's schema. */
  synchronized Map<String, @Nullable Object> resource() {
    var uri = "/" + API_VERSION + "/Accounts/" + account + "/Messages/" + sid;
    var resource = new LinkedHashMap<String, @Nullable Object>();
    resource.put("account_sid", account);
    resource.put("api_version", API_VERSION);
    resource.put("body", body);
    resource.put("date_created", RFC_2822.format(created));
    resource.put("date_sent", sent == null ? null : RFC_2822.format(sent));
    resource.put("date_updated", RFC_2822.format(updated));
    resource.put("direction", direction.wire);
    resource.put("error_code", errorCode);
    resource.put("error_message", errorCode == null ? null : ERRORS.get(errorCode));
    resource.put("from", from);
    resource.put("messaging_service_sid", messagingServiceSid);
    resource.put("num_media", "0");
    resource.put("num_segments", Integer.toString(segments));
    // known only once it was sent, and negative: it is taken from the balance
    resource.put(
        "price", sent == null ? null : String.format(Locale.ROOT, "-%.5f", 0.0079 * segments));
    resource.put("price_unit", "USD");
    resource.put("sid", sid);
    resource.put("status", status);
    resource.put("subresource_uris", Map.of("media", uri + "/Media.json"));
    resource.put("to", to);
    resource.put("uri", uri + ".json");
    return resource;
  }

  /** A ledger line about this message. */
  LedgerEntry line(Kind kind, @Nullable Integer statusCode, String detail) {
    return LedgerEntry.draft(
        kind,
        LedgerEntry.Channel.SMS,
        PROVIDER,
        account,
        // what a person says answers a history, not one dispatch
        direction == Direction.INBOUND ? null : correlation().dispatchId(),
        clientId,
        sid,
        to,
        from,
        kind == Kind.ACCEPTED || kind == Kind.INBOUND ? body : null,
        statusCode,
        detail,
        kind == Kind.ACCEPTED ? statusCallback() : null);
  }
}
