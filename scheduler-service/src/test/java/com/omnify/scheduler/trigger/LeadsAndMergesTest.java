package com.omnify.scheduler.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.Channel;
import com.omnify.model.event.ContactEvent;
import com.omnify.model.event.Event;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.InteractionId;
import com.omnify.model.id.LeadId;
import com.omnify.model.id.SequenceId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestFleet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

/** Leads start what waits for them, and two contacts that are one do not hear everything twice. */
@OmnifySpringTest(service = "scheduler")
@TestPropertySource(properties = "omnify.scheduler.claims=false")
class LeadsAndMergesTest {

  private ClientId client;

  @BeforeEach
  void aClient() {
    client = TestFleet.fixtures().client();
  }

  private SequenceId waitsFor(String trigger, String conditions) {
    SequenceId id = TestFleet.fixtures().sequence(client, 2).id();
    TestFleet.database()
        .admin()
        .sql(
            """
            UPDATE omnify.sequences SET trigger_type = :trigger, trigger_conditions = :conditions::jsonb, active = true,
              entry_rule = 'always', reply_policy = 'stop' WHERE id = :id
            """)
        .param("trigger", trigger)
        .param("conditions", conditions)
        .param("id", id.value())
        .update();
    return id;
  }

  private LeadId lead(String form) {
    var id = new LeadId(Fixtures.id());
    TestFleet.database()
        .admin()
        .sql(
            """
            INSERT INTO omnify.leads (client_id, id, kind, external_id, form, state, payload)
            VALUES (:client, :id, 'api', :name, :form, 'received', '{}')
            """)
        .param("client", client.value())
        .param("id", id.value())
        .param("name", id.toString())
        .param("form", form)
        .update();
    return id;
  }

  private static void say(Event... events) {
    TestFleet.kafka().send(events);
  }

  private List<String> enrollments() {
    return TestFleet.database()
        .lines(
            "SELECT contact_id, sequence_id, status, source FROM omnify.enrollments WHERE client_id = '"
                + client
                + "' ORDER BY id");
  }

  private void await(List<String> expected) {
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () -> assertThat(enrollments()).containsExactlyInAnyOrderElementsOf(expected));
  }

  @Test
  void aLeadStartsWhatWaitsForItsFormOnce() {
    var roof =
        waitsFor(
            "form_submitted", "[{\"field\": \"form\", \"op\": \"equals\", \"value\": \"roof\"}]");
    var any = waitsFor("new_lead", "[]");
    ContactId contact = TestFleet.fixtures().contact(client);
    LeadId lead = lead("roof");
    var came =
        new ContactEvent.LeadCame(
            Fixtures.eventId(), Fixtures.NOON, client, contact, lead, true, List.of(), null);
    ContactId quiet = TestFleet.fixtures().contact(client);
    say(
        new ContactEvent.ContactCreated(
            Fixtures.eventId(), Fixtures.NOON, client, contact, List.of(), true),
        new ContactEvent.ContactCreated(
            Fixtures.eventId(), Fixtures.NOON, client, quiet, List.of("roof"), true),
        came,
        came);
    ContactId other = TestFleet.fixtures().contact(client);
    say(
        new ContactEvent.LeadCame(
            Fixtures.eventId(),
            Fixtures.NOON,
            client,
            other,
            lead("garden"),
            true,
            List.of(),
            null));
    await(
        List.of(
            contact + "|" + roof + "|active|trigger:form_submitted",
            contact + "|" + any + "|active|trigger:new_lead",
            other + "|" + any + "|active|trigger:new_lead"));
  }

  @Test
  void enrollmentsFollowAMergeAndWhatTheOtherSaidIsHeard() {
    var fixtures = TestFleet.fixtures();
    var both = fixtures.sequence(client, 2);
    var only = fixtures.sequence(client, 2);
    ContactId survivor = fixtures.contact(client);
    ContactId gone = fixtures.contact(client);
    fixtures.enrollment(client, survivor, both);
    fixtures.enrollment(client, gone, both);
    fixtures.enrollment(client, gone, only);
    TestFleet.database()
        .admin()
        .sql(
            """
            UPDATE omnify.contacts SET merged_into = :survivor, merged_at = now(), phone = NULL, email = NULL
            WHERE id = :gone
            """)
        .param("survivor", survivor.value())
        .param("gone", gone.value())
        .update();
    var merged =
        new ContactEvent.ContactMerged(Fixtures.eventId(), Fixtures.NOON, client, survivor, gone);
    say(merged, merged);
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () ->
                assertThat(
                        TestFleet.database()
                            .lines(
                                "SELECT contact_id, sequence_id, status, coalesce(status_reason, '-') FROM"
                                    + " omnify.enrollments WHERE client_id = '"
                                    + client
                                    + "'"))
                    .containsExactlyInAnyOrder(
                        survivor + "|" + both.id() + "|active|-",
                        survivor + "|" + both.id() + "|stopped|contact_merged",
                        survivor + "|" + only.id() + "|active|-"));
    // a reply that was still on its way, in the name of the one that is no more
    TestFleet.database()
        .admin()
        .sql("UPDATE omnify.sequences SET reply_policy = 'stop' WHERE client_id = :client")
        .param("client", client.value())
        .update();
    say(
        new InboundEvent.ReplyReceived(
            Fixtures.eventId(),
            Fixtures.NOON,
            client,
            gone,
            Channel.SMS,
            new InteractionId(Fixtures.id()),
            null));
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () ->
                assertThat(
                        TestFleet.database()
                            .lines(
                                "SELECT count(*) FROM omnify.enrollments WHERE status = 'replied' AND client_id = '"
                                    + client
                                    + "'"))
                    .containsExactly("2"));
  }
}
