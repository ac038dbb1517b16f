package com.omnify.memory.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.kit.quiet.RuleBook;
import com.omnify.kit.quiet.policy.DeliveredRules;
import com.omnify.kit.quiet.policy.LegalWindow;
import com.omnify.kit.quiet.policy.Rule;
import com.omnify.kit.quiet.policy.RuleSet;
import com.omnify.kit.quiet.policy.Whereabouts;
import com.omnify.memory.contact.PhoneReading;
import com.omnify.model.Channel;
import com.omnify.model.SendWindow;
import com.omnify.testkit.OmnifyTest;
import com.omnify.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The rules as a new database holds them, against an oracle of their own, on random people at
 * random instants. {@code -Dquiet.cases=10000000 -Dquiet.seed=…} for more, or the same again.
 */
@OmnifyTest
class QuietHoursProverTest {

  private static final long CASES = Long.getLong("quiet.cases", 100_000);
  private static final long SEED = Long.getLong("quiet.seed", new Random().nextLong());
  private static final int CHUNK = 25_000;

  /** Looking minute by minute is slow: so many cases for one that is tried to be beaten. */
  private static final int BEATEN_ONE_IN = 64;

  private static final List<Integer> EDGES = List.of(0, 8, 9, 10, 12, 18, 20, 21);

  /** Somebody's number, and what the product's reader and its library tell of it. */
  private record Number(String areaCode, PhoneReading.Valid reading) {}

  private static final List<Number> NUMBERS = numbers();

  private static final Map<String, String> ZIP_STATES =
      Map.of(
          "32501", "FL", "70112", "LA", "36104", "AL", "97914", "OR", "79901", "TX", "02903", "RI",
          "06103", "CT", "40202", "KY", "83702", "ID", "10001", "NY");
  private static final List<String> ZIPS = ZIP_STATES.keySet().stream().sorted().toList();

  /** What came of a run. */
  private static final class Tally {
    private final LongAdder allowed = new LongAdder();
    private final LongAdder moved = new LongAdder();
    private final LongAdder beaten = new LongAdder();
    private final LongAdder never = new LongAdder();
    private final List<String> violations = new ArrayList<>();

    synchronized void violation(String what) {
      violations.add(what);
    }
  }

  private static List<Number> numbers() {
    var random = new Random(1);
    var numbers = new ArrayList<Number>();
    for (String code : QuietHoursOracle.areaCodes()) {
      for (int n = 0; n < 60; n++) {
        String text =
            "+1%s%03d%04d".formatted(code, 200 + random.nextInt(800), random.nextInt(10_000));
        if (PhoneReading.read(text, "US") instanceof PhoneReading.Valid valid) {
          numbers.add(new Number(code, valid));
        }
      }
    }
    return numbers;
  }

  private static Tally run(RuleSet rules, long cases, long seed) {
    var tally = new Tally();
    LongStream.range(0, (cases + CHUNK - 1) / CHUNK)
        .parallel()
        .forEach(
            chunk -> {
              var random = new SplittableRandom(seed + chunk);
              long most = Math.min(CHUNK, cases - chunk * CHUNK);
              for (long n = 0; n < most; n++) {
                one(rules, random, tally);
              }
            });
    return tally;
  }

