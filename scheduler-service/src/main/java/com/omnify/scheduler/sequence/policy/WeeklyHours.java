package com.omnify.scheduler.sequence.policy;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Open times per weekday, on a wall clock. A weekday that is missing is closed.
 *
 * @param days spans per weekday, sorted, not overlapping
 */
public record WeeklyHours(Map<DayOfWeek, List<Span>> days) {

  /** Where an author says nothing: the federal hours for texts and calls. */
  public static final WeeklyHours DEFAULT_SEND_WINDOW =
      everyDay(new Span(LocalTime.of(8, 0), LocalTime.of(21, 0)));

  /** Where a client's profile says nothing. */
  public static final WeeklyHours DEFAULT_BUSINESS_HOURS =
      weekdays(new Span(LocalTime.of(9, 0), LocalTime.of(17, 0)));

  /**
   * Half-open: at {@code to} it is over.
   *
   * @param to midnight means the end of the day
   */
  public record Span(LocalTime from, LocalTime to) {
    private static final DateTimeFormatter CLOCK =
        DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);

    public Span {
      if (!to.equals(LocalTime.MIDNIGHT) && !from.isBefore(to)) {
        throw new IllegalArgumentException("a span must end after it begins: " + from + "-" + to);
      }
    }

    public boolean contains(LocalTime time) {
      return !time.isBefore(from) && (endsAtMidnight() || time.isBefore(to));
    }

    public boolean endsAtMidnight() {
      return to.equals(LocalTime.MIDNIGHT);
    }

    /** {@code 09:00–18:00}. */
    public String inWords() {
      return CLOCK.format(from) + "–" + (endsAtMidnight() ? "24:00" : CLOCK.format(to));
    }
  }

  public WeeklyHours {
    var sorted = new EnumMap<DayOfWeek, List<Span>>(DayOfWeek.class);
    days.forEach(
        (day, spans) -> {
          var ofDay = spans.stream().sorted(Comparator.comparing(Span::from)).toList();
          for (int i = 1; i < ofDay.size(); i++) {
            Span before = ofDay.get(i - 1);
            if (before.endsAtMidnight() || before.to().isAfter(ofDay.get(i).from())) {
              throw new IllegalArgumentException(
                  "spans of one day must not overlap: "
                      + before.inWords()
                      + " and "
                      + ofDay.get(i).inWords());
            }
          }
          if (!ofDay.isEmpty()) {
            sorted.put(day, ofDay);
          }
        });
    days = java.util.Collections.unmodifiableMap(sorted);
  }

  public List<Span> on(DayOfWeek day) {
    return days.getOrDefault(day, List.of());
  }

  /** Never open. */
  public boolean isEmpty() {
    return days.isEmpty();
  }

  /** {@code 09:00–12:00, 13:00–18:00}, or {@code closed}. */
  public String inWords(DayOfWeek day) {
    var spans = on(day);
    return spans.isEmpty()
        ? "closed"
        : spans.stream().map(Span::inWords).collect(Collectors.joining(", "));
  }

  private static WeeklyHours everyDay(Span span) {
    var days = new EnumMap<DayOfWeek, List<Span>>(DayOfWeek.class);
    for (DayOfWeek day : DayOfWeek.values()) {
      days.put(day, List.of(span));
    }
    return new WeeklyHours(days);
  }

  private static WeeklyHours weekdays(Span span) {
    var days = new EnumMap<DayOfWeek, List<Span>>(DayOfWeek.class);
    for (DayOfWeek day : DayOfWeek.values()) {
      if (day.compareTo(DayOfWeek.FRIDAY) <= 0) {
        days.put(day, List.of(span));
      }
    }
    return new WeeklyHours(days);
  }
}
