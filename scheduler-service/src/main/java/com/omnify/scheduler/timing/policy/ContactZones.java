package com.omnify.scheduler.timing.policy;

import com.omnify.kit.quiet.policy.Whereabouts;
import java.time.ZoneId;
import java.util.LinkedHashSet;
import java.util.Set;

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

  /** All that address and number allow; the client's where neither says anything. */
  public static ContactZones of(Whereabouts where, ZoneId clientZone) {
    return where.isUnknown()
        ? new ContactZones(clientZone, Set.of(clientZone))
        : new ContactZones(where.zones().iterator().next(), where.zones());
  }
}