  private static void one(RuleSet rules, SplittableRandom random, Tally tally) {
    Number number = random.nextInt(4) > 0 ? NUMBERS.get(random.nextInt(NUMBERS.size())) : null;
    String state = random.nextInt(2) > 0 ? pick(QuietHoursOracle.states(), random) : null;
    String zip = random.nextInt(8) == 0 ? pick(ZIPS, random) : null;
    String zone = random.nextInt(3) == 0 ? pick(QuietHoursOracle.zoneNames(), random) : null;
    Channel channel = Channel.values()[random.nextInt(Channel.values().length)];
    Instant at = instant(random);
    var asked =
        new QuietHoursOracle.Person(
            number == null ? null : number.areaCode(),
            number == null ? List.of() : number.reading().timeZones(),
            state,
            zip == null ? null : ZIP_STATES.get(zip),
            zone);
    var where =
        Whereabouts.of(
            number == null ? null : number.reading().e164(),
            number == null ? List.of() : number.reading().timeZones(),
            state,
            zip,
            zone);
    var places = QuietHoursOracle.places(asked);
    LegalWindow window = rules.window(where, channel);
    String story = channel + " " + asked + " at " + at;
    judge(window, channel, places, at, story, tally);
    // A retry, or a step that waits, is planned by the same rules: nothing may come before its
    // time.
    Instant wanted = at.plusSeconds(random.nextInt(3 * 86_400));
    var planned = window.nextOpen(wanted);
    if (planned.isEmpty()) {
      tally.never.increment();
      beat(places, wanted, wanted.plus(Duration.ofDays(20)), channel, story, tally);
      return;
    }
    if (!planned.get().equals(wanted)) {
      tally.moved.increment();
    }
    judge(window, channel, places, planned.get(), story + " planned for " + wanted, tally);
    if (random.nextInt(BEATEN_ONE_IN) == 0) {
      tally.beaten.increment();
      beat(places, wanted, planned.get(), channel, story, tally);
    }
  }

  private static void judge(
      LegalWindow window,
      Channel channel,
      QuietHoursOracle.Places places,
      Instant at,
      String story,
      Tally tally) {
    boolean lawful =
        channel == Channel.EMAIL
            || QuietHoursOracle.allowed(places, Math.floorDiv(at.getEpochSecond(), 60L));
    boolean open = window.isOpen(at);
    if (open != lawful) {
      tally.violation(
          (open ? "SENT in quiet hours: " : "held without reason: ") + story + " → " + at);
    }
    if (open && channel != Channel.EMAIL) {
      tally.allowed.increment();
      var receipt = window.receipt(at);
      String binding = places.zones().isEmpty() ? "unknown " : "US ";
      if (receipt.rules().stream().noneMatch(rule -> rule.startsWith(binding))
          || receipt.clocks().isEmpty()) {
        tally.violation("no rule named for " + story + ": " + receipt);
      }
      for (String state : places.states()) {
        if (STATES_WITH_HOURS.contains(state)
            && receipt.rules().stream().noneMatch(rule -> rule.startsWith("US-" + state + " "))) {
          tally.violation("the rule of " + state + " is not named for " + story);
        }
      }
    }
  }

  private static final List<String> STATES_WITH_HOURS =
      List.of("FL", "OK", "MD", "MA", "WA", "OR", "CT", "RI", "KY", "LA", "AL", "TX");

  /** Whether the oracle finds a whole minute that is open and comes sooner. */
  private static void beat(
      QuietHoursOracle.Places places,
      Instant from,
      Instant before,
      Channel channel,
      String story,
      Tally tally) {
    if (channel == Channel.EMAIL) {
      return;
    }
    long last = Math.floorDiv(before.getEpochSecond(), 60L);
    for (long minute = Math.floorDiv(from.getEpochSecond(), 60L); minute < last; minute++) {
      if (QuietHoursOracle.allowed(places, minute)) {
        tally.violation("planned later than it must: " + story + ", open at minute " + minute);
        return;
      }
    }
  }

  /**
   * In 2026 and 2027; half of them near an hour at which some rule changes, or on a special day.
   */
  private static Instant instant(SplittableRandom random) {
    long first = Instant.parse("2026-01-02T00:00:00Z").getEpochSecond();
    long day = random.nextInt(700) * 86_400L + first;
    if (random.nextInt(3) == 0) {
      var special = SPECIAL_DAYS.get(random.nextInt(SPECIAL_DAYS.size()));
      day = special * 86_400L;
    }
    if (random.nextBoolean()) {
      int hour = EDGES.get(random.nextInt(EDGES.size())) + 4 + random.nextInt(7);
      return Instant.ofEpochSecond(day + hour * 3600L + random.nextInt(5) - 2);
    }
    return Instant.ofEpochSecond(day + random.nextInt(86_400));
  }

