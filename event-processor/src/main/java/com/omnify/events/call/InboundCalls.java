package com.omnify.events.call;

import com.omnify.events.call.policy.CallOutcome;
import com.omnify.kit.db.Pg;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.Channel;
import com.omnify.model.IdentityHash;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.InteractionId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Calls that people make to us. Each is an interaction from the first word of it; whoever calls
 * without being a contact becomes one, which is memory-service's to do. All methods run in the
 * caller's transaction.
 */
@Component
public class InboundCalls {

  private final Calls calls;
  private final JdbcClient db;
  private final Outbox outbox;
  private final Ids ids;
  private final FleetClock clock;

  InboundCalls(Calls calls, JdbcClient db, Outbox outbox, Ids ids, FleetClock clock) {
    this.calls = calls;
    this.db = db;
    this.outbox = outbox;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * The call, and its interaction where nothing was heard of it before.
   *
   * @param identity the caller's number
   * @param ours the number that was called
   * @return empty where it is known as a call of ours
   */
  public Optional<Call> heard(
      Call.Key key, String identity, String ours, @Nullable String carrierId) {
    Optional<Call> call = calls.inbound(key, new InteractionId(ids.next()), identity, carrierId);
    call.filter(Call::fresh).ifPresent(fresh -> insert(fresh, ours));
    return call;
  }

  /** Lets a stranger have a contact while they talk; says nothing of those who have one. */
  public void introduce(Call call) {
    if (contact(call).isEmpty()) {
      outbox.publish(stranger(call.key().client(), call.interaction(), call.identity()));
    }
  }

  /** Whose number it is: the contact that has it, or the one that the call was given to. */
  public Optional<ContactId> contact(Call call) {
    return contact(call.key().client(), call.interaction(), call.identity());
  }

  /** Everyone who has that number. */
  public List<ContactId> people(ClientId client, String identity) {
    return db
        .sql("SELECT id FROM contacts WHERE client_id = :client AND phone = :phone ORDER BY id")
        .param("client", client.value())
        .param("phone", identity)
        .query(UUID.class)
        .list()
        .stream()
        .map(ContactId::new)
        .toList();
  }

  /** Tells that it is over: somebody spoke with us, or called in vain. */
  public void tellEnd(Call call, CallOutcome outcome) {
    tellEnd(call.key().client(), call.interaction(), call.identity(), outcome);
  }

  void tellEnd(ClientId client, InteractionId interaction, String identity, CallOutcome outcome) {
    Optional<ContactId> contact = contact(client, interaction, identity);
    if (outcome.missed()) {
      outbox.publish(
          new InboundEvent.CallMissed(
              ids.eventId(),
              clock.now(),
              client,
              contact.orElse(null),
              Channel.VOICE,
              interaction,
              IdentityHash.of(client, identity)));
    } else if (contact.isPresent()) {
      outbox.publish(
          new InboundEvent.ReplyReceived(
              ids.eventId(),
              clock.now(),
              client,
              contact.get(),
              Channel.VOICE,
              interaction,
              inReplyTo(client, interaction)));
    } else {
      outbox.publish(stranger(client, interaction, identity));
    }
  }

  private InboundEvent.UnknownSenderWrote stranger(
      ClientId client, InteractionId interaction, String identity) {
    return new InboundEvent.UnknownSenderWrote(
        ids.eventId(),
        clock.now(),
        client,
        Channel.VOICE,
        interaction,
        IdentityHash.of(client, identity));
  }

  private Optional<ContactId> contact(ClientId client, InteractionId interaction, String identity) {
    Optional<ContactId> given =
        db.sql(
                """
                SELECT contact_id FROM contact_interactions
                WHERE client_id = :client AND id = :id AND contact_id IS NOT NULL
                """)
            .param("client", client.value())
            .param("id", interaction.value())
            .query(UUID.class)
            .optional()
            .map(ContactId::new);
    return given.or(() -> people(client, identity).stream().findFirst());
  }

  private @Nullable DispatchId inReplyTo(ClientId client, InteractionId interaction) {
    return db.sql(
            """
            SELECT in_reply_to FROM contact_interactions
            WHERE client_id = :client AND id = :id AND in_reply_to IS NOT NULL
            """)
        .param("client", client.value())
        .param("id", interaction.value())
        .query(UUID.class)
        .optional()
        .map(DispatchId::new)
        .orElse(null);
  }

  /** It answers the latest call of ours to that number, if there was one. */
  private void insert(Call call, String ours) {
    ClientId client = call.key().client();
    db.sql(
            """
            INSERT INTO contact_interactions (client_id, id, contact_id, enrollment_id, sequence_id, step_id, channel,
              direction, identity, own_address, content_body, in_reply_to, provider_id, occurred_at)
            SELECT :client, :id, :contact, said.enrollment_id, said.sequence_id, said.step_id, 'voice',
              'inbound', :identity, :ours, '', said.id, :call, :now
            FROM (SELECT 1) AS once
            LEFT JOIN (
              SELECT id, enrollment_id, sequence_id, step_id FROM contact_interactions
              WHERE client_id = :client AND identity = :identity AND channel = 'voice' AND direction = 'outbound'
                AND (outcome IS NULL OR outcome NOT IN ('rejected', 'not_sent'))
              ORDER BY occurred_at DESC LIMIT 1) AS said ON true
            """)
        .param("client", client.value())
        .param("id", call.interaction().value())
        .param(
            "contact",
            people(client, call.identity()).stream().findFirst().map(ContactId::value).orElse(null))
        .param("identity", call.identity())
        .param("ours", ours)
        .param("call", call.key().callId())
        .param("now", Pg.timestamp(clock.now()))
        .update();
  }
}
