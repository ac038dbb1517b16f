package com.omnify.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.omnify.channels.ChannelWorkersApplication;
import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.fence.IdentityLocks;
import com.omnify.channels.worker.Batches;
import com.omnify.race.People.Person;
import com.omnify.race.People.Sending;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifyTest;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestKafka;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Eight workers, four in each of two services, that all find the same dispatches and want more than
 * their numbers may send. What was sent is what the provider saw.
 */
@OmnifyTest
class QuotaRaceTest {

  private static final int WAVES = Integer.getInteger("race.waves", 4);
  private static final int WAVE = 150;

  private static Provider provider;
  private static final List<ConfigurableApplicationContext> SERVICES = new ArrayList<>();
  private static People people;

  @BeforeAll
  static void begin(TestDatabase database, TestKafka kafka, Fixtures fixtures) throws Exception {
    provider = new Provider();
    people = new People(database, fixtures, provider);
    for (int n = 0; n < 2; n++) {
      SERVICES.add(
          Service.start(
              ChannelWorkersApplication.class,
              "channels",
              database,
              kafka,
              "omnify.channels.workers=4",
              // Both find every row again and again, whoever has it in hand; what waits for its
              // place in this second they leave, or the slowest number would never get to send.
              "omnify.channels.sweep-every=100ms",
              "omnify.channels.stale-after=1s"));
    }
  }

  @AfterAll
  static void end() throws Exception {
    SERVICES.forEach(ConfigurableApplicationContext::close);
    provider.close();
  }

  /** What a number may send, a second and a day. */
  private record Allowed(int perSecond, int perDay) {}

