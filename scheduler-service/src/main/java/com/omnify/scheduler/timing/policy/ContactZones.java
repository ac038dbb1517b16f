package com.omnify.scheduler.timing.policy;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a contact may be.
 *
 * @param own the zone that local times are meant in
 * @param all every zone whose clock must allow what is sent; never empty
 */
public record ContactZones(ZoneId own, Set<ZoneId> all) {

  public ContactZones {
    all = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(all));
    if (all.isEmpty()) {
      throw new IllegalArgumentException("a contact is in at least one zone");
    }
  }

  /**
   * The zone that is known and those that the phone number allows; the client's where neither says
   * anything. A name that no zone bears is left out.
   */
  public static ContactZones of(
      @Nullable String timeZone, List<String> phoneZones, ZoneId clientZone) {
    var zones = new LinkedHashSet<ZoneId>();
    add(zones, timeZone);
    phoneZones.forEach(zone -> add(zones, zone));
    if (zones.isEmpty()) {
      zones.add(clientZone);
    }
    return new ContactZones(zones.getFirst(), zones);
  }

  private static void add(Set<ZoneId> zones, @Nullable String name) {
    if (name != null && !name.isBlank()) {
      try {
        zones.add(ZoneId.of(name));
      } catch (DateTimeException ignored) {
        // written before zones were checked, or retired since: the other zones decide
      }
    }
  }
}
