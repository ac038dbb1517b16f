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
   * Closes e-mail to these addresses; phones are not touched.
   *
   * @param identities lower-case addresses
   * @param contacts everyone who has one of them; their sequences end
   * @return whether it was news: one of them was open until now, or it is the first complaint
   */
  public boolean closeEmail(
      ClientId client,
      Collection<String> identities,
      Collection<ContactId> contacts,
      SuppressionReason reason,
      @Nullable String detail) {
    var targets = new LinkedHashSet<Target>();
    identities.forEach(identity -> targets.add(new Target(Channel.EMAIL, identity)));
    // two complaints at a time: the second sees what the first has written
    locks.take(client, identities);
    boolean told =
        suppressions.inForce(client, targets).stream()
            .anyMatch(each -> each.reason().equals(reason.wire()));
    boolean added = !suppress(client, targets, reason, detail, null, contacts).isEmpty();
    return added || reason == SuppressionReason.COMPLAINT && !told;
  }

  /**
   * Revokes all for somebody who said so by e-mail: e-mail to these addresses, and all channels to
   * the contacts they belong to.
   *
   * @param identities lower-case addresses
   * @param source the mail that said so
   */
  public void revokeAllByEmail(
      ClientId client,
      Collection<String> identities,
      Collection<ContactId> contacts,
      @Nullable String detail,
      InteractionId source) {
    var targets = new LinkedHashSet<Target>();
    identities.forEach(identity -> targets.add(new Target(Channel.EMAIL, identity)));
    emails(client, contacts).forEach(email -> targets.add(new Target(Channel.EMAIL, email)));
    for (String phone : phones(client, contacts)) {
      targets.add(new Target(Channel.SMS, phone));
      targets.add(new Target(Channel.VOICE, phone));
    }
    suppress(client, targets, SuppressionReason.OPT_OUT, detail, source, contacts);
  }

  /**
   * Revokes all, as above, by a word said in a call. Nothing is written in answer: the assistant
   * was there to answer.
   *
   * @param identity E.164
   * @param contacts everyone who shares it
   * @param source the call
   */
  public void revokeAllBySpeech(
      ClientId client, String identity, Collection<ContactId> contacts, InteractionId source) {
    var targets = new LinkedHashSet<Target>();
    targets.add(new Target(Channel.VOICE, identity));
    targets.add(new Target(Channel.SMS, identity));
    emails(client, contacts).forEach(email -> targets.add(new Target(Channel.EMAIL, email)));
    suppress(client, targets, SuppressionReason.OPT_OUT, "told in a call", source, contacts);
  }

  /** Calls that number no more; its sequences go on by other channels. */
  public void closeVoice(ClientId client, String identity, InteractionId source) {
    suppress(
        client,
        Set.of(new Target(Channel.VOICE, identity)),
        SuppressionReason.OPT_OUT,
        "asked in a call to be written to",
        source,
        List.of());
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

  private List<String> phones(ClientId client, Collection<ContactId> contacts) {
    return db.sql(
            """
            SELECT phone FROM contacts c JOIN unnest(:ids) AS t(id) ON c.id = t.id
            WHERE client_id = :client AND phone IS NOT NULL
            """)
        .param("client", client.value())
        .param("ids", Pg.uuids(contacts))
        .query(String.class)
        .list();
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
  public List<ContactId> owners(ClientId client, String identity) {
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
