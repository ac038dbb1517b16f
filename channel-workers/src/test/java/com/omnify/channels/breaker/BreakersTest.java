package com.omnify.channels.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.omnify.channels.WorkerFixture;
import com.omnify.channels.breaker.policy.Breaker.Gate;
import com.omnify.channels.breaker.policy.Trouble;
import com.omnify.channels.send.policy.SendResult;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.FailureType;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ProviderAccountId;
import com.omnify.sandbox.fault.FaultSettings;
import com.omnify.sandbox.fault.Outcome;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestKafka;
import com.omnify.testkit.TestTokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

@OmnifySpringTest(service = "channels")
@AutoConfigureRestTestClient
@TestPropertySource(properties = {"omnify.channels.sweep-every=1h"})
class BreakersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static WorkerFixture world;
  private final Breakers breakers;

  BreakersTest(@Autowired Breakers breakers) {
    this.breakers = breakers;
  }

  @BeforeAll
  static void begin(TestDatabase database, TestKafka kafka, Fixtures fixtures) throws Exception {
    world = new WorkerFixture(database, kafka, fixtures);
  }

  @AfterAll
  static void end() throws Exception {
    world.close();
  }

  private static ProviderAccountId account(ClientId client) {
    return new ProviderAccountId(
        java.util.UUID.fromString(
            world
                .database
                .lines("SELECT id FROM provider_accounts WHERE client_id = '%s'".formatted(client))
                .getFirst()));
  }

  /** As if the pause were over. */
  private static void letTimePass(ProviderAccountId account) {
    world
        .database
        .admin()
        .sql("UPDATE provider_breakers SET until_at = now() WHERE account_id = :id")
        .param("id", account.value())
        .update();
  }

  private static void awaitStates(ClientId client, String... lines) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        world.database.lines(
                            """
                            SELECT state, coalesce(hold_reason, error_code), count(*) FROM dispatches
                            WHERE client_id = '%s' GROUP BY 1, 2 ORDER BY 1, 2
                            """
                                .formatted(client)))
                    .containsExactly(lines));
  }

  private static long asked(ClientId client) {
    return world.entries(LedgerEntry.Kind.FAULT).stream()
        .filter(entry -> client.toString().equals(entry.clientId()))
        .count();
  }

  @Test
  void aBrokenAccountIsLeftAloneTriedOnceAndUsedAgain(
      @Autowired FleetClock clock, @Autowired RestTestClient http) {
    WorkerFixture.awaitNoon(clock);
    ClientId broken = world.client();
    ClientId fine = world.client();
    var sequence = world.fixtures.sequence(broken, 1);
    List<DispatchRef> failing = world.ready(broken, sequence, 5);
    world.sandbox.script(failing.stream().map(_ -> Outcome.SERVER_ERROR).toArray(Outcome[]::new));
    world.ring(failing);
    await().atMost(PATIENCE).until(() -> breakers.gate(account(broken)) instanceof Gate.Shut);

    // Nothing more goes there, and all of it waits with a time.
    world.ring(world.ready(broken, sequence, 20));
    world.ring(world.ready(fine, world.fixtures.sequence(fine, 1), 20));
    awaitStates(broken, "given_back|provider_unavailable|20", "unknown|http_500|5");
    awaitStates(fine, "accepted|null|20");
    assertThat(asked(broken)).isEqualTo(5);
    assertThat(
            world.database.lines(
                """
                SELECT count(DISTINCT hold_until) > 1 FROM dispatches
                WHERE client_id = '%s' AND state = 'given_back'
                """
                    .formatted(broken)))
        .containsExactly("t");
    assertThat(health(http, broken)).contains("\"state\":\"open\"", "\"trouble\":\"unavailable\"");

    // One tries and fails: open again, for longer.
    world.sandbox.script(Outcome.SERVER_ERROR);
    letTimePass(account(broken));
    await().until(() -> breakers.gate(account(broken)) instanceof Gate.OneMayTry);
    world.ring(world.ready(broken, sequence, 10));
    awaitStates(broken, "given_back|provider_unavailable|29", "unknown|http_500|6");
    assertThat(asked(broken)).isEqualTo(6);
    assertThat(
            world.database.lines(
                "SELECT state, level, code FROM provider_breakers WHERE account_id = '%s'"
                    .formatted(account(broken))))
        .containsExactly("open|1|http_500");

    // One tries and gets through: all go again.
    world.sandbox.faults(FaultSettings.NONE);
    letTimePass(account(broken));
    await().until(() -> breakers.gate(account(broken)) instanceof Gate.OneMayTry);
    world.ring(world.ready(broken, sequence, 1));
    await().atMost(PATIENCE).until(() -> breakers.gate(account(broken)) instanceof Gate.Free);
    world.ring(world.ready(broken, sequence, 10));
    awaitStates(
        broken, "accepted|null|11", "given_back|provider_unavailable|29", "unknown|http_500|6");
    assertThat(health(http, broken)).contains("\"state\":\"closed\"", "\"trouble\":null");
    assertThat(health(http, fine)).contains("\"state\":\"closed\"").doesNotContain("unavailable");
  }

  private static String health(RestTestClient http, ClientId client) {
    return http.get()
        .uri("/api/v1/provider-health")
        .header("Authorization", TestTokens.bearer(client))
        .exchange()
        .expectStatus()
        .isOk()
        .expectBody(String.class)
        .returnResult()
        .getResponseBody();
  }

  @Test
  void whoAsksToSlowDownIsNotHammered(@Autowired FleetClock clock) {
    WorkerFixture.awaitNoon(clock);
    ClientId client = world.client();
    var sequence = world.fixtures.sequence(client, 1);
    world.sandbox.script(Outcome.TOO_MANY_REQUESTS);
    world.ring(world.ready(client, sequence, 1));
    await().atMost(PATIENCE).until(() -> !(breakers.gate(account(client)) instanceof Gate.Free));
    // The pause is short: one of many tries, and then they go.
    List<DispatchRef> more = world.ready(client, sequence, 1);
    await().until(() -> breakers.gate(account(client)) instanceof Gate.OneMayTry);
    world.ring(more);
    awaitStates(client, "accepted|null|1", "rejected|20429|1");
    await().atMost(PATIENCE).until(() -> breakers.gate(account(client)) instanceof Gate.Free);
  }

  @Test
  void allWorkersKnowAndOneOfThemTries(
      Fixtures fixtures, @Autowired AutowireCapableBeanFactory beans) throws Exception {
    ClientId client = world.client();
    ProviderAccountId account = account(client);
    var refused =
        new SendResult.Rejected(FailureType.ACCOUNT_PROBLEM, "20003", "Authenticate", null);
    breakers.heard(client, account, refused);
    breakers.heard(client, account, refused);
    assertThat(breakers.gate(account)).isInstanceOf(Gate.Free.class);
    // A message that goes through starts the count anew.
    breakers.heard(client, account, new SendResult.Accepted("SM1"));
    breakers.heard(client, account, refused);
    breakers.heard(client, account, refused);
    assertThat(breakers.gate(account)).isInstanceOf(Gate.Free.class);
    breakers.heard(client, account, refused);
    assertThat(breakers.gate(account))
        .isInstanceOfSatisfying(
            Gate.Shut.class, shut -> assertThat(shut.trouble()).isEqualTo(Trouble.ACCOUNT_PROBLEM));

    Breakers other = beans.createBean(Breakers.class);
    other.look();
    assertThat(other.gate(account)).isInstanceOf(Gate.Shut.class);

    letTimePass(account);
    other.look();
    var all = new ArrayList<Callable<Boolean>>();
    for (int n = 0; n < 8; n++) {
      all.add(() -> other.mayTry(client, account, Duration.ofSeconds(11)));
    }
    try (var threads = Executors.newFixedThreadPool(4)) {
      long allowed =
          threads.invokeAll(all).stream()
              .filter(
                  future -> {
                    try {
                      return future.get();
                    } catch (Exception e) {
                      throw new IllegalStateException(e);
                    }
                  })
              .count();
      assertThat(allowed).isEqualTo(1);
    }
  }
}
