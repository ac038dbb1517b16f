package com.omnify.memory.contact;

import com.omnify.kit.web.FieldFault;
import com.omnify.memory.contact.ContactBody.ConsentBody;
import com.omnify.model.Channel;
import com.omnify.model.PhoneType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks what callers write and brings it into its stored form. Collects every fault at once. */
public final class ContactCheck {

  /** Until a client says where it works. */
  public static final String DEFAULT_REGION = "US";

  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_EMAIL = 254;
  private static final int MOST_TAGS = 50;
  private static final int MOST_CUSTOM_FIELDS = 50;
  private static final int LONGEST_VALUE = 2_000;
  private static final Pattern SLUG = Pattern.compile("[a-z0-9]+(?:[-_][a-z0-9]+)*");
  private static final Pattern FIELD_NAME = Pattern.compile("[a-z][a-z0-9_]{0,59}");
  private static final Pattern EMAIL =
      Pattern.compile(
          "[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
              + "@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]");
  private static final Set<String> ZONES = ZoneId.getAvailableZoneIds();

  private final String prefix;
  private final ContactRules rules;
  private final List<FieldFault> faults = new ArrayList<>();

  private ContactCheck(String prefix, ContactRules rules) {
    this.prefix = prefix;
    this.rules = rules;
  }

  /** One line for the consent ledger. */
  public record Consent(
      Channel channel, boolean granted, String source, @Nullable String textShown, Instant at) {}

  /**
   * What came of it. With faults the rest means nothing.
   *
   * @param consents to be added
   */
  public record Checked(ContactFields fields, List<Consent> consents, List<FieldFault> faults) {}

  /** Checks a new contact; {@code prefix} stands before the names of fields in faults. */
  public static Checked create(ContactBody body, ContactRules rules, String prefix, Instant now) {
    return new ContactCheck(prefix, rules).check(body, ContactFields.BLANK, _ -> true, true, now);
  }

  /** Checks a change of {@code current}: only what {@code given} names is looked at. */
  static Checked patch(
      ContactBody body, ContactRules rules, ContactFields current, Set<String> given, Instant now) {
    return new ContactCheck("", rules).check(body, current, given::contains, false, now);
  }

  private Checked check(
      ContactBody body, ContactFields was, Predicate<String> given, boolean isNew, Instant now) {
    String phone = was.phone();
    PhoneType phoneType = was.phoneType();
    List<String> phoneTimeZones = was.phoneTimeZones();
    if (given.test("phone")) {
      var reading = phone(body.phone());
      phone = reading == null ? null : reading.e164();
      if (isNew || !Objects.equals(phone, was.phone())) {
        phoneType = reading == null ? PhoneType.UNKNOWN : reading.type();
        phoneTimeZones = reading == null ? List.of() : reading.timeZones();
      }
    }
    String email = given.test("email") ? email(body.email()) : was.email();
    String firstName =
        given.test("first_name")
            ? text("first_name", body.firstName(), LONGEST_NAME)
            : was.firstName();
    String lastName =
        given.test("last_name") ? text("last_name", body.lastName(), LONGEST_NAME) : was.lastName();
    String company =
        given.test("company") ? text("company", body.company(), LONGEST_NAME) : was.company();
    var fields =
        new ContactFields(
            firstName,
            lastName,
            company,
            phone,
            phoneType,
            phoneTimeZones,
            email,
            given.test("time_zone") ? timeZone(body.timeZone()) : was.timeZone(),
            given.test("state") ? state(body.state()) : was.state(),
            given.test("postal_code")
                ? text("postal_code", body.postalCode(), 20)
                : was.postalCode(),
            given.test("status") ? slug("status", body.status(), "new") : was.status(),
            given.test("source") ? slug("source", body.source(), "api") : was.source(),
            given.test("tags") ? tags(body.tags()) : was.tags(),
            given.test("custom_fields") ? customFields(body.customFields()) : was.customFields());
    if (faults.isEmpty()
        && fields.phone() == null
        && fields.email() == null
        && firstName == null
        && lastName == null
        && company == null) {
      fault("phone", "or another field must say who this is", "give a phone, an email or a name");
    }
    List<Consent> consents = given.test("consent") ? consents(body.consent(), now) : List.of();
    return new Checked(fields, consents, List.copyOf(faults));
  }

  private void fault(String field, String message, String fix) {
    faults.add(new FieldFault(prefix + field, message, fix));
  }

  /** Trimmed; null where it is blank or wrong. */
  private @Nullable String text(String field, @Nullable String value, int longest) {
    if (value == null || value.isBlank()) {
      return null;
    }
    String text = value.strip();
    if (text.length() > longest) {
      fault(field, "has " + text.length() + " characters", "use at most " + longest);
      return null;
    }
    return storable(field, text) ? text : null;
  }

  /** Control characters have no place in a name, and PostgreSQL refuses some text altogether. */
  private boolean storable(String field, String text) {
    boolean bad =
        text.codePoints()
            .anyMatch(
                c ->
                    Character.getType(c) == Character.SURROGATE
                        || Character.isISOControl(c) && c != '\n' && c != '\t' && c != '\r');
    if (bad) {
      fault(field, "contains characters that are no text", "remove control characters");
    }
    return !bad;
  }

  private PhoneReading.@Nullable Valid phone(@Nullable String value) {
    if (value == null || value.isBlank()) {
      return null;
    }
    return switch (PhoneReading.read(value.strip(), rules.region())) {
      case PhoneReading.Valid valid -> valid;
      case PhoneReading.Invalid(String message, String fix) -> {
        fault("phone", message, fix);
        yield null;
      }
    };
  }

