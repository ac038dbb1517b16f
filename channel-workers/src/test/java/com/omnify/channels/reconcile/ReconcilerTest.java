package com.omnify.channels.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestDatabase;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

@OmnifySpringTest(service = "channels")
@TestPropertySource(properties = "omnify.channels.sweep-every=1h")
class ReconcilerTest {

  private static final byte[] NO_MESSAGES =
      """
      {"messages": [], "page": 0, "page_size": 1000, "next_page_uri": null}
      """
          .getBytes(StandardCharsets.UTF_8);

  @Test
  void manyUnknownOnesDoNotTakeAllConnections(
      TestDatabase database, Fixtures fixtures, @Autowired Reconciler reconciler) throws Exception {
    var asking = new AtomicInteger();
    var most = new AtomicInteger();
    var asked = new AtomicInteger();
    var provider =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    provider.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    provider.createContext(
        "/",
        exchange -> {
          most.accumulateAndGet(asking.incrementAndGet(), Math::max);
          asked.incrementAndGet();
          // As a provider's answer takes its time.
          LockSupport.parkNanos(30_000_000);
          asking.decrementAndGet();
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, NO_MESSAGES.length);
          exchange.getResponseBody().write(NO_MESSAGES);
          exchange.close();
        });
    provider.start();
    try {
      var client = fixtures.client();
      fixtures.twilioAccount(client, "http://127.0.0.1:" + provider.getAddress().getPort());
      var sequence = fixtures.sequence(client, 1);
      var keys = new ArrayList<DispatchKey>();
      for (int n = 0; n < 30; n++) {
        var contact = fixtures.contact(client);
        keys.add(
            DispatchKey.of(
                fixtures.dispatch(
                    client, contact, fixtures.enrollment(client, contact, sequence), sequence, 1)));
      }
      database
          .admin()
          .sql(
              """
              WITH unknown AS (
                UPDATE dispatches SET state = 'unknown', fenced_at = now(), sent_at = now(),
                  unknown_since = now(), next_check_at = now(), identity = '+1206555' || right(id::text, 4),
                  own_address = '+14255550000',
                  provider_account_id = (SELECT id FROM provider_accounts WHERE client_id = :c)
                WHERE client_id = :c RETURNING *)
              INSERT INTO contact_interactions (client_id, id, channel, direction, identity, own_address,
                content_body, occurred_at)
              SELECT client_id, id, 'sms', 'outbound', identity, own_address, 'x', now() FROM unknown
              """)
          .param("c", client.value())
          .update();

      reconciler.check(keys);

      assertThat(asked).hasValue(30);
      assertThat(most.get()).isBetween(2, Reconciler.AT_ONCE);
      assertThat(
              database.lines(
                  "SELECT state, absences, count(*) FROM dispatches WHERE client_id = '%s' GROUP BY 1, 2"
                      .formatted(client)))
          .containsExactly("unknown|1|30");
    } finally {
      provider.stop(0);
    }
  }
}
