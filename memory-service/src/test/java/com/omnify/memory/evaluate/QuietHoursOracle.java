package com.omnify.memory.evaluate;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the law says, written down once more from its text and in another way: no code, no table and
 * no clock of the product. Daylight saving is reckoned by hand, holidays by their weekdays, and an
 * opening is looked for minute by minute.
 */
final class QuietHoursOracle {

  /** Area code, state, and the zones that it reaches; a dash where it names no place. */
  private static final String AREAS =
      """
      212 NY ET|718 NY ET|617 MA ET|857 MA ET|401 RI ET|203 CT ET|860 CT ET|410 MD ET|240 MD ET|302 DE ET|202 DC ET
      305 FL ET|813 FL ET|407 FL ET|850 FL ET CT|448 FL ET CT|404 GA ET|704 NC ET|843 SC ET|703 VA ET|304 WV ET
      502 KY ET|859 KY ET|270 KY ET CT|364 KY ET CT|606 KY ET CT|423 TN ET CT|865 TN ET|615 TN CT|901 TN CT|731 TN CT
      313 MI ET|906 MI ET CT|317 IN ET|219 IN ET CT|812 IN ET CT|930 IN ET CT|574 IN ET CT|216 OH ET|614 OH ET
      205 AL CT|251 AL CT|256 AL CT|504 LA CT|318 LA CT|985 LA CT|225 LA CT|312 IL CT|414 WI CT|612 MN CT|515 IA CT
      314 MO CT|501 AR CT|601 MS CT|405 OK CT|918 OK CT|580 OK CT|214 TX CT|512 TX CT|713 TX CT|915 TX MT|432 TX CT MT
      402 NE CT|308 NE CT MT|316 KS CT|785 KS CT MT|620 KS CT MT|701 ND CT MT|605 SD CT MT|406 MT MT|307 WY MT
      303 CO MT|505 NM MT|801 UT MT|208 ID MT PT|986 ID MT PT|480 AZ AZ|602 AZ AZ|928 AZ AZ MT|702 NV PT|775 NV PT MT
      503 OR PT|971 OR PT|541 OR PT MT|458 OR PT MT|206 WA PT|509 WA PT|253 WA PT|213 CA PT|415 CA PT|619 CA PT
      907 AK AK AD|808 HI HI|787 PR PR|671 GU GU
      800 - -|888 - -|877 - -|866 - -|855 - -|844 - -|833 - -|900 - -|500 - -|521 - -|533 - -|544 - -
      """;

  /** Every zone that some people of a state live in. */
  private static final String STATES =
      """
      NY ET|MA ET|RI ET|CT ET|MD ET|DE ET|DC ET|GA ET|NC ET|SC ET|VA ET|WV ET|OH ET|FL ET CT|KY ET CT|TN ET CT|MI ET CT
      IN ET CT|AL CT|LA CT|IL CT|WI CT|MN CT|IA CT|MO CT|AR CT|MS CT|OK CT|TX CT MT|NE CT MT|KS CT MT|ND CT MT|SD CT MT
      MT MT|WY MT|CO MT|NM MT|UT MT|ID MT PT|AZ AZ MT|NV PT MT|OR PT MT|WA PT|CA PT|AK AK AD|HI HI|PR PR|GU GU
      """;

  private static final Map<String, String> NAMES =
      Map.of(
          "America/New_York", "ET",
          "America/Chicago", "CT",
          "America/Denver", "MT",
          "America/Los_Angeles", "PT",
          "America/Phoenix", "AZ",
          "America/Anchorage", "AK",
          "America/Adak", "AD",
          "Pacific/Honolulu", "HI",
          "America/Puerto_Rico", "PR",
          "Pacific/Guam", "GU");

  /** Hours behind UTC in winter; who keeps daylight saving time is an hour nearer in summer. */
  private static final Map<String, Integer> BEHIND =
      Map.of(
          "ET", 5, "CT", 6, "MT", 7, "PT", 8, "AZ", 7, "AK", 9, "AD", 10, "HI", 10, "PR", 4, "GU",
          -10);

  private static final Set<String> KEEP_SUMMER = Set.of("ET", "CT", "MT", "PT", "AK", "AD");
  private static final Set<String> UNTIL_EIGHT = Set.of("FL", "OK", "MD", "MA", "WA", "OR", "CT");

