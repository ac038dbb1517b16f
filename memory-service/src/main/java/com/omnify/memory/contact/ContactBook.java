package com.omnify.memory.contact;

import com.omnify.kit.db.Pg;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.kit.web.FieldFault;
import com.omnify.kit.web.Problem;
import com.omnify.memory.contact.ContactCheck.Checked;
import com.omnify.memory.contact.Contacts.Contact;
import com.omnify.memory.contact.Contacts.Holder;
import com.omnify.memory.contact.Contacts.NewContact;
import com.omnify.model.PhoneType;
import com.omnify.model.event.ContactEvent;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;

/** Adds and changes contacts, and says so. */
@Component
public class ContactBook {

  private final Transactions transactions;
  private final Contacts contacts;
  private final CustomFields customFields;
  private final Outbox outbox;
  private final Ids ids;
  private final FleetClock clock;

  ContactBook(
      Transactions transactions,
      Contacts contacts,
      CustomFields customFields,
      Outbox outbox,
      Ids ids,
      FleetClock clock) {
    this.transactions = transactions;
    this.contacts = contacts;
    this.customFields = customFields;
    this.outbox = outbox;
    this.ids = ids;
    this.clock = clock;
  }

  /** What became of one row of many. */
  sealed interface RowResult {
    record Created(ContactId id) implements RowResult {}

    record Exists(ContactId id) implements RowResult {}

    record Invalid(List<FieldFault> faults) implements RowResult {}
  }

  Contact create(ClientId client, ContactBody body) {
    return transactions.inClient(
        client,
        () ->
            switch (createAll(client, List.of(body), _ -> "").getFirst()) {
              case RowResult.Created(ContactId id) -> contacts.find(client, id).orElseThrow();
              case RowResult.Exists(ContactId id) -> throw exists(id);
              case RowResult.Invalid(List<FieldFault> faults) -> throw Problem.invalid(faults);
            });
  }

  /** Adds what can be added; each row has its own fate. */
  List<RowResult> createAll(
      ClientId client, List<ContactBody> bodies, Function<Integer, String> prefix) {
    return transactions.inClient(
        client,
        () -> {
          var now = clock.now();
          ContactRules rules = customFields.rules(client, ContactCheck.DEFAULT_REGION);
          var checked = new ArrayList<Checked>();
          var rows = new ArrayList<NewContact>();
          for (int i = 0; i < bodies.size(); i++) {
            Checked check = ContactCheck.create(bodies.get(i), rules, prefix.apply(i), now);
            checked.add(check);
            rows.add(new NewContact(ids.next(), check.fields()));
          }
          List<NewContact> valid = new ArrayList<>();
          for (int i = 0; i < rows.size(); i++) {
            if (checked.get(i).faults().isEmpty()) {
              valid.add(rows.get(i));
            }
          }
          Set<UUID> inserted = valid.isEmpty() ? Set.of() : contacts.insert(client, valid);
          var holders =
              inserted.size() == valid.size()
                  ? Map.<String, ContactId>of()
                  : holders(client, valid);
          var results = new ArrayList<RowResult>();
          var events = new ArrayList<ContactEvent>();
          for (int i = 0; i < rows.size(); i++) {
            Checked check = checked.get(i);
            var id = new ContactId(rows.get(i).id());
            if (!check.faults().isEmpty()) {
              results.add(new RowResult.Invalid(check.faults()));
            } else if (!inserted.contains(id.value())) {
              results.add(new RowResult.Exists(holder(holders, check.fields())));
            } else {
              contacts.insertConsents(client, id, check.consents());
              events.add(
                  new ContactEvent.ContactCreated(
                      ids.eventId(), now, client, id, check.fields().tags()));
              results.add(new RowResult.Created(id));
            }
          }
          outbox.publish(events);
          return results;
        });
  }

  /**
   * Changes what {@code given} names, and nothing where that is so already.
   *
   * @throws Problem 404, 400, 409 {@code contact_exists} or {@code version_conflict}
   */
  Contact change(ClientId client, ContactId id, ContactBody body, Set<String> given) {
    try {
      return transactions.inClient(client, () -> changeLocked(client, id, body, given));
    } catch (DuplicateKeyException e) {
      String constraint = Pg.brokenConstraint(e);
      List<Holder> holders =
          transactions.readInClient(
              client,
              () -> {
                var fields =
                    ContactCheck.patch(
                            body,
                            customFields.rules(client, ContactCheck.DEFAULT_REGION),
                            contacts.find(client, id).orElseThrow().fields(),
                            given,
                            clock.now())
                        .fields();
                return contacts.holders(client, list(fields.phone()), list(fields.email()));
              });
      throw holders.stream()
          .filter(holder -> !holder.id().equals(id))
          .findFirst()
          .map(holder -> exists(holder.id()))
          .orElseGet(
              () ->
                  Problem.conflict(
                      "contact_exists",
                      "Another contact had this address a moment ago (" + constraint + ").",
                      "Send the change again."));
    }
  }

