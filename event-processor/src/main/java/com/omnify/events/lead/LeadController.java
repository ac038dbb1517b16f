package com.omnify.events.lead;

import com.fasterxml.jackson.annotation.JsonRawValue;
import com.omnify.events.lead.Leads.Lead;
import com.omnify.events.lead.Leads.State;
import com.omnify.events.lead.policy.LeadContact;
import com.omnify.events.lead.policy.LeadContact.Consent;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Cursor;
import com.omnify.kit.web.FieldFault;
import com.omnify.kit.web.Limits;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Page;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.LeadId;
import com.omnify.model.id.LeadSourceId;
import io.swagger.v3.oas.annotations.Operation;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Leads over REST. */
@RestController
@RequestMapping("/api/v1/leads")
class LeadController {

  private static final Pattern SLUG = Pattern.compile("[a-z0-9]+(?:[-_][a-z0-9]+)*");
  private static final Pattern FIELD_NAME = Pattern.compile("[a-z][a-z0-9_]{0,59}");
  private static final int MOST = 50;
  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_VALUE = 2_000;

  private final Transactions transactions;
  private final LeadBook book;
  private final Leads leads;
  private final LeadSources sources;
  private final JsonMapper json;

  LeadController(
      Transactions transactions, LeadBook book, Leads leads, LeadSources sources, JsonMapper json) {
    this.transactions = transactions;
    this.book = book;
    this.leads = leads;
    this.sources = sources;
    this.json = json;
  }

  /**
   * Somebody who asks to be contacted.
   *
   * @param leadId your name for it: the same one again is the same lead
   * @param sourceId a lead source, whose tags and country hold for this one too
   * @param form which form, for the conditions of triggers
   * @param fullName where first and last name are not apart
   * @param phone as it was written; the country is the source's, or defaultCountry
   */
  record LeadBody(
      @Nullable String leadId,
      @Nullable LeadSourceId sourceId,
      @Nullable String form,
      @Nullable String campaign,
      @Nullable String source,
      @Nullable String firstName,
      @Nullable String lastName,
      @Nullable String fullName,
      @Nullable String company,
      @Nullable String phone,
      @Nullable String email,
      @Nullable String timeZone,
      @Nullable String state,
      @Nullable String postalCode,
      @Nullable List<@Nullable String> tags,
      @Nullable Map<String, @Nullable Object> customFields,
      @Nullable ConsentsBody consent,
      @Nullable String defaultCountry) {}

  /** Consent by channel. */
  record ConsentsBody(
      @Nullable ConsentBody sms, @Nullable ConsentBody email, @Nullable ConsentBody voice) {}

  /** What the person agreed to, and what they read. */
  record ConsentBody(
      @Nullable Boolean granted,
      @Nullable String source,
      @Nullable String textShown,
      @Nullable Instant at) {}

  /** A lead as it stands. */
  record LeadView(
      UUID id,
      @Nullable UUID sourceId,
      String kind,
      String externalId,
      @Nullable String form,
      @Nullable String campaign,
      String state,
      @Nullable String detail,
      @Nullable UUID contactId,
      @Nullable UUID otherContactId,
      @JsonRawValue String payload,
      Instant receivedAt) {

    static LeadView of(Lead lead) {
      return new LeadView(
          lead.id(),
          lead.sourceId(),
          lead.kind(),
          lead.externalId(),
          lead.form(),
          lead.campaign(),
          lead.state(),
          lead.detail(),
          lead.contactId(),
          lead.otherContactId(),
          lead.payload(),
          lead.receivedAt());
    }
  }

