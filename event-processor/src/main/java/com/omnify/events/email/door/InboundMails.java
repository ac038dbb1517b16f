package com.omnify.events.email.door;

import com.omnify.events.email.autoreply.policy.AutoReply;
import com.omnify.events.email.bounce.policy.BounceClass;
import com.omnify.events.email.bounce.policy.BounceReport;
import com.omnify.events.email.bounce.policy.Bounces;
import com.omnify.events.email.provider.InboundEmail;
import com.omnify.events.optout.OptOuts;
import com.omnify.events.optout.policy.Keyword;
import com.omnify.events.optout.policy.OptOutRule;
import com.omnify.events.receipt.Receipt;
import com.omnify.events.receipt.Receipts;
import com.omnify.kit.db.Pg;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.Channel;
import com.omnify.model.EmailMessageId;
import com.omnify.model.IdentityHash;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.InteractionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Mail that comes to us: what people write, what their machines answer, and what is returned. */
@Component
public class InboundMails {

  private static final int LONGEST_BODY = 64 << 10;
  private static final int LONGEST_SUBJECT = 1_000;
  private static final int LONGEST_ADDRESS = 254;
  private static final int LONGEST_ID = 500;

  /** Nobody asks to be left alone after so many words. */
  private static final int READ_FOR_OPT_OUT = 8 << 10;

  private final Transactions transactions;
  private final Receipts receipts;
  private final MailReports reports;
  private final OptOuts optOuts;
  private final JdbcClient db;
  private final Outbox outbox;
  private final Ids ids;
  private final FleetClock clock;

  InboundMails(
      Transactions transactions,
      Receipts receipts,
      MailReports reports,
      OptOuts optOuts,
      JdbcClient db,
      Outbox outbox,
      Ids ids,
      FleetClock clock) {
    this.transactions = transactions;
    this.receipts = receipts;
    this.reports = reports;
    this.optOuts = optOuts;
    this.db = db;
    this.outbox = outbox;
    this.ids = ids;
    this.clock = clock;
  }

  /** What of ours a mail answers. */
  private record Said(
      UUID id,
      String identity,
      @Nullable UUID contactId,
      @Nullable UUID enrollmentId,
      @Nullable UUID sequenceId,
      @Nullable UUID stepId) {}

  /** A mail with all that is read from it before a transaction begins. */
  private record Read(
      InboundEmail mail,
      String source,
      String from,
      String to,
      String messageId,
      String visible,
      AutoReply answered,
      List<BounceReport> returned) {}

  /**
   * Keeps the mail, applies what it asks for, and tells everyone, once however often it comes, in
   * one transaction.
   */
  public void hear(ClientId client, InboundEmail mail) {
    hear(client, Optional.empty(), mail);
  }

  /** The same of one whose proof may be used once, see {@link MailReports}. */
  Heard hear(ClientId client, Optional<String> token, InboundEmail mail) {
    Instant now = clock.now();
    Read read = read(mail, LocalDate.ofInstant(now, ZoneOffset.UTC));
    return transactions.inClient(
        client,
        () -> {
          boolean used =
              token.isPresent()
                  && !receipts.firstTime(
                      client, read.source(), ReceiptKeys.of("token", token.get()))
                  && !receipts.knows(client, read.source(), ReceiptKeys.of("inbound", mail.key()));
          return used ? Heard.USED_PROOF : take(client, read, now);
        });
  }

  private static Read read(InboundEmail mail, LocalDate today) {
    String messageId = mail.headers().raw("message-id").orElse("").strip();
    if (messageId.startsWith("<") && messageId.endsWith(">")) {
      messageId = messageId.substring(1, messageId.length() - 1);
    }
    List<BounceReport> returned =
        Bounces.read(mail.mail(), today).stream()
            .filter(
                report ->
                    report.bounceClass() != BounceClass.AUTO_REPLY
                        && (report.bounceClass() != BounceClass.NONE || !report.action().isEmpty()))
            .toList();
    return new Read(
        mail,
        mail.provider().wire(),
        Texts.storable(mail.from().strip().toLowerCase(Locale.ROOT), LONGEST_ADDRESS),
        Texts.storable(mail.to().strip().toLowerCase(Locale.ROOT), LONGEST_ADDRESS),
        Texts.storable(messageId, LONGEST_ID),
        Texts.storable(mail.visible(), LONGEST_BODY),
        mail.answered(today),
        returned);
  }

