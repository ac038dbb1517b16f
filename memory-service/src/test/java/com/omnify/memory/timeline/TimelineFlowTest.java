package com.omnify.memory.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.CallDisposition;
import com.omnify.model.Channel;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.DispatchKind;
import com.omnify.model.DispatchState;
import com.omnify.model.EngagementKind;
import com.omnify.model.FailureType;
import com.omnify.model.event.ContactEvent;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.Event;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.InteractionId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestFleet;
import com.omnify.testkit.TestTokens;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@OmnifySpringTest(service = "memory")
class TimelineFlowTest {

  private static final Instant NOON = Fixtures.NOON;

  @LocalServerPort int port;

  private Fixtures fixtures;
  private ClientId client;
  private ContactId contact;
  private String phone;
  private Fixtures.PublishedSequence sequence;

  @BeforeEach
  void aContactInASequence() {
    fixtures = TestFleet.fixtures();
    client = fixtures.client();
    phone = Fixtures.phone();
    contact = fixtures.contact(client, phone);
    sequence = fixtures.sequence(client, 3);
  }

  private DispatchRef said(ContactId to, Instant at) {
    var ref =
        Fixtures.ref(
            client,
            to,
            new EnrollmentId(Fixtures.id()),
            sequence,
            1,
            new DispatchId(Fixtures.id()),
            1);
    interaction(new InteractionId(ref.dispatchId().value()), to, "outbound", phone, "Hello", at);
    return ref;
  }

  private InteractionId heard(ContactId from, String identity, String body, Instant at) {
    var id = new InteractionId(Fixtures.id());
    interaction(id, from, "inbound", identity, body, at);
    return id;
  }

  private void interaction(
      InteractionId id, ContactId of, String direction, String identity, String body, Instant at) {
    TestFleet.database()
        .admin()
        .sql(
            """
            INSERT INTO omnify.contact_interactions (client_id, id, contact_id, channel, direction, identity, own_address,
              content_body, occurred_at)
            VALUES (:client, :id, :contact, 'sms', :direction, :identity, '+12065550999', :body, :at)
            """)
        .param("client", client.value())
        .param("id", id.value())
        .param("contact", of == null ? null : of.value())
        .param("direction", direction)
        .param("identity", identity)
        .param("body", body)
        .param("at", at.atOffset(ZoneOffset.UTC))
        .update();
  }

  private static DeliveryEvent accepted(DispatchRef ref) {
    return new DeliveryEvent.DispatchAccepted(
        Fixtures.eventId(), NOON, ref, "SM" + ref.dispatchId(), 1, 7900);
  }

  private static DeliveryEvent reported(DispatchRef ref, DeliveryStatus status) {
    return new DeliveryEvent.DeliveryReported(
        Fixtures.eventId(),
        NOON,
        ref,
        status,
        status.isFailure() ? FailureType.SMS_UNDELIVERED : null,
        status.isFailure() ? "30003" : null,
        "SM" + ref.dispatchId());
  }

  private InboundEvent reply(InteractionId id) {
    return new InboundEvent.ReplyReceived(
        Fixtures.eventId(), NOON, client, contact, Channel.SMS, id, null);
  }

