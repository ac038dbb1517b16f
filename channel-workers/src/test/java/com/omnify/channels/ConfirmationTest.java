package com.omnify.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.omnify.kit.time.FleetClock;
import com.omnify.model.Channel;
import com.omnify.model.DispatchKind;
import com.omnify.model.DispatchState;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.sandbox.fault.Outcome;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestKafka;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.TestPropertySource;

/** Dispatches with a text of their own, and the one kind that may reach a suppressed number. */
@OmnifySpringTest(service = "channels")
@TestPropertySource(
    properties = {
      "omnify.channels.lag=400ms",
      "omnify.channels.sweep-every=200ms",
      "omnify.channels.stale-after=1s"
    })
class ConfirmationTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String WORDS = "Acme: You are unsubscribed. Reply START to come back.";
  private static final String IN_TIME = "5 minutes";
  private static WorkerFixture world;
  private static JdbcClient admin;

  @BeforeAll
  static void begin(TestDatabase database, TestKafka kafka, Fixtures fixtures) throws Exception {
    world = new WorkerFixture(database, kafka, fixtures);
    admin = database.admin();
  }

  @AfterAll
  static void end() throws Exception {
    world.close();
  }

  @BeforeEach
  void noon(@Autowired FleetClock clock) {
    WorkerFixture.awaitNoon(clock);
  }

  /** Somebody who has opted out, and our number that they wrote to. */
  private record Leaver(ClientId client, ContactId contact, String phone, String ours, UUID stop) {}

  private static Leaver leaver() {
    ClientId client = world.client();
    String phone = Fixtures.phone();
    ContactId contact = world.fixtures.contact(client, phone);
    return new Leaver(client, contact, phone, number(client), stop(client, phone));
  }

  private static String number(ClientId client) {
    return world
        .database
        .lines("SELECT e164 FROM phone_numbers WHERE client_id = '%s' LIMIT 1".formatted(client))
        .getFirst();
  }

  private static UUID stop(ClientId client, String phone) {
    return admin
        .sql(
            """
            INSERT INTO suppressions (client_id, channel, identity, reason)
            VALUES (:c, 'sms', :phone, 'opt_out') RETURNING id
            """)
        .param("c", client.value())
        .param("phone", phone)
        .query(UUID.class)
        .single();
  }

  private static void lift(UUID stop) {
    admin
        .sql("UPDATE suppressions SET lifted_at = now() WHERE id = :id")
        .param("id", stop)
        .update();
  }

  private static DispatchRef confirmation(Leaver leaver) {
    return message(leaver, DispatchKind.OPT_OUT_CONFIRMATION, IN_TIME);
  }

  /** As the scheduler writes it, but for the kind. */
  private static DispatchRef message(Leaver leaver, DispatchKind kind, String within) {
    var ref =
        new DispatchRef(
            leaver.client(),
            leaver.contact(),
            new DispatchId(Fixtures.id()),
            null,
            null,
            0,
            null,
            Channel.SMS,
            kind,
            1);
    text(ref, leaver, within);
    world.fixtures.insert(ref, DispatchState.READY);
    return ref;
  }

  private static void text(DispatchRef ref, Leaver leaver, String within) {
    admin
        .sql(
            """
            INSERT INTO dispatch_texts (client_id, dispatch_id, ordered_by, body, identity, own_address,
              suppression_id, not_after)
            VALUES (:c, :id, uuidv7(), :body, :phone, :ours, :stop, now() + CAST(:within AS interval))
            """)
        .param("c", leaver.client().value())
        .param("id", ref.dispatchId().value())
        .param("body", WORDS)
        .param("phone", leaver.phone())
        .param("ours", leaver.ours())
        .param("stop", leaver.stop())
        .param("within", within)
        .update();
  }

  private static void awaitState(DispatchRef ref, String state) {
    await(state)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(25))
        .untilAsserted(
            () ->
                assertThat(world.field(ref, "state || ' ' || coalesce(hold_reason, '-')"))
                    .isEqualTo(state));
  }

  private static List<LedgerEntry> taken(DispatchRef ref) {
    return world.entries(LedgerEntry.Kind.ACCEPTED).stream()
        .filter(entry -> ref.dispatchId().toString().equals(entry.dispatchId()))
        .toList();
  }

  @Test
  void aConfirmationReachesTheSuppressedNumberFromTheOneTheyWroteTo() {
    var leaver = leaver();
    var account =
        admin
            .sql("SELECT id FROM provider_accounts WHERE client_id = :c")
            .param("c", leaver.client().value())
            .query(UUID.class)
            .single();
    for (int n = 0; n < 4; n++) {
      world.fixtures.phoneNumber(
          leaver.client(),
          new com.omnify.model.id.ProviderAccountId(account),
          WorkerFixture.number());
    }
    var other =
        world
            .database
            .lines(
                "SELECT e164 FROM phone_numbers WHERE client_id = '%s' ORDER BY e164 DESC LIMIT 1"
                    .formatted(leaver.client()))
            .getFirst();
    // The contact has another number by now: whoever asked is told, not whoever the row names.
    admin
        .sql("UPDATE contacts SET phone = :new WHERE id = :id")
        .param("new", Fixtures.phone())
        .param("id", leaver.contact().value())
        .update();
    var ref =
        confirmation(
            new Leaver(leaver.client(), leaver.contact(), leaver.phone(), other, leaver.stop()));
    world.ring(List.of(ref, ref));

    awaitState(ref, "accepted -");
    assertThat(taken(ref))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.to()).isEqualTo(leaver.phone());
              assertThat(entry.from()).isEqualTo(other);
              assertThat(entry.body()).isEqualTo(WORDS);
            });
    assertThat(
            world.database.lines(
                "SELECT identity, own_address, content_body, enrollment_id FROM contact_interactions WHERE id = '%s'"
                    .formatted(ref.dispatchId())))
        .containsExactly(leaver.phone() + "|" + other + "|" + WORDS + "|null");
  }

  @Test
  void noOtherKindPassesEvenWithAConfirmationsText() {
    // The same rows but for the kind: it alone decides.
    var manual = message(leaver(), DispatchKind.MANUAL, IN_TIME);
    var retry = message(leaver(), DispatchKind.RETRY, IN_TIME);
    var confirmation = confirmation(leaver());
    var ofSequence = leaver();
    var sequence = world.fixtures.sequence(ofSequence.client(), 1);
    EnrollmentId enrollment =
        world.fixtures.enrollment(ofSequence.client(), ofSequence.contact(), sequence);
    var step =
        world.fixtures.dispatch(ofSequence.client(), ofSequence.contact(), enrollment, sequence, 1);
    text(step, ofSequence, IN_TIME);
    world.ring(List.of(manual, retry, step, confirmation));

    awaitState(manual, "cancelled suppressed");
    awaitState(retry, "cancelled suppressed");
    awaitState(step, "cancelled suppressed");
    awaitState(confirmation, "accepted -");
    assertThat(List.of(manual, retry, step)).allSatisfy(ref -> assertThat(taken(ref)).isEmpty());
    assertThat(taken(confirmation)).hasSize(1);
  }

  @Test
  void onlyTheOptOutThatIsInForceIsConfirmed() {
    var returned = leaver();
    lift(returned.stop());
    var afterStart = confirmation(returned);
    var again = leaver();
    lift(again.stop());
    UUID second = stop(again.client(), again.phone());
    var ofTheFirst = confirmation(again);
    var ofTheSecond =
        confirmation(
            new Leaver(again.client(), again.contact(), again.phone(), again.ours(), second));
    var mistaken = leaver();
    var ofSomebodyElse =
        confirmation(
            new Leaver(
                mistaken.client(),
                mistaken.contact(),
                Fixtures.phone(),
                mistaken.ours(),
                mistaken.stop()));
    world.ring(List.of(afterStart, ofTheFirst, ofTheSecond, ofSomebodyElse));

    awaitState(afterStart, "cancelled obsolete");
    awaitState(ofTheFirst, "cancelled obsolete");
    awaitState(ofSomebodyElse, "cancelled obsolete");
    awaitState(ofTheSecond, "accepted -");
  }

  @Test
  void whatBecameOfItIsFoundOutAndARefusalIsTheEnd() {
    var leaver = leaver();
    var unknown = confirmation(leaver);
    world.sandbox.script(Outcome.ACCEPT_THEN_500);
    world.ring(List.of(unknown));
    awaitState(unknown, "accepted -");
    assertThat(taken(unknown)).hasSize(1);
    assertThat(world.field(unknown, "unknown_since IS NOT NULL")).isEqualTo("t");

    var refused = confirmation(leaver());
    world.sandbox.script(Outcome.TOO_MANY_REQUESTS);
    world.ring(List.of(refused));
    awaitState(refused, "rejected -");
    assertThat(
            world.database.lines(
                "SELECT count(*) FROM dispatches WHERE client_id = '%s'"
                    .formatted(refused.clientId())))
        .containsExactly("1");
  }

  @Test
  void afterFiveMinutesItIsTooLate() {
    var late = message(leaver(), DispatchKind.OPT_OUT_CONFIRMATION, "-1 seconds");
    // In time when it is admitted, but the request could begin too late.
    var nearly = message(leaver(), DispatchKind.OPT_OUT_CONFIRMATION, "4 seconds");
    world.ring(List.of(late, nearly));
    awaitState(late, "expired -");
    awaitState(nearly, "expired -");
    assertThat(taken(late)).isEmpty();
    assertThat(taken(nearly)).isEmpty();
  }

  @Test
  void noWindowAndNoDailyCapHoldsItButTheRateDoes() {
    var leaver = leaver();
    // Noon in Seattle is four in the morning there.
    admin
        .sql("UPDATE contacts SET time_zone = 'Asia/Tokyo' WHERE id = :id")
        .param("id", leaver.contact().value())
        .update();
    admin
        .sql("UPDATE phone_numbers SET daily_cap = 0, per_second = 1 WHERE client_id = :c")
        .param("c", leaver.client().value())
        .update();
    admin
        .sql(
            """
            INSERT INTO rate_leases (client_id, scope, second, used)
            SELECT :c, 'number:' || :ours, floor(extract(epoch FROM now()))::bigint + n, 1 FROM generate_series(0, 8) AS n
            """)
        .param("c", leaver.client().value())
        .param("ours", leaver.ours())
        .update();
    var ref = confirmation(leaver);
    world.ring(List.of(ref));
    awaitState(ref, "accepted -");
    assertThat(world.field(ref, "fenced_at - created_at > interval '3 seconds'")).isEqualTo("t");
    assertThat(
            world.database.lines(
                "SELECT used FROM cap_counters WHERE client_id = '%s'".formatted(leaver.client())))
        .isEmpty();

    var night = leaver();
    lift(night.stop());
    admin
        .sql("UPDATE contacts SET time_zone = 'Asia/Tokyo' WHERE id = :id")
        .param("id", night.contact().value())
        .update();
    var manual = message(night, DispatchKind.MANUAL, IN_TIME);
    world.ring(List.of(manual));
    awaitState(manual, "given_back quiet_hours");
  }
}