  private Heard take(ClientId client, Read read, Instant now) {
    if (!receipts.firstTime(client, read.source(), ReceiptKeys.of("inbound", read.mail().key()))) {
      return Heard.REPEAT;
    }
    if (!read.returned().isEmpty()) {
      read.returned()
          .forEach(
              report -> reports.hear(client, MailReport.of(read.source(), name(read), report)));
      return Heard.RETURNED;
    }
    if (read.from().isEmpty() || isOurs(client, read.from())) {
      // nobody to answer, or our own mail come round
      keep(client, read, null, null);
      return Heard.NOTHING;
    }
    if (isKnown(client, read)) {
      return Heard.REPEAT;
    }
    Said said = said(client, read);
    Set<ContactId> people = people(client, read.from(), said);
    var interaction = new InteractionId(ids.next());
    insert(client, interaction, people, said, read, now);
    keep(client, read, said, interaction);
    if (read.answered().automatic()) {
      // the mail has arrived, and nobody has answered it
      return Heard.AUTO_REPLY;
    }
    if (people.isEmpty()) {
      outbox.publish(
          new InboundEvent.UnknownSenderWrote(
              ids.eventId(),
              now,
              client,
              Channel.EMAIL,
              interaction,
              IdentityHash.of(client, read.from())));
    }
    if (wantsOut(read)) {
      var addresses = new LinkedHashSet<String>();
      addresses.add(read.from());
      if (said != null) {
        // whoever answers from another address of theirs means the one we write to
        addresses.add(said.identity());
      }
      optOuts.revokeAllByEmail(client, addresses, people, "told by e-mail", interaction);
    } else {
      reply(client, people, said, interaction, now);
    }
    return Heard.NEW;
  }

  /** The same for a mail that is handed over again with another key. */
  private static String name(Read read) {
    return read.messageId().isEmpty() ? read.mail().key() : read.messageId();
  }

  private static boolean wantsOut(Read read) {
    String text = read.visible();
    String body = text.length() > READ_FOR_OPT_OUT ? text.substring(0, READ_FOR_OPT_OUT) : text;
    if (!body.isBlank()) {
      return OptOutRule.read(body, null) == Keyword.STOP;
    }
    // a mail program's own "unsubscribe" is a mail with a subject and nothing else
    String subject = Texts.storable(read.mail().subject(), LONGEST_SUBJECT);
    return !subject.isBlank() && OptOutRule.read(subject, null) == Keyword.STOP;
  }

  private void reply(
      ClientId client,
      Set<ContactId> people,
      @Nullable Said said,
      InteractionId interaction,
      Instant now) {
    people.stream()
        .findFirst()
        .ifPresent(
            contact ->
                outbox.publish(
                    new InboundEvent.ReplyReceived(
                        ids.eventId(),
                        now,
                        client,
                        contact,
                        Channel.EMAIL,
                        interaction,
                        said == null ? null : new DispatchId(said.id()))));
  }

  private void keep(
      ClientId client, Read read, @Nullable Said said, @Nullable InteractionId interaction) {
    var payload = new LinkedHashMap<String, Object>();
    if (!read.messageId().isEmpty()) {
      payload.put("message_id", read.messageId());
    }
    if (interaction == null && !read.from().isEmpty()) {
      payload.put("from", read.from());
    }
    payload.put(
        "answered_by",
        switch (read.answered()) {
          case AutoReply.Person() -> "person";
          case AutoReply.OutOfOffice(Optional<LocalDate> _) -> "out_of_office";
          case AutoReply.Machine() -> "machine";
        });
    returns(read).ifPresent(day -> payload.put("returns_on", day.toString()));
    receipts.keep(
        new Receipt(
            client,
            read.source(),
            "email_inbound",
            Texts.storable(read.mail().key(), LONGEST_ID),
            said == null ? null : new DispatchId(said.id()),
            interaction,
            Map.copyOf(payload)));
  }

  private static Optional<LocalDate> returns(Read read) {
    return read.answered() instanceof AutoReply.OutOfOffice(Optional<LocalDate> returns)
        ? returns
        : Optional.empty();
  }

  /**
   * Whether this very mail lies in the timeline: a provider may hand it over anew with another key,
   * or long after its key was forgotten.
   */
  private boolean isKnown(ClientId client, Read read) {
    return !read.messageId().isEmpty()
        && db.sql(
                """
                SELECT EXISTS (SELECT FROM contact_interactions
                  WHERE client_id = :client AND identity = :from AND channel = 'email' AND direction = 'inbound'
                    AND message_id = :messageId)
                """)
            .param("client", client.value())
            .param("from", read.from())
            .param("messageId", read.messageId())
            .query(Boolean.class)
            .single();
  }

