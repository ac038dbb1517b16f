package com.omnify.channels.fence;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.WorkerFixture;
import com.omnify.channels.compose.policy.SmsText;
import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.ReadyDispatches;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.IdentityLock;
import com.omnify.model.SmsSegments;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ClientId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestKafka;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

@OmnifySpringTest(service = "channels")
@TestPropertySource(properties = "omnify.channels.sweep-every=1h")
class FenceRaceTest {

  private static final int TRIALS = 60;
  private static final int BATCH = 4;
  private static WorkerFixture world;

  private final Fence fence;
  private final IdentityLocks locks;
  private final ReadyDispatches ready;

  FenceRaceTest(
      @Autowired Fence fence, @Autowired IdentityLocks locks, @Autowired ReadyDispatches ready) {
    this.fence = fence;
    this.locks = locks;
    this.ready = ready;
  }

  @BeforeAll
  static void begin(TestDatabase database, TestKafka kafka, Fixtures fixtures) throws Exception {
    world = new WorkerFixture(database, kafka, fixtures);
  }

  @AfterAll
  static void end() throws Exception {
    world.close();
  }

  @BeforeEach
  void noon(@Autowired FleetClock clock) {
    WorkerFixture.awaitNoon(clock);
  }

  private List<Admitted> admitted(List<DispatchRef> refs) {
    var loaded = ready.load(refs.stream().map(DispatchKey::of).toList());
    return loaded.dispatches().stream()
        .map(
            dispatch ->
                new Admitted(
                    dispatch,
                    loaded.senders().get(dispatch.ref().clientId()).getFirst(),
                    new SmsText.Ready("Hello", SmsSegments.of("Hello"))))
        .toList();
  }

  @Test
  void fourWorkersOnTheSameDispatchesPassEachOnce() throws Exception {
    ClientId client = world.client();
    var refs = world.ready(client, world.fixtures.sequence(client, 1), 40);
    List<Admitted> batch = admitted(refs);
    var start = new CyclicBarrier(4);
    var passed = new ArrayList<DispatchKey>();
    try (var threads = Executors.newFixedThreadPool(4)) {
      var running = new ArrayList<Future<List<Admitted>>>();
      for (int n = 0; n < 4; n++) {
        var mine = new ArrayList<>(batch);
        java.util.Collections.shuffle(mine);
        running.add(
            threads.submit(
                () -> {
                  start.await();
                  return fence.pass(mine);
                }));
      }
      for (Future<List<Admitted>> one : running) {
        one.get().forEach(it -> passed.add(it.key()));
      }
    }
    assertThat(passed).hasSize(40).doesNotHaveDuplicates();
    assertThat(
            world.database.lines(
                "SELECT count(*) FROM contact_interactions WHERE client_id = '%s'"
                    .formatted(client)))
        .containsExactly("40");
  }

  /** When the first request of a trial began, and when STOP's commit had returned. */
  private record Trial(long latestBeginNanos, long stoppedNanos, boolean begun) {
    boolean violated() {
      return begun && latestBeginNanos - stoppedNanos > 0;
    }
  }

  @Test
  void noRequestBeginsAfterTheCommitOfAStop() throws Exception {
    long withLock = violations(true);
    long without = violations(false);
    System.out.printf(
        "STOP within 2 ms of the fence, %d trials each, batches of %d: requests begun after its"
            + " commit: %d with the lock, %d trials without%n",
        TRIALS, BATCH, withLock, without);
    assertThat(withLock).isZero();
    assertThat(without).as("the harness must see what it is there for").isPositive();
  }

  private long violations(boolean locked) throws Exception {
    ClientId client = world.client();
    var sequence = world.fixtures.sequence(client, 1);
    var refs = world.ready(client, sequence, TRIALS * BATCH);
    List<Admitted> all = admitted(refs);
    long violations = 0;
    try (var threads = Executors.newFixedThreadPool(2);
        Connection stop = world.database.as("events").getConnection()) {
      stop.setAutoCommit(false);
      for (int trial = 0; trial < TRIALS; trial++) {
        List<Admitted> batch = all.subList(trial * BATCH, (trial + 1) * BATCH);
        var start = new CyclicBarrier(2);
        Callable<Long> sender =
            () -> {
              start.await();
              return locked ? sendUnderLock(batch) : send(batch);
            };
        Future<Long> sent = threads.submit(sender);
        long pause = ThreadLocalRandom.current().nextLong(2_000_000);
        Callable<Long> stopper =
            () -> {
              start.await();
              LockSupport.parkNanos(pause);
              return stop(stop, client, batch.getFirst().identity());
            };
        Future<Long> stopped = threads.submit(stopper);
        Long begun = sent.get();
        if (new Trial(begun, stopped.get(), begun != 0).violated()) {
          violations++;
        }
      }
    }
    return violations;
  }

  private long sendUnderLock(List<Admitted> batch) {
    var keys =
        batch.stream().map(one -> IdentityLock.key(one.key().client(), one.identity())).toList();
    try (var _ = locks.share(keys)) {
      return send(batch);
    }
  }

  /** When the request to the first person of the batch began; 0 where the fence held it. */
  private long send(List<Admitted> batch) {
    List<Admitted> passed = fence.pass(batch);
    // What a thread's start and a connection cost.
    LockSupport.parkNanos(500_000);
    return passed.stream().anyMatch(one -> one.key().equals(batch.getFirst().key()))
        ? System.nanoTime()
        : 0;
  }

  private static long stop(Connection db, ClientId client, String identity) throws Exception {
    try (var statement = db.createStatement()) {
      statement.execute("SET LOCAL ROLE omnify_events_bg");
      statement.execute("SELECT pg_advisory_xact_lock(" + IdentityLock.key(client, identity) + ")");
    }
    try (var insert =
        db.prepareStatement(
            "INSERT INTO suppressions (client_id, channel, identity, reason) VALUES (?, 'sms', ?,"
                + " 'opt_out')")) {
      insert.setObject(1, client.value());
      insert.setString(2, identity);
      insert.executeUpdate();
    }
    db.commit();
    return System.nanoTime();
  }
}