  private static final Map<String, List<String>> ZONES_OF_AREA = new HashMap<>();
  private static final Map<String, String> STATE_OF_AREA = new HashMap<>();
  private static final Map<String, List<String>> ZONES_OF_STATE = new HashMap<>();

  static {
    for (String entry : AREAS.split("[|\n]")) {
      String[] words = entry.strip().split(" ");
      STATE_OF_AREA.put(words[0], words[1]);
      ZONES_OF_AREA.put(words[0], Arrays.asList(words).subList(2, words.length));
    }
    for (String entry : STATES.split("[|\n]")) {
      String[] words = entry.strip().split(" ");
      ZONES_OF_STATE.put(words[0], Arrays.asList(words).subList(1, words.length));
    }
  }

  private QuietHoursOracle() {}

  static List<String> areaCodes() {
    return STATE_OF_AREA.keySet().stream().sorted().toList();
  }

  static List<String> states() {
    return ZONES_OF_STATE.keySet().stream().sorted().toList();
  }

  static List<String> zoneNames() {
    return NAMES.keySet().stream().sorted().toList();
  }

  /**
   * A question.
   *
   * @param areaCode of the number, null where there is none
   * @param libraryZones what a library says of the number
   * @param zipState the state that the ZIP code lies in
   */
  record Person(
      @Nullable String areaCode,
      List<String> libraryZones,
      @Nullable String state,
      @Nullable String zipState,
      @Nullable String timeZone) {}

  /** Where they may be, by the settled readings. */
  record Places(Set<String> zones, Set<String> states) {}

  static Places places(Person person) {
    var zones = new LinkedHashSet<String>();
    var states = new LinkedHashSet<String>();
    if (person.areaCode() != null && !STATE_OF_AREA.get(person.areaCode()).equals("-")) {
      zones.addAll(ZONES_OF_AREA.get(person.areaCode()));
      states.add(STATE_OF_AREA.get(person.areaCode()));
      person.libraryZones().forEach(zone -> zones.add(NAMES.getOrDefault(zone, zone)));
    }
    String stated = person.timeZone() == null ? null : NAMES.get(person.timeZone());
    if (stated != null) {
      zones.add(stated);
    }
    for (String state :
        java.util.stream.Stream.of(person.state(), person.zipState())
            .filter(it -> it != null)
            .collect(Collectors.toSet())) {
      states.add(state);
      if (stated == null || !ZONES_OF_STATE.get(state).contains(stated)) {
        zones.addAll(ZONES_OF_STATE.get(state));
      }
    }
    return new Places(zones, states);
  }

  /** Whether an SMS or a call may begin in that minute since 1970. */
  static boolean allowed(Places places, long minute) {
    if (places.zones().isEmpty()) {
      int hour = hour(local("ET", minute));
      return hour >= 12 && hour < 20;
    }
    for (String zone : places.zones()) {
      long local = local(zone, minute);
      int hour = hour(local);
      if (hour < 8 || hour >= 21) {
        return false;
      }
      for (String state : places.states()) {
        if (forbids(state, Math.floorDiv(local, 1440L), hour)) {
          return false;
        }
      }
    }
    return true;
  }

  private static int hour(long localMinute) {
    return (int) (Math.floorMod(localMinute, 1440L) / 60);
  }

  private static boolean forbids(String state, long epochDay, int hour) {
    if (UNTIL_EIGHT.contains(state) && hour >= 20) {
      return true;
    }
    // 1 January 1970 was a Thursday
    boolean sunday = Math.floorMod(epochDay + 4, 7L) == 0;
    return switch (state) {
      case "CT" -> hour < 9;
      case "RI" -> hour < 9 || hour >= 18 || isHoliday(state, epochDay);
      case "KY" -> hour < 10;
      case "LA", "AL" -> sunday || isHoliday(state, epochDay);
      case "TX" -> sunday ? hour < 12 : hour < 9;
      default -> false;
    };
  }

  /** The minute on the wall clock. */
  private static long local(String zone, long minute) {
    Integer behind = BEHIND.get(zone);
    if (behind == null) {
      return minute + TimeZone.getTimeZone(zone).getOffset(minute * 60_000) / 60_000;
    }
    long winter = minute - behind * 60L;
    return KEEP_SUMMER.contains(zone) && isSummer(winter) ? winter + 60 : winter;
  }

