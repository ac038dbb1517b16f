package com.omnify.channels.admit;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.id.ClientId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifyTest;
import com.omnify.testkit.TestDatabase;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Four workers, each with its own pool, want more than there is. */
@OmnifyTest
class QuotaRaceTest {

  private static final int WORKERS = 4;

  @Test
  void theDailyCapIsNeverExceededAndNothingIsLost(TestDatabase database, Fixtures fixtures)
      throws Exception {
    ClientId client = fixtures.client();
    var use = new DailyCaps.Use(client, "number:+15550100", LocalDate.parse("2026-03-10"));
    int cap = 500;
    List<Integer> taken =
        race(
            database,
            (jdbc, transactions) -> {
              var caps = new DailyCaps(jdbc, transactions);
              int kept = 0;
              for (int i = 0; i < 60; i++) {
                int wanted = ThreadLocalRandom.current().nextInt(1, 9);
                Map<DailyCaps.Use, Quota> wish =
                    Map.of(use, new Quota(client, use.scope(), wanted, cap));
                int got = transactions.inBackground(() -> caps.take(wish).get(use));
                assertThat(got).isBetween(0, wanted);
                kept += got;
                if (got > 0 && i % 5 == 0) {
                  transactions.inBackground(() -> caps.giveBack(List.of(use)));
                  kept--;
                }
              }
              return kept;
            });
    int kept = taken.stream().mapToInt(Integer::intValue).sum();
    assertThat(kept).isLessThanOrEqualTo(cap);
    assertThat(
            database.lines(
                "SELECT used FROM cap_counters WHERE client_id = '%s'".formatted(client)))
        .containsExactly(String.valueOf(kept));
    System.out.println("Daily cap " + cap + ": " + WORKERS + " workers hold " + taken);
  }

  @Test
  void theRateIsNeverExceededInAnySecond(TestDatabase database, Fixtures fixtures)
      throws Exception {
    ClientId client = fixtures.client();
    int perSecond = 20;
    Instant now = Instant.parse("2026-03-10T18:00:00Z");
    List<Integer> leased =
        race(
            database,
            (jdbc, transactions) -> {
              var rates = new RateLeases(jdbc, transactions, () -> now);
              int permits = 0;
              for (int i = 0; i < 20; i++) {
                var wish = new Quota(client, "number:+15550101", 7, perSecond);
                for (Instant second :
                    rates.lease(List.of(wish)).getOrDefault(wish.owner(), List.of())) {
                  assertThat(second).isBetween(now, now.plusSeconds(5).minusNanos(1));
                  permits++;
                }
              }
              return permits;
            });
    // 560 wanted in five seconds of 20.
    assertThat(leased.stream().mapToInt(Integer::intValue).sum()).isEqualTo(5 * perSecond);
    assertThat(
            database.lines(
                "SELECT DISTINCT used FROM rate_leases WHERE client_id = '%s'".formatted(client)))
        .containsExactly("20");
    System.out.println(perSecond + " a second for 5 s: " + WORKERS + " workers hold " + leased);
  }

  private interface Work {
    int run(JdbcClient jdbc, Transactions transactions) throws Exception;
  }

  private static List<Integer> race(TestDatabase database, Work work) throws Exception {
    var start = new CyclicBarrier(WORKERS);
    var results = new ArrayList<Integer>();
    try (var threads = Executors.newFixedThreadPool(WORKERS)) {
      var running = new ArrayList<Future<Integer>>();
      for (int n = 0; n < WORKERS; n++) {
        Callable<Integer> worker =
            () -> {
              try (var pool = new HikariDataSource()) {
                pool.setDataSource(database.as("channels"));
                pool.setMaximumPoolSize(2);
                var transactions = new Transactions(pool, "channels");
                start.await();
                return work.run(JdbcClient.create(pool), transactions);
              }
            };
        running.add(threads.submit(worker));
      }
      for (Future<Integer> one : running) {
        results.add(one.get());
      }
    }
    return results;
  }
}
