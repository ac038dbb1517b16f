package com.omnify.events.email.door;

import com.omnify.events.optout.OptOuts;
import com.omnify.events.optout.SuppressionReason;
import com.omnify.events.receipt.Receipt;
import com.omnify.events.receipt.Receipts;
import com.omnify.kit.db.Pg;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.Channel;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.DispatchKind;
import com.omnify.model.EngagementKind;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What is said about mail that we sent: kept, told to everyone, and obeyed. */
@Component
class MailReports {

  /** So many in a transaction; a batch of thousands would hold its locks for too long. */
  private static final int AT_ONCE = 100;

  private static final String COLUMNS =
      """
      d.id, d.contact_id, d.enrollment_id, d.sequence_id, d.version, d.step_id, d.channel, d.kind, d.attempt,
      d.provider_id, d.identity, d.delivery_status
      """;

  private final Transactions transactions;
  private final Receipts receipts;
  private final OptOuts optOuts;
  private final JdbcClient db;
  private final Outbox outbox;
  private final Ids ids;
  private final FleetClock clock;

  MailReports(
      Transactions transactions,
      Receipts receipts,
      OptOuts optOuts,
      JdbcClient db,
      Outbox outbox,
      Ids ids,
      FleetClock clock) {
    this.transactions = transactions;
    this.receipts = receipts;
    this.optOuts = optOuts;
    this.db = db;
    this.outbox = outbox;
    this.ids = ids;
    this.clock = clock;
  }

  /** A mail of ours, as far as it is known. */
  private record Sent(
      DispatchRef ref,
      @Nullable String providerId,
      @Nullable String identity,
      @Nullable DeliveryStatus status,
      boolean opened,
      boolean clicked) {}

  /**
   * Takes a batch in, each report with its receipt and what follows from it in one transaction. One
   * that fails half-way and is sent again goes on where it stopped.
   *
   * @return how many came to what
   */
  Map<Heard, Integer> hear(ClientId client, List<MailReport> batch) {
    var once = new LinkedHashMap<String, MailReport>();
    batch.forEach(report -> once.putIfAbsent(report.key(), report));
    var heard = new EnumMap<Heard, Integer>(Heard.class);
    if (once.size() < batch.size()) {
      heard.put(Heard.REPEAT, batch.size() - once.size());
    }
    for (List<MailReport> together : together(once.values().stream().toList())) {
      transactions
          .inClient(client, () -> together.stream().map(each -> hear(client, each)).toList())
          .forEach(each -> heard.merge(each, 1, Integer::sum));
    }
    return heard;
  }

  /**
   * In the order of their keys, so that two who post the same batch never wait for each other in a
   * circle; and each opt-out by itself, as it waits for whoever is sending.
   */
  private static List<List<MailReport>> together(List<MailReport> reports) {
    var all = new ArrayList<List<MailReport>>();
    List<MailReport> plain =
        reports.stream()
            .filter(report -> !report.consequence().leaveAlone())
            .sorted(Comparator.comparing(MailReport::key))
            .toList();
    for (int from = 0; from < plain.size(); from += AT_ONCE) {
      all.add(plain.subList(from, Math.min(from + AT_ONCE, plain.size())));
    }
    reports.stream()
        .filter(report -> report.consequence().leaveAlone())
        .forEach(report -> all.add(List.of(report)));
    return all;
  }

  /**
   * Takes one in whose proof may be used once. Somebody who has seen it could send anything else by
   * it; the same again is a repeat.
   */
  Heard hear(ClientId client, String token, MailReport report) {
    return transactions.inClient(
        client,
        () ->
            receipts.firstTime(client, report.source(), ReceiptKeys.of("token", token))
                ? hear(client, report)
                : receipts.knows(client, report.source(), ReceiptKeys.of("event", report.key()))
                    ? Heard.REPEAT
                    : Heard.USED_PROOF);
  }

  /** In the caller's transaction. */
  Heard hear(ClientId client, MailReport report) {
    if (!receipts.firstTime(client, report.source(), ReceiptKeys.of("event", report.key()))) {
      return Heard.REPEAT;
    }
    Optional<Sent> sent = find(client, report);
    receipts.keep(
        new Receipt(
            client,
            report.source(),
            "email_event",
            report.providerMessageId().isEmpty()
                ? null
                : Texts.storable(report.providerMessageId(), 500),
            sent.map(each -> each.ref().dispatchId()).orElse(null),
            null,
            report.payload()));
    Consequence consequence = report.consequence();
    if (sent.isEmpty()) {
      boolean others = report.client().isPresent() && !report.client().get().equals(client);
      if (consequence.leaveAlone() && report.believed() && !others) {
        leaveAlone(client, consequence, report, null);
      }
      return Heard.UNKNOWN_DISPATCH;
    }
    if (isAnother(report, sent.get())) {
      return Heard.ANOTHER_MESSAGE;
    }
    return tell(client, report, consequence, sent.get());
  }

