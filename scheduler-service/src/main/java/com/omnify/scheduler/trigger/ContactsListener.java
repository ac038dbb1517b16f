package com.omnify.scheduler.trigger;

import com.omnify.kit.db.KitJson;
import com.omnify.kit.db.Pg;
import com.omnify.kit.event.Inbox;
import com.omnify.kit.event.Subscription;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.TriggerType;
import com.omnify.model.event.ContactEvent;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.EventId;
import com.omnify.model.id.LeadId;
import com.omnify.scheduler.enrollment.Enroller;
import com.omnify.scheduler.sequence.SequenceBook;
import com.omnify.scheduler.sequence.policy.SequenceSettings;
import com.omnify.scheduler.trigger.policy.TriggerPolicy;
import com.omnify.scheduler.trigger.policy.TriggerPolicy.Candidate;
import com.omnify.scheduler.trigger.policy.TriggerPolicy.Occasion;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;

/** What happens to contacts puts them into the sequences that wait for it. */
@Component
class ContactsListener {

  private static final String NAME = "scheduler.contacts";

  /** A call is missed once, however many events say whose it was. */
  private static final String MISSED_CALLS = "scheduler.missed-calls";

  private final Transactions tx;
  private final Inbox inbox;
  private final JdbcClient jdbc;
  private final SequenceBook sequences;
  private final Enroller enroller;
  private final FleetClock clock;

  ContactsListener(
      Transactions tx,
      Inbox inbox,
      JdbcClient jdbc,
      SequenceBook sequences,
      Enroller enroller,
      FleetClock clock) {
    this.tx = tx;
    this.inbox = inbox;
    this.jdbc = jdbc;
    this.sequences = sequences;
    this.enroller = enroller;
    this.clock = clock;
  }

  @Configuration(proxyBeanMethods = false)
  static class Wiring {
    @Bean
    Subscription<ContactEvent> contactsSubscription(ContactsListener listener) {
      return Subscription.of(NAME, Topic.CONTACTS, ContactEvent.class, listener::handle);
    }
  }

  /**
   * @param lead by which it happened
   */
  private record Happened(ContactEvent event, Occasion occasion, @Nullable LeadId lead) {
    Happened(ContactEvent event, Occasion occasion) {
      this(event, occasion, null);
    }
  }

  private record Group(ClientId client, TriggerType type) {}

  void handle(List<ContactEvent> batch) {
    var happened = batch.stream().flatMap(event -> occasions(event).stream()).toList();
    if (!happened.isEmpty()) {
      tx.inBackground(() -> apply(happened));
    }
  }

  private static List<Happened> occasions(ContactEvent event) {
    return switch (event) {
      case ContactEvent.ContactCreated created when Boolean.TRUE.equals(created.quiet()) ->
          List.of();
      case ContactEvent.ContactChanged changed when Boolean.TRUE.equals(changed.quiet()) ->
          List.of();
      case ContactEvent.ContactCreated created -> {
        var list = new ArrayList<Happened>();
        list.add(new Happened(created, new Occasion(TriggerType.NEW_LEAD, created.tags(), null)));
        if (!created.tags().isEmpty()) {
          list.add(
              new Happened(created, new Occasion(TriggerType.TAG_ADDED, created.tags(), null)));
        }
        yield list;
      }
      case ContactEvent.ContactChanged changed -> {
        var list = new ArrayList<Happened>();
        if (!changed.tagsAdded().isEmpty()) {
          list.add(
              new Happened(
                  changed, new Occasion(TriggerType.TAG_ADDED, changed.tagsAdded(), null)));
        }
        if (changed.status() != null) {
          list.add(
              new Happened(
                  changed, new Occasion(TriggerType.STATUS_CHANGED, List.of(), changed.status())));
        }
        yield list;
      }
      // Whoever is new is announced as created too; this links a message to them, or a call.
      case ContactEvent.ContactResolved resolved ->
          List.of(new Happened(resolved, new Occasion(TriggerType.MISSED_CALL, List.of(), null)));
      case ContactEvent.LeadCame lead -> {
        var list = new ArrayList<Happened>();
        for (TriggerType type : List.of(TriggerType.NEW_LEAD, TriggerType.FORM_SUBMITTED)) {
          list.add(new Happened(lead, new Occasion(type, lead.tagsAdded(), null), lead.leadId()));
        }
        if (!lead.tagsAdded().isEmpty()) {
          list.add(
              new Happened(
                  lead,
                  new Occasion(TriggerType.TAG_ADDED, lead.tagsAdded(), null),
                  lead.leadId()));
        }
        yield list;
      }
      // The two were one all along: nothing begins.
      case ContactEvent.ContactMerged _ -> List.of();
    };
  }

  private void apply(List<Happened> happened) {
    // Where the entry rule is 'always', a repeated event would enroll twice.
    var first = inbox.firstTimes(NAME, happened.stream().map(h -> h.event().eventId()).toList());
    Map<Group, List<Happened>> groups = new LinkedHashMap<>();
    happened.stream()
        .filter(each -> first.contains(each.event().eventId()))
        .forEach(
            each ->
                groups
                    .computeIfAbsent(
                        new Group(each.event().clientId(), each.occasion().type()),
                        _ -> new ArrayList<>())
                    .add(each));
    groups.forEach(this::start);
  }

