package com.omnify.kit.quiet.policy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where somebody may be: every zone and every US state that their number or their address allows.
 *
 * @param zones those of the address first; empty where nothing is known
 * @param states by their codes
 */
public record Whereabouts(Set<ZoneId> zones, Set<String> states) {

  /** Nothing is known. */
  public static final Whereabouts UNKNOWN = new Whereabouts(Set.of(), Set.of());

  /** More zones than any place has: the list of a whole country, which says nothing. */
  private static final int NO_PLACE = 8;

  /** Two zones that show the same time on these days are the same to whoever lives there. */
  private static final List<Instant> SAMPLES =
      List.of(
          Instant.parse("2026-01-15T12:00:00Z"),
          Instant.parse("2026-03-20T12:00:00Z"),
          Instant.parse("2026-07-15T12:00:00Z"),
          Instant.parse("2026-10-28T12:00:00Z"),
          Instant.parse("2027-01-15T12:00:00Z"));

  public Whereabouts {
    zones = Collections.unmodifiableSet(new LinkedHashSet<>(zones));
    states = Set.copyOf(states);
  }

  /**
   * Reads what is known.
   *
   * @param phone in E.164, null where there is none
   * @param phoneZones the zones that a library of numbering plans tells for it; the area code's are
   *     added, as such a library answers for the exchange and is too narrow
   * @param state code or name; what is no US state says nothing
   * @param postalCode a ZIP code names its state; another says nothing
   * @param timeZone where a state is known too and has no such time, both count
   */
  public static Whereabouts of(
      @Nullable String phone,
      Collection<String> phoneZones,
      @Nullable String state,
      @Nullable String postalCode,
      @Nullable String timeZone) {
    var zones = new LinkedHashSet<ZoneId>();
    var states = new LinkedHashSet<String>();
    String named = state == null ? null : Gazetteer.state(state);
    if (named != null) {
      states.add(named);
    }
    if (postalCode != null) {
      states.addAll(Gazetteer.statesOfZip(postalCode));
    }
    ZoneId stated = zone(timeZone);
    if (stated != null) {
      zones.add(stated);
    }
    for (String one : states) {
      List<ZoneId> itsZones = Gazetteer.zonesOf(one);
      // A state without a time zone means all its zones; with one of them, that one.
      if (stated == null || itsZones.stream().noneMatch(zone -> sameTime(zone, stated))) {
        zones.addAll(itsZones);
      }
    }
    if (phone != null) {
      addNumber(phone, phoneZones, zones, states);
    }
    return new Whereabouts(zones, states);
  }

  private static void addNumber(
      String phone, Collection<String> phoneZones, Set<ZoneId> zones, Set<String> states) {
    var area = Gazetteer.area(phone);
    if (area != null) {
      zones.addAll(area.zones());
      if (Gazetteer.hasState(area)) {
        states.add(area.state());
      }
    } else if (Gazetteer.isNorthAmerican(phone) && !mayBeNew(phone)) {
      // Toll-free, 900 and 5xx ring anywhere: a library would list every zone of the continent.
      return;
    }
    if (phoneZones.size() <= NO_PLACE) {
      for (String name : phoneZones) {
        ZoneId zone = zone(name);
        if (zone != null) {
          zones.add(zone);
        }
      }
    }
  }

  /** An area code that our table does not know yet, and a library may. */
  private static boolean mayBeNew(String e164) {
    String code = e164.substring(2, 5);
    return !code.startsWith("5")
        && !code.startsWith("88")
        && !Set.of(
                "600", "622", "700", "710", "800", "822", "833", "844", "855", "866", "877", "900")
            .contains(code);
  }

  private static boolean sameTime(ZoneId one, ZoneId other) {
    return one.equals(other)
        || SAMPLES.stream()
            .allMatch(at -> one.getRules().getOffset(at).equals(other.getRules().getOffset(at)));
  }

  /** A name that no zone bears says nothing. */
  private static @Nullable ZoneId zone(@Nullable String name) {
    if (name == null || name.isBlank()) {
      return null;
    }
    try {
      return ZoneId.of(name.strip());
    } catch (DateTimeException _) {
      return null;
    }
  }

  /** Neither number nor address says anything. */
  public boolean isUnknown() {
    return zones.isEmpty();
  }
}
