package com.omnify.kit.quiet.policy;

import com.omnify.kit.quiet.policy.Rule.Says;
import com.omnify.model.SendWindow;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * When one person may be written to, or called: every rule that may bind them must be open on the
 * wall clock of every zone they may be in. Windows are half-open: at 21:00:00 it is over.
 */
public final class LegalWindow {

  /** Nothing binds. */
  public static final LegalWindow ALWAYS = new LegalWindow(0, List.of(), List.of());

  /** How far ahead an opening is looked for: past any week of holidays. */
  static final Duration SEARCH = Duration.ofDays(21);

  private static final int DAY = 24 * 60;

  /**
   * A rule, with its hours as minutes of the day.
   *
   * @param spans by {@link DayOfWeek#ordinal()}: from and to, from and to, …
   */
  private record Compiled(Rule rule, int[][] spans) {

    static Compiled of(Rule rule) {
      int[][] spans = new int[7][0];
      if (rule.says() instanceof Says.Hours(SendWindow week)) {
        for (DayOfWeek day : DayOfWeek.values()) {
          String name = day.name().substring(0, 3).toLowerCase(Locale.ROOT);
          spans[day.ordinal()] =
              week.days().getOrDefault(name, List.of()).stream()
                  .flatMapToInt(
                      span -> java.util.stream.IntStream.of(minute(span.from()), minute(span.to())))
                  .toArray();
        }
      }
      return new Compiled(rule, spans);
    }

    private static int minute(String time) {
      return Integer.parseInt(time.substring(0, 2)) * 60 + Integer.parseInt(time.substring(3));
    }

    boolean allows(LocalDate day, int minute) {
      if (!rule.inForce(day)) {
        return true;
      }
      return switch (rule.says()) {
        case Says.Hours _ -> isWithin(spans[day.getDayOfWeek().ordinal()], minute);
        case Says.Holiday(LocalDate closed) -> !day.equals(closed);
        case Says.Cap _ -> true;
      };
    }

    private static boolean isWithin(int[] ofDay, int minute) {
      for (int i = 0; i < ofDay.length; i += 2) {
        if (minute >= ofDay[i] && minute < ofDay[i + 1]) {
          return true;
        }
      }
      return false;
    }
  }

  /** A rule that says no, and where. */
  public record Blocked(Rule rule, ZoneId zone) {}

  private final long book;
  private final List<ZoneId> zones;
  private final List<Compiled> rules;
  private final boolean capped;

  /** Minutes of a day at which some rule may change its mind; midnight is the last of them. */
  private final int[] edges;

  LegalWindow(long book, Collection<ZoneId> zones, List<Rule> rules) {
    this.book = book;
    this.zones = List.copyOf(zones);
    this.rules = rules.stream().map(Compiled::of).toList();
    this.capped = rules.stream().anyMatch(rule -> rule.says() instanceof Says.Cap);
    var minutes = new TreeSet<Integer>();
    minutes.add(DAY);
    for (Compiled rule : this.rules) {
      for (int[] ofDay : rule.spans()) {
        for (int minute : ofDay) {
          if (minute > 0) {
            minutes.add(minute);
          }
        }
      }
    }
    this.edges = minutes.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Every zone whose clock is read. */
  public List<ZoneId> zones() {
    return zones;
  }

  public boolean isOpen(Instant at) {
    return blockedBy(at).isEmpty();
  }

  /** The first rule that says no. */
  public Optional<Blocked> blockedBy(Instant at) {
    for (ZoneId zone : zones) {
      LocalDateTime local = LocalDateTime.ofEpochSecond(at.getEpochSecond(), 0, offset(zone, at));
      LocalDate day = local.toLocalDate();
      int minute = local.getHour() * 60 + local.getMinute();
      for (Compiled rule : rules) {
        if (!rule.allows(day, minute)) {
          return Optional.of(new Blocked(rule.rule(), zone));
        }
      }
    }
    return Optional.empty();
  }

  /** The earliest instant from {@code from} on that is open; empty if none comes in three weeks. */
  public Optional<Instant> nextOpen(Instant from) {
    Instant horizon = from.plus(SEARCH);
    Instant at = from;
    while (at.isBefore(horizon)) {
      var blocked = blockedBy(at);
      if (blocked.isEmpty()) {
        return Optional.of(at);
      }
      // Nothing that other zones do can open it before this one's clock comes to an edge.
      at = nextEdge(at, blocked.get().zone());
    }
    return Optional.empty();
  }

  /** When it closes: the first edge at which it is shut; empty where it stays open for long. */
  public Optional<Instant> closesAfter(Instant at) {
    Instant horizon = at.plus(SEARCH);
    Instant edge = at;
    while (edge.isBefore(horizon)) {
      Instant next = horizon;
      for (ZoneId zone : zones) {
        Instant ofZone = nextEdge(edge, zone);
        next = ofZone.isBefore(next) ? ofZone : next;
      }
      if (next.isBefore(horizon) && !isOpen(next)) {
        return Optional.of(next);
      }
      edge = next;
    }
    return Optional.empty();
  }

  /**
   * The next instant at which the clock of that zone shows an edge, or is changed. Between changes
   * it runs evenly, so hours that a change leaps over or repeats need no rule of their own.
   */
  private Instant nextEdge(Instant at, ZoneId zone) {
    ZoneOffset offset = offset(zone, at);
    LocalDateTime local = LocalDateTime.ofEpochSecond(at.getEpochSecond(), 0, offset);
    int minute = local.getHour() * 60 + local.getMinute();
    Instant midnight = local.toLocalDate().atStartOfDay().toInstant(offset);
    Instant edge = midnight.plus(Duration.ofMinutes(DAY));
    for (int each : edges) {
      if (each > minute) {
        edge = midnight.plus(Duration.ofMinutes(each));
        break;
      }
    }
    var change = zone.getRules().nextTransition(at);
    return change != null && change.getInstant().isBefore(edge) ? change.getInstant() : edge;
  }

  private static ZoneOffset offset(ZoneId zone, Instant at) {
    return zone.getRules().getOffset(at);
  }

  /** The least of the caps that are in force; empty where there is none. */
  public OptionalInt cap(Instant at) {
    if (!capped) {
      return OptionalInt.empty();
    }
    return inForce(at).stream()
        .filter(rule -> rule.says() instanceof Says.Cap)
        .mapToInt(rule -> rule.says() instanceof Says.Cap(int per24h) ? per24h : Integer.MAX_VALUE)
        .min();
  }

  /** What was asked about a send at that instant, to be kept with it. */
  public Receipt receipt(Instant at) {
    Map<String, String> clocks = new LinkedHashMap<>();
    zones.forEach(
        zone ->
            clocks.put(
                zone.getId(),
                LocalDateTime.ofEpochSecond(at.getEpochSecond(), 0, offset(zone, at)).toString()));
    return new Receipt(book, inForce(at).stream().map(Rule::reference).toList(), clocks);
  }

  /** Those in force that day, but for holidays of other days. */
  private List<Rule> inForce(Instant at) {
    var found = new ArrayList<Rule>();
    for (Compiled each : rules) {
      Rule rule = each.rule();
      boolean today =
          zones.stream()
              .map(zone -> at.atZone(zone).toLocalDate())
              .anyMatch(
                  day ->
                      rule.inForce(day)
                          && !(rule.says() instanceof Says.Holiday(LocalDate closed)
                              && !day.equals(closed)));
      if (today) {
        found.add(rule);
      }
    }
    return found;
  }
}