  private void start(Group group, List<Happened> happened) {
    var waiting = sequences.triggeredBy(group.client(), group.type());
    if (waiting.isEmpty()) {
      return;
    }
    start(
        group,
        waiting,
        group.type() == TriggerType.MISSED_CALL ? missedCalls(group.client(), happened) : happened);
  }

  /** Those that tell whose a missed call was, each call once. */
  private List<Happened> missedCalls(ClientId client, List<Happened> happened) {
    Map<UUID, Happened> byCall = new LinkedHashMap<>();
    for (Happened each : happened) {
      if (each.event() instanceof ContactEvent.ContactResolved resolved
          && resolved.interactionId() != null) {
        byCall.put(resolved.interactionId().value(), each);
      }
    }
    List<EventId> missed =
        jdbc
            .sql(
                """
                SELECT interaction_id FROM calls
                WHERE client_id = :client AND interaction_id = ANY (:calls) AND direction = 'inbound'
                  AND disposition IN ('no_answer', 'busy', 'failed')
                """)
            .param("client", client.value())
            .param("calls", Pg.rawUuids(byCall.keySet()))
            .query(UUID.class)
            .list()
            .stream()
            .map(EventId::new)
            .toList();
    var first = inbox.firstTimes(MISSED_CALLS, missed);
    return byCall.entrySet().stream()
        .filter(each -> first.contains(new EventId(each.getKey())))
        .map(Map.Entry::getValue)
        .toList();
  }

  private void start(Group group, List<SequenceSettings> waiting, List<Happened> happened) {
    var candidates =
        candidates(group.client(), happened.stream().map(h -> h.event().contactId()).toList());
    var leads =
        leads(
            group.client(),
            happened.stream().map(Happened::lead).filter(Objects::nonNull).toList());
    for (SequenceSettings sequence : waiting) {
      var matching =
          happened.stream()
              .filter(
                  each -> matches(each, sequence, candidates.get(each.event().contactId()), leads))
              .map(each -> each.event().contactId())
              .toList();
      if (!matching.isEmpty()) {
        enroller.enroll(
            group.client(), sequence, matching, "trigger:" + group.type().wire(), clock.now());
      }
    }
  }

  private static boolean matches(
      Happened happened,
      SequenceSettings sequence,
      @Nullable Candidate candidate,
      Map<LeadId, Map<String, String>> leads) {
    if (candidate == null) {
      return false;
    }
    var seen =
        happened.lead() == null
            ? candidate
            : candidate.with(leads.getOrDefault(happened.lead(), Map.of()));
    return TriggerPolicy.starts(happened.occasion(), sequence.conditions(), seen);
  }

  /** What conditions may ask of leads. */
  private Map<LeadId, Map<String, String>> leads(ClientId client, List<LeadId> ids) {
    var leads = new HashMap<LeadId, Map<String, String>>();
    if (ids.isEmpty()) {
      return leads;
    }
    jdbc.sql(
            """
            SELECT l.id, l.form, l.campaign, l.source_id::text AS lead_source
            FROM (SELECT DISTINCT id FROM unnest(:ids) AS k(id)) k
            JOIN leads l ON l.client_id = :client AND l.id = k.id
            """)
        .param("ids", Pg.uuids(ids))
        .param("client", client.value())
        .query(
            row -> {
              var fields = new HashMap<String, String>();
              for (String column : List.of("form", "campaign", "lead_source")) {
                String value = row.getString(column);
                if (value != null) {
                  fields.put(column, value);
                }
              }
              leads.put(Pg.id(row, "id", LeadId::new), fields);
            });
    return leads;
  }

  private Map<ContactId, Candidate> candidates(ClientId client, List<ContactId> contacts) {
    var candidates = new HashMap<ContactId, Candidate>();
    jdbc.sql(
            """
            SELECT c.id, c.first_name, c.last_name, c.company, c.source, c.status, c.state, c.postal_code, c.tags,
              c.custom_fields::text AS custom_fields
            FROM (SELECT DISTINCT id FROM unnest(:contacts) AS k(id)) k
            JOIN contacts c ON c.client_id = :client AND c.id = k.id AND c.merged_into IS NULL
            """)
        .param("contacts", Pg.uuids(contacts))
        .param("client", client.value())
        .query(
            row -> {
              candidates.put(Pg.id(row, "id", ContactId::new), candidate(row));
            });
    return candidates;
  }

  private static Candidate candidate(ResultSet row) throws SQLException {
    var fields = new HashMap<String, String>();
    for (String column :
        List.of("first_name", "last_name", "company", "source", "status", "state", "postal_code")) {
      String value = row.getString(column);
      if (value != null) {
        fields.put(column, value);
      }
    }
    Map<String, @Nullable Object> custom =
        KitJson.mapper().readValue(row.getString("custom_fields"), new TypeReference<>() {});
    custom.forEach(
        (name, value) -> {
          if (value != null) {
            fields.put("custom." + name, String.valueOf(value));
          }
        });
    return new Candidate(fields, List.of((String[]) row.getArray("tags").getArray()));
  }
}
