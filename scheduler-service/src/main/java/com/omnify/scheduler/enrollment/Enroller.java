package com.omnify.scheduler.enrollment;

import com.omnify.kit.db.Pg;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.model.Channel;
import com.omnify.model.EnrollmentStatus;
import com.omnify.model.WireEnum;
import com.omnify.model.event.EnrollmentEvent;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.scheduler.enrollment.policy.EntryPolicy;
import com.omnify.scheduler.enrollment.policy.EntryPolicy.Earlier;
import com.omnify.scheduler.enrollment.policy.EntryPolicy.Refusal;
import com.omnify.scheduler.enrollment.policy.Person;
import com.omnify.scheduler.sequence.SequenceBook;
import com.omnify.scheduler.sequence.policy.SequencePlan;
import com.omnify.scheduler.sequence.policy.SequenceSettings;
import com.omnify.scheduler.sequence.policy.Step;
import com.omnify.scheduler.timing.policy.Timetable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Puts contacts into a sequence, or says why not; a batch with one statement a table. */
@Component
public class Enroller {

  /** Keeps these locks apart from those that other features take. */
  private static final int LOCKS = 0x454E524C;

  /** What became of one contact. */
  public sealed interface Entry {
    ContactId contact();

    record Entered(ContactId contact, EnrollmentId enrollment) implements Entry {}

    record Refused(ContactId contact, Refusal refusal) implements Entry {}
  }

  private record First(ContactId contact, EnrollmentId id, Timetable.Planned planned) {}

  private final JdbcClient jdbc;
  private final SequenceBook sequences;
  private final Timetables timetables;
  private final Outbox outbox;
  private final Ids ids;
  private final DueAlarm alarm;

  Enroller(
      JdbcClient jdbc,
      SequenceBook sequences,
      Timetables timetables,
      Outbox outbox,
      Ids ids,
      DueAlarm alarm) {
    this.jdbc = jdbc;
    this.sequences = sequences;
    this.timetables = timetables;
    this.outbox = outbox;
    this.ids = ids;
    this.alarm = alarm;
  }

  /**
   * Enrolls within the running transaction. The sequence must belong to the client.
   *
   * @param source who wants it: {@code api}, {@code trigger:new_lead}, …
   * @param now fleet time
   */
  public List<Entry> enroll(
      ClientId client,
      SequenceSettings sequence,
      List<ContactId> contacts,
      String source,
      Instant now) {
    var entries = new LinkedHashMap<ContactId, Entry>();
    var wanted = List.copyOf(new LinkedHashSet<>(contacts));
    Integer version = sequence.publishedVersion();
    if (!sequence.active() || version == null) {
      var refusal = new Refusal("sequence_inactive", "the sequence is switched off");
      wanted.forEach(contact -> entries.put(contact, new Entry.Refused(contact, refusal)));
      return List.copyOf(entries.values());
    }
    SequencePlan plan = sequences.plan(client, sequence.id(), version);
    Step step = plan.first().orElseThrow();
    lock(client, sequence, wanted);
    Map<ContactId, Person> people = people(client, wanted);
    Map<ContactId, List<Earlier>> history = history(client, sequence, wanted);
    var firsts = new ArrayList<First>();
    for (ContactId contact : wanted) {
      Person person = people.get(contact);
      var refusal = refuse(sequence, plan, person, history.getOrDefault(contact, List.of()), now);
      if (refusal.isPresent() || person == null) {
        entries.put(contact, new Entry.Refused(contact, refusal.orElseThrow()));
      } else {
        var id = new EnrollmentId(ids.next());
        firsts.add(new First(contact, id, timetables.of(client, person, sequence).plan(step, now)));
        entries.put(contact, new Entry.Entered(contact, id));
      }
    }
    insert(client, plan, step, firsts, source, now);
    return List.copyOf(entries.values());
  }

  private static Optional<Refusal> refuse(
      SequenceSettings sequence,
      SequencePlan plan,
      @org.jspecify.annotations.Nullable Person person,
      List<Earlier> history,
      Instant now) {
    if (person == null) {
      return Optional.of(new Refusal("contact_unknown", "there is no such contact"));
    }
    if (plan.uses(Channel.SMS)) {
      if (person.suppressed().contains(Channel.SMS)) {
        return Optional.of(new Refusal("suppressed", "this contact opted out of text messages"));
      }
      if (person.phone() == null) {
        return Optional.of(
            new Refusal(
                "no_phone", "the sequence sends text messages and this contact has no phone"));
      }
    }
    return EntryPolicy.refuse(sequence.entryRule(), sequence.recontactGap(), history, now);
  }

  /** Two that enroll the same contact into the same sequence come one after the other. */
  private void lock(ClientId client, SequenceSettings sequence, List<ContactId> contacts) {
    int base = client.hashCode() * 31 + sequence.id().hashCode();
    jdbc.sql(
            """
            SELECT count(pg_advisory_xact_lock(:space, k)) FROM (SELECT k FROM unnest(:keys) AS k ORDER BY k) keys
            """)
        .param("space", LOCKS)
        .param(
            "keys",
            Pg.ints(contacts.stream().map(c -> base * 31 + c.hashCode()).distinct().toList()))
        .query(Long.class)
        .single();
  }

