package com.omnify.kit.quiet.policy;

import com.omnify.model.ResourceTable;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Which states and zones lie behind an area code, the name of a state, a ZIP code. */
final class Gazetteer {

  private static final String ABROAD = "";

  /** What an area code reaches; the state is empty outside the US. */
  record Area(String state, List<ZoneId> zones) {}

  private static final Map<String, List<ZoneId>> STATES = new HashMap<>();
  private static final Map<String, String> NAMES = new HashMap<>();
  private static final Map<String, Area> AREAS = new HashMap<>();
  private static final Map<String, Set<String>> ZIPS = new HashMap<>();

  static {
    read(
        "states.tsv",
        row -> {
          STATES.put(row[0], zones(row[2]));
          NAMES.put(row[0].toLowerCase(Locale.ROOT), row[0]);
          NAMES.put(row[1].toLowerCase(Locale.ROOT), row[0]);
        });
    NAMES.put("washington dc", "DC");
    NAMES.put("washington d.c.", "DC");
    NAMES.put("d.c.", "DC");
    read("area-codes.tsv", row -> AREAS.put(row[0], new Area(row[1], zones(row[2]))));
    read(
        "zip-prefixes.tsv",
        row -> {
          String[] ends = row[0].split("-");
          int last = Integer.parseInt(ends[ends.length - 1]);
          for (int prefix = Integer.parseInt(ends[0]); prefix <= last; prefix++) {
            ZIPS.put("%03d".formatted(prefix), Set.of(row[1].split(",")));
          }
        });
  }

  private Gazetteer() {}

  /** Of a number of the North American plan; null where its code says nothing of a place. */
  static @Nullable Area area(String e164) {
    return isNorthAmerican(e164) ? AREAS.get(e164.substring(2, 5)) : null;
  }

  static boolean isNorthAmerican(String e164) {
    return e164.startsWith("+1") && e164.length() == 12;
  }

  static boolean hasState(Area area) {
    return !area.state().equals(ABROAD);
  }

  /** By its code or its name; null for what is no US state. */
  static @Nullable String state(String text) {
    return NAMES.get(text.strip().toLowerCase(Locale.ROOT));
  }

  /** Every zone that some people of the state live in. */
  static List<ZoneId> zonesOf(String state) {
    return Objects.requireNonNull(STATES.get(state), state);
  }

  /** By a US ZIP code, with or without its last four digits; none for what is none. */
  static Set<String> statesOfZip(String postalCode) {
    String text = postalCode.strip();
    boolean zip = text.matches("[0-9]{5}(-?[0-9]{4})?");
    return zip ? ZIPS.getOrDefault(text.substring(0, 3), Set.of()) : Set.of();
  }

  private static List<ZoneId> zones(String names) {
    return Arrays.stream(names.split(",")).map(ZoneId::of).toList();
  }

  private static void read(String resource, Consumer<String[]> each) {
    ResourceTable.rows(Gazetteer.class, resource).forEach(each);
  }
}