  private Contact changeLocked(ClientId client, ContactId id, ContactBody body, Set<String> given) {
    Contact was = contacts.findForUpdate(client, id).orElseGet(() -> contacts.required(client, id));
    if (body.version() != null && body.version() != was.version()) {
      throw Problem.conflict(
              "version_conflict",
              "The contact is at version " + was.version() + ", not " + body.version() + ".",
              "Read it again, and send the change with that version.")
          .with("version", was.version());
    }
    var now = clock.now();
    ContactRules rules = customFields.rules(client, ContactCheck.DEFAULT_REGION);
    Checked checked = ContactCheck.patch(body, rules, was.fields(), given, now);
    if (!checked.faults().isEmpty()) {
      throw Problem.invalid(checked.faults());
    }
    contacts.insertConsents(client, id, checked.consents());
    ContactFields is = checked.fields();
    List<String> changed = changed(was.fields(), is);
    if (!checked.consents().isEmpty()) {
      changed.add("consent");
    }
    if (changed.isEmpty()) {
      return was;
    }
    contacts.update(
        client,
        id,
        was.version(),
        is,
        !Objects.equals(was.phone(), is.phone()),
        !Objects.equals(was.email(), is.email()));
    outbox.publish(
        new ContactEvent.ContactChanged(
            ids.eventId(),
            now,
            client,
            id,
            changed,
            is.tags().stream().filter(tag -> !was.tags().contains(tag)).toList(),
            is.status().equals(was.status()) ? null : is.status()));
    return contacts.find(client, id).orElseThrow();
  }

  static List<String> changed(ContactFields was, ContactFields is) {
    var changed = new ArrayList<String>();
    note(changed, "first_name", was.firstName(), is.firstName());
    note(changed, "last_name", was.lastName(), is.lastName());
    note(changed, "company", was.company(), is.company());
    note(changed, "phone", was.phone(), is.phone());
    note(changed, "email", was.email(), is.email());
    note(changed, "time_zone", was.timeZone(), is.timeZone());
    note(changed, "state", was.state(), is.state());
    note(changed, "postal_code", was.postalCode(), is.postalCode());
    note(changed, "status", was.status(), is.status());
    note(changed, "source", was.source(), is.source());
    note(changed, "tags", was.tags(), is.tags());
    note(changed, "custom_fields", was.customFields(), is.customFields());
    return changed;
  }

  private static void note(
      List<String> changed, String field, @Nullable Object was, @Nullable Object is) {
    if (!Objects.equals(was, is)) {
      changed.add(field);
    }
  }

  /** A contact found or made, in the running transaction. */
  public record Resolved(ContactId id, boolean isNew) {}

  /**
   * Finds who has that number, or makes a contact of it. Runs in the caller's transaction.
   *
   * @param e164 the number somebody wrote from: it exists, whatever the numbering plan says
   * @return empty where it is no number a contact can have, such as a short code
   */
  public Optional<Resolved> resolveByPhone(ClientId client, String e164, String source) {
    Optional<Resolved> there = byPhone(client, e164);
    if (there.isPresent() || !e164.matches("\\+[1-9][0-9]{6,14}")) {
      return there;
    }
    var known =
        PhoneReading.read(e164, ContactCheck.DEFAULT_REGION) instanceof PhoneReading.Valid valid
            ? valid
            : new PhoneReading.Valid(e164, PhoneType.UNKNOWN, List.of());
    var fields =
        new ContactFields(
            null,
            null,
            null,
            e164,
            known.type(),
            known.timeZones(),
            null,
            null,
            null,
            null,
            "new",
            source,
            List.of(),
            Map.of());
    return made(client, fields).or(() -> byPhone(client, e164));
  }

