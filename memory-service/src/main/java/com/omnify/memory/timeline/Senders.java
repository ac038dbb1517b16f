package com.omnify.memory.timeline;

import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.memory.contact.ContactBook;
import com.omnify.memory.timeline.Timeline.Key;
import com.omnify.model.Channel;
import com.omnify.model.event.ContactEvent;
import com.omnify.model.event.InboundEvent.CallMissed;
import com.omnify.model.event.InboundEvent.UnknownSenderWrote;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.InteractionId;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Finds out who wrote, or makes a contact of whoever it is. */
@Component
class Senders {

  private final Transactions transactions;
  private final Timeline timeline;
  private final ContactBook book;
  private final Outbox outbox;
  private final Ids ids;
  private final FleetClock clock;

  Senders(
      Transactions transactions,
      Timeline timeline,
      ContactBook book,
      Outbox outbox,
      Ids ids,
      FleetClock clock) {
    this.transactions = transactions;
    this.timeline = timeline;
    this.book = book;
    this.outbox = outbox;
    this.ids = ids;
    this.clock = clock;
  }

  /** Each message is given to its contact, and said to be, once. */
  void resolve(UnknownSenderWrote event) {
    ClientId client = event.clientId();
    transactions.inClient(
        client,
        () ->
            timeline
                .unresolvedIdentity(client, event.interactionId())
                .ifPresent(
                    identity ->
                        whoHas(client, event.channel(), identity)
                            .ifPresent(
                                contact ->
                                    attach(client, identity, event.identityHash(), contact.id()))));
  }

  /**
   * Whoever called in vain is found, or made, likewise; that it was they who did is said once. They
   * may have become a contact while it rang.
   */
  void resolve(CallMissed event) {
    ClientId client = event.clientId();
    transactions.inClient(
        client,
        () -> {
          Optional<String> identity = timeline.unresolvedIdentity(client, event.interactionId());
          if (identity.isPresent()) {
            whoHas(client, event.channel(), identity.get())
                .ifPresent(
                    contact -> attach(client, identity.get(), event.identityHash(), contact.id()));
          } else {
            timeline
                .missed(client, event.interactionId())
                .ifPresent(
                    contact ->
                        outbox.publish(
                            new ContactEvent.ContactResolved(
                                ids.eventId(),
                                clock.now(),
                                client,
                                contact,
                                event.identityHash(),
                                event.interactionId())));
          }
        });
  }

  private Optional<ContactBook.Resolved> whoHas(ClientId client, Channel channel, String identity) {
    return switch (channel) {
      case SMS -> book.resolveByPhone(client, identity, "inbound_sms");
      case VOICE -> book.resolveByPhone(client, identity, "inbound_call");
      case EMAIL -> book.resolveByEmail(client, identity, "inbound_email");
    };
  }

  private void attach(ClientId client, String identity, String identityHash, ContactId contact) {
    List<InteractionId> attached = timeline.attach(client, identity, contact);
    timeline.hear(attached.stream().map(each -> Key.of(client, each)).toList());
    outbox.publish(
        attached.stream()
            .map(
                each ->
                    new ContactEvent.ContactResolved(
                        ids.eventId(), clock.now(), client, contact, identityHash, each))
            .toList());
  }
}
