package com.omnify.memory.contact;

import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Cursor;
import com.omnify.kit.web.FieldFault;
import com.omnify.kit.web.Limits;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.memory.contact.ContactBook.RowResult;
import com.omnify.memory.contact.Contacts.Contact;
import com.omnify.memory.contact.Contacts.CustomValue;
import com.omnify.memory.contact.Contacts.Search;
import com.omnify.model.id.ContactId;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Contacts over REST. */
@RestController
@RequestMapping("/api/v1/contacts")
class ContactsController {

  private static final int MOST_AT_ONCE = 500;
  private static final Pattern PART_OF_A_NUMBER = Pattern.compile("\\+?[0-9 ().-]{3,30}");

  private final Transactions transactions;
  private final Contacts contacts;
  private final ContactBook book;
  private final JsonMapper json;

  ContactsController(
      Transactions transactions, Contacts contacts, ContactBook book, JsonMapper json) {
    this.transactions = transactions;
    this.contacts = contacts;
    this.book = book;
    this.json = json;
  }

  /** Many at once, 500 at most. */
  record ManyContacts(@Nullable List<@Nullable ContactBody> contacts) {}

  /**
   * What became of a row.
   *
   * @param index of the row in the request, from 0
   * @param result created, exists or invalid
   * @param id of the contact, new or found
   */
  record Row(int index, String result, @Nullable ContactId id, List<FieldFault> errors) {}

  /** One result for each row, in their order. */
  record ManyResults(int created, int existing, int invalid, List<Row> results) {}

  @Needs(Role.MEMBER)
  @PostMapping
  ResponseEntity<Contact> create(Caller caller, @RequestBody ContactBody body) {
    Contact contact = book.create(caller.client(), body);
    return ResponseEntity.created(URI.create("/api/v1/contacts/" + contact.id())).body(contact);
  }

  @Needs(Role.MEMBER)
  @PostMapping("/bulk")
  ManyResults createMany(Caller caller, @RequestBody ManyContacts body) {
    if (body.contacts() == null || body.contacts().isEmpty()) {
      throw Problem.invalid("contacts", "is empty", "send 1 to " + MOST_AT_ONCE + " contacts");
    }
    if (body.contacts().size() > MOST_AT_ONCE) {
      throw Problem.invalid(
          "contacts",
          "has " + body.contacts().size() + " rows",
          "send at most " + MOST_AT_ONCE + " at once");
    }
    var rows = new ArrayList<ContactBody>();
    for (ContactBody row : body.contacts()) {
      if (row == null) {
        throw Problem.invalid(
            "contacts[" + rows.size() + "]", "is null", "send an object for each contact");
      }
      rows.add(row);
    }
    List<RowResult> results =
        book.createAll(caller.client(), rows, index -> "contacts[" + index + "].");
    var views = new ArrayList<Row>();
    for (RowResult result : results) {
      int index = views.size();
      views.add(
          switch (result) {
            case RowResult.Created(ContactId id) -> new Row(index, "created", id, List.of());
            case RowResult.Exists(ContactId id) -> new Row(index, "exists", id, List.of());
            case RowResult.Invalid(List<FieldFault> faults) ->
                new Row(index, "invalid", null, faults);
          });
    }
    return new ManyResults(
        count(views, "created"), count(views, "exists"), count(views, "invalid"), views);
  }

  private static int count(List<Row> rows, String result) {
    return (int) rows.stream().filter(row -> row.result().equals(result)).count();
  }

  /**
   * Finds contacts, the newest first.
   *
   * @param q the beginning of a name, a company, an e-mail address or a phone number
   * @param customField a custom field with what it must hold, as {@code roof_type:slate}
   * @param importId only those that this import made
   */
  @Needs(Role.MEMBER)
  @GetMapping
  Page<Contact> search(
      Caller caller,
      @RequestParam(required = false) @Nullable String q,
      @RequestParam(required = false) @Nullable String tag,
      @RequestParam(required = false) @Nullable String status,
      @RequestParam(required = false) @Nullable String phone,
      @RequestParam(name = "custom_field", required = false) @Nullable String customField,
      @RequestParam(name = "import_id", required = false) @Nullable UUID importId,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor) {
    int size = Limits.page(limit);
    UUID before = cursor == null ? null : Cursor.uuid(Cursor.decode(cursor, 1).getFirst());
    String text = q == null || q.isBlank() ? null : q.strip().toLowerCase(Locale.ROOT);
    var search =
        new Search(
            text,
            digits(text),
            tag,
            status,
            phone == null ? null : e164(phone),
            customField == null ? null : customValue(customField),
            importId);
    return Page.of(
        transactions.readInClient(
            caller.client(), () -> contacts.search(caller.client(), search, before, size + 1)),
        size,
        contact -> Cursor.encode(contact.id().toString()));
  }

  @Needs(Role.MEMBER)
  @GetMapping("/{id}")
  Contact get(Caller caller, @PathVariable ContactId id) {
    return transactions.readInClient(caller.client(), () -> contacts.required(caller.client(), id));
  }

  @Needs(Role.MEMBER)
  @PatchMapping("/{id}")
  @io.swagger.v3.oas.annotations.parameters.RequestBody(
      content = @Content(schema = @Schema(implementation = ContactBody.class)))
  Contact change(
      Caller caller,
      @PathVariable ContactId id,
      @RequestBody ObjectNode body,
      HttpServletRequest request) {
    return book.change(caller.client(), id, read(body, request), Set.copyOf(body.propertyNames()));
  }

  /** The same reading as of a whole body; the node itself tells null from left out. */
  private ContactBody read(ObjectNode body, HttpServletRequest request) {
    try {
      return json.treeToValue(body, ContactBody.class);
    } catch (JacksonException e) {
      throw new HttpMessageNotReadableException(
          "no contact", e, new ServletServerHttpRequest(request));
    }
  }

  private static @Nullable String digits(@Nullable String text) {
    return text == null || !PART_OF_A_NUMBER.matcher(text).matches()
        ? null
        : text.replaceAll("[^0-9]", "");
  }

  private static CustomValue customValue(String text) {
    int colon = text.indexOf(':');
    if (colon < 1) {
      throw Problem.invalid(
          "custom_field", "names no value", "write the field, a colon and the value: color:red");
    }
    return new CustomValue(text.substring(0, colon), text.substring(colon + 1));
  }

  private static String e164(String phone) {
    return switch (PhoneReading.read(phone, ContactCheck.DEFAULT_REGION)) {
      case PhoneReading.Valid valid -> valid.e164();
      case PhoneReading.Invalid(String message, String fix) ->
          throw Problem.invalid("phone", message, fix);
    };
  }
}
