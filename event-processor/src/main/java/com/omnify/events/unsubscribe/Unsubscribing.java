package com.omnify.events.unsubscribe;

import com.omnify.events.optout.OptOuts;
import com.omnify.events.optout.SuppressionReason;
import com.omnify.events.receipt.Receipt;
import com.omnify.events.receipt.Receipts;
import com.omnify.kit.db.Pg;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.kit.security.UnsubscribeToken;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.Channel;
import com.omnify.model.DispatchKind;
import com.omnify.model.EngagementKind;
import com.omnify.model.WireEnum;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Closes e-mail to the address that a mail went to. */
@Component
class Unsubscribing {

  private final Transactions transactions;
  private final OptOuts optOuts;
  private final Receipts receipts;
  private final JdbcClient db;
  private final Outbox outbox;
  private final Ids ids;
  private final FleetClock clock;

  Unsubscribing(
      Transactions transactions,
      OptOuts optOuts,
      Receipts receipts,
      JdbcClient db,
      Outbox outbox,
      Ids ids,
      FleetClock clock) {
    this.transactions = transactions;
    this.optOuts = optOuts;
    this.receipts = receipts;
    this.db = db;
    this.outbox = outbox;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * The mail that a link stands in.
   *
   * @param dispatch null where the attempt itself is no longer kept
   */
  record Mail(
      String business,
      String address,
      @Nullable ContactId contact,
      @Nullable DispatchRef dispatch) {}

  /** Empty where no such mail is known. */
  Optional<Mail> find(UnsubscribeToken token) {
    return transactions.readInClient(token.client(), () -> read(token));
  }

  /**
   * Suppresses the address and says so; once more changes nothing.
   *
   * @return empty where no such mail is known
   */
  Optional<Mail> unsubscribe(UnsubscribeToken token) {
    return transactions.inClient(
        token.client(),
        () -> {
          Optional<Mail> found = read(token);
          found.ifPresent(mail -> close(token, mail));
          return found;
        });
  }

  private void close(UnsubscribeToken token, Mail mail) {
    var people = new LinkedHashSet<>(optOuts.owners(token.client(), mail.address()));
    if (mail.contact() != null) {
      people.add(mail.contact());
    }
    boolean news =
        optOuts.closeEmail(
            token.client(),
            List.of(mail.address()),
            people,
            SuppressionReason.OPT_OUT,
            "by the link in a mail");
    if (!news) {
      return;
    }
    receipts.keep(
        new Receipt(
            token.client(), "omnify", "email_unsubscribe", null, token.dispatch(), null, Map.of()));
    DispatchRef dispatch = mail.dispatch();
    if (dispatch != null) {
      outbox.publish(
          new DeliveryEvent.EngagementReported(
              ids.eventId(), clock.now(), dispatch, EngagementKind.UNSUBSCRIBED));
    }
  }

  private Optional<Mail> read(UnsubscribeToken token) {
    return db.sql(
            """
            SELECT c.name, i.identity, i.contact_id, d.id, d.contact_id AS whose, d.enrollment_id, d.sequence_id,
              d.version, d.step_id, d.channel, d.kind, d.attempt
            FROM contact_interactions i
            JOIN clients c ON c.id = i.client_id
            LEFT JOIN LATERAL (
              SELECT * FROM dispatches WHERE client_id = i.client_id AND id = i.id LIMIT 1) d ON true
            WHERE i.client_id = :client AND i.id = :id AND i.channel = 'email' AND i.direction = 'outbound'
            """)
        .param("client", token.client().value())
        .param("id", token.dispatch().value())
        .query(
            (row, _) ->
                new Mail(
                    row.getString("name"),
                    row.getString("identity"),
                    Pg.idOrNull(row, "contact_id", ContactId::new),
                    row.getObject("id") == null
                        ? null
                        : new DispatchRef(
                            token.client(),
                            Pg.id(row, "whose", ContactId::new),
                            Pg.id(row, "id", DispatchId::new),
                            Pg.idOrNull(row, "enrollment_id", EnrollmentId::new),
                            Pg.idOrNull(row, "sequence_id", SequenceId::new),
                            row.getInt("version"),
                            Pg.idOrNull(row, "step_id", StepId::new),
                            WireEnum.parse(Channel.class, row.getString("channel")),
                            WireEnum.parse(DispatchKind.class, row.getString("kind")),
                            row.getInt("attempt"))))
        .optional();
  }
}
