package com.omnify.memory.importing.policy;

import com.omnify.model.FieldNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The columns of a file, and which field of a contact each may be. */
public final class Columns {

  private Columns() {}

  /**
   * A column.
   *
   * @param name as in the header; made unique, or {@code Column 3} where it is blank
   * @param suggested a contact's field, {@code custom.<key>}, or null: leave it out
   */
  public record Column(String name, @Nullable String suggested) {}

  /**
   * The columns in the file's order. No field is suggested twice.
   *
   * @param samples the first rows, to tell addresses by their looks
   * @param customKeys the client's custom fields
   */
  public static List<Column> read(
      List<String> header, List<List<String>> samples, Set<String> customKeys) {
    var columns = new ArrayList<Column>();
    var names = new HashSet<String>();
    var fields = new HashSet<String>();
    for (int n = 0; n < header.size(); n++) {
      String plain = header.get(n).strip();
      String name = unique(plain.isEmpty() ? "Column " + (n + 1) : plain, names);
      String field = field(plain, n, samples, customKeys);
      columns.add(new Column(name, field != null && fields.add(field) ? field : null));
    }
    return columns;
  }

  private static String unique(String name, Set<String> taken) {
    String bounded = name.length() > 200 ? name.substring(0, 200) : name;
    String unique = bounded;
    for (int n = 2; !taken.add(unique.toLowerCase(Locale.ROOT)); n++) {
      unique = bounded + " (" + n + ")";
    }
    return unique;
  }

  private static @Nullable String field(
      String name, int column, List<List<String>> samples, Set<String> customKeys) {
    String known = FieldNames.contactField(name).orElse(null);
    if (known != null) {
      return known;
    }
    String key = FieldNames.customKey(name).orElse(null);
    if (key != null && customKeys.contains(key)) {
      return "custom." + key;
    }
    return mostly(samples, column, ".+@.+\\..+")
        ? "email"
        : mostly(samples, column, "\\+[0-9 ().-]{8,20}") ? "phone" : null;
  }

  private static boolean mostly(List<List<String>> samples, int column, String looks) {
    List<String> values =
        samples.stream()
            .filter(row -> row.size() > column && !row.get(column).isBlank())
            .map(row -> row.get(column).strip())
            .toList();
    return values.size() >= 2 && values.stream().allMatch(value -> value.matches(looks));
  }
}
