package com.omnify.events.twilio;

import com.omnify.events.receipt.Receipt;
import com.omnify.events.receipt.Receipts;
import com.omnify.kit.db.Pg;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.kit.web.Problem;
import com.omnify.model.Channel;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.DispatchKind;
import com.omnify.model.FailureType;
import com.omnify.model.TwilioCodes;
import com.omnify.model.WireEnum;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What Twilio says about messages that we sent. */
@Component
class StatusReports {

  private static final Set<String> HELD_BY_THE_INTERACTION = Set.of("From", "To", "Body");

  private final Transactions transactions;
  private final Receipts receipts;
  private final JdbcClient db;
  private final Outbox outbox;
  private final Ids ids;
  private final FleetClock clock;

  StatusReports(
      Transactions transactions,
      Receipts receipts,
      JdbcClient db,
      Outbox outbox,
      Ids ids,
      FleetClock clock) {
    this.transactions = transactions;
    this.receipts = receipts;
    this.db = db;
    this.outbox = outbox;
    this.ids = ids;
    this.clock = clock;
  }

  private record Reported(DispatchRef ref, @Nullable String providerId) {}

  /** Keeps the report and tells it to everyone, once however often it comes. */
  Heard hear(ClientId client, TwilioRequest request) {
    String sid = first(request, "MessageSid", "SmsSid");
    String word = first(request, "MessageStatus", "SmsStatus");
    return transactions.inClient(
        client,
        () -> {
          if (!receipts.firstTime(client, "twilio", "status:" + sid + ":" + word)) {
            return Heard.REPEAT;
          }
          Optional<Reported> reported = find(client, sid, request);
          receipts.keep(
              new Receipt(
                  client,
                  "twilio",
                  "sms_status",
                  sid,
                  reported.map(each -> each.ref().dispatchId()).orElse(null),
                  null,
                  request.payloadWithout(
                      reported.isPresent() ? HELD_BY_THE_INTERACTION : Set.of())));
          if (reported.isEmpty()) {
            return Heard.UNKNOWN_DISPATCH;
          }
          String known = reported.get().providerId();
          if (known != null && !known.equals(sid)) {
            // A second message for one dispatch: never take its fate for the first one's.
            return Heard.ANOTHER_MESSAGE;
          }
          DeliveryStatus status = status(word);
          if (status == null) {
            return Heard.UNKNOWN_STATUS;
          }
          outbox.publish(report(reported.get().ref(), status, sid, request.get("ErrorCode")));
          return Heard.NEW;
        });
  }

  private DeliveryEvent.DeliveryReported report(
      DispatchRef dispatch, DeliveryStatus status, String sid, @Nullable String code) {
    FailureType failure = status.isFailure() ? TwilioCodes.failureOf(code, null) : null;
    return new DeliveryEvent.DeliveryReported(
        ids.eventId(), clock.now(), dispatch, status, failure, code, sid);
  }

  /** Twilio's word as a status, null for one that we do not know or that is not about sending. */
  static @Nullable DeliveryStatus status(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "accepted", "scheduled", "queued", "sending" -> DeliveryStatus.QUEUED;
      case "sent", "partially_delivered" -> DeliveryStatus.SENT;
      case "delivered", "read" -> DeliveryStatus.DELIVERED;
      case "undelivered" -> DeliveryStatus.UNDELIVERED;
      case "failed", "canceled" -> DeliveryStatus.FAILED;
      default -> null;
    };
  }

  private Optional<Reported> find(ClientId client, String sid, TwilioRequest request) {
    UUID named = dispatchNamed(request);
    Optional<Reported> byId = named == null ? Optional.empty() : byId(client, named);
    String to = request.get("To");
    return byId.isPresent() || to == null ? byId : bySid(client, sid, to);
  }

  private static @Nullable UUID dispatchNamed(TwilioRequest request) {
    String text = request.query().first("dispatch");
    try {
      return text == null ? null : DispatchId.of(text).value();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private Optional<Reported> byId(ClientId client, UUID dispatch) {
    return db.sql(
            """
            SELECT id, contact_id, enrollment_id, sequence_id, version, step_id, channel, kind, attempt, provider_id
            FROM dispatches WHERE client_id = :client AND id = :id
            """)
        .param("client", client.value())
        .param("id", dispatch)
        .query((row, _) -> reported(client, row))
        .optional();
  }

  /** By way of what was lately said to that person: the provider's ids have no index. */
  private Optional<Reported> bySid(ClientId client, String sid, String to) {
    return db.sql(
            """
            SELECT d.id, d.contact_id, d.enrollment_id, d.sequence_id, d.version, d.step_id, d.channel, d.kind,
              d.attempt, d.provider_id
            FROM (
              SELECT id FROM contact_interactions
              WHERE client_id = :client AND identity = :to AND direction = 'outbound'
              ORDER BY occurred_at DESC LIMIT 100) said
            JOIN dispatches d ON d.client_id = :client AND d.id = said.id
            WHERE d.provider_id = :sid
            LIMIT 1
            """)
        .param("client", client.value())
        .param("to", to)
        .param("sid", sid)
        .query((row, _) -> reported(client, row))
        .optional();
  }

  private static Reported reported(ClientId client, ResultSet row) throws SQLException {
    return new Reported(
        new DispatchRef(
            client,
            Pg.id(row, "contact_id", ContactId::new),
            Pg.id(row, "id", DispatchId::new),
            Pg.idOrNull(row, "enrollment_id", EnrollmentId::new),
            Pg.idOrNull(row, "sequence_id", SequenceId::new),
            row.getInt("version"),
            Pg.idOrNull(row, "step_id", StepId::new),
            WireEnum.parse(Channel.class, row.getString("channel")),
            WireEnum.parse(DispatchKind.class, row.getString("kind")),
            row.getInt("attempt")),
        row.getString("provider_id"));
  }

  private static String first(TwilioRequest request, String name, String olderName) {
    String value = request.get(name) == null ? request.get(olderName) : request.get(name);
    if (value == null) {
      throw Problem.invalid(
          name, "is missing", "point Twilio's status callback for messages at this address");
    }
    return value;
  }
}
