package com.omnify.scheduler.timing.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.kit.quiet.policy.LegalWindow;
import com.omnify.scheduler.sequence.policy.WeeklyHours;
import com.omnify.scheduler.sequence.policy.WeeklyHours.Span;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContactWindowTest {

  private static final List<ZoneId> ZONES =
      List.of(
          ZoneId.of("America/New_York"),
          ZoneId.of("America/Chicago"),
          ZoneId.of("America/Los_Angeles"),
          ZoneId.of("America/Phoenix"),
          ZoneId.of("America/St_Johns"),
          ZoneId.of("America/Havana"),
          ZoneId.of("Pacific/Honolulu"),
          ZoneId.of("Australia/Lord_Howe"),
          ZoneId.of("Europe/Berlin"),
          ZoneId.of("Asia/Kathmandu"));

  private static WeeklyHours daily(String from, String to) {
    var days = new EnumMap<DayOfWeek, List<Span>>(DayOfWeek.class);
    for (DayOfWeek day : DayOfWeek.values()) {
      days.put(day, List.of(new Span(LocalTime.parse(from), LocalTime.parse(to))));
    }
    return new WeeklyHours(days);
  }

  private static ContactWindow window(WeeklyHours hours, String... zones) {
    var set = new LinkedHashSet<ZoneId>();
    for (String zone : zones) {
      set.add(ZoneId.of(zone));
    }
    return new ContactWindow(hours, new ContactZones(set.getFirst(), set), LegalWindow.ALWAYS);
  }

  @Test
  void isHalfOpen() {
    var window = window(daily("09:00", "21:00"), "America/New_York");
    assertThat(window.isOpen(Instant.parse("2026-01-15T14:00:00Z"))).isTrue();
    assertThat(window.isOpen(Instant.parse("2026-01-15T13:59:59.999Z"))).isFalse();
    assertThat(window.isOpen(Instant.parse("2026-01-16T01:59:59.999Z"))).isTrue();
    assertThat(window.isOpen(Instant.parse("2026-01-16T02:00:00Z"))).isFalse();
  }

  @Test
  void mustBeOpenInEveryZone() {
    // 09:00 in Los Angeles is 12:00 in New York; 21:00 in New York is 18:00 in Los Angeles.
    var window = window(daily("09:00", "21:00"), "America/New_York", "America/Los_Angeles");
    assertThat(window.nextOpen(Instant.parse("2026-01-15T14:00:00Z")))
        .contains(Instant.parse("2026-01-15T17:00:00Z"));
    assertThat(window.nextOpen(Instant.parse("2026-01-16T02:00:00Z")))
        .contains(Instant.parse("2026-01-16T17:00:00Z"));
  }

  @Test
  void closedWeekdaysArePassedOver() {
    var days = new EnumMap<DayOfWeek, List<Span>>(DayOfWeek.class);
    days.put(DayOfWeek.MONDAY, List.of(new Span(LocalTime.of(9, 0), LocalTime.of(17, 0))));
    var window = window(new WeeklyHours(days), "America/New_York");
    // a Monday evening: the next Monday
    assertThat(window.nextOpen(Instant.parse("2026-03-02T23:00:00Z")))
        .contains(Instant.parse("2026-03-09T13:00:00Z"));
  }

  @Test
  void aWindowThatNeverOpensHasNoNextOpening() {
    assertThat(window(new WeeklyHours(Map.of()), "America/New_York").nextOpen(Instant.EPOCH))
        .isEmpty();
    // Never at once in both.
    assertThat(
            window(daily("09:00", "10:00"), "America/New_York", "America/Los_Angeles")
                .nextOpen(Instant.EPOCH))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    // The clock leaps from 02:00 to 03:00: a window from 02:30 opens at the leap.
    "02:30, 04:00, 2026-03-08T06:00:00Z, 2026-03-08T07:00:00Z",
    // One that lies within the gap does not open that day.
    "02:10, 02:50, 2026-03-08T06:00:00Z, 2026-03-09T06:10:00Z",
    // 01:00 comes twice: open from the first on.
    "01:00, 01:30, 2026-11-01T04:00:00Z, 2026-11-01T05:00:00Z",
    // ... and again an hour later.
    "01:00, 01:30, 2026-11-01T05:30:00Z, 2026-11-01T06:00:00Z"
  })
  void knowsDaylightSaving(String from, String to, Instant at, Instant opens) {
    assertThat(window(daily(from, to), "America/New_York").nextOpen(at)).contains(opens);
  }

  /** An oracle that knows nothing but how to read a clock: it tries minute by minute. */
  private static Optional<Instant> stepping(ContactWindow window, Instant from) {
    Instant horizon = from.plus(ContactWindow.SEARCH);
    if (open(window, from)) {
      return Optional.of(from);
    }
    Instant at = from.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
    while (at.isBefore(horizon)) {
      if (open(window, at)) {
        return Optional.of(at);
      }
      at = at.plus(1, ChronoUnit.MINUTES);
    }
    return Optional.empty();
  }

  private static boolean open(ContactWindow window, Instant at) {
    for (ZoneId zone : window.zones().all()) {
      var local = at.atZone(zone);
      boolean any = false;
      for (Span span : window.window().on(local.getDayOfWeek())) {
        int minute = local.getHour() * 60 + local.getMinute();
        int from = span.from().getHour() * 60 + span.from().getMinute();
        int to =
            span.to().equals(LocalTime.MIDNIGHT)
                ? 24 * 60
                : span.to().getHour() * 60 + span.to().getMinute();
        any |= minute >= from && minute < to;
      }
      if (!any) {
        return false;
      }
    }
    return true;
  }

  @Test
  void agreesWithTheSteppingOracle() {
    var random = new Random(20260310);
    // Around both changes of the clock in both hemispheres, and anywhere.
    var starts =
        List.of(
            Instant.parse("2026-03-07T00:00:00Z"),
            Instant.parse("2026-10-31T00:00:00Z"),
            Instant.parse("2026-04-04T00:00:00Z"),
            Instant.parse("2026-10-03T00:00:00Z"),
            Instant.parse("2026-06-20T00:00:00Z"));
    for (int trial = 0; trial < 400; trial++) {
      ContactWindow window = new ContactWindow(hours(random), zones(random), LegalWindow.ALWAYS);
      Instant from =
          starts.get(random.nextInt(starts.size())).plusSeconds(random.nextInt(4 * 86_400));
      assertThat(window.nextOpen(from))
          .as("trial %d: %s from %s", trial, window, from)
          .isEqualTo(stepping(window, from));
    }
  }

  private static ContactZones zones(Random random) {
    Set<ZoneId> zones = new LinkedHashSet<>();
    int many = 1 + random.nextInt(3);
    for (int i = 0; i < many; i++) {
      zones.add(ZONES.get(random.nextInt(ZONES.size())));
    }
    return new ContactZones(zones.iterator().next(), zones);
  }

  private static WeeklyHours hours(Random random) {
    var days = new EnumMap<DayOfWeek, List<Span>>(DayOfWeek.class);
    for (DayOfWeek day : DayOfWeek.values()) {
      if (random.nextInt(4) > 0) {
        var spans = new ArrayList<Span>();
        int minute = random.nextInt(12 * 60);
        while (minute < 24 * 60 - 30 && spans.size() < 3) {
          int end = Math.min(24 * 60, minute + 15 + random.nextInt(8 * 60));
          spans.add(new Span(time(minute), time(end)));
          minute = end + random.nextInt(3 * 60);
        }
        days.put(day, spans);
      }
    }
    return new WeeklyHours(days);
  }

  private static LocalTime time(int minute) {
    return LocalTime.of(minute / 60 % 24, minute % 60);
  }

  @Test
  void whatIsOpenNowIsNow() {
    var window = window(daily("08:00", "20:00"), "America/New_York");
    Instant at = Instant.parse("2026-01-15T15:12:13.456Z");
    assertThat(window.nextOpen(at)).contains(at);
    assertThat(window.nextOpen(at.plus(Duration.ofDays(1)))).contains(at.plus(Duration.ofDays(1)));
  }
}