  @Needs(Role.MEMBER)
  @PostMapping
  @Operation(
      summary = "Take in a lead: it becomes a contact and enters the sequences that wait for it")
  ResponseEntity<LeadView> create(Caller caller, @RequestBody LeadBody body) {
    ClientId client = caller.client();
    LeadSourceId sourceId = body.sourceId();
    LeadSource source =
        sourceId == null
            ? null
            : transactions
                .readInClient(client, () -> sources.find(client, sourceId))
                .filter(LeadSource::active)
                .orElseThrow(() -> Problem.notFound("lead source", sourceId));
    LeadContact contact = checked(body, source);
    LeadBook.Taken taken =
        book.take(
            client,
            sourceId,
            body.leadId() == null ? null : body.leadId().strip(),
            body.form(),
            body.campaign(),
            StoredJson.of(json.valueToTree(body)),
            contact);
    LeadView view = LeadView.of(taken.lead());
    return taken.isNew()
        ? ResponseEntity.created(URI.create("/api/v1/leads/" + view.id())).body(view)
        : ResponseEntity.ok(view);
  }

  /**
   * The newest first.
   *
   * @param state to_fetch, received, accepted, refused, failed or test
   */
  @Needs(Role.MEMBER)
  @GetMapping
  @Operation(summary = "List leads")
  Page<LeadView> list(
      Caller caller,
      @RequestParam(name = "source_id", required = false) @Nullable UUID sourceId,
      @RequestParam(required = false) @Nullable String state,
      @RequestParam(name = "contact_id", required = false) @Nullable UUID contactId,
      @RequestParam(required = false) @Nullable Integer limit,
      @RequestParam(required = false) @Nullable String cursor) {
    int size = Limits.page(limit);
    UUID before = cursor == null ? null : Cursor.uuid(Cursor.decode(cursor, 1).getFirst());
    if (state != null && Arrays.stream(State.values()).noneMatch(s -> s.wire().equals(state))) {
      throw Problem.invalid(
          "state",
          "is no state of a lead",
          "use to_fetch, received, accepted, refused, failed or test");
    }
    return Page.of(
        transactions.readInClient(
            caller.client(),
            () ->
                leads.list(caller.client(), sourceId, state, contactId, before, size + 1).stream()
                    .map(LeadView::of)
                    .toList()),
        size,
        last -> Cursor.encode(last.id().toString()));
  }

  @Needs(Role.MEMBER)
  @GetMapping("/{id}")
  @Operation(summary = "One lead, and what became of it")
  LeadView get(Caller caller, @PathVariable LeadId id) {
    return transactions.readInClient(
        caller.client(),
        () ->
            leads
                .find(caller.client(), id)
                .map(LeadView::of)
                .orElseThrow(() -> Problem.notFound("lead", id)));
  }

  private static LeadContact checked(LeadBody body, @Nullable LeadSource source) {
    var faults = new ArrayList<FieldFault>();
    String leadId = body.leadId();
    if (leadId != null && (leadId.isBlank() || leadId.strip().length() > LONGEST_NAME)) {
      faults.add(
          new FieldFault("lead_id", "is empty or too long", "use 1 to 200 characters, or none"));
    }
    String country =
        body.defaultCountry() != null
            ? body.defaultCountry().toUpperCase(Locale.ROOT)
            : source == null ? "US" : source.country();
    if (!Arrays.asList(Locale.getISOCountries()).contains(country)) {
      faults.add(new FieldFault("default_country", "is no country", "use two letters, such as US"));
    }
    String from = body.source() == null ? "api_lead" : body.source().strip();
    if (from.length() > 60 || !SLUG.matcher(from).matches()) {
      faults.add(
          new FieldFault("source", "is not a slug", "use lower-case letters, digits, - and _"));
    }
    String full = text("full_name", body.fullName(), faults);
    String first = text("first_name", body.firstName(), faults);
    String last = text("last_name", body.lastName(), faults);
    if (full != null && first == null && last == null) {
      int space = full.indexOf(' ');
      first = space < 0 ? full : full.substring(0, space);
      last = space < 0 ? null : full.substring(space + 1).strip();
    }
    text("form", body.form(), faults);
    text("campaign", body.campaign(), faults);
    var contact =
        new LeadContact(
            first,
            last,
            text("company", body.company(), faults),
            text("phone", body.phone(), faults),
            text("email", body.email(), faults),
            text("time_zone", body.timeZone(), faults),
            text("state", body.state(), faults),
            text("postal_code", body.postalCode(), faults),
            from,
            tags(body.tags(), source, faults),
            custom(body.customFields(), faults),
            consents(body.consent(), source, faults),
            country);
    if (!contact.hasAddress()) {
      faults.add(
          new FieldFault("phone", "or email is missing", "give one, so that they can be reached"));
    }
    if (!faults.isEmpty()) {
      throw Problem.invalid(faults);
    }
    return contact;
  }