  private Map<ContactId, Person> people(ClientId client, List<ContactId> contacts) {
    var people = new HashMap<ContactId, Person>();
    jdbc.sql(
            """
            SELECT c.id, %s
            FROM unnest(:contacts) AS k(id)
            JOIN contacts c ON c.client_id = :client AND c.id = k.id AND c.merged_into IS NULL
            """
                .formatted(EnrollmentRows.PERSON))
        .param("contacts", Pg.uuids(contacts))
        .param("client", client.value())
        .query((row, _) -> EnrollmentRows.person(row, Pg.id(row, "id", ContactId::new)))
        .list()
        .forEach(person -> people.put(person.id(), person));
    return people;
  }

  private Map<ContactId, List<Earlier>> history(
      ClientId client, SequenceSettings sequence, List<ContactId> contacts) {
    var history = new HashMap<ContactId, List<Earlier>>();
    jdbc.sql(
            """
            SELECT e.contact_id, e.status, e.started_at, e.ended_at
            FROM unnest(:contacts) AS k(id)
            JOIN enrollments e ON e.client_id = :client AND e.contact_id = k.id AND e.sequence_id = :sequence
            """)
        .param("contacts", Pg.uuids(contacts))
        .param("client", client.value())
        .param("sequence", sequence.id().value())
        .query(
            row -> {
              var earlier =
                  new Earlier(
                      WireEnum.parse(EnrollmentStatus.class, row.getString("status")),
                      Pg.instant(row, "started_at"),
                      Pg.instantOrNull(row, "ended_at"));
              history
                  .computeIfAbsent(Pg.id(row, "contact_id", ContactId::new), _ -> new ArrayList<>())
                  .add(earlier);
            });
    return history;
  }

  private void insert(
      ClientId client,
      SequencePlan plan,
      Step step,
      List<First> firsts,
      String source,
      Instant now) {
    if (firsts.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            INSERT INTO enrollments (client_id, id, contact_id, sequence_id, version, status, step_id, position,
              next_step_at, source, started_at)
            SELECT :client, n.id, n.contact_id, :sequence, :version, 'active', :step, :position, n.due_at, :source, :now
            FROM unnest(:ids, :contacts, :due_ats) AS n(id, contact_id, due_at)
            """)
        .param("client", client.value())
        .param("sequence", plan.sequenceId().value())
        .param("version", plan.version())
        .param("step", step.id().value())
        .param("position", step.position())
        .param("source", source)
        .param("now", Pg.timestamp(now))
        .param("ids", Pg.uuids(firsts.stream().map(First::id).toList()))
        .param("contacts", Pg.uuids(firsts.stream().map(First::contact).toList()))
        .param("due_ats", Pg.instants(firsts.stream().map(f -> f.planned().at()).toList()))
        .update();
    jdbc.sql(
            """
            INSERT INTO due (client_id, enrollment_id, channel, urgent, due_at)
            SELECT :client, n.id, :channel, :urgent, n.due_at FROM unnest(:ids, :due_ats) AS n(id, due_at)
            """)
        .param("client", client.value())
        .param("channel", step.sends() ? "sms" : "flow")
        .param("urgent", step.urgent())
        .param("ids", Pg.uuids(firsts.stream().map(First::id).toList()))
        .param("due_ats", Pg.instants(firsts.stream().map(f -> f.planned().at()).toList()))
        .update();
    log(client, plan, step, firsts, source, now);
    outbox.publish(
        firsts.stream()
            .map(
                first ->
                    new EnrollmentEvent.EnrollmentStarted(
                        ids.eventId(),
                        now,
                        client,
                        first.contact(),
                        first.id(),
                        plan.sequenceId(),
                        plan.version()))
            .toList());
    alarm.ringAfterCommit();
  }

  private void log(
      ClientId client,
      SequencePlan plan,
      Step step,
      List<First> firsts,
      String source,
      Instant now) {
    var lines = new ArrayList<Entering>();
    for (First first : firsts) {
      lines.add(new Entering(first, "entered", source, "Entered the sequence (" + source + ")"));
      String deferral = first.planned().deferral();
      if (deferral != null) {
        lines.add(new Entering(first, "deferred", "send_window", deferral));
      }
    }
    jdbc.sql(
            """
            INSERT INTO execution_log (client_id, id, enrollment_id, contact_id, sequence_id, version, step_id, decision,
              reason_code, reason, until, at)
            SELECT :client, n.id, n.enrollment_id, n.contact_id, :sequence, :version, :step, n.decision, n.code, n.words,
              n.until, :now
            FROM unnest(:ids, :enrollments, :contacts, :decisions, :codes, :words, :untils)
              AS n(id, enrollment_id, contact_id, decision, code, words, until)
            """)
        .param("client", client.value())
        .param("sequence", plan.sequenceId().value())
        .param("version", plan.version())
        .param("step", step.id().value())
        .param("now", Pg.timestamp(now))
        .param("ids", Pg.rawUuids(lines.stream().<UUID>map(_ -> ids.next()).toList()))
        .param("enrollments", Pg.uuids(lines.stream().map(l -> l.first.id()).toList()))
        .param("contacts", Pg.uuids(lines.stream().map(l -> l.first.contact()).toList()))
        .param("decisions", Pg.texts(lines.stream().map(Entering::decision).toList()))
        .param("codes", Pg.texts(lines.stream().map(Entering::code).toList()))
        .param("words", Pg.texts(lines.stream().map(Entering::words).toList()))
        .param("untils", Pg.instants(lines.stream().map(l -> l.first.planned().at()).toList()))
        .update();
  }

  private record Entering(First first, String decision, String code, String words) {}
}
