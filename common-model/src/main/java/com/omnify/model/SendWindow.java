package com.omnify.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * When a sequence may speak, per weekday in the listener's own time. The scheduler plans by it and
 * the sender checks it once more, so both must read it alike.
 *
 * @param days {@code mon} … {@code sun} to the day's spans; a missing day is closed
 */
public record SendWindow(@JsonValue Map<String, List<Span>> days) {

  /**
   * Part of a day.
   *
   * @param from {@code HH:mm}
   * @param to {@code HH:mm}, exclusive; {@code 24:00} is the end of the day
   */
  public record Span(String from, String to) {
    /** Compiled once: a window is read for each step. */
    private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]|24:00");

    public Span {
      check(from);
      check(to);
      if (minutes(from) >= minutes(to)) {
        throw new IllegalArgumentException(
            "from " + from + " must lie before to " + to + "; a night is two spans");
      }
    }

    private static void check(@Nullable String time) {
      if (time == null || !TIME.matcher(time).matches()) {
        throw new IllegalArgumentException("'" + time + "' is no time of day: write HH:mm");
      }
    }

    private static int minutes(String time) {
      return Integer.parseInt(time.substring(0, 2)) * 60 + Integer.parseInt(time.substring(3));
    }

    private Instant start(LocalDate day, ZoneId zone) {
      return at(day, zone, minutes(from));
    }

    private Instant end(LocalDate day, ZoneId zone) {
      return at(day, zone, minutes(to));
    }

    private static Instant at(LocalDate day, ZoneId zone, int minute) {
      // By the wall clock, not by adding minutes to midnight: days of 23 and 25 hours exist.
      return minute == 24 * 60
          ? day.plusDays(1).atStartOfDay(zone).toInstant()
          : day.atTime(LocalTime.ofSecondOfDay(minute * 60L)).atZone(zone).toInstant();
    }
  }

  private static final List<String> WEEKDAYS =
      List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

  /** Two weeks: a window that stays shut so long in all zones at once never opens. */
  private static final int HORIZON_DAYS = 15;

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public SendWindow {
    var sorted = new TreeMap<String, List<Span>>(Comparator.comparing(WEEKDAYS::indexOf));
    for (var day : days.entrySet()) {
      if (!WEEKDAYS.contains(day.getKey())) {
        throw new IllegalArgumentException("'" + day.getKey() + "' is none of " + WEEKDAYS);
      }
      sorted.put(
          day.getKey(), day.getValue().stream().sorted(Comparator.comparing(Span::from)).toList());
    }
    days = java.util.Collections.unmodifiableMap(sorted);
  }

  /** Eight in the morning to nine in the evening, every day. */
  public static SendWindow standard() {
    var days = new TreeMap<String, List<Span>>();
    WEEKDAYS.forEach(day -> days.put(day, List.of(new Span("08:00", "21:00"))));
    return new SendWindow(days);
  }

  /** At any time: for what answers somebody who has just written. */
  public static SendWindow always() {
    var days = new TreeMap<String, List<Span>>();
    WEEKDAYS.forEach(day -> days.put(day, List.of(new Span("00:00", "24:00"))));
    return new SendWindow(days);
  }

  /** Whether it is open in every one of the zones. */
  public boolean isOpen(Instant at, Collection<ZoneId> zones) {
    return zones.stream().allMatch(zone -> at.equals(nextOpening(at, zone)));
  }

  /**
   * The first moment, not before {@code from}, at which it is open in every one of the zones; null
   * where there is none, because no day is open or the zones' days never overlap.
   */
  public @Nullable Instant nextOpening(Instant from, Collection<ZoneId> zones) {
    Instant horizon = from.plus(java.time.Duration.ofDays(HORIZON_DAYS));
    Instant candidate = from;
    while (candidate.isBefore(horizon)) {
      Instant latest = candidate;
      for (ZoneId zone : Set.copyOf(zones)) {
        Instant opening = nextOpening(candidate, zone);
        if (opening == null) {
          return null;
        }
        if (opening.isAfter(latest)) {
          latest = opening;
        }
      }
      if (latest.equals(candidate)) {
        return candidate;
      }
      candidate = latest;
    }
    return null;
  }

  private @Nullable Instant nextOpening(Instant from, ZoneId zone) {
    LocalDate today = from.atZone(zone).toLocalDate();
    for (int ahead = 0; ahead <= 7; ahead++) {
      LocalDate day = today.plusDays(ahead);
      String name = WEEKDAYS.get(day.getDayOfWeek().getValue() - 1);
      for (Span span : days.getOrDefault(name, List.of())) {
        if (from.isBefore(span.end(day, zone))) {
          Instant start = span.start(day, zone);
          return from.isBefore(start) ? start : from;
        }
      }
    }
    return null;
  }
}
