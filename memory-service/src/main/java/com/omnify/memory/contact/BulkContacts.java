package com.omnify.memory.contact;

import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.kit.time.FleetClock;
import com.omnify.kit.web.FieldFault;
import com.omnify.memory.contact.ContactCheck.Checked;
import com.omnify.memory.contact.ContactCheck.Consent;
import com.omnify.memory.contact.Contacts.Holder;
import com.omnify.memory.contact.Contacts.NewContact;
import com.omnify.memory.contact.Contacts.Standing;
import com.omnify.model.event.ContactEvent;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.ImportId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Takes many contacts in at once, with a statement a table and not one a row. No address comes to
 * be two contacts': a row goes to whoever has its phone or e-mail, and one that speaks of two
 * different contacts is reported.
 */
@Component
public class BulkContacts {

  private final Contacts contacts;
  private final Outbox outbox;
  private final Ids ids;
  private final FleetClock clock;

  BulkContacts(Contacts contacts, Outbox outbox, Ids ids, FleetClock clock) {
    this.contacts = contacts;
    this.outbox = outbox;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * How rows are taken.
   *
   * @param source of new contacts, where a row says none
   * @param update whether what a row says goes to a contact that is there already
   * @param quiet whether this starts no sequences
   * @param consent what everyone of the rows has agreed to; never over a refusal
   */
  public record Terms(
      ImportId by,
      ContactRules rules,
      String source,
      boolean update,
      boolean quiet,
      List<Consent> consent) {}

  /** What became of a row. */
  public sealed interface Taken {
    /** A new contact. */
    record Created() implements Taken {}

    /** A contact that was there says something new now. */
    record Updated() implements Taken {}

    /** Nothing that was not known. */
    record Unchanged() implements Taken {}

    /** The contact is there, and is left as it is. */
    record Skipped() implements Taken {}

    /** It went into a contact which an earlier row of the same import had made. */
    record Merged() implements Taken {}

    /** Why it cannot be taken. */
    record Bad(List<FieldFault> faults) implements Taken {}
  }

  /** Somebody else took an address in the meantime: the work is to be done again, whole. */
  public static final class Overtaken extends RuntimeException {
    Overtaken() {
      super("somebody took an address meanwhile", null, false, false);
    }
  }

  /** A contact as it will be when the rows are taken. */
  private static final class Person {
    final ContactId id;
    final @Nullable Standing was;
    final boolean ours;
    ContactFields is;

    Person(ContactId id, @Nullable Standing was, boolean ours, ContactFields is) {
      this.id = id;
      this.was = was;
      this.ours = ours;
      this.is = is;
    }

    boolean isNew() {
      return was == null;
    }

    boolean changed() {
      return was != null && !was.fields().equals(is);
    }
  }

  /**
   * Takes the rows within the running transaction.
   *
   * @return one for each, in their order
   * @throws Overtaken when the transaction is to be begun again
   */
  public List<Taken> take(ClientId client, List<ContactBody> rows, Terms terms) {
    Instant now = clock.now();
    List<Checked> checked =
        rows.stream().map(row -> ContactCheck.create(row, terms.rules(), "", now)).toList();
    var byPhone = new HashMap<String, Person>();
    var byEmail = new HashMap<String, Person>();
    for (Standing there : standing(client, checked)) {
      ContactFields fields = there.fields();
      var person =
          new Person(there.id(), there, terms.by().value().equals(there.importId()), fields);
      if (fields.phone() != null) {
        byPhone.put(fields.phone(), person);
      }
      if (fields.email() != null) {
        byEmail.put(fields.email(), person);
      }
    }
    var people = new LinkedHashMap<ContactId, Person>();
    var taken = new ArrayList<Taken>(rows.size());
    for (int n = 0; n < rows.size(); n++) {
      taken.add(take(checked.get(n), rows.get(n), terms, byPhone, byEmail, people));
    }
    write(client, terms, people.values().stream().toList(), now);
    return taken;
  }

  private List<Standing> standing(ClientId client, List<Checked> rows) {
    var phones = new TreeSet<String>();
    var emails = new TreeSet<String>();
    for (Checked row : rows) {
      if (row.faults().isEmpty()) {
        if (row.fields().phone() != null) {
          phones.add(row.fields().phone());
        }
        if (row.fields().email() != null) {
          emails.add(row.fields().email());
        }
      }
    }
    List<Holder> holders = contacts.holders(client, phones, emails);
    return holders.isEmpty()
        ? List.of()
        : contacts.lock(client, holders.stream().map(Holder::id).toList());
  }

  private Taken take(
      Checked checked,
      ContactBody row,
      Terms terms,
      Map<String, Person> byPhone,
      Map<String, Person> byEmail,
      Map<ContactId, Person> people) {
    if (!checked.faults().isEmpty()) {
      return new Taken.Bad(checked.faults());
    }
    ContactFields fields = checked.fields();
    if (fields.phone() == null && fields.email() == null) {
      return bad(
          "phone",
          "and e-mail are both missing",
          "give one of them: without it nobody can tell whose row this is");
    }
    Person ofPhone = fields.phone() == null ? null : byPhone.get(fields.phone());
    Person ofEmail = fields.email() == null ? null : byEmail.get(fields.email());
    if (ofPhone != null && ofEmail != null && ofPhone != ofEmail) {
      return bad(
          "email",
          "belongs to another contact than the phone does",
          "merge the two contacts, or give each a row of its own");
    }
    Person whose = ofPhone == null ? ofEmail : ofPhone;
    if (whose == null) {
      ContactFields made = row.source() == null ? fields.from(terms.source()) : fields;
      var person = new Person(new ContactId(ids.next()), null, true, made);
      people.put(person.id, person);
      index(person, byPhone, byEmail);
      return new Taken.Created();
    }
    if (differ(whose.is.email(), fields.email())) {
      return bad(
          "email",
          "is not the one of the contact with this phone",
          "change that contact, or give the row another phone");
    }
    if (differ(whose.is.phone(), fields.phone())) {
      return bad(
          "phone",
          "is not the one of the contact with this e-mail",
          "change that contact, or give the row another e-mail");
    }
    if (!terms.update()) {
      return new Taken.Skipped();
    }
    ContactFields is = Filling.newer(whose.is, fields, row.status() != null, row.source() != null);
    boolean news = !is.equals(whose.is);
    whose.is = is;
    people.put(whose.id, whose);
    index(whose, byPhone, byEmail);
    if (whose.ours) {
      return new Taken.Merged();
    }
    return news ? new Taken.Updated() : new Taken.Unchanged();
  }

  private static Taken bad(String field, String message, String fix) {
    return new Taken.Bad(List.of(new FieldFault(field, message, fix)));
  }

  private static boolean differ(@Nullable String one, @Nullable String other) {
    return one != null && other != null && !one.equals(other);
  }

  private static void index(
      Person person, Map<String, Person> byPhone, Map<String, Person> byEmail) {
    if (person.is.phone() != null) {
      byPhone.put(person.is.phone(), person);
    }
    if (person.is.email() != null) {
      byEmail.put(person.is.email(), person);
    }
  }

  private void write(ClientId client, Terms terms, List<Person> people, Instant now) {
    List<Person> fresh = people.stream().filter(Person::isNew).toList();
    List<Person> changed = people.stream().filter(Person::changed).toList();
    if (!fresh.isEmpty()) {
      Set<UUID> inserted =
          contacts.insert(
              client,
              fresh.stream().map(p -> new NewContact(p.id.value(), p.is)).toList(),
              terms.by());
      if (inserted.size() < fresh.size()) {
        throw new Overtaken();
      }
    }
    if (!changed.isEmpty()
        && !contacts.updateAll(client, changed.stream().map(BulkContacts::change).toList())) {
      throw new Overtaken();
    }
    contacts.insertConsents(client, people.stream().map(p -> p.id).toList(), terms.consent());
    Boolean quiet = terms.quiet() ? Boolean.TRUE : null;
    var events = new ArrayList<ContactEvent>();
    for (Person person : fresh) {
      events.add(
          new ContactEvent.ContactCreated(
              ids.eventId(), now, client, person.id, person.is.tags(), quiet));
    }
    for (Person person : changed) {
      ContactFields was = Objects.requireNonNull(person.was).fields();
      events.add(
          new ContactEvent.ContactChanged(
              ids.eventId(),
              now,
              client,
              person.id,
              ContactBook.changed(was, person.is),
              person.is.tags().stream().filter(tag -> !was.tags().contains(tag)).toList(),
              person.is.status().equals(was.status()) ? null : person.is.status(),
              quiet));
    }
    outbox.publish(events);
  }

  private static Contacts.Change change(Person person) {
    Standing was = Objects.requireNonNull(person.was);
    return new Contacts.Change(
        person.id,
        was.version(),
        person.is,
        !same(was.fields().phone(), person.is.phone()),
        !same(was.fields().email(), person.is.email()));
  }

  private static boolean same(@Nullable String one, @Nullable String other) {
    return Objects.equals(one, other);
  }
}
