package com.omnify.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.omnify.kit.OmnifyService;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.sandbox.fault.FaultSettings;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifyTest;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestKafka;
import com.omnify.testkit.TestTokens;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** The service is asked to end, as by SIGTERM, while requests hang at the provider. */
@OmnifyTest
class GracefulStopTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PEOPLE = 40;

  private static ConfigurableApplicationContext start(TestDatabase database, TestKafka kafka) {
    return OmnifyService.run(
        ChannelWorkersApplication.class,
        "channels",
        "--server.port=0",
        "--logging.level.root=WARN",
        "--OMNIFY_DB_URL=" + database.jdbcUrl(),
        "--OMNIFY_DB_USER=" + TestDatabase.role("channels"),
        "--OMNIFY_DB_PASSWORD=" + TestDatabase.SERVICE_PASSWORD,
        "--OMNIFY_KAFKA=" + kafka.bootstrapServers(),
        "--OMNIFY_TOKEN_SECRET=" + TestTokens.SECRET,
        "--omnify.topic-prefix=" + kafka.prefix(),
        "--omnify.channels.sweep-every=200ms",
        "--omnify.channels.stale-after=1s");
  }

  @Test
  void whatIsUnderWayIsRecordedAndNothingGoesOutTwice(
      TestDatabase database, TestKafka kafka, Fixtures fixtures) throws Exception {
    try (var world = new WorkerFixture(database, kafka, fixtures);
        var deliveries = kafka.events(Topic.DELIVERIES, DeliveryEvent.class)) {
      ClientId client = world.client();
      // Ten a second: when the stop comes, most wait for their second and some hang.
      database.admin().sql("UPDATE phone_numbers SET per_second = 10").update();
      List<DispatchRef> refs = world.ready(client, fixtures.sequence(client, 1), PEOPLE);
      world.sandbox.faults(new FaultSettings.Switches().latencyMs(2_000).settings());

      var first = start(database, kafka);
      world.ring(refs);
      await().atMost(PATIENCE).until(() -> !in(world, "sending").isEmpty());
      List<String> hanging = in(world, "sending");
      long asked = System.nanoTime();
      first.close();
      Duration took = Duration.ofNanos(System.nanoTime() - asked);

      assertThat(took).isBetween(Duration.ofMillis(500), Duration.ofSeconds(12));
      assertThat(in(world, "sending")).isEmpty();
      assertThat(in(world, "unknown")).isEmpty();
      List<String> accepted = in(world, "accepted");
      assertThat(accepted).containsAll(hanging);
      assertThat(in(world, "ready")).isNotEmpty();
      assertThat(database.lines("SELECT id FROM channels_outbox")).isEmpty();
      assertThat(
              deliveries.await(DeliveryEvent.DispatchAccepted.class, accepted.size()).stream()
                  .map(event -> event.dispatch().dispatchId().toString()))
          .containsExactlyInAnyOrderElementsOf(accepted);
      // Caps stand for what was sent and for nothing else.
      assertThat(database.lines("SELECT used FROM cap_counters"))
          .containsExactly(String.valueOf(accepted.size()));

      world.sandbox.faults(FaultSettings.NONE);
      try (var _ = start(database, kafka)) {
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> assertThat(in(world, "ready").size() + in(world, "sending").size()).isZero());
        assertThat(in(world, "unknown")).isEmpty();
      }
      assertThat(world.accepted()).hasSize(in(world, "accepted").size());
      assertThat(world.accepted().values()).containsOnly(1);
    }
  }

  private static List<String> in(WorkerFixture world, String state) {
    return world.database.lines("SELECT id FROM dispatches WHERE state = '" + state + "'");
  }
}
