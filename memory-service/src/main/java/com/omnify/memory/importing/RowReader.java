package com.omnify.memory.importing;

import com.omnify.kit.web.FieldFault;
import com.omnify.memory.contact.ContactBody;
import com.omnify.memory.importing.policy.Columns.Column;
import com.omnify.model.FieldNames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a contact of a row, as the mapping says. */
final class RowReader {

  private static final String CUSTOM = "custom.";
  private static final Pattern TAG_SEPARATORS = Pattern.compile("[,;|]");
  private static final int LONGEST_ORIGINAL = 500;

  private final int columns;
  private final @Nullable String[] fields;
  private final String[] names;
  private final Options options;

  RowReader(List<Column> columns, Map<String, String> mapping, Options options) {
    this.columns = columns.size();
    this.fields = new String[columns.size()];
    this.names = new String[columns.size()];
    for (int n = 0; n < columns.size(); n++) {
      names[n] = columns.get(n).name();
      fields[n] = mapping.get(columns.get(n).name());
    }
    this.options = options;
  }

  /** What a row says, or why it says nothing. */
  sealed interface Reading {
    record Contact(ContactBody body) implements Reading {}

    record Bad(FieldFault fault) implements Reading {}

    /** An empty line. */
    record Nothing() implements Reading {}
  }

  Reading read(List<String> row) {
    if (row.stream().allMatch(String::isBlank)) {
      return new Reading.Nothing();
    }
    for (int n = columns; n < row.size(); n++) {
      if (!row.get(n).isBlank()) {
        return new Reading.Bad(
            new FieldFault(
                "row",
                "has " + row.size() + " columns, the header has " + columns,
                "put texts with separators in them in quotes"));
      }
    }
    Map<String, String> values = new LinkedHashMap<>();
    Map<String, Object> custom = new LinkedHashMap<>();
    var tags = new LinkedHashSet<>(options.tags());
    for (int n = 0; n < Math.min(columns, row.size()); n++) {
      String field = fields[n];
      String value = row.get(n).strip();
      if (field == null || value.isEmpty()) {
        continue;
      }
      if (field.startsWith(CUSTOM)) {
        custom.put(field.substring(CUSTOM.length()), value);
      } else if (field.equals("tags")) {
        for (String tag : TAG_SEPARATORS.split(value)) {
          if (!tag.isBlank()) {
            tags.add(slug(tag));
          }
        }
      } else {
        values.put(field, value);
      }
    }
    String first = values.get("first_name");
    String last = values.get("last_name");
    String full = values.get(FieldNames.FULL_NAME);
    if (full != null && first == null && last == null) {
      int space = full.indexOf(' ');
      first = space < 0 ? full : full.substring(0, space);
      last = space < 0 ? null : full.substring(space + 1).strip();
    }
    String status = values.get("status");
    String source = values.get("source");
    return new Reading.Contact(
        new ContactBody(
            first,
            last,
            values.get("company"),
            values.get("phone"),
            values.get("email"),
            values.get("time_zone"),
            values.get("state"),
            values.get("postal_code"),
            status == null ? null : slug(status),
            source == null ? null : slug(source),
            new ArrayList<>(tags),
            custom.isEmpty() ? null : new LinkedHashMap<>(custom),
            null,
            null));
  }

  /** What stands in the row where the fault is; all of it where that is no field. */
  String original(List<String> row, String field) {
    String wanted = field.startsWith("custom_fields.") ? CUSTOM + field.substring(14) : field;
    int bracket = wanted.indexOf('[');
    String plain = bracket < 0 ? wanted : wanted.substring(0, bracket);
    var found = new ArrayList<String>();
    for (int n = 0; n < Math.min(columns, row.size()); n++) {
      if (plain.equals(fields[n])) {
        found.add(row.get(n));
      }
    }
    String original = found.isEmpty() ? String.join(" | ", row) : String.join(" | ", found);
    String kept = original.replace("\0", "");
    return kept.length() <= LONGEST_ORIGINAL ? kept : kept.substring(0, LONGEST_ORIGINAL) + "…";
  }

  /** The column that leads to that field, as a person knows it. */
  String column(String field) {
    for (int n = 0; n < columns; n++) {
      if (field.equals(fields[n])) {
        return names[n];
      }
    }
    return field;
  }

  /** "Roof Repair" is meant as roof-repair. */
  private static String slug(String text) {
    return text.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", "-");
  }
}
