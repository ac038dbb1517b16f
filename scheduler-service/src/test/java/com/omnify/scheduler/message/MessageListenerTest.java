package com.omnify.scheduler.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.omnify.model.DispatchKind;
import com.omnify.model.event.MessageEvent.MessageOrdered;
import com.omnify.model.event.OrderedMessage.OptOutConfirmation;
import com.omnify.model.event.StepEvent;
import com.omnify.model.event.StepEvent.DispatchOpened;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.EventId;
import com.omnify.model.id.SuppressionId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestFleet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** Orders to say something outside of sequences, as they become dispatches. */
@OmnifySpringTest(service = "scheduler")
@TestPropertySource(properties = "omnify.scheduler.claims=false")
class MessageListenerTest {

  private static final String OURS = "+12065550999";

  private final MessageListener listener;
  private ClientId client;
  private ContactId contact;
  private String phone;

  MessageListenerTest(@Autowired MessageListener listener) {
    this.listener = listener;
  }

  @BeforeEach
  void somebody() {
    client = TestFleet.fixtures().client();
    phone = Fixtures.phone();
    contact = TestFleet.fixtures().contact(client, phone);
  }

  /** As event-processor leaves it. */
  private SuppressionId optOut() {
    UUID interaction = Fixtures.id();
    TestFleet.database()
        .admin()
        .sql(
            """
            INSERT INTO contact_interactions (client_id, id, contact_id, channel, direction, identity, own_address,
              content_body, occurred_at)
            VALUES (:c, :id, :contact, 'sms', 'inbound', :phone, :ours, 'take me off your list', now())
            """)
        .param("c", client.value())
        .param("id", interaction)
        .param("contact", contact.value())
        .param("phone", phone)
        .param("ours", OURS)
        .update();
    return new SuppressionId(
        TestFleet.database()
            .admin()
            .sql(
                """
                INSERT INTO suppressions (client_id, channel, identity, reason, source_interaction_id)
                VALUES (:c, 'sms', :phone, 'opt_out', :source) RETURNING id
                """)
            .param("c", client.value())
            .param("phone", phone)
            .param("source", interaction)
            .query(UUID.class)
            .single());
  }

  private MessageOrdered order(EventId id, SuppressionId suppression) {
    return new MessageOrdered(
        id, Fixtures.NOON, client, contact, new OptOutConfirmation(suppression));
  }

  private List<String> dispatches() {
    return TestFleet.database()
        .lines(
            """
            SELECT d.kind, d.state, d.contact_id, d.enrollment_id, d.urgent, t.body, t.identity, t.own_address,
              t.suppression_id, t.not_after = s.created_at + interval '5 minutes'
            FROM dispatches d
            JOIN dispatch_texts t ON t.client_id = d.client_id AND t.dispatch_id = d.id
            JOIN suppressions s ON s.client_id = t.client_id AND s.id = t.suppression_id
            WHERE d.client_id = '%s' ORDER BY d.id
            """
                .formatted(client));
  }

  @Test
  void anOrderBecomesOneDispatchHoweverOftenItComes() throws Exception {
    var stop = optOut();
    var name =
        TestFleet.database()
            .lines("SELECT name FROM clients WHERE id = '" + client + "'")
            .getFirst();
    var ordered = order(Fixtures.eventId(), stop);
    try (var rung = TestFleet.kafka().events(Topic.STEPS_SMS, StepEvent.class)) {
      TestFleet.kafka().send(ordered, ordered);
      await().until(() -> !dispatches().isEmpty());
      listener.handle(List.of(ordered, ordered));
      // Another order for the same opt-out is no reason to say it again.
      listener.handle(List.of(order(Fixtures.eventId(), stop)));

      assertThat(dispatches())
          .containsExactly(
              "opt_out_confirmation|ready|%s|null|t|%s: You are unsubscribed and will get no more messages. Reply START to get them again.|%s|%s|%s|t"
                  .formatted(contact, name, phone, OURS, stop));
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          rung.all(DispatchOpened.class).stream()
                              .filter(event -> event.clientId().equals(client)))
                      .singleElement()
                      .satisfies(
                          event -> {
                            assertThat(event.dispatch().kind())
                                .isEqualTo(DispatchKind.OPT_OUT_CONFIRMATION);
                            assertThat(event.dispatch().enrollmentId()).isNull();
                          }));
    }
  }

  @Test
  void theClientsOwnWordsAreSaidAndTheNextOptOutHasAConfirmationOfItsOwn() {
    TestFleet.database()
        .admin()
        .sql(
            """
            INSERT INTO client_profiles (client_id, opt_out_confirmation) VALUES (:c, 'Acme: done.')
            ON CONFLICT (client_id) DO UPDATE SET opt_out_confirmation = excluded.opt_out_confirmation
            """)
        .param("c", client.value())
        .update();
    var first = optOut();
    listener.handle(List.of(order(Fixtures.eventId(), first)));
    TestFleet.database()
        .admin()
        .sql("UPDATE suppressions SET lifted_at = now() WHERE id = :id")
        .param("id", first.value())
        .update();
    var second = optOut();
    listener.handle(List.of(order(Fixtures.eventId(), second)));

    assertThat(dispatches())
        .hasSize(2)
        .allSatisfy(row -> assertThat(row).contains("|Acme: done.|"));
  }

  @Test
  void whatDoesNotExistIsNotConfirmed() {
    listener.handle(List.of(order(Fixtures.eventId(), new SuppressionId(Fixtures.id()))));
    assertThat(dispatches()).isEmpty();
  }
}