  private boolean isOurs(ClientId client, String address) {
    return db.sql(
            "SELECT EXISTS (SELECT FROM mailboxes WHERE client_id = :client AND address = :address)")
        .param("client", client.value())
        .param("address", address)
        .query(Boolean.class)
        .single();
  }

  /** What it names itself as answering to, else the latest that we wrote to that address. */
  private @Nullable Said said(ClientId client, Read read) {
    return read.mail()
        .answers()
        .filter(id -> id.client().equals(client))
        .map(EmailMessageId::dispatch)
        .flatMap(dispatch -> byId(client, dispatch))
        .or(() -> latest(client, read.from()))
        .orElse(null);
  }

  private Optional<Said> byId(ClientId client, DispatchId dispatch) {
    return db.sql(
            """
            SELECT id, identity, contact_id, enrollment_id, sequence_id, step_id FROM contact_interactions
            WHERE client_id = :client AND id = :id AND channel = 'email' AND direction = 'outbound'
            """)
        .param("client", client.value())
        .param("id", dispatch.value())
        .query(InboundMails::said)
        .optional();
  }

  /** What was refused was not said. */
  private Optional<Said> latest(ClientId client, String identity) {
    return db.sql(
            """
            SELECT id, identity, contact_id, enrollment_id, sequence_id, step_id FROM contact_interactions
            WHERE client_id = :client AND identity = :identity AND channel = 'email' AND direction = 'outbound'
              AND (outcome IS NULL OR outcome NOT IN ('rejected', 'not_sent'))
            ORDER BY occurred_at DESC LIMIT 1
            """)
        .param("client", client.value())
        .param("identity", identity)
        .query(InboundMails::said)
        .optional();
  }

  private static Said said(ResultSet row, int number) throws SQLException {
    return new Said(
        Pg.uuid(row, "id"),
        row.getString("identity"),
        row.getObject("contact_id", UUID.class),
        row.getObject("enrollment_id", UUID.class),
        row.getObject("sequence_id", UUID.class),
        row.getObject("step_id", UUID.class));
  }

  /** Everyone with that address, and whom we wrote to; the writer is the first. */
  private Set<ContactId> people(ClientId client, String from, @Nullable Said said) {
    var people = new LinkedHashSet<>(optOuts.owners(client, from));
    if (said != null && said.contactId() != null) {
      people.add(new ContactId(said.contactId()));
    }
    return people;
  }

  private void insert(
      ClientId client,
      InteractionId id,
      Set<ContactId> people,
      @Nullable Said said,
      Read read,
      Instant now) {
    boolean automatic = read.answered().automatic();
    db.sql(
            """
            INSERT INTO contact_interactions (client_id, id, contact_id, enrollment_id, sequence_id, step_id, channel,
              direction, identity, own_address, content_subject, content_body, outcome, in_reply_to, auto_reply,
              returns_on, message_id, provider_id, occurred_at)
            VALUES (:client, :id, :contact, :enrollment, :sequence, :step, 'email',
              'inbound', :from, :to, :subject, :body, :outcome, :inReplyTo, :automatic,
              :returns, :messageId, :key, :now)
            """)
        .param("client", client.value())
        .param("id", id.value())
        .param("contact", people.stream().findFirst().map(ContactId::value).orElse(null))
        .param("enrollment", said == null ? null : said.enrollmentId())
        .param("sequence", said == null ? null : said.sequenceId())
        .param("step", said == null ? null : said.stepId())
        .param("from", read.from())
        .param("to", read.to())
        .param("subject", Texts.storable(read.mail().subject(), LONGEST_SUBJECT))
        .param("body", read.visible())
        // nobody is told of it, so that nothing else would ever fill this in
        .param("outcome", automatic ? "auto_reply" : null)
        .param("inReplyTo", said == null ? null : said.id())
        .param("automatic", automatic)
        .param("returns", returns(read).orElse(null))
        .param("messageId", read.messageId().isEmpty() ? null : read.messageId())
        .param("key", Texts.storable(read.mail().key(), LONGEST_ID))
        .param("now", Pg.timestamp(now))
        .update();
  }
}
