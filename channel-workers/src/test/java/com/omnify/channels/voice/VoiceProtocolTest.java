package com.omnify.channels.voice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.omnify.channels.WorkerFixture;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.CallDisposition;
import com.omnify.model.Channel;
import com.omnify.model.DispatchKind;
import com.omnify.model.DispatchState;
import com.omnify.model.FailureType;
import com.omnify.model.HoldReason;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DeliveryEvent.CallEnded;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.ProviderAccountId;
import com.omnify.sandbox.fault.FaultSettings;
import com.omnify.sandbox.fault.Outcome;
import com.omnify.testkit.EventsOn;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestKafka;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** Calls by the service as it runs, a real database and broker, and VAPI on its wire. */
@OmnifySpringTest(service = "channels")
@TestPropertySource(
    properties = {
      "omnify.channels.lag=400ms",
      "omnify.channels.sweep-every=200ms",
      "omnify.channels.stale-after=2s"
    })
class VoiceProtocolTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static WorkerFixture world;
  private static EventsOn<DeliveryEvent> deliveries;

  @BeforeAll
  static void begin(TestDatabase database, TestKafka kafka, Fixtures fixtures) throws Exception {
    world = new WorkerFixture(database, kafka, fixtures);
    deliveries = kafka.events(Topic.DELIVERIES, DeliveryEvent.class);
  }

  @AfterAll
  static void end() throws Exception {
    deliveries.close();
    world.close();
  }

  @BeforeEach
  void noon(@Autowired FleetClock clock) {
    WorkerFixture.awaitNoon(clock);
  }

  @AfterEach
  void mend() {
    world.sandbox.faults(FaultSettings.NONE);
  }

  /** A client with a number that calls; VAPI knows each by its key. */
  private record Caller(ClientId client, ProviderAccountId account) {}

  private static Caller caller(int concurrency) {
    ClientId client = world.client();
    var account =
        world.fixtures.account(
            client,
            "vapi",
            world.sandbox.uri() + "/vapi",
            "{\"concurrency\": " + concurrency + "}");
    update(
        "UPDATE provider_accounts SET auth_token = '%s', webhook_secret = 'hook' WHERE id = '%s'"
            .formatted(UUID.randomUUID(), account));
    update(
        """
        UPDATE phone_numbers SET voice_enabled = true, voice_account_id = '%s', voice_number_id = '%s'
        WHERE client_id = '%s'
        """
            .formatted(account, UUID.randomUUID(), client));
    return new Caller(client, account);
  }

  private static void update(String sql) {
    world.database.admin().sql(sql).update();
  }

  private static List<String> lines(String sql) {
    return world.database.lines(sql);
  }

  private static DispatchRef ready(Caller caller) {
    return ready(caller, "Hi {{ first_name }}, may I ask {{ company | default: 'you' }}?");
  }

  private static DispatchRef ready(Caller caller, String firstMessage) {
    ClientId client = caller.client();
    var sequence = world.fixtures.sequence(client, 1);
    world
        .database
        .admin()
        .sql(
            """
            UPDATE sequence_steps SET kind = 'voice', content = jsonb_build_object(
              'first_message', :first::text, 'system_prompt', 'You call for {{ client_name }}.',
              'max_minutes', 5)
            WHERE sequence_id = :sequence
            """)
        .param("first", firstMessage)
        .param("sequence", sequence.id().value())
        .update();
    var contact = world.fixtures.contact(client);
    var enrollment = world.fixtures.enrollment(client, contact, sequence);
    var ref =
        new DispatchRef(
            client,
            contact,
            new DispatchId(Fixtures.id()),
            enrollment,
            sequence.id(),
            1,
            sequence.step(1),
            Channel.VOICE,
            DispatchKind.STEP,
            1);
    update(
        "UPDATE enrollments SET open_dispatch_id = '%s' WHERE id = '%s'"
            .formatted(ref.dispatchId(), enrollment));
    world.fixtures.insert(ref, DispatchState.READY);
    return ref;
  }

  private static DispatchRef call(Caller caller) {
    DispatchRef ref = ready(caller);
    world.ring(List.of(ref));
    return ref;
  }

  private static <T extends DeliveryEvent> T heard(Class<T> kind, DispatchRef ref) {
    return await(kind.getSimpleName())
        .atMost(PATIENCE)
        .until(
            () ->
                deliveries.all(kind).stream()
                    .filter(event -> event.dispatch().equals(ref))
                    .findFirst(),
            java.util.Optional::isPresent)
        .orElseThrow();
  }

  private static int slots(Caller caller) {
    return Integer.parseInt(
        lines(
                "SELECT count(*) FROM voice_slots WHERE provider_account_id = '%s'"
                    .formatted(caller.account()))
            .getFirst());
  }

  private static CallEnded ended(
      DispatchRef ref, CallDisposition how, @Nullable FailureType failure, String reason) {
    return new CallEnded(
        Fixtures.eventId(), Instant.now(), ref, how, failure, reason, 42, 70_000, "call-1");
  }

  private static int placed(DispatchRef ref) {
    return world.accepted().getOrDefault(ref.dispatchId().toString(), 0);
  }

  @Test
  void aDoorbellBecomesOneCallAndItsEndFreesTheSlot(TestKafka kafka) {
    Caller caller = caller(10);
    DispatchRef ref = ready(caller);
    update(
        "UPDATE contacts SET company = 'A {{customer.number}}' WHERE id = '%s'"
            .formatted(ref.contactId()));
    world.ring(List.of(ref, ref));
    world.ring(List.of(ref));
    var accepted = heard(DeliveryEvent.DispatchAccepted.class, ref);
    assertThat(placed(ref)).isOne();
    assertThat(accepted.segments()).isZero();
    assertThat(
            lines(
                "SELECT channel, direction, content_body FROM contact_interactions WHERE id = '%s'"
                    .formatted(ref.dispatchId())))
        .containsExactly("voice|outbound|Hi Ada, may I ask A { {customer.number} }?");
    assertThat(
            lines(
                """
                SELECT until BETWEEN now() + interval '7 minutes' AND now() + interval '8 minutes'
                FROM voice_slots WHERE dispatch_id = '%s'
                """
                    .formatted(ref.dispatchId())))
        .containsExactly("t");

    kafka.send(ended(ref, CallDisposition.ANSWERED, null, "customer-ended-call"));
    await().atMost(PATIENCE).until(() -> slots(caller) == 0);
    assertThat(
            world.field(
                ref,
                "delivery_status || ' ' || ended_reason || ' ' || call_seconds || ' ' || state"))
        .isEqualTo("delivered customer-ended-call 42 accepted");
    // The first word counts.
    kafka.send(ended(ref, CallDisposition.BUSY, FailureType.CALL_BUSY, "customer-busy"));
    DispatchRef other = call(caller);
    heard(DeliveryEvent.DispatchAccepted.class, other);
    assertThat(world.field(ref, "ended_reason || coalesce(failure, '')"))
        .isEqualTo("customer-ended-call");
  }

  private record Row(Outcome fault, int calls, String state, int slots) {}

  /** What VAPI does to one request, and where it ends: found out, never tried again. */
  @Test
  void whateverHappensItIsOneCallAtMostAndFoundOut() {
    var wanted =
        List.of(
            new Row(Outcome.OK, 1, "accepted", 1),
            new Row(Outcome.BAD_REQUEST, 0, "rejected", 0),
            new Row(Outcome.TOO_MANY_REQUESTS, 0, "rejected", 0),
            new Row(Outcome.SERVER_ERROR, 0, "not_sent", 0),
            new Row(Outcome.UNAVAILABLE, 0, "not_sent", 0),
            new Row(Outcome.ACCEPT_THEN_500, 1, "accepted", 1),
            new Row(Outcome.RESET_BEFORE, 0, "not_sent", 0),
            new Row(Outcome.RESET_AFTER, 1, "accepted", 1),
            new Row(Outcome.DROP_AFTER, 1, "accepted", 1));
    var seen = new ArrayList<Row>();
    var table =
        new StringBuilder("\n| VAPI | calls placed | state | slots held |\n|---|---|---|---|\n");
    for (Row row : wanted) {
      Caller caller = caller(10);
      world.sandbox.script(row.fault());
      DispatchRef ref = call(caller);
      await(row.fault().wire())
          .atMost(PATIENCE)
          .until(
              () -> Stream.of("ready", "sending", "unknown").noneMatch(world.state(ref)::equals));
      var it = new Row(row.fault(), placed(ref), world.state(ref), slots(caller));
      seen.add(it);
      table.append(
          "| %s | %d | %s | %d |\n"
              .formatted(it.fault().wire(), it.calls(), it.state(), it.slots()));
    }
    System.out.println(table);
    assertThat(seen).isEqualTo(wanted);
  }

  @Test
  void theReportOfItsEndProvesACall(TestKafka kafka) {
    Caller caller = caller(10);
    world.sandbox.faults(new FaultSettings.Switches().listLagMs(60_000).settings());
    world.sandbox.script(Outcome.RESET_AFTER);
    DispatchRef ref = call(caller);
    heard(DeliveryEvent.DispatchUnknown.class, ref);
    // Nobody knows whether it is under way.
    assertThat(slots(caller)).isOne();
    kafka.send(ended(ref, CallDisposition.BUSY, FailureType.CALL_BUSY, "customer-busy"));
    assertThat(heard(DeliveryEvent.DispatchAccepted.class, ref).providerId()).isEqualTo("call-1");
    await().atMost(PATIENCE).until(() -> slots(caller) == 0);
    assertThat(world.field(ref, "state || ' ' || delivery_status || ' ' || failure"))
        .isEqualTo("accepted undelivered call_busy");
  }

  @Test
  void whoFindsNoSlotIsGivenBackWithATime(@Autowired FleetClock clock) {
    Caller caller = caller(2);
    List<DispatchRef> five = Stream.generate(() -> ready(caller)).limit(5).toList();
    world.ring(five);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                five.stream()
                    .map(world::state)
                    .noneMatch(state -> List.of("ready", "sending").contains(state)));
    assertThat(five.stream().map(world::state).sorted())
        .containsExactly("accepted", "accepted", "given_back", "given_back", "given_back");
    assertThat(slots(caller)).isEqualTo(2);
    DispatchRef held =
        five.stream()
            .filter(ref -> world.state(ref).equals("given_back"))
            .findFirst()
            .orElseThrow();
    var givenBack = heard(DeliveryEvent.DispatchGivenBack.class, held);
    assertThat(givenBack.reason()).isEqualTo(HoldReason.PROVIDER_BUSY);
    assertThat(givenBack.until()).isBetween(givenBack.at(), givenBack.at().plusSeconds(181));
  }

  @Test
  void whatMustNotBeSaidIsWithdrawnWithItsReason() {
    Caller caller = caller(10);
    DispatchRef suppressed = ready(caller);
    DispatchRef suppressedForTexts = ready(caller);
    for (DispatchRef ref : List.of(suppressed, suppressedForTexts)) {
      update(
          """
          INSERT INTO suppressions (client_id, channel, identity, reason)
          SELECT client_id, '%s', phone, 'opt_out' FROM contacts WHERE id = '%s'
          """
              .formatted(ref == suppressed ? "voice" : "sms", ref.contactId()));
    }
    DispatchRef nameless = ready(caller, "Hi {{ company }}");
    Caller unproven = caller(10);
    DispatchRef deaf = ready(unproven);
    update(
        "UPDATE provider_accounts SET webhook_secret = NULL WHERE id = '%s'"
            .formatted(unproven.account()));
    update("UPDATE contacts SET company = NULL WHERE id = '%s'".formatted(nameless.contactId()));
    world.ring(List.of(suppressed, suppressedForTexts, nameless, deaf));
    assertThat(heard(DeliveryEvent.DispatchCancelled.class, suppressed).reason())
        .isEqualTo(HoldReason.SUPPRESSED);
    assertThat(heard(DeliveryEvent.DispatchCancelled.class, nameless).reason())
        .isEqualTo(HoldReason.MISSING_VARIABLE);
    assertThat(heard(DeliveryEvent.DispatchCancelled.class, deaf).reason())
        .isEqualTo(HoldReason.NO_SENDER);
    heard(DeliveryEvent.DispatchAccepted.class, suppressedForTexts);
    assertThat(placed(suppressed) + placed(nameless) + placed(deaf)).isZero();
    assertThat(slots(caller)).isOne();
  }
}
