package com.omnify.kit.trial;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.kit.event.Doorbell;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.Channel;
import com.omnify.model.DispatchKind;
import com.omnify.model.event.ContactEvent;
import com.omnify.model.event.ContactEvent.ContactCreated;
import com.omnify.model.event.DeliveryEvent.DispatchAccepted;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.StepEvent;
import com.omnify.model.event.StepEvent.DispatchOpened;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EventId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestFleet;
import com.omnify.testkit.TestTokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.client.RestClient;

@OmnifySpringTest(service = "healer")
class EventsTest {

  @LocalServerPort int port;
  @Autowired TrialHandler handler;
  @Autowired Transactions transactions;
  @Autowired Outbox outbox;
  @Autowired Doorbell doorbell;

  private final ClientId client = new ClientId(Fixtures.id());

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(25));
  }

  @BeforeEach
  void reset() {
    handler.databaseAway = false;
    handler.poison.clear();
  }

  private static ContactId contact() {
    return new ContactId(Fixtures.id());
  }

  private DispatchRef ref(ContactId contact) {
    return new DispatchRef(
        client,
        contact,
        new DispatchId(Fixtures.id()),
        null,
        null,
        0,
        null,
        Channel.SMS,
        DispatchKind.STEP,
        1);
  }

  private DispatchAccepted accepted(ContactId contact) {
    return new DispatchAccepted(Fixtures.eventId(), Fixtures.NOON, ref(contact), "SM1", 1, 0);
  }

  private List<String> letters(ContactId contact) {
    return TestFleet.database()
        .lines(
            "SELECT state, attempts FROM healer_dead_letters WHERE key = '%s' ORDER BY kafka_offset"
                .formatted(contact));
  }

  private RestClient rest(String bearer) {
    return RestClient.builder()
        .baseUrl("http://127.0.0.1:" + port + "/api/v1")
        .defaultHeader("Authorization", bearer)
        .build();
  }

  private String letterOf(ContactId contact, String state) {
    return TestFleet.database()
        .lines(
            "SELECT id FROM healer_dead_letters WHERE key = '%s' AND state = '%s' ORDER BY kafka_offset"
                .formatted(contact, state))
        .getFirst();
  }

  private record Outcome(int replayed, int waiting, String error) {}

  private Outcome replay(String letter) {
    return rest(TestTokens.bearer(client, "admin"))
        .post()
        .uri("/dead-letters/{id}/replay", letter)
        .retrieve()
        .body(Outcome.class);
  }

  @Test
  void whatIsPublishedArrivesByKeyWithItsType() {
    var heard = TestFleet.kafka().events(Topic.CONTACTS, ContactEvent.class);
    ContactId contact = contact();
    var event =
        new ContactCreated(Fixtures.eventId(), Fixtures.NOON, client, contact, List.of("roof"));

    transactions.inClient(client, () -> outbox.publish(event));

    assertThat(heard.await(ContactCreated.class, 1)).containsExactly(event);
    var message = heard.records().getFirst();
    assertThat(message.key()).isEqualTo(contact.toString());
    assertThat(message.type()).isEqualTo("contact.created.v1");
    assertThat(message.json()).contains("\"contact_id\":\"" + contact + "\"");
    await()
        .untilAsserted(
            () ->
                assertThat(TestFleet.database().lines("SELECT count(*) FROM healer_outbox"))
                    .containsExactly("0"));
  }

  @Test
  void theDoorbellRings() {
    var heard = TestFleet.kafka().events(Topic.STEPS_SMS, StepEvent.class);
    var event = new DispatchOpened(Fixtures.eventId(), Fixtures.NOON, ref(contact()));

    doorbell.ring(List.of(event));

    assertThat(heard.await(DispatchOpened.class, 1)).containsExactly(event);
  }

  @Test
  void aKeysEventsComeInOrderAndInBatches() {
    ContactId contact = contact();
    var events = new ArrayList<DispatchAccepted>();
    for (int n = 0; n < 1_200; n++) {
      events.add(accepted(contact));
    }
    TestFleet.kafka().send(events);

    await().until(() -> handler.takenOf(contact.toString()).size() == events.size());
    assertThat(handler.takenOf(contact.toString()))
        .isEqualTo(events.stream().map(DispatchAccepted::eventId).toList());
    assertThat(handler.batches).allMatch(size -> size <= 500).anyMatch(size -> size > 50);
  }

  @Test
  void poisonHoldsItsOwnKeyOnlyAndReplayKeepsTheOrder() {
    ContactId sick = contact();
    ContactId well = contact();
    var before = accepted(sick);
    var poison = accepted(sick);
    var behind = accepted(sick);
    var other = accepted(well);
    handler.poison.add(poison.eventId());

    TestFleet.kafka().send(before, poison, behind, other);
    await().until(() -> !handler.takenOf(well.toString()).isEmpty());
    await().until(() -> letters(sick).size() == 2);
    // A later batch is parked, too.
    var later = accepted(sick);
    TestFleet.kafka().send(later);
    await().until(() -> letters(sick).size() == 3);

    assertThat(letters(sick)).containsExactly("dead|3", "parked|0", "parked|0");
    assertThat(handler.takenOf(sick.toString())).containsExactly(before.eventId());

    // Still sick: nothing overtakes it.
    Outcome failed = replay(letterOf(sick, "parked"));
    assertThat(failed.replayed()).isZero();
    assertThat(failed.waiting()).isEqualTo(3);
    assertThat(failed.error()).contains("poison");

    handler.poison.clear();
    assertThat(replay(letterOf(sick, "dead"))).isEqualTo(new Outcome(3, 0, null));
    assertThat(handler.takenOf(sick.toString()))
        .containsExactly(before.eventId(), poison.eventId(), behind.eventId(), later.eventId());

    // The key is free again.
    var after = accepted(sick);
    TestFleet.kafka().send(after);
    await().until(() -> handler.takenOf(sick.toString()).contains(after.eventId()));
    assertThat(letters(sick)).allMatch(letter -> letter.startsWith("replayed"));
  }

  @Test
  void whatCannotBeReadIsADeadLetterAndUnknownTypesAreSkipped() throws Exception {
    ContactId contact = contact();
    var kafka = TestFleet.kafka();
    kafka
        .sendRaw(Topic.DELIVERIES, contact.toString(), "dispatch.teleported.v1", "{ no json")
        .get();
    kafka.sendRaw(Topic.DELIVERIES, contact.toString(), null, "{}").get();
    var readable = accepted(contact);
    kafka.send(readable);
    await().until(() -> handler.takenOf(contact.toString()).contains(readable.eventId()));
    assertThat(letters(contact)).isEmpty();

    kafka
        .sendRaw(
            Topic.DELIVERIES,
            contact.toString(),
            "dispatch.accepted.v1",
            "{\"type\":\"dispatch.accepted.v1\",\"dispatch\":{\"client_id\":\""
                + client
                + "\"},\"at\":7x}")
        .get();
    await().until(() -> letters(contact).size() == 1);
    assertThat(letters(contact)).containsExactly("dead|1");
  }

  @Test
  void newerEventsAreReadWithWhatIsKnown() throws Exception {
    ContactId contact = contact();
    var event = Fixtures.eventId();
    String json =
        """
        {"type": "dispatch.rejected.v1", "event_id": "%s", "at": "2026-03-10T18:00:00Z", "novelty": {"a": [1]},
         "failure": "moon_phase", "code": "1",
         "dispatch": {"client_id": "%s", "contact_id": "%s", "dispatch_id": "%s", "version": 0,
           "channel": "sms", "kind": "step", "attempt": 1}}
        """
            .formatted(event, client, contact, Fixtures.id());
    TestFleet.kafka()
        .sendRaw(Topic.DELIVERIES, contact.toString(), "dispatch.rejected.v1", json)
        .get();

    await().until(() -> handler.takenOf(contact.toString()).contains(new EventId(event.value())));
  }

  @Test
  void whileTheSurroundingsAreAwayNothingBecomesADeadLetter() {
    ContactId contact = contact();
    int failuresBefore = handler.failures.get();
    handler.databaseAway = true;
    var event = accepted(contact);
    TestFleet.kafka().send(event);
    await().until(() -> handler.failures.get() >= failuresBefore + 4);
    handler.databaseAway = false;

    await().until(() -> handler.takenOf(contact.toString()).contains(event.eventId()));
    assertThat(letters(contact)).isEmpty();
  }

  @Test
  void aClientSeesItsOwnLettersOnly() {
    ContactId contact = contact();
    var poison = accepted(contact);
    handler.poison.add(poison.eventId());
    TestFleet.kafka().send(poison);
    await().until(() -> letters(contact).size() == 1);
    String id = letterOf(contact, "dead");

    assertThat(list(TestTokens.bearer(client, "admin"))).contains(id);
    assertThat(list(TestTokens.platform())).contains(id);
    ClientId stranger = new ClientId(Fixtures.id());
    assertThat(list(TestTokens.bearer(stranger, "owner"))).doesNotContain(id);
    int foreignReplay =
        rest(TestTokens.bearer(stranger, "owner"))
            .post()
            .uri("/dead-letters/{id}/replay", id)
            .exchange((_, response) -> response.getStatusCode().value());
    int asMember =
        rest(TestTokens.bearer(client, "member"))
            .get()
            .uri("/dead-letters")
            .exchange((_, response) -> response.getStatusCode().value());
    assertThat(foreignReplay).isEqualTo(404);
    assertThat(asMember).isEqualTo(403);
  }

  private String list(String bearer) {
    return rest(bearer).get().uri("/dead-letters?limit=200").retrieve().body(String.class);
  }
}
