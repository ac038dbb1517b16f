package com.omnify.channels.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.omnify.channels.WorkerFixture;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ClientId;
import com.omnify.sandbox.fault.FaultSettings;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestKafka;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

@OmnifySpringTest(service = "channels")
@TestPropertySource(
    properties = {
      "omnify.channels.sweep-every=500ms",
      "omnify.channels.lag=1s",
      "spring.datasource.hikari.connection-timeout=2000"
    })
class OutageTest {

  private static final int MANY = 40;

  /** Longer than any request and its sweeping; a whole minute with -Dchannels.outage=60. */
  private static final int SECONDS = Integer.getInteger("channels.outage", 20);

  private static void cut(TestDatabase database) {
    database
        .admin()
        .sql("ALTER DATABASE %s CONNECTION LIMIT 0".formatted(database.name()))
        .update();
    database
        .admin()
        .sql(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND usename = 'omnify_channels'
            """)
        .query(Boolean.class)
        .list();
  }

  private static void mend(TestDatabase database) {
    database
        .admin()
        .sql("ALTER DATABASE %s CONNECTION LIMIT -1".formatted(database.name()))
        .update();
  }

  @Test
  void resultsThatCameWhileTheDatabaseWasAwayAreWrittenWhenItIsBack(
      TestDatabase database,
      TestKafka kafka,
      Fixtures fixtures,
      @Autowired FleetClock clock,
      @Autowired MeterRegistry metrics)
      throws Exception {
    try (var world = new WorkerFixture(database, kafka, fixtures)) {
      WorkerFixture.awaitNoon(clock);
      ClientId client = world.client();
      List<DispatchRef> refs = world.ready(client, fixtures.sequence(client, 1), MANY);
      // Each takes its time, so that the outage begins while they are under way.
      world.sandbox.faults(new FaultSettings.Switches().latencyMs(3_000).settings());
      world.ring(refs);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  database.lines("SELECT id FROM dispatches WHERE state = 'sending'").size() >= 8);

      cut(database);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> metrics.get("omnify.posts.under_way").gauge().value() == 0);
      // Nobody can pass the fence now, so no more is held than was under way.
      await()
          .pollInterval(Duration.ofMillis(500))
          .atMost(Duration.ofSeconds(120))
          .until(
              () -> {
                assertThat(metrics.get("omnify.results.waiting").gauge().value())
                    .isLessThanOrEqualTo(MANY);
                return System.nanoTime() - end > 0;
              });
      int taken = world.entries(LedgerEntry.Kind.ACCEPTED).size();
      assertThat(taken).isBetween(8, MANY);
      world.sandbox.faults(FaultSettings.NONE);
      mend(database);

      await()
          .atMost(Duration.ofSeconds(90))
          .untilAsserted(
              () ->
                  assertThat(
                          database.lines(
                              """
                              SELECT state, provider_id IS NOT NULL, count(*) FROM dispatches
                              WHERE client_id = '%s' GROUP BY 1, 2
                              """
                                  .formatted(client)))
                      .containsExactly("accepted|t|" + MANY));
      assertThat(world.accepted()).hasSize(MANY).allSatisfy((_, n) -> assertThat(n).isOne());
      assertThat(metrics.counter("omnify.results.lost").count()).isZero();
    } finally {
      mend(database);
    }
  }
}