  /** Whether a contact can have this address; lower case is awaited. */
  static boolean isEmail(String address) {
    return address.length() <= LONGEST_EMAIL && EMAIL.matcher(address).matches();
  }

  private @Nullable String email(@Nullable String value) {
    if (value == null || value.isBlank()) {
      return null;
    }
    String email = value.strip().toLowerCase(Locale.ROOT);
    if (!isEmail(email)) {
      fault("email", "is not an e-mail address", "write it like ann@example.com, without a name");
      return null;
    }
    return email;
  }

  private @Nullable String timeZone(@Nullable String value) {
    if (value == null || value.isBlank()) {
      return null;
    }
    String zone = value.strip();
    // "EST" and "+02:00" know no summer time: an hour wrong for half of the year
    if (!ZONES.contains(zone) || !(zone.contains("/") || zone.equals("UTC"))) {
      String near = near(zone);
      fault(
          "time_zone",
          "is not an IANA time zone",
          near.isEmpty()
              ? "use a name such as America/New_York, not an abbreviation or an offset"
              : "did you mean " + near + "?");
      return null;
    }
    return zone;
  }

  private static String near(String wanted) {
    String letters = wanted.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    return letters.length() < 4
        ? ""
        : ZONES.stream()
            .filter(zone -> zone.contains("/"))
            .filter(
                zone -> zone.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "").endsWith(letters))
            .sorted()
            .findFirst()
            .orElse("");
  }

  private @Nullable String state(@Nullable String value) {
    String state = text("state", value, 60);
    return state != null && state.length() <= 3 ? state.toUpperCase(Locale.ROOT) : state;
  }

  private String slug(String field, @Nullable String value, String otherwise) {
    if (value == null || value.isBlank()) {
      return otherwise;
    }
    String slug = value.strip();
    if (slug.length() > 60 || !SLUG.matcher(slug).matches()) {
      fault(field, "is not a slug", "use lower-case letters, digits, - and _, at most 60");
    }
    return slug;
  }

  private List<String> tags(@Nullable List<@Nullable String> values) {
    if (values == null) {
      return List.of();
    }
    if (values.size() > MOST_TAGS) {
      fault("tags", "are " + values.size(), "keep at most " + MOST_TAGS);
      return List.of();
    }
    var tags = new LinkedHashSet<String>();
    for (int i = 0; i < values.size(); i++) {
      String value = values.get(i);
      if (value == null || value.length() > 60 || !SLUG.matcher(value).matches()) {
        fault(
            "tags[" + i + "]",
            "is not a slug",
            "use lower-case letters, digits, - and _, at most 60: roof-repair");
      } else {
        tags.add(value);
      }
    }
    return List.copyOf(tags);
  }

  private Map<String, Object> customFields(@Nullable Map<String, @Nullable Object> values) {
    if (values == null) {
      return Map.of();
    }
    if (values.size() > MOST_CUSTOM_FIELDS) {
      fault("custom_fields", "are " + values.size(), "keep at most " + MOST_CUSTOM_FIELDS);
      return Map.of();
    }
    var fields = new LinkedHashMap<String, Object>();
    values.forEach(
        (name, value) -> {
          String field = "custom_fields." + name;
          if (!FIELD_NAME.matcher(name).matches()) {
            fault(
                "custom_fields",
                "have a name that templates cannot use: '" + name + "'",
                "start with a letter; use lower-case letters, digits and _, at most 60");
          }
          switch (value) {
            case null -> {}
            case String text when text.length() > LONGEST_VALUE ->
                fault(
                    field, "has " + text.length() + " characters", "use at most " + LONGEST_VALUE);
            case String text -> {
              if (storable(field, text)) {
                fields.put(name, text);
              }
            }
            case Boolean flag -> fields.put(name, flag);
            case Integer number -> fields.put(name, number);
            case Long number -> fields.put(name, number);
            case Double number -> fields.put(name, number);
            case BigInteger number -> fields.put(name, number);
            case BigDecimal number -> fields.put(name, number);
            default -> fault(field, "is a list or an object", "use a text, a number or a boolean");
          }
        });
    rules
        .types()
        .forEach((name, type) -> fields.computeIfPresent(name, (_, v) -> typed(name, type, v)));
    return fields;
  }

  private @Nullable Object typed(String name, CustomFieldType type, Object value) {
    Object read = type.read(value);
    if (read == null && !String.valueOf(value).isBlank()) {
      fault("custom_fields." + name, "is no " + type.wire(), type.fix());
    }
    return read;
  }

  private List<Consent> consents(ContactBody.@Nullable ConsentsBody body, Instant now) {
    var consents = new ArrayList<Consent>();
    if (body != null) {
      consent(Channel.SMS, body.sms(), now, consents);
      consent(Channel.EMAIL, body.email(), now, consents);
      consent(Channel.VOICE, body.voice(), now, consents);
    }
    return consents;
  }

  private void consent(
      Channel channel, @Nullable ConsentBody body, Instant now, List<Consent> consents) {
    if (body == null) {
      return;
    }
    String field = "consent." + channel.wire();
    if (body.granted() == null) {
      fault(field + ".granted", "is missing", "say true or false");
      return;
    }
    String source = text(field + ".source", body.source(), LONGEST_NAME);
    String shown = text(field + ".text_shown", body.textShown(), LONGEST_VALUE);
    consents.add(
        new Consent(
            channel,
            body.granted(),
            source == null ? "api" : source,
            shown,
            body.at() == null ? now : body.at()));
  }
}
