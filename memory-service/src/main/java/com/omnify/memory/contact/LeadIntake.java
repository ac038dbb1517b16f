package com.omnify.memory.contact;

import com.omnify.kit.db.KitJson;
import com.omnify.kit.db.Pg;
import com.omnify.kit.event.Inbox;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.event.Subscription;
import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.memory.contact.ContactBody.ConsentBody;
import com.omnify.memory.contact.ContactBody.ConsentsBody;
import com.omnify.memory.contact.ContactCheck.Checked;
import com.omnify.memory.contact.ContactCheck.Consent;
import com.omnify.memory.contact.Contacts.Contact;
import com.omnify.memory.contact.Contacts.Holder;
import com.omnify.memory.contact.Contacts.NewContact;
import com.omnify.model.Channel;
import com.omnify.model.event.ContactEvent;
import com.omnify.model.event.Event;
import com.omnify.model.event.LeadEvent;
import com.omnify.model.event.LeadEvent.LeadReceived;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.LeadId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Makes contacts of leads, or finds whose they are. A lead is anybody's word: it fills what is not
 * known of a contact, and never changes an address that is. What is wrong with one field does not
 * lose the lead, as long as a way to reach the person is left.
 */
@Component
class LeadIntake {

  private static final String NAME = "memory.leads";

  private final Transactions transactions;
  private final Inbox inbox;
  private final Contacts contacts;
  private final CustomFields customFields;
  private final Outbox outbox;
  private final Ids ids;
  private final FleetClock clock;
  private final JdbcClient db;

  LeadIntake(
      Transactions transactions,
      Inbox inbox,
      Contacts contacts,
      CustomFields customFields,
      Outbox outbox,
      Ids ids,
      FleetClock clock,
      JdbcClient db) {
    this.transactions = transactions;
    this.inbox = inbox;
    this.contacts = contacts;
    this.customFields = customFields;
    this.outbox = outbox;
    this.ids = ids;
    this.clock = clock;
    this.db = db;
  }

  @Configuration(proxyBeanMethods = false)
  static class Wiring {
    @Bean
    Subscription<LeadReceived> leadsSubscription(LeadIntake intake) {
      return Subscription.of(NAME, Topic.LEADS, LeadReceived.class, intake::handle);
    }
  }

  /** What the lead's row says of a person. */
  record Told(
      @Nullable String firstName,
      @Nullable String lastName,
      @Nullable String company,
      @Nullable String phone,
      @Nullable String email,
      @Nullable String timeZone,
      @Nullable String state,
      @Nullable String postalCode,
      @Nullable String source,
      @Nullable List<String> tags,
      @Nullable Map<String, Object> customFields,
      @Nullable Map<String, Agreed> consent,
      @Nullable String country) {}

  /** What they agreed to. */
  record Agreed(
      boolean granted, @Nullable String source, @Nullable String textShown, @Nullable String at) {}

  void handle(List<LeadReceived> batch) {
    Map<ClientId, List<LeadReceived>> byClient = new LinkedHashMap<>();
    batch.forEach(
        event -> byClient.computeIfAbsent(event.clientId(), _ -> new ArrayList<>()).add(event));
    byClient.forEach(
        (client, events) -> transactions.inClient(client, () -> takeAll(client, events)));
  }

  private void takeAll(ClientId client, List<LeadReceived> events) {
    // Told again, a lead would start its sequences again.
    var first = inbox.firstTimes(NAME, events.stream().map(LeadReceived::eventId).toList());
    List<LeadReceived> fresh = events.stream().filter(e -> first.contains(e.eventId())).toList();
    if (fresh.isEmpty()) {
      return;
    }
    Map<LeadId, Told> told = told(client, fresh);
    ContactRules rules = customFields.rules(client, ContactCheck.DEFAULT_REGION);
    var said = new ArrayList<Event>();
    for (LeadReceived event : fresh) {
      Told lead = told.get(event.leadId());
      if (lead != null) {
        take(client, event, lead, rules, said);
      }
    }
    outbox.publish(said);
  }

  private void take(
      ClientId client, LeadReceived event, Told lead, ContactRules rules, List<Event> events) {
    Instant now = clock.now();
    Checked checked =
        ContactCheck.create(
            body(lead), lead.country() == null ? rules : rules.in(lead.country()), "", now);
    ContactFields fields = checked.fields();
    if (fields.phone() == null && fields.email() == null) {
      events.add(
          new LeadEvent.LeadRefused(
              ids.eventId(), now, client, event.leadId(), event.identityHash(), reason(lead)));
      return;
    }
    List<Holder> holders = holders(client, fields);
    if (holders.isEmpty()) {
      var id = new ContactId(ids.next());
      if (contacts.insert(client, List.of(new NewContact(id.value(), fields))).size() == 1) {
        contacts.insertConsents(client, id, checked.consents());
        events.add(
            new ContactEvent.ContactCreated(ids.eventId(), now, client, id, fields.tags(), true));
        events.add(
            new ContactEvent.LeadCame(
                ids.eventId(), now, client, id, event.leadId(), true, fields.tags(), null));
        return;
      }
      // somebody else made them a moment ago
      holders = holders(client, fields);
    }
    merge(client, event, checked, holders, events, now);
  }