  /**
   * From 2:00 winter time of the second Sunday of March to 1:00 winter time, which the clocks then
   * call 2:00, of the first Sunday of November.
   */
  private static boolean isSummer(long winterMinute) {
    int year = 2026;
    long day = Math.floorDiv(winterMinute, 1440L);
    while (day >= epochDay(year + 1, 1, 1)) {
      year++;
    }
    while (day < epochDay(year, 1, 1)) {
      year--;
    }
    long[] bounds = SUMMERS.get(year);
    return winterMinute >= bounds[0] && winterMinute < bounds[1];
  }

  private static final Map<Integer, long[]> SUMMERS = new HashMap<>();

  static {
    for (int year = 2020; year < 2040; year++) {
      SUMMERS.put(
          year,
          new long[] {
            nth(year, 3, DayOfWeek.SUNDAY, 2) * 1440 + 120,
            nth(year, 11, DayOfWeek.SUNDAY, 1) * 1440 + 60
          });
    }
  }

  private static long epochDay(int year, int month, int day) {
    return LocalDate.of(year, month, day).toEpochDay();
  }

  /** The n-th such weekday of a month; from its end where negative. */
  private static long nth(int year, int month, DayOfWeek weekday, int n) {
    long found = 0;
    int count = 0;
    int length = LocalDate.of(year, month, 1).lengthOfMonth();
    for (int day = n > 0 ? 1 : length; day >= 1 && day <= length; day += n > 0 ? 1 : -1) {
      LocalDate date = LocalDate.of(year, month, day);
      if (date.getDayOfWeek() == weekday && ++count == Math.abs(n)) {
        found = date.toEpochDay();
        break;
      }
    }
    return found;
  }

  private static final Map<String, Set<Long>> HOLIDAYS = new HashMap<>();

  static {
    for (String state : List.of("AL", "LA", "RI")) {
      var days = new LinkedHashSet<Long>();
      for (int year : List.of(2026, 2027)) {
        long easter = year == 2026 ? epochDay(2026, 4, 5) : epochDay(2027, 3, 28);
        days.add(nth(year, 1, DayOfWeek.MONDAY, 3));
        days.add(nth(year, 5, DayOfWeek.MONDAY, -1));
        days.add(nth(year, 9, DayOfWeek.MONDAY, 1));
        days.add(nth(year, 10, DayOfWeek.MONDAY, 2));
        days.add(nth(year, 11, DayOfWeek.THURSDAY, 4));
        kept(days, epochDay(year, 1, 1));
        kept(days, epochDay(year, 6, 19));
        kept(days, epochDay(year, 7, 4));
        kept(days, epochDay(year, 11, 11));
        kept(days, epochDay(year, 12, 25));
        switch (state) {
          case "AL" -> {
            days.add(nth(year, 2, DayOfWeek.MONDAY, 3));
            days.add(nth(year, 4, DayOfWeek.MONDAY, 4));
            days.add(nth(year, 6, DayOfWeek.MONDAY, 1));
            days.add(easter - 47);
          }
          case "LA" -> {
            days.add(easter - 47);
            days.add(easter - 2);
          }
          default -> days.add(nth(year, 8, DayOfWeek.MONDAY, 2));
        }
      }
      if (!state.equals("AL")) {
        days.add(nth(2026, 11, DayOfWeek.MONDAY, 1) + 1);
      }
      HOLIDAYS.put(state, days);
    }
  }

  /** A holiday on a Saturday is kept on Friday too, one on a Sunday on Monday. */
  private static void kept(Set<Long> days, long day) {
    days.add(day);
    DayOfWeek weekday = LocalDate.ofEpochDay(day).getDayOfWeek();
    if (weekday == DayOfWeek.SATURDAY) {
      days.add(day - 1);
    } else if (weekday == DayOfWeek.SUNDAY) {
      days.add(day + 1);
    }
  }

  private static boolean isHoliday(String state, long epochDay) {
    return HOLIDAYS.get(state).contains(epochDay);
  }

  /** Days that are worth more tries: holidays and changes of the clock. */
  static List<Long> specialDays() {
    var days = new LinkedHashSet<Long>();
    HOLIDAYS.values().forEach(days::addAll);
    for (int year : List.of(2026, 2027)) {
      days.add(nth(year, 3, DayOfWeek.SUNDAY, 2));
      days.add(nth(year, 11, DayOfWeek.SUNDAY, 1));
    }
    return days.stream().sorted().toList();
  }
}
