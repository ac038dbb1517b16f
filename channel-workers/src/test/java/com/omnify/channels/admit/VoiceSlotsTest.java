package com.omnify.channels.admit;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.admit.VoiceSlots.Wish;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.ProviderAccountId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifyTest;
import com.omnify.testkit.TestDatabase;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Workers, each with its own pool, want more calls than there may be. */
@OmnifyTest
class VoiceSlotsTest {

  private static final int WORKERS = 4;
  private static final int LIMIT = 5;
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

  private static DispatchKey call(ClientId client) {
    return new DispatchKey(client, new DispatchId(Fixtures.id()));
  }

  private static List<Wish> wishes(ProviderAccountId account, List<DispatchKey> calls) {
    return calls.stream().map(key -> new Wish(key, account, LIMIT, TEN_MINUTES)).toList();
  }

  private static List<DispatchKey> calls(ClientId client, int many) {
    return Stream.generate(() -> call(client)).limit(many).toList();
  }

  private interface Work {
    void with(VoiceSlots slots, Transactions transactions) throws Exception;
  }

  private static void with(TestDatabase database, Work work) throws Exception {
    with(database, UnaryOperator.identity(), work);
  }

  private static void with(TestDatabase database, UnaryOperator<String> sql, Work work)
      throws Exception {
    try (var pool = new HikariDataSource()) {
      pool.setDataSource(database.as("channels"));
      pool.setMaximumPoolSize(2);
      var transactions = new Transactions(pool, "channels");
      var jdbc = JdbcClient.create(pool);
      JdbcClient asked = statement -> jdbc.sql(sql.apply(statement));
      work.with(new VoiceSlots(asked, transactions), transactions);
    }
  }

  /**
   * Has workers take slots and free them again, side by side.
   *
   * @param sql what becomes of each statement on its way
   * @return the most calls that were under way at once
   */
  private static int race(
      TestDatabase database, Fixtures fixtures, int rounds, UnaryOperator<String> sql)
      throws Exception {
    ClientId client = fixtures.client();
    var account = fixtures.account(client, "vapi", null, "{}");
    var most = new AtomicInteger();
    var placed = new AtomicInteger();
    var start = new CyclicBarrier(WORKERS);
    Callable<Void> worker =
        () -> {
          with(
              database,
              sql,
              (slots, transactions) -> {
                start.await();
                for (int round = 0; round < rounds && most.get() <= LIMIT; round++) {
                  int wanted = ThreadLocalRandom.current().nextInt(1, 9);
                  Set<DispatchKey> got = slots.take(wishes(account, calls(client, wanted)));
                  most.accumulateAndGet(underWay(database, client), Math::max);
                  placed.addAndGet(got.size());
                  transactions.inBackground(() -> slots.free(got));
                }
              });
          return null;
        };
    try (var threads = Executors.newFixedThreadPool(WORKERS)) {
      var running = new ArrayList<Future<Void>>();
      for (int n = 0; n < WORKERS; n++) {
        running.add(threads.submit(worker));
      }
      for (Future<Void> one : running) {
        one.get();
      }
    }
    System.out.println(
        "Voice slots: %d workers placed %d calls, %d at once of %d"
            .formatted(WORKERS, placed.get(), most.get(), LIMIT));
    assertThat(underWay(database, client)).isZero();
    return most.get();
  }

  private static int underWay(TestDatabase database, ClientId client) {
    return Integer.parseInt(
        database
            .lines("SELECT count(*) FROM voice_slots WHERE client_id = '" + client + "'")
            .getFirst());
  }

  @Test
  void noMoreThanTheLimitAreEverUnderWay(TestDatabase database, Fixtures fixtures)
      throws Exception {
    assertThat(race(database, fixtures, 25, UnaryOperator.identity())).isBetween(2, LIMIT);
  }

  /** So that the test above can be believed. */
  @Test
  void withoutTheLockThereWouldBeMore(TestDatabase database, Fixtures fixtures) throws Exception {
    assertThat(
            race(
                database,
                fixtures,
                500,
                sql ->
                    sql.replace("SELECT pg_advisory_xact_lock(k)", "SELECT k")
                        // Slowly, so that others count meanwhile.
                        .replace("RETURNING client_id,", "RETURNING pg_sleep(0.01), client_id,")))
        .isGreaterThan(LIMIT);
  }

  @Test
  void aLeaseThatIsOverFreesItselfAndAnotherAccountHasItsOwn(
      TestDatabase database, Fixtures fixtures) throws Exception {
    ClientId client = fixtures.client();
    var account = fixtures.account(client, "vapi", null, "{}");
    var second = fixtures.account(client, "vapi", null, "{}");
    ClientId otherClient = fixtures.client();
    var others = fixtures.account(otherClient, "vapi", null, "{}");
    with(
        database,
        (slots, _) -> {
          List<DispatchKey> first = calls(client, LIMIT + 3);
          Set<DispatchKey> got = slots.take(wishes(account, first));
          // Earlier wishes go first.
          assertThat(got).isEqualTo(new HashSet<>(first.subList(0, LIMIT)));
          assertThat(slots.take(wishes(account, calls(client, 1)))).isEmpty();
          assertThat(slots.take(wishes(second, calls(client, 1)))).hasSize(1);
          assertThat(slots.take(wishes(others, calls(otherClient, 2)))).hasSize(2);
          assertThat(
                  database.lines(
                      """
                      SELECT DISTINCT until BETWEEN now() + interval '12 minutes'
                        AND now() + interval '13 minutes' FROM voice_slots WHERE provider_account_id = '%s'
                      """
                          .formatted(account)))
              .containsExactly("t");
          database
              .admin()
              .sql(
                  "UPDATE voice_slots SET until = now() - interval '1 second' WHERE dispatch_id = :id")
              .param("id", first.getFirst().id().value())
              .update();
          assertThat(slots.take(wishes(account, calls(client, 2)))).hasSize(1);
        });
  }

  /** Its worker died between admission and fence. */
  @Test
  void whoHasASlotKeepsIt(TestDatabase database, Fixtures fixtures) throws Exception {
    ClientId client = fixtures.client();
    var account = fixtures.account(client, "vapi", null, "{}");
    with(
        database,
        (slots, _) -> {
          List<DispatchKey> first = calls(client, LIMIT);
          assertThat(slots.take(wishes(account, first))).hasSize(LIMIT);
          List<DispatchKey> again =
              Stream.concat(calls(client, 2).stream(), first.stream()).toList();
          assertThat(slots.take(wishes(account, again))).isEqualTo(new HashSet<>(first));
          assertThat(
                  database.lines(
                      "SELECT count(*) FROM voice_slots WHERE client_id = '" + client + "'"))
              .containsExactly("5");
        });
  }
}
