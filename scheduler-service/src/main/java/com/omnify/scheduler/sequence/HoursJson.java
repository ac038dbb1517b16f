package com.omnify.scheduler.sequence;

import com.omnify.scheduler.sequence.policy.Problems;
import com.omnify.scheduler.sequence.policy.WeeklyHours;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Weekly hours as they are written in JSON, on the wire and in rows alike: {@code {"mon": [{"from":
 * "09:00", "to": "18:00"}], …}}; {@code "24:00"} is the end of the day.
 */
public final class HoursJson {

  /** A span of one day. */
  public record SpanBody(@Nullable String from, @Nullable String to) {}

  private HoursJson() {}

  /** What is written, as far as it makes sense; the rest is noted as problems. */
  public static WeeklyHours read(
      Map<String, ? extends @Nullable List<SpanBody>> written, String path, Problems problems) {
    var days = new EnumMap<DayOfWeek, List<WeeklyHours.Span>>(DayOfWeek.class);
    written.forEach(
        (name, spans) -> {
          String at = path + "." + name;
          DayOfWeek day = day(name);
          if (day == null) {
            problems.add(
                at, "'" + name + "' is no weekday", "use mon, tue, wed, thu, fri, sat and sun");
          } else if (spans != null) {
            days.put(day, spans(spans, at, problems));
          }
        });
    var hours = problems.valid(path, "merge or part the spans", () -> new WeeklyHours(days));
    return hours == null ? new WeeklyHours(Map.of()) : hours;
  }

  /** Reads what {@link #write} wrote. */
  public static WeeklyHours readStored(Map<String, List<SpanBody>> written) {
    var problems = new Problems();
    WeeklyHours hours = read(written, "hours", problems);
    if (!problems.isEmpty()) {
      throw new IllegalStateException(
          "hours that were stored do not make sense: " + problems.all());
    }
    return hours;
  }

  public static Map<String, List<SpanBody>> write(WeeklyHours hours) {
    var written = new LinkedHashMap<String, List<SpanBody>>();
    for (DayOfWeek day : DayOfWeek.values()) {
      if (!hours.on(day).isEmpty()) {
        written.put(
            name(day),
            hours.on(day).stream()
                .map(
                    span ->
                        new SpanBody(
                            span.from().toString(),
                            span.endsAtMidnight() ? "24:00" : span.to().toString()))
                .toList());
      }
    }
    return written;
  }

  private static List<WeeklyHours.Span> spans(
      List<SpanBody> spans, String path, Problems problems) {
    var result = new ArrayList<WeeklyHours.Span>();
    for (int i = 0; i < spans.size(); i++) {
      String at = path + "[" + i + "]";
      SpanBody span = spans.get(i);
      LocalTime from = problems.time(at + ".from", span.from());
      LocalTime to =
          "24:00".equals(span.to()) ? LocalTime.MIDNIGHT : problems.time(at + ".to", span.to());
      if (from != null && to != null) {
        var valid =
            problems.valid(
                at,
                "let it end after it begins, or at \"24:00\"",
                () -> new WeeklyHours.Span(from, to));
        if (valid != null) {
          result.add(valid);
        }
      }
    }
    return result;
  }

  private static @Nullable DayOfWeek day(String name) {
    for (DayOfWeek day : DayOfWeek.values()) {
      if (name(day).equals(name)) {
        return day;
      }
    }
    return null;
  }

  private static String name(DayOfWeek day) {
    return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
  }
}
