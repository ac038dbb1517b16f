package com.omnify.events.lead.policy;

import com.omnify.events.lead.policy.LeadContact.Consent;
import com.omnify.model.FieldNames;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a contact of a form's answers. */
public final class LeadFields {

  private static final int MOST_CUSTOM = 50;
  private static final int LONGEST_VALUE = 2_000;
  private static final int LONGEST_NAME = 200;
  private static final String CUSTOM = "custom.";

  private LeadFields() {}

  /**
   * The first answer to a question counts. What is no field of a contact becomes a custom field.
   *
   * @param mapping the form's names → {@code first_name}, {@code custom.roof_type}, …, or {@code
   *     ignore}; beyond the names that are known
   */
  public static LeadContact read(
      List<Answer> answers,
      Map<String, String> mapping,
      String source,
      List<String> tags,
      Map<String, Consent> consent,
      String country) {
    Map<String, String> fields = new HashMap<>();
    Map<String, Object> custom = new LinkedHashMap<>();
    for (Answer answer : answers) {
      String value = answer.value().strip();
      String field = value.isEmpty() ? null : field(answer.name(), mapping);
      if (field == null) {
        continue;
      }
      if (field.startsWith(CUSTOM)) {
        if (custom.size() < MOST_CUSTOM) {
          custom.putIfAbsent(field.substring(CUSTOM.length()), bounded(value, LONGEST_VALUE));
        }
      } else {
        fields.putIfAbsent(field, bounded(value, LONGEST_NAME));
      }
    }
    String first = fields.get("first_name");
    String last = fields.get("last_name");
    String full = fields.get(FieldNames.FULL_NAME);
    if (full != null && first == null && last == null) {
      int space = full.indexOf(' ');
      first = space < 0 ? full : full.substring(0, space);
      last = space < 0 ? null : full.substring(space + 1).strip();
    }
    return new LeadContact(
        first,
        last,
        fields.get("company"),
        fields.get("phone"),
        fields.get("email"),
        fields.get("time_zone"),
        fields.get("state"),
        fields.get("postal_code"),
        source,
        tags,
        custom,
        consent,
        country);
  }

  private static @Nullable String field(String name, Map<String, String> mapping) {
    String mapped = mapping.get(name);
    if (mapped != null) {
      return mapped.equals("ignore") ? null : mapped;
    }
    String known = FieldNames.contactField(name).orElse(null);
    // where a lead comes from, and how far it is, is not for a form to say
    if (known != null
        && !known.equals("status")
        && !known.equals("source")
        && !known.equals("tags")) {
      return known;
    }
    return FieldNames.customKey(name).map(key -> CUSTOM + key).orElse(null);
  }

  private static String bounded(String value, int most) {
    return value.length() <= most ? value : value.substring(0, most);
  }
}