  /**
   * Finds who has that address, or makes a contact of it. Runs in the caller's transaction.
   *
   * @param email the address somebody wrote from, in lower case
   * @return empty where it is no address a contact can have
   */
  public Optional<Resolved> resolveByEmail(ClientId client, String email, String source) {
    Optional<Resolved> there = byEmail(client, email);
    if (there.isPresent() || !ContactCheck.isEmail(email)) {
      return there;
    }
    var fields =
        new ContactFields(
            null,
            null,
            null,
            null,
            PhoneType.UNKNOWN,
            List.of(),
            email,
            null,
            null,
            null,
            "new",
            source,
            List.of(),
            Map.of());
    return made(client, fields).or(() -> byEmail(client, email));
  }

  /** Empty where somebody else has just made it. */
  private Optional<Resolved> made(ClientId client, ContactFields fields) {
    var id = new ContactId(ids.next());
    if (contacts.insert(client, List.of(new NewContact(id.value(), fields))).isEmpty()) {
      return Optional.empty();
    }
    outbox.publish(
        new ContactEvent.ContactCreated(ids.eventId(), clock.now(), client, id, List.of()));
    return Optional.of(new Resolved(id, true));
  }

  private Optional<Resolved> byEmail(ClientId client, String email) {
    return contacts.holders(client, List.of(), List.of(email)).stream()
        .findFirst()
        .map(Holder::id)
        .or(() -> contacts.byAlternativeEmail(client, email))
        .map(id -> new Resolved(id, false));
  }

  private Optional<Resolved> byPhone(ClientId client, String e164) {
    return contacts.holders(client, List.of(e164), List.of()).stream()
        .findFirst()
        .map(Holder::id)
        .or(() -> contacts.byAlternativePhone(client, e164))
        .map(id -> new Resolved(id, false));
  }

  /**
   * Takes in what a failure or a look-up told of a contact's number.
   *
   * @param of the dispatch to that number; what is learned of another than today's is no news
   */
  void learnPhone(
      ClientId client,
      ContactId id,
      @Nullable DispatchId of,
      @Nullable PhoneType type,
      @Nullable Boolean valid) {
    transactions.inClient(
        client,
        () -> {
          if (contacts.learnPhone(client, id, of, type, valid)) {
            var fields = new ArrayList<String>();
            if (type != null) {
              fields.add("phone_type");
            }
            if (valid != null) {
              fields.add("phone_valid");
            }
            outbox.publish(
                new ContactEvent.ContactChanged(
                    ids.eventId(), clock.now(), client, id, fields, List.of(), null));
          }
        });
  }

  /**
   * Takes in what a bounce told of a contact's e-mail address.
   *
   * @param of the dispatch to that address; what is learned of another than today's is no news
   */
  void learnEmail(ClientId client, ContactId id, DispatchId of, boolean valid) {
    transactions.inClient(
        client,
        () -> {
          if (contacts.learnEmail(client, id, of, valid)) {
            outbox.publish(
                new ContactEvent.ContactChanged(
                    ids.eventId(),
                    clock.now(),
                    client,
                    id,
                    List.of("email_valid"),
                    List.of(),
                    null));
          }
        });
  }

  private Map<String, ContactId> holders(ClientId client, List<NewContact> rows) {
    var byAddress = new HashMap<String, ContactId>();
    contacts
        .holders(
            client,
            rows.stream().flatMap(row -> list(row.fields().phone()).stream()).toList(),
            rows.stream().flatMap(row -> list(row.fields().email()).stream()).toList())
        .forEach(
            holder -> {
              list(holder.phone()).forEach(phone -> byAddress.put(phone, holder.id()));
              list(holder.email()).forEach(email -> byAddress.put(email, holder.id()));
            });
    return byAddress;
  }

  private static ContactId holder(Map<String, ContactId> holders, ContactFields fields) {
    ContactId byPhone = fields.phone() == null ? null : holders.get(fields.phone());
    ContactId found =
        byPhone != null || fields.email() == null ? byPhone : holders.get(fields.email());
    if (found == null) {
      // Whoever had the address gave it up in between.
      throw Problem.conflict(
          "contact_exists", "Another contact had this address a moment ago.", "Send it again.");
    }
    return found;
  }

  private static Problem exists(ContactId id) {
    return Problem.conflict(
            "contact_exists",
            "Contact " + id + " has this phone or e-mail already.",
            "Change that contact with PATCH /api/v1/contacts/" + id + ".")
        .with("contact_id", id);
  }

  private static List<String> list(@Nullable String value) {
    return value == null ? List.of() : List.of(value);
  }
}
