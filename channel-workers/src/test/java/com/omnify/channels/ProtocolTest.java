package com.omnify.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.omnify.channels.email.RawSmtp;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.FailureType;
import com.omnify.model.HoldReason;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DeliveryEvent.DeliveryReported;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.sandbox.fault.FaultSettings;
import com.omnify.sandbox.fault.Outcome;
import com.omnify.testkit.EventsOn;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestKafka;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** The service as it runs, a real database and broker, and a provider on the real wire. */
@OmnifySpringTest(service = "channels")
@TestPropertySource(
    properties = {
      "omnify.channels.lag=400ms",
      "omnify.channels.sweep-every=200ms",
      "omnify.channels.stale-after=2s"
    })
class ProtocolTest {

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

  private static void awaitState(DispatchRef ref, String state) {
    await(state)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(25))
        .untilAsserted(() -> assertThat(world.state(ref)).isEqualTo(state));
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

  @Test
  void aDoorbellBecomesOneMessage() {
    ClientId client = world.client();
    world
        .database
        .admin()
        .sql("INSERT INTO price_book VALUES (:c, 'sms_segment', 7900)")
        .param("c", client.value())
        .update();
    var ref = world.ready(client, world.fixtures.sequence(client, 1));
    world.ring(List.of(ref, ref));
    world.ring(List.of(ref));

    var accepted = heard(DeliveryEvent.DispatchAccepted.class, ref);

    assertThat(world.accepted()).containsEntry(ref.dispatchId().toString(), 1);
    assertThat(accepted.segments()).isEqualTo(1);
    assertThat(accepted.costMicros()).isEqualTo(7900);
    assertThat(world.field(ref, "state || ' ' || provider_id"))
        .isEqualTo("accepted " + accepted.providerId());
    assertThat(
            world.database.lines(
                "SELECT direction, content_body, outcome FROM contact_interactions WHERE id = '%s'"
                    .formatted(ref.dispatchId())))
        .containsExactly("outbound|Hi Ada, message 1|null");
  }

  @Test
  void aLostDoorbellIsSwept() {
    ClientId client = world.client();
    var ref = world.ready(client, world.fixtures.sequence(client, 1));
    awaitState(ref, "accepted");
  }