  /** Where each request makes a mail of its own, a second id is a second mail. */
  private static boolean isAnother(MailReport report, Sent sent) {
    return report.source().equals("resend")
        && sent.providerId() != null
        && !report.providerMessageId().isEmpty()
        && !sent.providerId().equals(report.providerMessageId());
  }

  private Heard tell(ClientId client, MailReport report, Consequence consequence, Sent sent) {
    DeliveryStatus status = consequence.status();
    if (status == null) {
      return Heard.NOTHING;
    }
    boolean told = false;
    // A repeat that comes when its key is long forgotten raises nothing.
    if (sent.status() == null || status.compareTo(sent.status()) > 0) {
      outbox.publish(
          new DeliveryEvent.DeliveryReported(
              ids.eventId(),
              clock.now(),
              sent.ref(),
              status,
              consequence.failure(),
              consequence.code(),
              report.providerMessageId().isEmpty()
                  ? null
                  : Texts.storable(report.providerMessageId(), 500)));
      told = true;
    }
    EngagementKind engagement = consequence.engagement();
    if (engagement == null) {
      return told ? Heard.NEW : Heard.REPEAT;
    }
    boolean news =
        switch (engagement) {
          case OPENED -> !sent.opened();
          case CLICKED -> !sent.clicked();
          case COMPLAINED, UNSUBSCRIBED -> leaveAlone(client, consequence, report, sent);
        };
    if (news) {
      outbox.publish(
          new DeliveryEvent.EngagementReported(ids.eventId(), clock.now(), sent.ref(), engagement));
    }
    return news || told ? Heard.NEW : Heard.REPEAT;
  }

  /** Suppresses whom it was sent to, and whom the report names; true where that is news. */
  private boolean leaveAlone(
      ClientId client, Consequence consequence, MailReport report, @Nullable Sent sent) {
    Set<String> addresses = new LinkedHashSet<>();
    if (sent != null && sent.identity() != null) {
      addresses.add(sent.identity());
    }
    // a mail can name whomever it likes; only what we sent counts then
    if (report.believed() && !report.recipient().isEmpty()) {
      addresses.add(Texts.storable(report.recipient(), 254));
    }
    if (addresses.isEmpty()) {
      return false;
    }
    boolean complaint = consequence.engagement() == EngagementKind.COMPLAINED;
    Set<ContactId> people = new LinkedHashSet<>();
    if (sent != null) {
      people.add(sent.ref().contactId());
    }
    addresses.forEach(address -> people.addAll(optOuts.owners(client, address)));
    return optOuts.closeEmail(
        client,
        addresses,
        people,
        complaint ? SuppressionReason.COMPLAINT : SuppressionReason.PROVIDER_OPT_OUT,
        (complaint ? "complaint" : "unsubscribed") + ", told by " + report.source());
  }

  private Optional<Sent> find(ClientId client, MailReport report) {
    if (report.client().isPresent() && !report.client().get().equals(client)) {
      // it names another client's mail
      return Optional.empty();
    }
    Optional<Sent> named = report.dispatch().flatMap(id -> byId(client, id.value()));
    boolean findable =
        report.dispatch().isEmpty()
            && !report.recipient().isEmpty()
            && !report.providerMessageId().isEmpty();
    return findable ? byProviderId(client, report) : named;
  }

  private Optional<Sent> byId(ClientId client, UUID dispatch) {
    return db.sql(
            """
            SELECT %s, i.opened_at IS NOT NULL AS opened, i.clicked_at IS NOT NULL AS clicked
            FROM dispatches d
            LEFT JOIN contact_interactions i ON i.client_id = d.client_id AND i.id = d.id
            WHERE d.client_id = :client AND d.id = :id AND d.channel = 'email'
            """
                .formatted(COLUMNS))
        .param("client", client.value())
        .param("id", dispatch)
        .query((row, _) -> sent(client, row))
        .optional();
  }

  /** By way of what was lately said to that person: the providers' ids have no index. */
  private Optional<Sent> byProviderId(ClientId client, MailReport report) {
    return db.sql(
            """
            SELECT %s, said.opened_at IS NOT NULL AS opened, said.clicked_at IS NOT NULL AS clicked
            FROM (
              SELECT id, opened_at, clicked_at FROM contact_interactions
              WHERE client_id = :client AND identity = :to AND channel = 'email' AND direction = 'outbound'
              ORDER BY occurred_at DESC LIMIT 100) said
            JOIN dispatches d ON d.client_id = :client AND d.id = said.id
            WHERE d.provider_id = :providerId
            LIMIT 1
            """
                .formatted(COLUMNS))
        .param("client", client.value())
        .param("to", Texts.storable(report.recipient()))
        .param("providerId", Texts.storable(report.providerMessageId()))
        .query((row, _) -> sent(client, row))
        .optional();
  }

  private static Sent sent(ClientId client, ResultSet row) throws SQLException {
    String status = row.getString("delivery_status");
    return new Sent(
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
        row.getString("provider_id"),
        row.getString("identity"),
        status == null ? null : WireEnum.parse(DeliveryStatus.class, status),
        row.getBoolean("opened"),
        row.getBoolean("clicked"));
  }
}
