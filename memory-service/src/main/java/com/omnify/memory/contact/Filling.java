package com.omnify.memory.contact;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Two accounts of one person as one. */
final class Filling {

  private Filling() {}

  /**
   * What is known stays; what is not is taken from the other account. Tags are those of both.
   *
   * @param addresses whether a missing phone or e-mail may be filled in: nobody else has it
   */
  static ContactFields blanks(ContactFields known, ContactFields other, boolean addresses) {
    boolean phone = addresses && known.phone() == null;
    return new ContactFields(
        first(known.firstName(), other.firstName()),
        first(known.lastName(), other.lastName()),
        first(known.company(), other.company()),
        phone ? other.phone() : known.phone(),
        phone ? other.phoneType() : known.phoneType(),
        phone ? other.phoneTimeZones() : known.phoneTimeZones(),
        addresses ? first(known.email(), other.email()) : known.email(),
        first(known.timeZone(), other.timeZone()),
        first(known.state(), other.state()),
        first(known.postalCode(), other.postalCode()),
        known.status(),
        known.source(),
        union(known.tags(), other.tags()),
        filled(known.customFields(), other.customFields()));
  }

  /**
   * The newer account wins where it says something; addresses that are known stay.
   *
   * @param status whether the newer account says anything of the status
   * @param source whether it says anything of the source
   */
  static ContactFields newer(
      ContactFields known, ContactFields newer, boolean status, boolean source) {
    boolean phone = known.phone() == null && newer.phone() != null;
    return new ContactFields(
        first(newer.firstName(), known.firstName()),
        first(newer.lastName(), known.lastName()),
        first(newer.company(), known.company()),
        phone ? newer.phone() : known.phone(),
        phone ? newer.phoneType() : known.phoneType(),
        phone ? newer.phoneTimeZones() : known.phoneTimeZones(),
        first(known.email(), newer.email()),
        first(newer.timeZone(), known.timeZone()),
        first(newer.state(), known.state()),
        first(newer.postalCode(), known.postalCode()),
        status ? newer.status() : known.status(),
        source ? newer.source() : known.source(),
        union(known.tags(), newer.tags()),
        filled(newer.customFields(), known.customFields()));
  }

  private static @Nullable String first(@Nullable String one, @Nullable String other) {
    return one == null ? other : one;
  }

  private static List<String> union(List<String> one, List<String> other) {
    var all = new LinkedHashSet<>(one);
    all.addAll(other);
    // a contact has 50 at most
    return all.stream().limit(50).toList();
  }

  private static Map<String, Object> filled(Map<String, Object> one, Map<String, Object> other) {
    var all = new LinkedHashMap<>(one);
    other.forEach(
        (key, value) -> {
          if (all.size() < 50) {
            all.putIfAbsent(key, value);
          }
        });
    return all;
  }
}