  /** The provider has a process of its own, as everywhere: it must not take our time. */
  @Test
  void manyGoOutOnceEach(@Autowired MeterRegistry metrics) throws Exception {
    try (var provider = SandboxProcess.start()) {
      ClientId client = world.client(provider.address());
      var refs = world.ready(client, world.fixtures.sequence(client, 1), 400);
      double batches = metrics.summary("omnify.results.batch").count();
      world.ring(refs);
      world.ring(refs.reversed());
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(
                          world.database.lines(
                              """
                              SELECT state, coalesce(hold_reason, error_code), count(*) FROM dispatches
                              WHERE client_id = '%s' GROUP BY 1, 2
                              """
                                  .formatted(client)))
                      .containsExactly("accepted|null|400"));
      // Group commit: far fewer transactions than results.
      assertThat(metrics.summary("omnify.results.batch").count() - batches).isLessThan(200);
      assertThat(provider.accepted())
          .hasSize(400)
          .allSatisfy((_, times) -> assertThat(times).isOne())
          .containsOnlyKeys(refs.stream().map(ref -> ref.dispatchId().toString()).toList());
    }
  }

  /** Doorbells are only hints: one that comes before its row, or for none, loses nothing. */
  @Test
  void aDoorbellBeforeItsRowIsNoLoss(Fixtures fixtures) {
    ClientId client = world.client();
    var sequence = fixtures.sequence(client, 1);
    var contact = fixtures.contact(client);
    var enrollment = fixtures.enrollment(client, contact, sequence);
    var early =
        Fixtures.ref(
            client,
            contact,
            enrollment,
            sequence,
            1,
            new com.omnify.model.id.DispatchId(Fixtures.id()),
            1);
    var after = world.ready(client, sequence);
    world.ring(List.of(early, after));
    awaitState(after, "accepted");
    world
        .database
        .admin()
        .sql("UPDATE enrollments SET open_dispatch_id = :id WHERE id = :enrollment")
        .param("id", early.dispatchId().value())
        .param("enrollment", enrollment.value())
        .update();
    fixtures.insert(early, com.omnify.model.DispatchState.READY);
    awaitState(early, "accepted");
    assertThat(world.accepted()).containsEntry(early.dispatchId().toString(), 1);
  }

  @Test
  void refusalsAndSilenceAreToldApart() {
    ClientId client = world.client();
    var sequence = world.fixtures.sequence(client, 1);
    var refused = world.ready(client, sequence);
    world.sandbox.script(Outcome.TOO_MANY_REQUESTS);
    world.ring(List.of(refused));
    assertThat(heard(DeliveryEvent.DispatchRejected.class, refused).failure())
        .isEqualTo(FailureType.CAPACITY_EXHAUSTED);
    assertThat(
            world.database.lines(
                "SELECT used FROM cap_counters WHERE client_id = '%s'".formatted(client)))
        .containsExactly("0");
  }

  @Test
  void acceptedAnd500IsFoundByAQuery() {
    ClientId client = world.client();
    var ref = world.ready(client, world.fixtures.sequence(client, 1));
    world.sandbox.script(Outcome.ACCEPT_THEN_500);
    world.ring(List.of(ref));
    heard(DeliveryEvent.DispatchUnknown.class, ref);
    assertThat(heard(DeliveryEvent.DispatchAccepted.class, ref).providerId()).startsWith("SM");
    assertThat(world.accepted()).containsEntry(ref.dispatchId().toString(), 1);
  }

  @Test
  void a500ThatSentNothingIsProvenAbsent() {
    ClientId client = world.client();
    var ref = world.ready(client, world.fixtures.sequence(client, 1));
    world.sandbox.script(Outcome.SERVER_ERROR);
    world.ring(List.of(ref));
    var notSent = heard(DeliveryEvent.DispatchNotSent.class, ref);
    assertThat(notSent.failure()).isEqualTo(FailureType.UNREACHABLE_PROVIDER);
    assertThat(world.field(ref, "absences || ' ' || checks")).isEqualTo("1 2");
    assertThat(world.accepted()).doesNotContainKey(ref.dispatchId().toString());
  }

  @Test
  void aReportOnWhatCountsAsNeverSentRaisesAnAlarm(
      TestKafka kafka, @Autowired MeterRegistry metrics) {
    ClientId client = world.client();
    var ref = world.ready(client, world.fixtures.sequence(client, 1));
    world.sandbox.script(Outcome.SERVER_ERROR);
    world.ring(List.of(ref));
    heard(DeliveryEvent.DispatchNotSent.class, ref);
    kafka.send(report(ref, DeliveryStatus.DELIVERED, "SMx"));
    await()
        .atMost(PATIENCE)
        .until(() -> metrics.counter("omnify.reports.contradicting").count() >= 1);
    assertThat(world.field(ref, "state")).isEqualTo("not_sent");
  }

  @Test
  void aCallbackProvesTheSend(TestKafka kafka) {
    ClientId client = world.client();
    var ref = world.ready(client, world.fixtures.sequence(client, 1));
    world.sandbox.faults(new FaultSettings.Switches().listLagMs(60_000).settings());
    world.sandbox.script(Outcome.RESET_AFTER);
    world.ring(List.of(ref));
    heard(DeliveryEvent.DispatchUnknown.class, ref);
    kafka.send(
        report(ref, DeliveryStatus.DELIVERED, "SMx"), report(ref, DeliveryStatus.SENT, "SMx"));
    assertThat(heard(DeliveryEvent.DispatchAccepted.class, ref).providerId()).isEqualTo("SMx");
    await().atMost(PATIENCE).until(() -> "delivered".equals(world.field(ref, "delivery_status")));
    kafka.send(report(ref, DeliveryStatus.SENT, "SMx"));
    var other = world.ready(client, world.fixtures.sequence(client, 1));
    world.ring(List.of(other));
    awaitState(other, "accepted");
    assertThat(world.field(ref, "state || ' ' || delivery_status")).isEqualTo("accepted delivered");
  }

  private static DeliveryReported report(DispatchRef ref, DeliveryStatus status, String sid) {
    return new DeliveryReported(Fixtures.eventId(), Instant.now(), ref, status, null, null, sid);
  }

  @Test
  void whoDiedBehindTheFenceIsUnknownAndFoundOut() {
    ClientId client = world.client();
    var ref = world.ready(client, world.fixtures.sequence(client, 1));
    world.sandbox.faults(new FaultSettings.Switches().settings());
    // As a worker leaves it that dies right behind its fence.
    world
        .database
        .admin()
        .sql(
            """
            WITH fenced AS (
              UPDATE dispatches SET state = 'sending', fenced_at = now() - interval '30 seconds',
                post_deadline = now() - interval '25 seconds', sent_at = :fleet,
                identity = '+12065559999', own_address = '+14255550000',
                provider_account_id = (SELECT id FROM provider_accounts WHERE client_id = :c)
              WHERE id = :id RETURNING *)
            INSERT INTO contact_interactions (client_id, id, channel, direction, identity, own_address,
              content_body, occurred_at)
            SELECT client_id, id, 'sms', 'outbound', identity, own_address, 'x', :fleet FROM fenced
            """)
        .param("fleet", Fixtures.NOON.atOffset(java.time.ZoneOffset.UTC))
        .param("c", client.value())
        .param("id", ref.dispatchId().value())
        .update();
    assertThat(heard(DeliveryEvent.DispatchUnknown.class, ref).code()).isEqualTo("no_result");
    assertThat(heard(DeliveryEvent.DispatchNotSent.class, ref).code()).isEqualTo("absent");
  }

  @Test
  void whatMustNotBeSaidIsWithdrawnWithItsReason() {
    ClientId client = world.client();
    var admin = world.database.admin();
    var sequence = world.fixtures.sequence(client, 1, "Hi {{ company }}");
    var suppressed = world.ready(client, sequence);
    admin
        .sql(
            """
            INSERT INTO suppressions (client_id, channel, identity, reason)
            SELECT client_id, 'sms', phone, 'opt_out' FROM contacts WHERE id = :id
            """)
        .param("id", suppressed.contactId().value())
        .update();
    var paused = world.ready(client, sequence);
    admin
        .sql("UPDATE enrollments SET status = 'paused' WHERE id = :id")
        .param("id", paused.enrollmentId().value())
        .update();
    var superseded = world.ready(client, sequence);
    admin
        .sql("UPDATE enrollments SET open_dispatch_id = uuidv7() WHERE id = :id")
        .param("id", superseded.enrollmentId().value())
        .update();
    var nameless = world.ready(client, sequence);
    admin
        .sql("UPDATE contacts SET company = NULL WHERE id = :id")
        .param("id", nameless.contactId().value())
        .update();
    var numberless = world.ready(client, sequence);
    admin
        .sql("UPDATE contacts SET phone_valid = false WHERE id = :id")
        .param("id", numberless.contactId().value())
        .update();
    world.ring(List.of(suppressed, paused, superseded, nameless, numberless));

    assertThat(heard(DeliveryEvent.DispatchCancelled.class, suppressed).reason())
        .isEqualTo(HoldReason.SUPPRESSED);
    assertThat(heard(DeliveryEvent.DispatchCancelled.class, paused).reason())
        .isEqualTo(HoldReason.ENROLLMENT_NOT_ACTIVE);
    assertThat(heard(DeliveryEvent.DispatchCancelled.class, superseded).reason())
        .isEqualTo(HoldReason.ENROLLMENT_NOT_ACTIVE);
    assertThat(heard(DeliveryEvent.DispatchCancelled.class, nameless).reason())
        .isEqualTo(HoldReason.MISSING_VARIABLE);
    assertThat(heard(DeliveryEvent.DispatchCancelled.class, numberless).reason())
        .isEqualTo(HoldReason.NO_ADDRESS);
    assertThat(world.accepted())
        .doesNotContainKeys(
            suppressed.dispatchId().toString(),
            paused.dispatchId().toString(),
            superseded.dispatchId().toString(),
            nameless.dispatchId().toString());
    // Nothing is counted against the day's cap.
    assertThat(
            world.database.lines(
                "SELECT coalesce(sum(used), 0) FROM cap_counters WHERE client_id = '%s'"
                    .formatted(client)))
        .containsExactly("0");
  }

  @Test
  void oneThatCannotBeReadDoesNotKeepTheOthers() {
    ClientId client = world.client();
    var broken = world.fixtures.sequence(client, 1);
    world
        .database
        .admin()
        .sql(
            "UPDATE sequences SET send_window = '{\"mon\":[{\"from\":\"09:00:30\",\"to\":\"10:00\"}]}' WHERE id = :id")
        .param("id", broken.id().value())
        .update();
    var unreadable = world.ready(client, broken);
    var fine = world.ready(client, world.fixtures.sequence(client, 1));
    world.ring(List.of(unreadable, fine));
    assertThat(heard(DeliveryEvent.DispatchCancelled.class, unreadable).reason())
        .isEqualTo(HoldReason.OTHER);
    awaitState(fine, "accepted");
  }

  @Test
  void nothingGoesOutForWhatIsSwitchedOff() {
    ClientId off = world.client();
    ClientId suspended = world.client();
    var sequence = world.fixtures.sequence(off, 1);
    var admin = world.database.admin();
    var refs =
        List.of(
            world.ready(off, sequence),
            world.ready(suspended, world.fixtures.sequence(suspended, 1)));
    admin
        .sql("UPDATE sequences SET active = false WHERE id = :id")
        .param("id", sequence.id().value())
        .update();
    admin
        .sql("UPDATE clients SET status = 'suspended' WHERE id = :id")
        .param("id", suspended.value())
        .update();
    world.ring(refs);
    for (DispatchRef ref : refs) {
      assertThat(heard(DeliveryEvent.DispatchGivenBack.class, ref).reason())
          .isEqualTo(HoldReason.SWITCHED_OFF);
      assertThat(world.accepted()).doesNotContainKey(ref.dispatchId().toString());
    }
  }

  @Test
  void aShutWindowAndASpentCapHoldWithATime() {
    ClientId client = world.client();
    var admin = world.database.admin();
    var shut = world.fixtures.sequence(client, 1);
    admin
        .sql(
            "UPDATE sequences SET send_window = '{\"wed\":[{\"from\":\"09:00\",\"to\":\"10:00\"}]}' WHERE id = :id")
        .param("id", shut.id().value())
        .update();
    var night = world.ready(client, shut);
    world.ring(List.of(night));
    var givenBack = heard(DeliveryEvent.DispatchGivenBack.class, night);
    assertThat(givenBack.reason()).isEqualTo(HoldReason.QUIET_HOURS);
    // Noon of Tuesday, 10 March in Seattle is 19:00 UTC.
    assertThat(givenBack.until()).isEqualTo("2026-03-11T16:00:00Z");

    admin
        .sql("UPDATE phone_numbers SET daily_cap = 2 WHERE client_id = :c")
        .param("c", client.value())
        .update();
    var three = world.ready(client, world.fixtures.sequence(client, 1), 3);
    world.ring(three);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                three.stream()
                    .noneMatch(ref -> List.of("ready", "sending").contains(world.state(ref))));
    assertThat(three.stream().map(world::state).sorted())
        .containsExactly("accepted", "accepted", "given_back");
    var held =
        three.stream()
            .filter(ref -> world.state(ref).equals("given_back"))
            .findFirst()
            .orElseThrow();
    var capped = heard(DeliveryEvent.DispatchGivenBack.class, held);
    assertThat(capped.reason()).isEqualTo(HoldReason.SENDER_DAILY_CAP);
    assertThat(capped.until()).isEqualTo("2026-03-11T07:00:00Z");
  }

  @Test
  void aMailGoesOutOnceAndIsRemembered() throws Exception {
    try (var server = new RawSmtp(Map.of())) {
      ClientId client = world.mailClient(server.port());
      var ref =
          world.readyMail(
              client, world.fixtures.sequence(client, 1), "<p>Hi <b>{{ first_name }}</b></p>");
      world
          .database
          .admin()
          .sql("UPDATE contacts SET first_name = 'A<i>da' WHERE client_id = :c")
          .param("c", client.value())
          .update();
      world.ring(List.of(ref, ref));

      var accepted = heard(DeliveryEvent.DispatchAccepted.class, ref);

      assertThat(accepted.providerId()).isEqualTo("RAW1X");
      assertThat(server.dots)
          .singleElement()
          .asString()
          .contains("Subject: For A<i>da")
          .contains("To: %s@example.com".formatted(ref.contactId()))
          .contains("Hi A<i>da")
          .contains("<b>A&lt;i&gt;da</b>");
      assertThat(
              world.database.lines(
                  """
                  SELECT content_subject, content_body, content_html, message_id, identity, own_address
                  FROM contact_interactions WHERE id = '%s'
                  """
                      .formatted(ref.dispatchId())))
          .containsExactly(
              "For A<i>da|Hi A<i>da|<p>Hi <b>A&lt;i&gt;da</b></p>|%1$s.%2$s@%2$s.example|%3$s@example.com|hello@%2$s.example"
                  .formatted(ref.dispatchId(), client, ref.contactId()));
      assertThat(
              world.database.lines(
                  "SELECT channel, own_address FROM sticky_senders WHERE contact_id = '%s'"
                      .formatted(ref.contactId())))
          .containsExactly("email|hello@%s.example".formatted(client));
      assertThat(
              world.database.lines(
                  "SELECT scope, used FROM cap_counters WHERE client_id = '%s'".formatted(client)))
          .containsExactly("mailbox:hello@%s.example|1".formatted(client));
    }
  }

  /** Longer than an address is ever locked; and others' mails do not wait for it. */
  @Test
  void aSlowServerGetsItsMailAndHoldsNobodyUp(@Autowired MeterRegistry metrics) throws Exception {
    String slowly = RawSmtp.after(Duration.ofMillis(1_500), "250 2.0.0 ok");
    try (var slow = new RawSmtp(Map.of("MAIL", slowly, "RCPT", slowly));
        var hanging = new RawSmtp(Map.of("RCPT", RawSmtp.HANG));
        var quick = new RawSmtp(Map.of())) {
      ClientId slowClient = world.mailClient(slow.port());
      ClientId hangingClient = world.mailClient(hanging.port());
      ClientId quickClient = world.mailClient(quick.port());
      var late = world.readyMail(slowClient, world.fixtures.sequence(slowClient, 1), "<p>Hi</p>");
      var never =
          world.readyMail(hangingClient, world.fixtures.sequence(hangingClient, 1), "<p>Hi</p>");
      double calledOff = metrics.counter("omnify.fence.called_off").count();
      world.ring(List.of(late, never));
      await()
          .atMost(PATIENCE)
          .until(() -> hanging.commands.stream().anyMatch(line -> line.startsWith("RCPT")));
      var soon = world.readyMail(quickClient, world.fixtures.sequence(quickClient, 1), "<p>Hi</p>");
      world.ring(List.of(soon));
      heard(DeliveryEvent.DispatchAccepted.class, soon);
      // The other is not even fenced: whoever opts out now gets no mail.
      assertThat(world.state(never)).isEqualTo("ready");
      heard(DeliveryEvent.DispatchAccepted.class, late);
      assertThat(metrics.counter("omnify.fence.called_off").count()).isEqualTo(calledOff);
      assertThat(slow.dots).hasSize(1);
      assertThat(quick.dots).hasSize(1);
      assertThat(hanging.dots).isEmpty();
    }
  }

  /** RFC 1047: it may have been taken, and nobody can be asked. */
  @Test
  void noAnswerAfterTheDotIsUnknownForGood() throws Exception {
    try (var server = new RawSmtp(Map.of("DOT", RawSmtp.RESET))) {
      ClientId client = world.mailClient(server.port());
      var ref = world.readyMail(client, world.fixtures.sequence(client, 1), "<p>Hi</p>");
      world.ring(List.of(ref));
      heard(DeliveryEvent.DispatchUnknown.class, ref);
      await().atMost(PATIENCE).until(() -> Integer.parseInt(world.field(ref, "checks")) > 0);
      assertThat(world.field(ref, "state")).isEqualTo("unknown");
      assertThat(server.dots).hasSize(1);
    }
  }

  @Test
  void aSuppressedAddressGetsNoMail() throws Exception {
    try (var server = new RawSmtp(Map.of())) {
      ClientId client = world.mailClient(server.port());
      var ref = world.readyMail(client, world.fixtures.sequence(client, 1), "<p>Hi</p>");
      world
          .database
          .admin()
          .sql(
              """
              INSERT INTO suppressions (client_id, channel, identity, reason)
              SELECT client_id, 'email', email, 'opt_out' FROM contacts WHERE id = :id
              """)
          .param("id", ref.contactId().value())
          .update();
      world.ring(List.of(ref));
      assertThat(heard(DeliveryEvent.DispatchCancelled.class, ref).reason())
          .isEqualTo(HoldReason.SUPPRESSED);
      assertThat(server.dots).isEmpty();
    }
  }
}