  @Test
  void eightWorkersNeverExceedAQuotaAndLoseNothing(TestDatabase database) {
    Sending sending = people.client(3, 1, 0);
    var allowed = new TreeMap<String, Allowed>();
    allowed.put(sending.numbers().get(0), new Allowed(5, 10_000));
    allowed.put(sending.numbers().get(1), new Allowed(20, WAVES * 20));
    allowed.put(sending.numbers().get(2), new Allowed(100, WAVES * WAVE / 6));
    allowed.forEach((number, quota) -> allow(database, number, quota));
    var all = new ArrayList<Person>();
    for (int wave = 0; wave < WAVES; wave++) {
      all.addAll(people.ready(sending, WAVE));
      int expected = all.size();
      Awaitility.await()
          .atMost(Duration.ofSeconds(120))
          .until(() -> ended(database, sending) == expected);
    }

    Map<String, Integer> ends = new TreeMap<>();
    database
        .admin()
        .sql(
            """
            SELECT state || coalesce(' ' || hold_reason, '') AS e, count(*) AS n FROM dispatches
            WHERE client_id = :client GROUP BY 1
            """)
        .param("client", sending.client().value())
        .query(
            row -> {
              ends.put(row.getString("e"), row.getInt("n"));
            });
    System.out.printf("%d dispatches, 8 workers in 2 services: %s%n", all.size(), ends);
    assertThat(ends.keySet())
        .isSubsetOf(
            "accepted", "given_back sender_rate", "given_back sender_daily_cap", "not_sent");
    assertThat(ends.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(all.size());
    assertThat(provider.repeated()).isZero();
    var posts =
        all.stream()
            .filter(person -> provider.of(person.dispatch()) != null)
            .map(person -> provider.of(person.dispatch()))
            .toList();
    assertThat(posts).as("the provider's count").hasSize(ends.get("accepted"));

    Map<String, Integer> counters = new HashMap<>();
    database
        .admin()
        .sql("SELECT scope, used FROM cap_counters WHERE client_id = :client")
        .param("client", sending.client().value())
        .query(
            row -> {
              counters.put(row.getString("scope"), row.getInt("used"));
            });
    allowed.forEach(
        (number, quota) -> {
          List<Instant> seen =
              posts.stream()
                  .filter(post -> post.from().equals(number))
                  .map(Provider.Received::at)
                  .sorted()
                  .toList();
          int leased =
              database
                  .admin()
                  .sql("SELECT max(used) FROM rate_leases WHERE client_id = :c AND scope = :s")
                  .param("c", sending.client().value())
                  .param("s", "number:" + number)
                  .query(Integer.class)
                  .single();
          Map<Long, Long> bySecond =
              seen.stream()
                  .collect(Collectors.groupingBy(Instant::getEpochSecond, Collectors.counting()));
          long most = bySecond.values().stream().mapToLong(Long::longValue).max().orElse(0);
          long spilled =
              bySecond.values().stream().mapToLong(n -> Math.max(0, n - quota.perSecond())).sum();
          System.out.printf(
              "%s: %d of %d a day, counter %d; leased at most %d of %d a second; on the wire at"
                  + " most %d in a second of the clock, %d in any second, %d beyond their second%n",
              number,
              seen.size(),
              quota.perDay(),
              counters.getOrDefault("number:" + number, 0),
              leased,
              quota.perSecond(),
              most,
              mostInASecond(seen),
              spilled);
          assertThat(seen.size()).as("the day's cap").isLessThanOrEqualTo(quota.perDay());
          assertThat(counters.getOrDefault("number:" + number, 0))
              .as("nothing leaks")
              .isEqualTo(seen.size());
          assertThat(leased).as("permits of a second").isLessThanOrEqualTo(quota.perSecond());
          assertThat(mostInASecond(seen))
              .as("two adjacent seconds' permits")
              .isLessThanOrEqualTo(2L * quota.perSecond());
          // A request that is taken up in its second may be slow to reach the wire.
          assertThat(spilled).isLessThanOrEqualTo(seen.size() / 10);
        });
    // The quickest number is kept back by its cap alone.
    assertThat(counters.get("number:" + sending.numbers().get(2)))
        .as("wanted more than the cap, got all of it")
        .isEqualTo(allowed.get(sending.numbers().get(2)).perDay());
  }

  private static long mostInASecond(List<Instant> sorted) {
    int most = 0;
    for (int from = 0, to = 0; to < sorted.size(); to++) {
      while (!sorted.get(from).plusSeconds(1).isAfter(sorted.get(to))) {
        from++;
      }
      most = Math.max(most, to - from + 1);
    }
    return most;
  }

  private static void allow(TestDatabase database, String number, Allowed quota) {
    database
        .admin()
        .sql("UPDATE phone_numbers SET per_second = :rate, daily_cap = :cap WHERE e164 = :number")
        .param("rate", quota.perSecond())
        .param("cap", quota.perDay())
        .param("number", number)
        .update();
  }

  private static int ended(TestDatabase database, Sending sending) {
    return database
        .admin()
        .sql(
            """
            SELECT count(*) FROM dispatches WHERE client_id = :client AND state NOT IN ('ready', 'sending')
            """)
        .param("client", sending.client().value())
        .query(Integer.class)
        .single();
  }

  private static int counted(TestDatabase database, Sending sending) {
    return database
        .admin()
        .sql("SELECT coalesce(sum(used), 0) FROM cap_counters WHERE client_id = :client")
        .param("client", sending.client().value())
        .query(Integer.class)
        .single();
  }

  /** The transaction breaks, or the whole worker dies, just before the fence's commit. */
  @Test
  void aBatchThatDiesBeforeItsFenceCountsNothingAndIsSentLater(TestDatabase database) {
    Sending sending = people.client(1, 1_000, 10_000);
    var context = SERVICES.getFirst();
    var batches = new Batches(context, context.getBean(IdentityLocks.class));
    var deaths =
        Map.<String, Runnable>of(
            "an exception",
            () -> {
              throw new IllegalStateException("planted");
            },
            "its connection, as with the process",
            () ->
                database
                    .admin()
                    .sql(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE usename = 'omnify_channels' AND state = 'idle in transaction'
                          AND query LIKE '%cap_counters%' AND datname = current_database()
                        """)
                    .query()
                    .listOfRows());
    deaths.forEach(
        (what, death) -> {
          for (int n = 0; n < 5; n++) {
            List<Person> batch = people.ready(sending, 16);
            List<Admitted> admitted = batches.admit(batch.stream().map(Person::key).toList());
            batches.takeSlots(admitted);
            JdbcTap.begin(new JdbcTap.Trace(() -> {}, death));
            assertThatThrownBy(() -> batches.send(admitted)).as(what).isNotNull();
            JdbcTap.end();
          }
        });
    int people = 2 * 5 * 16;
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(ended(database, sending)).isEqualTo(people));
    assertThat(
            database.lines(
                "SELECT state, count(*) FROM dispatches WHERE client_id = '%s' GROUP BY 1"
                    .formatted(sending.client())))
        .containsExactly("accepted|" + people);
    assertThat(counted(database, sending)).isEqualTo(people);
    System.out.printf(
        "10 batches of 16 died between admission and fence: all %d sent later, counter %d%n",
        people, counted(database, sending));
  }
}
