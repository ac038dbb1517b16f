package com.omnify.events.optout;

import com.omnify.events.optout.Suppressions.Added;
import com.omnify.events.optout.Suppressions.Target;
import com.omnify.kit.db.Pg;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.Channel;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.event.MessageEvent;
import com.omnify.model.event.OrderedMessage;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.InteractionId;
import com.omnify.model.id.SuppressionId;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Applies what people ask for: to be left alone, and to be written to again. All calls run in the
 * caller's transaction, so that a STOP is in force from the commit of its receipt.
 */
@Component
public class OptOuts {

  private static final Set<String> PERSONS_WORD =
      Set.of(SuppressionReason.OPT_OUT.wire(), SuppressionReason.PROVIDER_OPT_OUT.wire());

  private final JdbcClient db;
  private final IdentityLocks locks;
  private final Suppressions suppressions;
  private final Outbox outbox;
  private final Ids ids;
  private final FleetClock clock;

  OptOuts(
      JdbcClient db,
      IdentityLocks locks,
      Suppressions suppressions,
      Outbox outbox,
      Ids ids,
      FleetClock clock) {
    this.db = db;
    this.locks = locks;
    this.suppressions = suppressions;
    this.outbox = outbox;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * Revokes all: SMS and voice to the phone number that said so, and e-mail to the contacts it
   * belongs to.
   *
   * @param identity E.164
   * @param contacts everyone who shares it
   * @param source the message that said so, null where a provider told us of one we did not see
   * @return the suppression of SMS, where it has come into force by this; empty where it was before
   */
  public Optional<SuppressionId> revokeAll(
      ClientId client,
      String identity,
      Collection<ContactId> contacts,
      SuppressionReason reason,
      @Nullable String detail,
      @Nullable InteractionId source) {
    var targets = new LinkedHashSet<Target>();
    targets.add(new Target(Channel.SMS, identity));
    targets.add(new Target(Channel.VOICE, identity));
    emails(client, contacts).forEach(email -> targets.add(new Target(Channel.EMAIL, email)));
    return suppress(client, targets, reason, detail, source, contacts).stream()
        .filter(added -> added.channel() == Channel.SMS)
        .map(Added::id)
        .findFirst();
  }

  /**
   * Orders the one message that may still be sent: that the opt-out is in force. Only for what the
   * provider has not answered itself.
   *
   * @param suppression of SMS, come into force by the running transaction
   */
  public void confirm(ClientId client, ContactId contact, SuppressionId suppression) {
    outbox.publish(
        new MessageEvent.MessageOrdered(
            ids.eventId(),
            clock.now(),
            client,
            contact,
            new OrderedMessage.OptOutConfirmation(suppression)));
  }

  /**
   * Takes the locks, writes the list, and says so for each contact.
   *
   * @param tell the contacts that have opted out thereby; empty where one channel of several is
   *     closed and their sequences go on
   */
  List<Added> suppress(
      ClientId client,
      Set<Target> targets,
      SuppressionReason reason,
      @Nullable String detail,
      @Nullable InteractionId source,
      Collection<ContactId> tell) {
    locks.take(client, targets.stream().map(Target::identity).toList());
    List<Added> added = suppressions.add(client, targets, reason, detail, source);
    if (source != null || !added.isEmpty()) {
      var via = targets.iterator().next().channel();
      outbox.publish(
          tell.stream()
              .map(
                  contact ->
                      new InboundEvent.OptOutReceived(
                          ids.eventId(), clock.now(), client, contact, via, source))
              .toList());
    }
    return added;
  }

  /**
   * Lets SMS go out again to someone who said START; other channels stay closed.
   *
   * @return whether anything was in force
   */
  public boolean liftSms(
      ClientId client, String identity, Collection<ContactId> contacts, InteractionId source) {
    boolean lifted = suppressions.liftByPerson(client, Channel.SMS, identity) > 0;
    outbox.publish(
        contacts.stream()
            .map(
                contact ->
                    new InboundEvent.OptInReceived(
                        ids.eventId(), clock.now(), client, contact, Channel.SMS, source))
            .toList());
    return lifted;
  }

  /** Whether the person's own word keeps us from writing SMS. */
  public boolean smsOptedOut(ClientId client, String identity) {
    return suppressions.inForce(client, List.of(new Target(Channel.SMS, identity))).stream()
        .anyMatch(each -> PERSONS_WORD.contains(each.reason()));
  }

  private List<String> emails(ClientId client, Collection<ContactId> contacts) {
    return db.sql(
            """
            SELECT email FROM contacts c JOIN unnest(:ids) AS t(id) ON c.id = t.id
            WHERE client_id = :client AND email IS NOT NULL
            """)
        .param("client", client.value())
        .param("ids", Pg.uuids(contacts))
        .query(String.class)
        .list();
  }

  /** The addresses of a contact, or empty where there is no such contact. */
  Optional<Addresses> addresses(ClientId client, UUID contact) {
    return db.sql("SELECT phone, email FROM contacts WHERE client_id = :client AND id = :id")
        .param("client", client.value())
        .param("id", contact)
        .query((row, _) -> new Addresses(row.getString("phone"), row.getString("email")))
        .optional();
  }

  record Addresses(@Nullable String phone, @Nullable String email) {}

  /** Contacts whose phone or e-mail this is. */
  List<ContactId> owners(ClientId client, String identity) {
    return db
        .sql(
            """
            SELECT id FROM contacts WHERE client_id = :client AND phone = :identity
            UNION
            SELECT id FROM contacts WHERE client_id = :client AND email = :identity
            """)
        .param("client", client.value())
        .param("identity", identity)
        .query(UUID.class)
        .list()
        .stream()
        .map(ContactId::new)
        .toList();
  }
}
