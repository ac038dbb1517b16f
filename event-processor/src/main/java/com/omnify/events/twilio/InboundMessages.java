package com.omnify.events.twilio;

import com.omnify.events.optout.OptOuts;
import com.omnify.events.optout.SuppressionReason;
import com.omnify.events.optout.policy.Keyword;
import com.omnify.events.optout.policy.OptOutRule;
import com.omnify.events.optout.policy.ProviderKeywords;
import com.omnify.events.receipt.Receipt;
import com.omnify.events.receipt.Receipts;
import com.omnify.kit.db.Pg;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.kit.web.Problem;
import com.omnify.model.Channel;
import com.omnify.model.IdentityHash;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.InteractionId;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What people write to us by SMS. */
@Component
class InboundMessages {

  private static final Set<String> HELD_BY_THE_INTERACTION =
      Set.of("From", "To", "Body", "SmsMessageSid", "SmsSid");

  private final Transactions transactions;
  private final Receipts receipts;
  private final OptOuts optOuts;
  private final JdbcClient db;
  private final Outbox outbox;
  private final Ids ids;
  private final FleetClock clock;

  InboundMessages(
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

  /** The latest thing we said to that number. */
  private record Outbound(
      UUID id,
      @Nullable UUID contactId,
      @Nullable UUID enrollmentId,
      @Nullable UUID sequenceId,
      @Nullable UUID stepId) {}

  /**
   * Keeps the message as an interaction, applies the command in it, and tells everyone, once
   * however often it comes, in one transaction.
   */
  Heard hear(ClientId client, TwilioRequest request) {
    String sid = required(request, "MessageSid");
    String from = required(request, "From").strip();
    String to = required(request, "To").strip();
    String body = body(request);
    Keyword keyword = OptOutRule.read(body, request.get("OptOutType"));
    return transactions.inClient(
        client,
        () -> {
          if (!receipts.firstTime(client, "twilio", "inbound:" + sid)) {
            return Heard.REPEAT;
          }
          Outbound said = latestOutbound(client, from);
          Set<ContactId> people = people(client, from, said);
          var interaction = new InteractionId(ids.next());
          Instant now = clock.now();
          insert(client, interaction, people, said, from, to, body, keyword, sid, now);
          receipts.keep(
              new Receipt(
                  client,
                  "twilio",
                  "sms_inbound",
                  sid,
                  null,
                  interaction,
                  request.payloadWithout(HELD_BY_THE_INTERACTION)));
          if (people.isEmpty()) {
            outbox.publish(
                new InboundEvent.UnknownSenderWrote(
                    ids.eventId(),
                    now,
                    client,
                    Channel.SMS,
                    interaction,
                    IdentityHash.of(client, from)));
          }
          boolean answered = ProviderKeywords.answered(body, request.get("OptOutType"));
          obey(client, keyword, answered, from, people, said, interaction, now);
          return Heard.NEW;
        });
  }

  /**
   * @param answered whether the provider has told them already that no more will come
   */
  private void obey(
      ClientId client,
      Keyword keyword,
      boolean answered,
      String from,
      Set<ContactId> people,
      @Nullable Outbound said,
      InteractionId interaction,
      Instant now) {
    switch (keyword) {
      case STOP -> {
        var fresh =
            optOuts.revokeAll(
                client, from, people, SuppressionReason.OPT_OUT, "told by SMS", interaction);
        // whoever is nobody's contact is not written to at all
        if (fresh.isPresent() && !answered && !people.isEmpty()) {
          optOuts.confirm(client, people.iterator().next(), fresh.get());
        }
      }
      case START -> optOuts.liftSms(client, from, people, interaction);
      case YES -> {
        if (optOuts.smsOptedOut(client, from)) {
          optOuts.liftSms(client, from, people, interaction);
        } else {
          reply(client, people, said, interaction, now);
        }
      }
      // answered by the provider; it says nothing to a sequence
      case HELP -> {}
      case NONE -> reply(client, people, said, interaction, now);
    }
  }

  private void reply(
      ClientId client,
      Set<ContactId> people,
      @Nullable Outbound said,
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
                        Channel.SMS,
                        interaction,
                        said == null ? null : new DispatchId(said.id()))));
  }

  /** Everyone with that number, and whom we lately wrote to there; the writer is the first. */
  private Set<ContactId> people(ClientId client, String from, @Nullable Outbound said) {
    var people = new LinkedHashSet<ContactId>();
    db.sql("SELECT id FROM contacts WHERE client_id = :client AND phone = :phone")
        .param("client", client.value())
        .param("phone", from)
        .query(UUID.class)
        .list()
        .forEach(id -> people.add(new ContactId(id)));
    if (said != null && said.contactId() != null) {
      people.add(new ContactId(said.contactId()));
    }
    return people;
  }

  /** What the provider refused was not said. */
  private @Nullable Outbound latestOutbound(ClientId client, String identity) {
    return db.sql(
            """
            SELECT id, contact_id, enrollment_id, sequence_id, step_id FROM contact_interactions
            WHERE client_id = :client AND identity = :identity AND channel = 'sms' AND direction = 'outbound'
              AND (outcome IS NULL OR outcome NOT IN ('rejected', 'not_sent'))
            ORDER BY occurred_at DESC LIMIT 1
            """)
        .param("client", client.value())
        .param("identity", identity)
        .query(
            (row, _) ->
                new Outbound(
                    Pg.uuid(row, "id"),
                    row.getObject("contact_id", UUID.class),
                    row.getObject("enrollment_id", UUID.class),
                    row.getObject("sequence_id", UUID.class),
                    row.getObject("step_id", UUID.class)))
        .optional()
        .orElse(null);
  }

  private void insert(
      ClientId client,
      InteractionId id,
      Set<ContactId> people,
      @Nullable Outbound said,
      String from,
      String to,
      String body,
      Keyword keyword,
      String sid,
      Instant now) {
    db.sql(
            """
            INSERT INTO contact_interactions (client_id, id, contact_id, enrollment_id, sequence_id, step_id, channel,
              direction, identity, own_address, content_body, outcome, in_reply_to, provider_id, occurred_at)
            VALUES (:client, :id, :contact, :enrollment, :sequence, :step, 'sms',
              'inbound', :from, :to, :body, :outcome, :inReplyTo, :sid, :now)
            """)
        .param("client", client.value())
        .param("id", id.value())
        .param("contact", people.stream().findFirst().map(ContactId::value).orElse(null))
        .param("enrollment", said == null ? null : said.enrollmentId())
        .param("sequence", said == null ? null : said.sequenceId())
        .param("step", said == null ? null : said.stepId())
        .param("from", from)
        .param("to", to)
        .param("body", body)
        // nobody is told of it, so that nothing else would ever fill this in
        .param("outcome", keyword == Keyword.HELP ? "help" : null)
        .param("inReplyTo", said == null ? null : said.id())
        .param("sid", sid)
        .param("now", Pg.timestamp(now))
        .update();
  }

  /** A picture alone has no text; where it lies stands in the receipt. */
  private static String body(TwilioRequest request) {
    String body = request.get("Body");
    if (body != null) {
      return body;
    }
    String media = request.get("NumMedia");
    return media == null || media.equals("0") ? "" : "[attachments: " + media + "]";
  }

  private static String required(TwilioRequest request, String name) {
    String value = request.get(name);
    if (value == null) {
      throw Problem.invalid(
          name, "is missing", "point Twilio's webhook for incoming messages at this address");
    }
    return value;
  }
}
