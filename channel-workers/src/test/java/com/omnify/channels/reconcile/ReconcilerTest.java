package com.omnify.channels.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.model.id.ClientId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestDatabase;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

@OmnifySpringTest(service = "channels")
@TestPropertySource(
    properties = {"omnify.channels.sweep-every=1h", "omnify.channels.give-up-after=30m"})
class ReconcilerTest {

  private static final String OURS = "+14255550000";
  private final TestDatabase database;
  private final Fixtures fixtures;
  private final Reconciler reconciler;

  ReconcilerTest(TestDatabase database, Fixtures fixtures, @Autowired Reconciler reconciler) {
    this.database = database;
    this.fixtures = fixtures;
    this.reconciler = reconciler;
  }

  /** What the provider answers to a question. */
  private interface Manners {
    void answer(HttpExchange exchange) throws IOException;
  }

  /** A provider that answers questions about messages. */
  private static final class Lists implements AutoCloseable {
    private final HttpServer server;
    final AtomicInteger asked = new AtomicInteger();

    Lists(Manners manners) throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext(
          "/",
          exchange -> {
            asked.incrementAndGet();
            try (exchange) {
              manners.answer(exchange);
            }
          });
      server.start();
    }

    String address() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  private static void send(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private static String page(String next, String... messages) {
    return """
    {"messages": [%s], "page": 0, "page_size": 1000, "uri": "/here", "next_page_uri": %s}
    """
        .formatted(String.join(",", messages), next == null ? "null" : "\"" + next + "\"");
  }

  private static String message(String sid, String body) {
    String now =
        DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
            .format(Instant.now().atOffset(ZoneOffset.UTC));
    return """
    {"sid": "%s", "from": "%s", "body": "%s", "date_created": "%s", "status": "sent"}
    """
        .formatted(sid, OURS, body, now);
  }

  private ClientId client(String provider) {
    ClientId client = fixtures.client();
    fixtures.twilioAccount(client, provider);
    return client;
  }

  /** As a worker leaves it that heard nothing; to a person of its own unless one is given. */
  private DispatchKey unknown(ClientId client, String identity, String body, String since) {
    var sequence = fixtures.sequence(client, 1);
    var contact = fixtures.contact(client);
    var key =
        DispatchKey.of(
            fixtures.dispatch(
                client, contact, fixtures.enrollment(client, contact, sequence), sequence, 1));
    database
        .admin()
        .sql(
            """
            WITH unknown AS (
              UPDATE dispatches SET state = 'unknown', fenced_at = now() - CAST(:since AS interval),
                sent_at = now(), unknown_since = now() - CAST(:since AS interval),
                next_check_at = now(), identity = :identity, own_address = :own,
                provider_account_id = (SELECT id FROM provider_accounts WHERE client_id = :c)
              WHERE id = :id RETURNING *)
            INSERT INTO contact_interactions (client_id, id, channel, direction, identity, own_address,
              content_body, occurred_at)
            SELECT client_id, id, 'sms', 'outbound', identity, own_address, :body, now() FROM unknown
            """)
        .param("since", since)
        .param("identity", identity)
        .param("own", OURS)
        .param("body", body)
        .param("c", client.value())
        .param("id", key.id().value())
        .update();
    return key;
  }

  private List<String> states(ClientId client) {
    return database.lines(
        """
        SELECT state, coalesce(provider_id, error_code), absences, count(*) FROM dispatches
        WHERE client_id = '%s' GROUP BY 1, 2, 3 ORDER BY 1, 2
        """
            .formatted(client));
  }

  private void dueNow(ClientId client) {
    database
        .admin()
        .sql("UPDATE dispatches SET next_check_at = now() WHERE client_id = :c")
        .param("c", client.value())
        .update();
  }

  private void awaitStates(ClientId client, String... lines) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(states(client)).containsExactly(lines));
  }

  /** An account that was silent is not asked again at once. */
  private void askUntil(ClientId client, DispatchKey key, String line) {
    await()
        .pollInterval(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              dueNow(client);
              reconciler.check(List.of(key));
              assertThat(states(client)).contains(line);
            });
  }

  @Test
  void manyUnknownOnesAreAskedAboutAFewAtATime() throws Exception {
    var asking = new AtomicInteger();
    var most = new AtomicInteger();
    try (var provider =
        new Lists(
            exchange -> {
              most.accumulateAndGet(asking.incrementAndGet(), Math::max);
              // As a provider's answer takes its time.
              LockSupport.parkNanos(30_000_000);
              asking.decrementAndGet();
              send(exchange, 200, page(null));
            })) {
      ClientId client = client(provider.address());
      var keys = new ArrayList<DispatchKey>();
      for (int n = 0; n < 30; n++) {
        keys.add(unknown(client, Fixtures.phone(), "x", "1 minute"));
      }
      reconciler.check(keys);
      awaitStates(client, "unknown|null|1|30");
      assertThat(provider.asked).hasValue(30);
      assertThat(most.get()).isBetween(2, Reconciler.AT_ONCE);
    }
  }

  @Test
  void twoToTheSamePersonAreToldApartByTheirWords() throws Exception {
    try (var provider =
        new Lists(
            exchange ->
                send(exchange, 200, page(null, message("SMhello", "Hello Ada, it is us"))))) {
      ClientId client = client(provider.address());
      String person = Fixtures.phone();
      var arrived = unknown(client, person, "Hello Ada, it is us", "1 minute");
      var lost = unknown(client, person, "Ada, good-bye to you", "1 minute");
      // Those of others, of the same person too, make no difference.
      unknown(client("http://127.0.0.1:1"), person, "Hello Ada, it is us", "1 minute");
      reconciler.check(List.of(lost, arrived));
      awaitStates(client, "accepted|SMhello|0|1", "unknown|null|1|1");
      dueNow(client);
      reconciler.check(List.of(lost));
      awaitStates(client, "accepted|SMhello|0|1", "not_sent|absent|1|1");
    }
  }

  @Test
  void aMessageOnALaterPageIsFoundAndABrokenPageProvesNothing() throws Exception {
    var broken = new AtomicInteger(1);
    try (var provider =
        new Lists(
            exchange -> {
              if (exchange.getRequestURI().getQuery().contains("PageToken=2")) {
                if (broken.getAndDecrement() > 0) {
                  send(exchange, 500, "{}");
                } else {
                  send(exchange, 200, page(null, message("SMlate", "Hello Ada, it is us")));
                }
              } else {
                send(
                    exchange,
                    200,
                    page(
                        exchange.getRequestURI().getPath() + "?Page=1&PageToken=2",
                        message("SM1", "Another thing altogether")));
              }
            })) {
      ClientId client = client(provider.address());
      var key = unknown(client, Fixtures.phone(), "Hello Ada, it is us", "1 minute");
      reconciler.check(List.of(key));
      await().until(() -> provider.asked.get() == 2);
      awaitStates(client, "unknown|null|0|1");
      askUntil(client, key, "accepted|SMlate|0|1");
    }
  }

  @Test
  void aListThatMakesNoSenseProvesNothing() throws Exception {
    String undated =
        """
        {"sid": "SM1", "from": "%s", "body": "Hi", "date_created": null}
        """
            .formatted(OURS);
    try (var provider = new Lists(exchange -> send(exchange, 200, page(null, undated)))) {
      ClientId client = client(provider.address());
      var key = unknown(client, Fixtures.phone(), "Hello", "1 minute");
      reconciler.check(List.of(key));
      await().until(() -> provider.asked.get() == 1);
      await().until(() -> nextCheckIsLater(key));
      assertThat(states(client)).containsExactly("unknown|null|0|1");
    }
  }

  private boolean nextCheckIsLater(DispatchKey key) {
    return database
        .lines(
            """
            SELECT next_check_at BETWEEN now() + interval '10 s' AND now() + interval '70 s'
            FROM dispatches WHERE id = '%s'
            """
                .formatted(key.id()))
        .equals(List.of("t"));
  }

  /** It is down for longer than an unclear answer is waited for, and then it answers. */
  @Test
  void aProviderThatIsDownIsWaitedFor() throws Exception {
    var down = new AtomicInteger(1);
    try (var provider =
        new Lists(
            exchange -> {
              if (down.get() > 0) {
                send(exchange, 503, "{}");
              } else {
                send(exchange, 200, page(null, message("SM1", "Hello Ada, it is us")));
              }
            })) {
      ClientId client = client(provider.address());
      var keys = new ArrayList<DispatchKey>();
      for (int n = 0; n < 12; n++) {
        keys.add(unknown(client, Fixtures.phone(), "Hello Ada, it is us", "40 minutes"));
      }
      reconciler.check(keys);
      await().until(() -> keys.stream().allMatch(this::nextCheckIsLater));
      assertThat(states(client)).containsExactly("unknown|null|0|12");
      // One question tells that it is down: it is not asked about each person.
      assertThat(provider.asked.get()).isLessThanOrEqualTo(Reconciler.AT_ONCE);

      down.set(0);
      askUntil(client, keys.getFirst(), "accepted|SM1|0|1");
    }
  }

  @Test
  void oneProviderThatHangsKeepsNoOtherWaiting() throws Exception {
    try (var silent = new Lists(_ -> LockSupport.parkNanos(8_000_000_000L));
        var fine = new Lists(exchange -> send(exchange, 200, page(null)))) {
      ClientId stuck = client(silent.address());
      ClientId client = client(fine.address());
      var first = unknown(stuck, Fixtures.phone(), "x", "1 minute");
      var second = unknown(client, Fixtures.phone(), "x", "1 minute");
      reconciler.check(List.of(first));
      await().until(() -> silent.asked.get() == 1);
      reconciler.check(List.of(second));
      awaitStates(client, "unknown|null|1|1");
      assertThat(states(stuck)).containsExactly("unknown|null|0|1");
    }
  }
}
