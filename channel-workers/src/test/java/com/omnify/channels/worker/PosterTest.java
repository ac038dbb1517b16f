package com.omnify.channels.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.omnify.channels.WorkerFixture;
import com.omnify.channels.compose.policy.SmsText;
import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.ReadyDispatches;
import com.omnify.channels.fence.Fence;
import com.omnify.channels.send.ChannelSenders;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.SmsSegments;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestKafka;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.context.TestPropertySource;

@OmnifySpringTest(service = "channels")
@TestPropertySource(properties = "omnify.channels.sweep-every=1h")
class PosterTest {

  private static final int BATCH = 4;

  /** Hands its elements out slowly, as where the process stands still in between. */
  private static final class Halting<T> extends AbstractList<T> {
    private final List<T> all;

    Halting(List<T> all) {
      this.all = all;
    }

    @Override
    public T get(int index) {
      LockSupport.parkNanos(300_000_000);
      return all.get(index);
    }

    @Override
    public int size() {
      return all.size();
    }
  }

  /** Of a mail that is broken off in its dot nobody could tell what became of it. */
  @Test
  void aStopWaitsForTheLongestRequest(
      @Autowired ChannelWorkers workers,
      @Autowired ChannelSenders senders,
      @Value("${omnify.stop.work-within}") Duration allowed) {
    assertThat(workers.stopsWithin()).isLessThan(allowed);
    assertThat(senders.all())
        .allSatisfy(one -> assertThat(workers.stopsWithin()).isGreaterThan(one.longestRequest()));
  }

  /** STOP may have committed by then: it waits for the lock no longer than that. */
  @Test
  void whatStoodStillPastTheLocksTimeNeverBegins(
      TestDatabase database,
      TestKafka kafka,
      Fixtures fixtures,
      @Autowired Poster poster,
      @Autowired SendSlots slots,
      @Autowired Fence fence,
      @Autowired ReadyDispatches ready,
      @Autowired FleetClock clock)
      throws Exception {
    try (var world = new WorkerFixture(database, kafka, fixtures)) {
      WorkerFixture.awaitNoon(clock);
      var client = world.client();
      var refs = world.ready(client, world.fixtures.sequence(client, 1), BATCH);
      var loaded = ready.load(refs.stream().map(DispatchKey::of).toList());
      List<Admitted> batch =
          loaded.dispatches().stream()
              .map(
                  dispatch ->
                      new Admitted(
                          dispatch,
                          loaded.senders().get(client).getFirst(),
                          new SmsText.Ready("Hello", SmsSegments.of("Hello"))))
              .toList();
      await().until(() -> clock.now().isBefore(Fixtures.NOON.plus(Duration.ofHours(1))));
      List<Admitted> fenced = fence.pass(batch);
      assertThat(fenced).hasSize(BATCH);
      var recorded = new CountDownLatch(fenced.size());
      fenced.forEach(one -> slots.take(one.sender().account().id()));

      poster.begin(new Halting<>(fenced), System.nanoTime() - 1, _ -> recorded.countDown());

      await().atMost(Duration.ofSeconds(30)).until(() -> recorded.getCount() == 0);
      assertThat(world.entries(LedgerEntry.Kind.ACCEPTED)).isEmpty();
      assertThat(database.lines("SELECT state, error_code, count(*) FROM dispatches GROUP BY 1, 2"))
          .containsExactly("not_sent|not_begun|4");
      assertThat(slots.quiet(Duration.ofSeconds(5))).isTrue();
    }
  }

  /** Seattle's hours end at eight in the evening by law, whatever the sequence's window says. */
  @Test
  void whatTheHourOvertookBehindTheFenceNeverBegins(
      TestDatabase database,
      TestKafka kafka,
      Fixtures fixtures,
      @Autowired Poster poster,
      @Autowired SendSlots slots,
      @Autowired Fence fence,
      @Autowired ReadyDispatches ready,
      @Autowired FleetClock clock)
      throws Exception {
    try (var world = new WorkerFixture(database, kafka, fixtures)) {
      WorkerFixture.awaitNoon(clock);
      var client = world.client();
      var refs = world.ready(client, world.fixtures.sequence(client, 1), 1);
      var loaded = ready.load(refs.stream().map(DispatchKey::of).toList());
      var one =
          new Admitted(
              loaded.dispatches().getFirst(),
              loaded.senders().get(client).getFirst(),
              new SmsText.Ready("Hello", SmsSegments.of("Hello")));
      assertThat(fence.pass(List.of(one))).containsExactly(one);
      Instant evening = Instant.parse("2026-03-11T03:00:00Z");
      assertThat(one.dispatch().mayBeSaid(evening.minusSeconds(1))).isTrue();
      database.setFleetClock(evening, 1);
      await().atMost(Duration.ofSeconds(30)).until(() -> !clock.now().isBefore(evening));
      var recorded = new CountDownLatch(1);
      slots.take(one.sender().account().id());

      poster.begin(
          List.of(one),
          System.nanoTime() + Duration.ofSeconds(5).toNanos(),
          _ -> recorded.countDown());

      await().atMost(Duration.ofSeconds(30)).until(() -> recorded.getCount() == 0);
      assertThat(world.entries(LedgerEntry.Kind.ACCEPTED)).isEmpty();
      assertThat(
              database.lines(
                  "SELECT state, error_code FROM dispatches WHERE client_id = '" + client + "'"))
          .containsExactly("not_sent|window_closed");
    }
  }
}