  private static final List<Long> SPECIAL_DAYS =
      QuietHoursOracle.specialDays().stream()
          .filter(day -> day < Instant.parse("2027-12-01T00:00:00Z").getEpochSecond() / 86_400)
          .toList();

  private static <T> T pick(List<T> from, SplittableRandom random) {
    return from.get(random.nextInt(from.size()));
  }

  private static RuleSet asStored(TestDatabase database) {
    return new RuleBook(JdbcClient.create(database.as("scheduler"))).current();
  }

  @Test
  void nothingGoesOutInQuietHours(TestDatabase database) {
    System.out.println("quiet hours: seed " + SEED + ", " + CASES + " cases");
    Tally tally = run(asStored(database), CASES, SEED);
    System.out.printf(
        "quiet hours: %d cases (%d retries beside), %d sends allowed, %d moved, %d tried to be beaten,"
            + " %d without an opening in three weeks, %d violations%n",
        CASES,
        CASES,
        tally.allowed.sum(),
        tally.moved.sum(),
        tally.beaten.sum(),
        tally.never.sum(),
        tally.violations.size());
    assertThat(tally.violations.stream().limit(10)).as("seed %d", SEED).isEmpty();
    assertThat(tally.allowed.sum()).isGreaterThan(CASES / 10);
  }

  /** Each rule in turn an hour too wide: the oracle must notice every one. */
  @Test
  void aRuleThatIsOffByAnHourIsFound(TestDatabase database) {
    RuleSet right = asStored(database);
    for (String jurisdiction :
        List.of("US", "unknown", "US-FL", "US-CT", "US-RI", "US-KY", "US-TX", "US-LA")) {
      var planted = new ArrayList<Rule>();
      for (Rule rule : right.rules()) {
        planted.add(
            rule.jurisdiction().equals(jurisdiction)
                    && rule.says() instanceof Rule.Says.Hours(SendWindow week)
                ? new Rule(
                    rule.id(),
                    rule.version(),
                    rule.jurisdiction(),
                    rule.channel(),
                    new Rule.Says.Hours(wider(week)),
                    rule.validFrom(),
                    rule.validUntil())
                : rule);
      }
      Tally tally = run(new RuleSet(2, planted), 20_000, SEED);
      assertThat(tally.violations).as("%s an hour too wide", jurisdiction).isNotEmpty();
      assertThat(tally.violations).anyMatch(found -> found.startsWith("SENT in quiet hours"));
    }
  }

  /** An hour earlier; where the day was closed, one hour of it. */
  private static SendWindow wider(SendWindow week) {
    var days = new HashMap<String, List<SendWindow.Span>>();
    for (String day : List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun")) {
      var spans = week.days().getOrDefault(day, List.of());
      if (spans.isEmpty()) {
        days.put(day, List.of(new SendWindow.Span("14:00", "15:00")));
      } else {
        var span = spans.getFirst();
        int from = Math.max(0, Integer.parseInt(span.from().substring(0, 2)) - 1);
        String to =
            span.to().equals("24:00")
                ? span.to()
                : "%02d:00".formatted(Integer.parseInt(span.to().substring(0, 2)) + 1);
        days.put(day, List.of(new SendWindow.Span("%02d:00".formatted(from), to)));
      }
    }
    return new SendWindow(days);
  }

  private record Content(
      String jurisdiction, Channel channel, Rule.Says says, Object from, @Nullable Object until) {
    static Content of(Rule rule) {
      return new Content(
          rule.jurisdiction(), rule.channel(), rule.says(), rule.validFrom(), rule.validUntil());
    }
  }

  @Test
  void aNewDatabaseHoldsTheRulesAsDelivered(TestDatabase database) {
    assertThat(asStored(database).rules().stream().map(Content::of))
        .containsExactlyInAnyOrderElementsOf(
            DeliveredRules.read().rules().stream().map(Content::of).toList());
  }
}