  private void merge(
      ClientId client,
      LeadReceived event,
      Checked checked,
      List<Holder> holders,
      List<Event> events,
      Instant now) {
    ContactFields lead = checked.fields();
    // the phone says more of who it is: mailboxes are shared more often
    Holder whose =
        holders.stream()
            .filter(holder -> lead.phone() != null && lead.phone().equals(holder.phone()))
            .findFirst()
            .orElseGet(holders::getFirst);
    ContactId other =
        holders.stream()
            .map(Holder::id)
            .filter(id -> !id.equals(whose.id()))
            .findFirst()
            .orElse(null);
    Contact was = contacts.findForUpdate(client, whose.id()).orElseThrow();
    ContactFields is = Filling.blanks(was.fields(), lead, other == null);
    List<Consent> consents =
        checked.consents().stream()
            .filter(said -> !said.granted() || isToAddress(said.channel(), lead, is))
            .toList();
    contacts.insertConsents(client, whose.id(), consents);
    List<String> tagsAdded = is.tags().stream().filter(tag -> !was.tags().contains(tag)).toList();
    List<String> changed = new ArrayList<>(ContactBook.changed(was.fields(), is));
    if (!consents.isEmpty()) {
      changed.add("consent");
    }
    if (!changed.isEmpty()) {
      contacts.update(
          client,
          whose.id(),
          was.version(),
          is,
          !Objects.equals(was.phone(), is.phone()),
          !Objects.equals(was.email(), is.email()));
      contacts.keepAlternatives(client, whose.id(), lead.phone(), lead.email());
      events.add(
          new ContactEvent.ContactChanged(
              ids.eventId(), now, client, whose.id(), changed, tagsAdded, null, true));
    } else {
      contacts.keepAlternatives(client, whose.id(), lead.phone(), lead.email());
    }
    events.add(
        new ContactEvent.LeadCame(
            ids.eventId(), now, client, whose.id(), event.leadId(), false, tagsAdded, other));
  }

  /** Consent is to being reached at the address beside it, not at another one of the contact's. */
  private static boolean isToAddress(Channel channel, ContactFields lead, ContactFields is) {
    return switch (channel) {
      case EMAIL -> lead.email() != null && lead.email().equals(is.email());
      case SMS, VOICE -> lead.phone() != null && lead.phone().equals(is.phone());
    };
  }

  private List<Holder> holders(ClientId client, ContactFields fields) {
    return contacts.holders(
        client,
        fields.phone() == null ? List.of() : List.of(fields.phone()),
        fields.email() == null ? List.of() : List.of(fields.email()));
  }

  private static String reason(Told lead) {
    if (lead.phone() != null && lead.email() != null) {
      return "bad_phone_and_email";
    }
    return lead.phone() != null ? "bad_phone" : lead.email() != null ? "bad_email" : "no_address";
  }

  private static ContactBody body(Told lead) {
    Map<String, Agreed> consent = lead.consent() == null ? Map.of() : lead.consent();
    return new ContactBody(
        lead.firstName(),
        lead.lastName(),
        lead.company(),
        lead.phone(),
        lead.email(),
        lead.timeZone(),
        lead.state(),
        lead.postalCode(),
        null,
        lead.source(),
        lead.tags() == null ? null : new ArrayList<>(lead.tags()),
        lead.customFields() == null ? null : new HashMap<>(lead.customFields()),
        new ConsentsBody(
            agreed(consent.get("sms")), agreed(consent.get("email")), agreed(consent.get("voice"))),
        null);
  }

  private static @Nullable ConsentBody agreed(@Nullable Agreed agreed) {
    if (agreed == null) {
      return null;
    }
    Instant at = null;
    try {
      at = agreed.at() == null ? null : Instant.parse(agreed.at());
    } catch (DateTimeException e) {
      // the moment it came in is proof enough
    }
    return new ConsentBody(agreed.granted(), agreed.source(), agreed.textShown(), at);
  }

  private Map<LeadId, Told> told(ClientId client, List<LeadReceived> events) {
    Map<LeadId, Told> told = new HashMap<>();
    db.sql(
            """
            SELECT id, contact::text AS contact FROM leads
            WHERE client_id = :client AND id = ANY (:ids) AND contact IS NOT NULL
            """)
        .param("client", client.value())
        .param("ids", Pg.uuids(Set.copyOf(events.stream().map(LeadReceived::leadId).toList())))
        .query(
            row -> {
              told.put(
                  new LeadId(row.getObject("id", UUID.class)),
                  KitJson.mapper().readValue(row.getString("contact"), Told.class));
            });
    return told;
  }
}
