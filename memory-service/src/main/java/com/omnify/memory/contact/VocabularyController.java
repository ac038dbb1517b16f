package com.omnify.memory.contact;

import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Cursor;
import com.omnify.kit.web.FieldFault;
import com.omnify.kit.web.Limits;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.memory.contact.CustomFields.CustomField;
import com.omnify.model.event.ContactEvent;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import io.swagger.v3.oas.annotations.Operation;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What a client calls things: its tags, statuses and custom fields. */
@RestController
@RequestMapping("/api/v1")
class VocabularyController {

  private static final Pattern SLUG = Pattern.compile("[a-z0-9]+(?:[-_][a-z0-9]+)*");
  private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9_]{0,59}");
  private static final int AT_ONCE = 1_000;

  private final Transactions transactions;
  private final Contacts contacts;
  private final CustomFields customFields;
  private final Outbox outbox;
  private final Ids ids;
  private final FleetClock clock;

  VocabularyController(
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

  /** A tag or a status, and how many contacts have it. */
  record Used(String name, long contacts) {}

  /** What a tag is to be called. */
  record Rename(@Nullable String name) {}

  /** How many contacts were changed. */
  record Changed(long contacts) {}

  /**
   * A custom field.
   *
   * @param key as templates name it: custom.&lt;key&gt;
   * @param label as people name it
   * @param type text, number, boolean or date; stays as it is made
   */
  record FieldBody(@Nullable String key, @Nullable String label, @Nullable CustomFieldType type) {}

  /** What a custom field is to be called. */
  record FieldPatch(@Nullable String label) {}

  @Needs(Role.MEMBER)
  @GetMapping("/tags")
  @Operation(summary = "List tags with the number of their contacts")
  Page<Used> tags(
      Caller caller,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor) {
    return used(caller, limit, cursor, true);
  }

  @Needs(Role.MEMBER)
  @GetMapping("/statuses")
  @Operation(summary = "List statuses with the number of their contacts")
  Page<Used> statuses(
      Caller caller,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor) {
    return used(caller, limit, cursor, false);
  }

  private Page<Used> used(
      Caller caller, @Nullable Integer limit, @Nullable String cursor, boolean tags) {
    int size = Limits.page(limit);
    String after = cursor == null ? "" : Cursor.decode(cursor, 1).getFirst();
    ClientId client = caller.client();
    return Page.of(
        transactions.readInClient(
            client,
            () ->
                tags
                    ? contacts.tags(client, after, size + 1)
                    : contacts.statuses(client, after, size + 1)),
        size,
        last -> Cursor.encode(last.name()));
  }

  /**
   * A thousand contacts at a time: one that is broken off is gone on with when it is sent again.
   */
  @Needs(Role.ADMIN)
  @PatchMapping("/tags/{tag}")
  @Operation(summary = "Rename a tag on all contacts; a name that is there already takes it in")
  Changed rename(Caller caller, @PathVariable String tag, @RequestBody Rename body) {
    if (body.name() == null || body.name().length() > 60 || !SLUG.matcher(body.name()).matches()) {
      throw Problem.invalid(
          "name", "is not a slug", "use lower-case letters, digits, - and _, at most 60");
    }
    return replace(caller.client(), tag, body.name());
  }

  @Needs(Role.ADMIN)
  @DeleteMapping("/tags/{tag}")
  @Operation(summary = "Take a tag off all contacts")
  Changed delete(Caller caller, @PathVariable String tag) {
    return replace(caller.client(), tag, null);
  }

  private Changed replace(ClientId client, String tag, @Nullable String by) {
    if (!transactions.readInClient(client, () -> contacts.hasTag(client, tag))) {
      throw Problem.notFound("tag", tag);
    }
    if (tag.equals(by)) {
      return new Changed(0);
    }
    long changed = 0;
    UUID after = new UUID(0, 0);
    List<ContactId> batch;
    do {
      UUID from = after;
      batch =
          transactions.inClient(
              client,
              () -> {
                List<ContactId> of = contacts.replaceTag(client, tag, by, from, AT_ONCE);
                outbox.publish(
                    of.stream()
                        .map(
                            id ->
                                new ContactEvent.ContactChanged(
                                    ids.eventId(),
                                    clock.now(),
                                    client,
                                    id,
                                    List.of("tags"),
                                    List.of(),
                                    null,
                                    true))
                        .toList());
                return of;
              });
      changed += batch.size();
      after = batch.isEmpty() ? after : batch.getLast().value();
    } while (batch.size() == AT_ONCE);
    return new Changed(changed);
  }

  @Needs(Role.ADMIN)
  @PostMapping("/custom-fields")
  @Operation(summary = "Define a custom field: values are checked by its type from then on")
  ResponseEntity<CustomField> define(Caller caller, @RequestBody FieldBody body) {
    var faults = new ArrayList<FieldFault>();
    if (body.key() == null || !KEY.matcher(body.key()).matches()) {
      faults.add(
          new FieldFault(
              "key",
              "is no name that templates can use",
              "start with a letter; use lower-case letters, digits and _, at most 60"));
    }
    if (body.type() == null) {
      faults.add(new FieldFault("type", "is missing", "use text, number, boolean or date"));
    }
    String label = label(body.label(), faults);
    if (!faults.isEmpty() || body.key() == null || body.type() == null) {
      throw Problem.invalid(faults);
    }
    String key = body.key();
    CustomFieldType type = body.type();
    ClientId client = caller.client();
    CustomField made =
        transactions.inClient(
            client,
            () -> {
              if (!customFields.insert(client, key, label, type)) {
                throw Problem.conflict(
                    "field_exists",
                    "There is a custom field " + key + " already.",
                    "Change its label with PATCH, or choose another key.");
              }
              return customFields.find(client, key).orElseThrow();
            });
    return ResponseEntity.created(URI.create("/api/v1/custom-fields/" + key)).body(made);
  }

  @Needs(Role.MEMBER)
  @GetMapping("/custom-fields")
  @Operation(summary = "List custom fields")
  Page<CustomField> customFields(
      Caller caller,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor) {
    int size = Limits.page(limit);
    String after = cursor == null ? "" : Cursor.decode(cursor, 1).getFirst();
    return Page.of(
        transactions.readInClient(
            caller.client(),
            () ->
                customFields.list(caller.client()).stream()
                    .filter(field -> field.key().compareTo(after) > 0)
                    .limit(size + 1L)
                    .toList()),
        size,
        last -> Cursor.encode(last.key()));
  }

  @Needs(Role.ADMIN)
  @PatchMapping("/custom-fields/{key}")
  @Operation(summary = "Change the label of a custom field")
  CustomField relabel(Caller caller, @PathVariable String key, @RequestBody FieldPatch body) {
    var faults = new ArrayList<FieldFault>();
    String label = label(body.label(), faults);
    if (!faults.isEmpty()) {
      throw Problem.invalid(faults);
    }
    ClientId client = caller.client();
    return transactions.inClient(
        client,
        () -> {
          customFields.relabel(client, key, label);
          return customFields
              .find(client, key)
              .orElseThrow(() -> Problem.notFound("custom field", key));
        });
  }

  @Needs(Role.ADMIN)
  @DeleteMapping("/custom-fields/{key}")
  @Operation(summary = "Forget the definition of a custom field; values that are there stay")
  ResponseEntity<Void> forget(Caller caller, @PathVariable String key) {
    ClientId client = caller.client();
    if (!transactions.inClient(client, () -> customFields.delete(client, key))) {
      throw Problem.notFound("custom field", key);
    }
    return ResponseEntity.noContent().build();
  }

  private static String label(@Nullable String given, List<FieldFault> faults) {
    String label = given == null ? "" : given.strip();
    if (label.isEmpty()
        || label.length() > 100
        || label.chars().anyMatch(Character::isISOControl)) {
      faults.add(new FieldFault("label", "is missing or too long", "use 1 to 100 characters"));
    }
    return label;
  }
}
