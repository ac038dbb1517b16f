package com.omnify.channels.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.omnify.channels.WorkerFixture;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ClientId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestKafka;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

@OmnifySpringTest(service = "channels")
@TestPropertySource(
    properties = {
      "omnify.channels.connections-per-account=8",
      "omnify.channels.sweep-every=500ms",
      "omnify.channels.lag=60s"
    })
class HangingAccountTest {

  private static final int SLOTS = 8;
  private static final int FLOWING = 50;

  /** Takes requests and never answers. */
  private static final class Silence implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    private final ConcurrentLinkedQueue<Socket> open = new ConcurrentLinkedQueue<>();
    final AtomicInteger asked = new AtomicInteger();
    final AtomicInteger hanging = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();

    Silence() throws IOException {
      Thread.ofVirtual().start(this::serve);
    }

    private void serve() {
      while (!server.isClosed()) {
        try {
          Socket socket = server.accept();
          open.add(socket);
          Thread.ofVirtual().start(() -> listen(socket));
        } catch (IOException e) {
          return;
        }
      }
    }

    private void listen(Socket socket) {
      try {
        var in = socket.getInputStream();
        if (in.read() >= 0) {
          asked.incrementAndGet();
          most.accumulateAndGet(hanging.incrementAndGet(), Math::max);
          while (in.read() >= 0) {
            // The rest of the request, then nothing until the other side gives up.
          }
          hanging.decrementAndGet();
        }
      } catch (IOException e) {
        hanging.decrementAndGet();
      }
    }

    String address() {
      return "http://127.0.0.1:" + server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  private static List<String> states(TestDatabase database, ClientId client) {
    return database.lines(
        """
        SELECT state, coalesce(hold_reason, error_code), count(*) FROM dispatches
        WHERE client_id = '%s' GROUP BY 1, 2 ORDER BY 1, 2
        """
            .formatted(client));
  }

  @Test
  void oneAccountThatHangsSlowsNobodyElse(
      TestDatabase database,
      TestKafka kafka,
      Fixtures fixtures,
      @Autowired FleetClock clock,
      @Autowired SendSlots slots)
      throws Exception {
    try (var world = new WorkerFixture(database, kafka, fixtures);
        var silence = new Silence()) {
      WorkerFixture.awaitNoon(clock);
      ClientId stuck = world.client(silence.address());
      ClientId fine = world.client();
      List<DispatchRef> held = world.ready(stuck, fixtures.sequence(stuck, 1), 60);
      List<DispatchRef> flowing = world.ready(fine, fixtures.sequence(fine, 1), FLOWING);
      world.ring(held);
      await().atMost(Duration.ofSeconds(30)).until(() -> silence.asked.get() == SLOTS);

      world.ring(flowing);

      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  states(database, fine).stream()
                      .noneMatch(line -> line.startsWith("ready") || line.startsWith("sending")));
      assertThat(states(database, fine)).containsExactly("accepted|null|" + FLOWING);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  states(database, stuck).stream()
                      .noneMatch(line -> line.startsWith("ready") || line.startsWith("sending")));
      assertThat(silence.most).hasValue(SLOTS);
      // Nobody waited for a request that hangs: all were through before the first of those ended.
      assertThat(
              database.lines(
                  """
                  SELECT (SELECT max(finished_at) FROM dispatches WHERE client_id = '%s')
                    < (SELECT min(unknown_since) FROM dispatches WHERE client_id = '%s')
                  """
                      .formatted(fine, stuck)))
          .containsExactly("t");
      // Each that was asked for is unknown, and all others wait for a better time.
      int unknown = silence.asked.get();
      assertThat(states(database, stuck))
          .containsExactly(
              "given_back|provider_busy|" + (60 - unknown), "unknown|timeout|" + unknown);
      assertThat(
              database.lines(
                  "SELECT used FROM cap_counters WHERE client_id = '%s'".formatted(stuck)))
          .containsExactly(String.valueOf(unknown));
      assertThat(slots.quiet(Duration.ofSeconds(1))).isTrue();
      assertThat(world.accepted())
          .hasSize(FLOWING)
          .allSatisfy((_, times) -> assertThat(times).isOne());
      assertThat(new ArrayList<>(world.accepted().keySet()))
          .doesNotContainAnyElementsOf(
              held.stream().map(ref -> ref.dispatchId().toString()).toList());
    }
  }

  /** Each byte ends a silence, so that no silence is ever too long. */
  @Test
  void anAnswerThatNeverEndsIsBrokenOff(
      TestDatabase database, TestKafka kafka, Fixtures fixtures, @Autowired FleetClock clock)
      throws Exception {
    try (var world = new WorkerFixture(database, kafka, fixtures);
        var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (Socket socket = server.accept()) {
                  var out = socket.getOutputStream();
                  out.write("HTTP/1.1 201 Created\r\nContent-Length: 9999\r\n\r\n".getBytes());
                  while (true) {
                    out.write(' ');
                    out.flush();
                    LockSupport.parkNanos(300_000_000);
                  }
                } catch (IOException e) {
                  // The other side has had enough.
                }
              });
      WorkerFixture.awaitNoon(clock);
      ClientId client = world.client("http://127.0.0.1:" + server.getLocalPort());
      var ref = world.ready(client, fixtures.sequence(client, 1));
      world.ring(List.of(ref));
      await().atMost(Duration.ofSeconds(40)).until(() -> world.state(ref).equals("unknown"));
      // Before the sweeper would have called it so, and the provider been asked.
      assertThat(world.field(ref, "error_code || ' ' || (unknown_since - fenced_at < '17 s')"))
          .isEqualTo("timeout true");
    }
  }
}