  private static @Nullable String text(
      String field, @Nullable String value, List<FieldFault> faults) {
    if (value == null || value.isBlank()) {
      return null;
    }
    String text = StoredJson.plain(value).strip();
    if (text.length() > LONGEST_NAME) {
      faults.add(new FieldFault(field, "has " + text.length() + " characters", "use at most 200"));
    }
    return text;
  }

  private static List<String> tags(
      @Nullable List<@Nullable String> given,
      @Nullable LeadSource source,
      List<FieldFault> faults) {
    var tags = new LinkedHashSet<String>(source == null ? List.of() : source.tags());
    for (String tag : given == null ? List.<@Nullable String>of() : given) {
      if (tag == null || tag.length() > 60 || !SLUG.matcher(tag).matches() || tags.size() >= MOST) {
        faults.add(
            new FieldFault(
                "tags",
                "hold what is no slug, or too many",
                "use lower-case letters, digits, - and _: roof-repair"));
        break;
      }
      tags.add(tag);
    }
    return List.copyOf(tags);
  }

  private static Map<String, Object> custom(
      @Nullable Map<String, @Nullable Object> given, List<FieldFault> faults) {
    var custom = new LinkedHashMap<String, Object>();
    if (given == null) {
      return custom;
    }
    given.forEach(
        (name, value) -> {
          if (!FIELD_NAME.matcher(name).matches() || custom.size() == MOST) {
            faults.add(
                new FieldFault(
                    "custom_fields",
                    "have a name that templates cannot use, or are too many",
                    "start with a letter; use lower-case letters, digits and _, at most 60"));
          } else if (value instanceof String text) {
            if (text.length() > LONGEST_VALUE) {
              faults.add(
                  new FieldFault(
                      "custom_fields." + name, "is too long", "use at most 2000 characters"));
            }
            custom.put(name, StoredJson.plain(text));
          } else if (value instanceof Number || value instanceof Boolean) {
            custom.put(name, value);
          } else if (value != null) {
            faults.add(
                new FieldFault(
                    "custom_fields." + name,
                    "is a list or an object",
                    "use a text, a number or a boolean"));
          }
        });
    return custom;
  }

  private static Map<String, Consent> consents(
      @Nullable ConsentsBody body, @Nullable LeadSource source, List<FieldFault> faults) {
    var consents = new LinkedHashMap<String, Consent>();
    if (source != null) {
      consents.putAll(source.agreed());
    }
    if (body != null) {
      consent("sms", body.sms(), consents, faults);
      consent("email", body.email(), consents, faults);
      consent("voice", body.voice(), consents, faults);
    }
    return consents;
  }

  private static void consent(
      String channel,
      @Nullable ConsentBody body,
      Map<String, Consent> consents,
      List<FieldFault> faults) {
    if (body == null) {
      return;
    }
    if (body.granted() == null) {
      faults.add(
          new FieldFault("consent." + channel + ".granted", "is missing", "say true or false"));
      return;
    }
    String source = text("consent." + channel + ".source", body.source(), faults);
    String shown = body.textShown();
    if (shown != null && shown.length() > LONGEST_VALUE) {
      faults.add(
          new FieldFault(
              "consent." + channel + ".text_shown", "is too long", "use at most 2000 characters"));
    }
    consents.put(
        channel,
        new Consent(
            body.granted(),
            source == null ? "lead" : source,
            shown == null ? null : StoredJson.plain(shown),
            body.at() == null ? null : body.at().toString()));
  }
}