  private JsonNode get(String path) {
    try {
      var request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + port + "/api/v1/contacts/" + contact + path))
              .header("Authorization", TestTokens.bearer(client, "member"))
              .build();
      return JsonMapper.shared()
          .readTree(
              HttpClient.newHttpClient()
                  .send(request, HttpResponse.BodyHandlers.ofString())
                  .body());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void settle() {
    // a last event of the same keys: what was sent before it has been taken in by then
    var last = said(contact, NOON.minusSeconds(86_400));
    TestFleet.kafka().send(reported(last, DeliveryStatus.FAILED));
    var lastHeard = heard(contact, phone, "last", NOON.minusSeconds(86_400));
    TestFleet.kafka().send(reply(lastHeard));
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(
                        TestFleet.database()
                            .lines(
                                "SELECT outcome FROM omnify.contact_interactions WHERE id IN ('"
                                    + last.dispatchId()
                                    + "', '"
                                    + lastHeard
                                    + "') ORDER BY outcome"))
                    .containsExactly("failed", "received"));
  }

  private static final String RECOMPUTED =
      """
      SELECT count(*) FILTER (WHERE direction = 'outbound'), count(*) FILTER (WHERE direction = 'inbound'),
        min(occurred_at), max(occurred_at), (array_agg(id ORDER BY occurred_at DESC, id DESC))[1],
        (array_agg(direction ORDER BY occurred_at DESC, id DESC))[1],
        max(occurred_at) FILTER (WHERE direction = 'outbound'), max(occurred_at) FILTER (WHERE direction = 'inbound'),
        (array_agg(content_body ORDER BY id DESC) FILTER (WHERE direction = 'inbound'))[1]
      FROM omnify.contact_interactions
      WHERE contact_id = '%s' AND outcome IN ('sent', 'delivered', 'undelivered', 'failed', 'received')
      """;

  private static final String KEPT =
      """
      SELECT outbound_sms, inbound_sms, first_contact_at, last_interaction_at, last_interaction_id, last_direction,
        last_outbound_at, last_inbound_at, last_inbound_sms
      FROM omnify.contact_contexts WHERE contact_id = '%s'
      """;

  @Test
  void anyOrderAndAnyRepetitionEndInTheSameContext() {
    var events = new ArrayList<Event>();
    var random = new Random(3);
    for (int n = 0; n < 20; n++) {
      var ref = said(contact, NOON.plusSeconds(random.nextInt(100_000)));
      switch (n % 5) {
        case 0 -> events.add(accepted(ref));
        case 1 -> {
          events.add(accepted(ref));
          events.add(reported(ref, DeliveryStatus.SENT));
          events.add(reported(ref, DeliveryStatus.DELIVERED));
        }
        case 2 -> {
          events.add(accepted(ref));
          events.add(reported(ref, DeliveryStatus.UNDELIVERED));
        }
        case 3 ->
            events.add(
                new DeliveryEvent.DispatchRejected(
                    Fixtures.eventId(), NOON, ref, FailureType.INVALID_NUMBER, "21211"));
        default -> {
          events.add(new DeliveryEvent.DispatchUnknown(Fixtures.eventId(), NOON, ref, "timeout"));
          events.add(reported(ref, DeliveryStatus.QUEUED));
        }
      }
      if (n % 3 == 0) {
        events.add(
            reply(heard(contact, phone, "answer " + n, NOON.plusSeconds(random.nextInt(100_000)))));
      }
    }
    var all = new ArrayList<Event>();
    for (int copy = 0; copy < 5; copy++) {
      all.addAll(events);
    }
    Collections.shuffle(all, random);
    TestFleet.kafka().send(all);
    settle();
    assertThat(TestFleet.database().lines(KEPT.formatted(contact)))
        .isEqualTo(TestFleet.database().lines(RECOMPUTED.formatted(contact)));
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT outcome, count(*) FROM omnify.contact_interactions WHERE direction = 'outbound' AND contact_id = '"
                        + contact
                        + "' GROUP BY 1 ORDER BY 1"))
        .containsExactly("delivered|4", "failed|1", "rejected|4", "sent|8", "undelivered|4");
    JsonNode context = get("/context");
    assertThat(context.get("outbound_sms").asInt()).isEqualTo(17);
    assertThat(context.get("inbound_sms").asInt()).isEqualTo(8);
  }

  @Test
  void aConfirmationIsToldFromAStep() {
    var step = said(contact, NOON);
    var confirmation =
        new DispatchRef(
            client,
            contact,
            new DispatchId(Fixtures.id()),
            null,
            null,
            0,
            null,
            Channel.SMS,
            DispatchKind.OPT_OUT_CONFIRMATION,
            1);
    fixtures.insert(step, DispatchState.ACCEPTED);
    fixtures.insert(confirmation, DispatchState.ACCEPTED);
    interaction(
        new InteractionId(confirmation.dispatchId().value()),
        contact,
        "outbound",
        phone,
        "You are unsubscribed",
        NOON.plusSeconds(2));
    heard(contact, phone, "thanks", NOON.plusSeconds(3));
    TestFleet.kafka().send(accepted(step), accepted(confirmation));
    Awaitility.await().until(() -> get("/context").get("outbound_sms").asInt() == 2);

    var kinds = new ArrayList<String>();
    get("/timeline")
        .get("items")
        .forEach(
            item -> kinds.add(item.get("kind").asString() + " " + item.get("outcome").asString()));
    assertThat(kinds).hasSize(3);
    assertThat(kinds.subList(1, 3)).containsExactly("opt_out_confirmation sent", "step sent");
    assertThat(get("/timeline").get("items").get(0).get("kind").isNull()).isTrue();
  }

  @Test
  void timelinePagesAndFilters() {
    for (int n = 0; n < 7; n++) {
      said(contact, NOON.plusSeconds(n / 2));
      heard(contact, phone, "answer " + n, NOON.plusSeconds(n / 2));
    }
    var bodies = new ArrayList<String>();
    String cursor = "";
    do {
      JsonNode page = get("/timeline?limit=4" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
      page.get("items").forEach(item -> bodies.add(item.get("id").asString()));
      cursor = page.get("next_cursor").isNull() ? "" : page.get("next_cursor").asString();
    } while (!cursor.isEmpty());
    assertThat(bodies).hasSize(14).doesNotHaveDuplicates();
    assertThat(get("/timeline?direction=inbound").get("items").size()).isEqualTo(7);
    assertThat(get("/timeline?channel=email").get("items").size()).isZero();
    assertThat(get("/timeline?channel=fax").get("status").asInt()).isEqualTo(400);
    assertThat(get("/context").get("outbound_sms").asInt()).isZero();
    contact = new ContactId(Fixtures.id());
    assertThat(get("/timeline").get("status").asInt()).isEqualTo(404);
    assertThat(get("/context").get("status").asInt()).isEqualTo(404);
  }

  @Test
  void strangerBecomesAContactOnce() {
    String stranger = Fixtures.phone();
    String hash = "ab".repeat(32);
    var first = heard(null, stranger, "Hello?", NOON);
    var second = heard(null, stranger, "Anyone?", NOON.plusSeconds(5));
    List<Event> wrote =
        List.of(
            new InboundEvent.UnknownSenderWrote(
                Fixtures.eventId(), NOON, client, Channel.SMS, first, hash),
            new InboundEvent.UnknownSenderWrote(
                Fixtures.eventId(), NOON, client, Channel.SMS, second, hash));
    TestFleet.kafka().send(wrote);
    TestFleet.kafka().send(wrote);
    try (var events = TestFleet.kafka().events(Topic.CONTACTS, ContactEvent.class)) {
      events.await(ContactEvent.ContactResolved.class, 2);
      settle();
      var resolved =
          events.all(ContactEvent.ContactResolved.class).stream()
              .filter(event -> event.clientId().equals(client))
              .toList();
      assertThat(resolved)
          .extracting(ContactEvent.ContactResolved::interactionId)
          .containsExactlyInAnyOrder(first, second);
      assertThat(resolved).allMatch(event -> event.identityHash().equals(hash));
      assertThat(events.all(ContactEvent.ContactCreated.class))
          .filteredOn(event -> event.clientId().equals(client))
          .hasSize(1);
      assertThat(
              TestFleet.database()
                  .lines(
                      "SELECT phone, source, phone_time_zones, inbound_sms, last_inbound_sms FROM omnify.contacts c"
                          + " JOIN omnify.contact_contexts x ON x.contact_id = c.id WHERE c.id = '"
                          + resolved.getFirst().contactId()
                          + "'"))
          .containsExactly(stranger + "|inbound_sms|{America/Los_Angeles}|2|Anyone?");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What event-processor has been told of a call. */
  private void call(InteractionId id, String direction, String disposition, String words) {
    TestFleet.database()
        .admin()
        .sql(
            """
            INSERT INTO omnify.calls (client_id, provider, call_id, direction, interaction_id, identity, disposition,
              ended_reason, ended_at, reported, seconds, cost_micros, recording_url, summary, turns)
            VALUES (:client, 'vapi', 'call-' || :id, :direction, :id, :identity, :disposition, 'why', now(), true, 95, 1,
              'https://r.example/1.wav', 'They talked.', :words::jsonb)
            """)
        .param("client", client.value())
        .param("id", id.value())
        .param("direction", direction)
        .param("identity", phone)
        .param("disposition", disposition)
        .param("words", words)
        .update();
  }

  private InteractionId ring(ContactId from, String identity) {
    InteractionId id = heard(from, identity, "", NOON);
    TestFleet.database()
        .admin()
        .sql("UPDATE omnify.contact_interactions SET channel = 'voice' WHERE id = :id")
        .param("id", id.value())
        .update();
    return id;
  }

  @Test
  void theReportOfACallIsTakenIntoItsInteraction() {
    var ref = said(contact, NOON);
    var id = new InteractionId(ref.dispatchId().value());
    TestFleet.database()
        .admin()
        .sql("UPDATE omnify.contact_interactions SET channel = 'voice' WHERE id = :id")
        .param("id", id.value())
        .update();
    call(
        id,
        "outbound",
        "answered",
        "[{\"role\": \"user\", \"text\": \"Hi\", \"at_seconds\": 1.5}]");
    var ended =
        new DeliveryEvent.CallEnded(
            Fixtures.eventId(), NOON, ref, CallDisposition.ANSWERED, null, "why", 95, 1, "call");
    TestFleet.kafka().send(ended, ended);
    settle();
    JsonNode item = get("/timeline?channel=voice").get("items").get(0);
    assertThat(item.get("call_seconds").asInt()).isEqualTo(95);
    assertThat(item.get("ended_reason").asString()).isEqualTo("why");
    assertThat(item.get("recording_url").asString()).isEqualTo("https://r.example/1.wav");
    assertThat(item.get("summary").asString()).isEqualTo("They talked.");
    assertThat(item.get("turns").get(0).get("text").asString()).isEqualTo("Hi");
    assertThat(item.get("outcome").asString()).isEqualTo("delivered");
    assertThat(get("/context").get("calls").asInt()).isOne();
  }

  @Test
  void aMissedCallStandsInTheTimelineAndAStrangerBecomesAContactByIt() throws Exception {
    var mine = ring(contact, phone);
    call(mine, "inbound", "no_answer", null);
    String stranger = Fixtures.phone();
    var theirs = ring(null, stranger);
    call(theirs, "inbound", "busy", null);
    String hash = "cd".repeat(32);
    // a second stranger, who was introduced while it rang
    String quick = Fixtures.phone();
    var ringing = ring(null, quick);
    var unknown =
        new InboundEvent.CallMissed(
            Fixtures.eventId(), NOON, client, null, Channel.VOICE, theirs, hash);
    TestFleet.kafka()
        .send(
            new InboundEvent.CallMissed(
                Fixtures.eventId(), NOON, client, contact, Channel.VOICE, mine, hash),
            unknown,
            new InboundEvent.UnknownSenderWrote(
                Fixtures.eventId(), NOON, client, Channel.VOICE, ringing, hash));
    settle();
    call(ringing, "inbound", "failed", null);
    var late =
        new InboundEvent.CallMissed(
            Fixtures.eventId(), NOON, client, null, Channel.VOICE, ringing, hash);
    TestFleet.kafka().send(unknown, late, late);
    settle();
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT outcome, call_seconds FROM omnify.contact_interactions WHERE channel = 'voice' AND client_id = '"
                        + client
                        + "'"))
        .containsExactly("missed|95", "missed|95", "missed|95");
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT source FROM omnify.contacts WHERE phone IN ('"
                        + stranger
                        + "', '"
                        + quick
                        + "')"))
        .containsExactly("inbound_call", "inbound_call");
    try (var events = TestFleet.kafka().events(Topic.CONTACTS, ContactEvent.class)) {
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(
                          events.all(ContactEvent.ContactResolved.class).stream()
                              .filter(event -> event.clientId().equals(client))
                              .map(ContactEvent.ContactResolved::interactionId))
                      // once when they were introduced, once when it turned out that nobody had
                      // answered
                      .containsExactlyInAnyOrder(theirs, ringing, ringing));
    }
  }

  @Test
  void whoWritesByMailBecomesAContactWithThatAddress() throws Exception {
    String address = "bo-" + Fixtures.id() + "@home.example";
    var first = heard(null, address, "Do you fix boilers?", NOON);
    TestFleet.kafka()
        .send(
            new InboundEvent.UnknownSenderWrote(
                Fixtures.eventId(), NOON, client, Channel.EMAIL, first, "cd".repeat(32)));
    try (var events = TestFleet.kafka().events(Topic.CONTACTS, ContactEvent.class)) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  events.all(ContactEvent.ContactResolved.class).stream()
                      .anyMatch(each -> each.interactionId().equals(first)));
    }
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT email, phone, source FROM omnify.contacts WHERE email = '"
                        + address
                        + "'"))
        .containsExactly(address + "|null|inbound_email");
  }

  @Test
  void aMailIsOpenedAndFollowedFirstOnce() {
    var mail = said(contact, NOON);
    TestFleet.kafka()
        .send(
            engaged(mail, EngagementKind.OPENED, NOON.plusSeconds(90)),
            engaged(mail, EngagementKind.CLICKED, NOON.plusSeconds(95)),
            engaged(mail, EngagementKind.OPENED, NOON.plusSeconds(60)));
    settle();
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT opened_at - occurred_at, clicked_at - occurred_at, outcome FROM omnify.contact_interactions"
                        + " WHERE id = '"
                        + mail.dispatchId()
                        + "'"))
        .containsExactly("00:01:00|00:01:35|delivered");
  }

  private static DeliveryEvent.EngagementReported engaged(
      DispatchRef mail, EngagementKind kind, Instant at) {
    return new DeliveryEvent.EngagementReported(Fixtures.eventId(), at, mail, kind);
  }
}
