package com.omnify.channels.fence;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.WorkerFixture;
import com.omnify.channels.compose.policy.SmsText;
import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.ReadyDispatches;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.SmsSegments;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ClientId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestKafka;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.test.context.TestPropertySource;

@OmnifySpringTest(service = "channels")
@TestPropertySource(properties = "omnify.channels.sweep-every=1h")
class FenceRaceTest {

  private static final String LOCK_TIMEOUT = "55P03";

  private static WorkerFixture world;

  private final Fence fence;
  private final ReadyDispatches ready;

  FenceRaceTest(@Autowired Fence fence, @Autowired ReadyDispatches ready) {
    this.fence = fence;
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

  /**
   * A fence that waits too long for another's rows gives up, and its rows are taken up again, as
   * the sweeper does.
   */
  private List<Admitted> passAtLast(List<Admitted> batch) {
    for (int tries = 1; ; tries++) {
      try {
        return fence.pass(batch);
      } catch (UncategorizedSQLException e) {
        if (tries == 30 || !LOCK_TIMEOUT.equals(e.getSQLException().getSQLState())) {
          throw e;
        }
      }
    }
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
                  return passAtLast(mine);
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
}
