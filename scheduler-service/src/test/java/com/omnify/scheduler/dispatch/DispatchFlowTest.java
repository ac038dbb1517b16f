package com.omnify.scheduler.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.kit.time.FleetClock;
import com.omnify.kit.time.SettableFleetClock;
import com.omnify.model.CallDisposition;
import com.omnify.model.Channel;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.DispatchKind;
import com.omnify.model.FailureType;
import com.omnify.model.HoldReason;
import com.omnify.model.OutcomeKind;
import com.omnify.model.StepKind;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.EnrollmentEvent;
import com.omnify.model.event.FlowEvent;
import com.omnify.model.event.FlowEvent.StepExecuted;
import com.omnify.model.event.FlowEvent.StepOrdered;
import com.omnify.model.event.HealingEvent.HealingOrdered;
import com.omnify.model.event.HealingOrder;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.event.StepEvent.DispatchOpened;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.HealingId;
import com.omnify.model.id.InteractionId;
import com.omnify.scheduler.dispatch.policy.Appetite;
import com.omnify.scheduler.dispatch.policy.Lane;
import com.omnify.testkit.EventsOn;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.Fixtures.PublishedSequence;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestFleet;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.TestPropertySource;

/** Due work on a real database, the clock in the test's hand. */
@OmnifySpringTest(service = "scheduler")
@TestPropertySource(properties = "omnify.scheduler.claims=false")
class DispatchFlowTest {

  private static final Duration DAY = Duration.ofDays(1);
  private static final AtomicInteger PEOPLE = new AtomicInteger();

  @TestConfiguration
  static class Clock {
    @Bean
    FleetClock fleetClock() {
      return new SettableFleetClock(Fixtures.NOON);
    }
  }

  private final Dispatcher dispatcher;
  private final DeliveriesListener deliveries;
  private final HealingListener healing;
  private final FlowListener flow;
  private final SettableFleetClock clock;

  private Fixtures fixtures;
  private ClientId client;
  private PublishedSequence sequence;

  DispatchFlowTest(
      @Autowired Dispatcher dispatcher,
      @Autowired DeliveriesListener deliveries,
      @Autowired HealingListener healing,
      @Autowired FlowListener flow,
      @Autowired FleetClock clock) {
    this.dispatcher = dispatcher;
    this.deliveries = deliveries;
    this.healing = healing;
    this.flow = flow;
    this.clock = (SettableFleetClock) clock;
  }

  @BeforeEach
  void aClientWithASequence() {
    // What earlier tests left is nobody's business.
    TestFleet.database().admin().sql("DELETE FROM due").update();
    clock.set(Fixtures.NOON);
    fixtures = TestFleet.fixtures();
    client = fixtures.client();
    number(client, 500);
    sequence = fixtures.sequence(client, 4);
  }

  private void number(ClientId of, int perSecond) {
    var account = fixtures.twilioAccount(of, "http://127.0.0.1:1");
    fixtures.phoneNumber(of, account, Fixtures.phone());
    sql("UPDATE phone_numbers SET per_second = " + perSecond + " WHERE client_id = '" + of + "'");
  }

  /** As if two real minutes had passed. */
  private static void lookNow() {
    sql("UPDATE due SET due_at = now() WHERE watchdog");
  }

  private static int sql(String statement) {
    return TestFleet.database().admin().sql(statement).update();
  }

  private static List<String> lines(String query) {
    return TestFleet.database().lines(query);
  }

  /** Many at once: a statement for each would take the test's time. */
  private List<EnrollmentId> enroll(ClientId of, PublishedSequence into, int many) {
    return TestFleet.database()
        .admin()
        .sql(
            """
            WITH people AS (
              INSERT INTO contacts (client_id, phone, time_zone, phone_type)
              SELECT :client, '+1206' || (2000000 + :from + n), 'America/Los_Angeles', 'mobile'
              FROM generate_series(1, :many) n RETURNING client_id, id
            ), entered AS (
              INSERT INTO enrollments (client_id, contact_id, sequence_id, version, status, step_id, position,
                next_step_at, source, started_at)
              SELECT client_id, id, :sequence, 1, 'active', :step, 1, :at, 'manual', :at FROM people
              RETURNING client_id, id
            )
            INSERT INTO due (client_id, enrollment_id, channel, urgent, due_at)
            SELECT client_id, id, 'sms', false, :at FROM entered RETURNING enrollment_id
            """)
        .param("client", of.value())
        .param("from", PEOPLE.getAndAdd(many))
        .param("many", many)
        .param("sequence", into.id().value())
        .param("step", into.step(1).value())
        .param("at", Fixtures.NOON.atOffset(ZoneOffset.UTC))
        .query(UUID.class)
        .list()
        .stream()
        .map(EnrollmentId::new)
        .toList();
  }

  private EnrollmentId enroll() {
    return enroll(client, sequence, 1).getFirst();
  }

  private List<DispatchRef> tick() {
    return Stream.of(Lane.QUICK, Lane.BULK).flatMap(lane -> tick(lane).stream()).toList();
  }

  private List<DispatchRef> tick(Lane lane) {
    return dispatcher.tick(lane).opened().stream()
        .map(event -> ((DispatchOpened) event).dispatch())
        .toList();
  }

  private DispatchRef tickOne() {
    var opened = tick();
    assertThat(opened).hasSize(1);
    return opened.getFirst();
  }

  private DeliveryEvent accepted(DispatchRef ref) {
    return new DeliveryEvent.DispatchAccepted(Fixtures.eventId(), clock.now(), ref, "SM1", 1, 7900);
  }

  private DeliveryEvent rejected(DispatchRef ref) {
    return new DeliveryEvent.DispatchRejected(
        Fixtures.eventId(), clock.now(), ref, FailureType.SMS_UNDELIVERED, "30003");
  }

  private HealingOrdered ordered(DispatchRef ref, HealingOrder order) {
    return new HealingOrdered(
        Fixtures.eventId(),
        clock.now(),
        new HealingId(Fixtures.id()),
        ref,
        FailureType.SMS_UNDELIVERED,
        order,
        null);
  }

  private static String state(EnrollmentId id) {
    return lines(
            "SELECT status, position, attempt, steps_done, sent, failed, open_dispatch_id IS NOT NULL"
                + " FROM enrollments WHERE id = '"
                + id
                + "'")
        .getFirst();
  }

  private static List<String> decisions(EnrollmentId id) {
    return lines(
        "SELECT decision FROM execution_log WHERE enrollment_id = '" + id + "' ORDER BY id");
  }

  private static Instant dueAt(EnrollmentId id) {
    return TestFleet.database()
        .admin()
        .sql("SELECT due_at FROM due WHERE enrollment_id = :id")
        .param("id", id.value())
        .query((row, _) -> row.getTimestamp(1).toInstant())
        .single();
  }

  @Test
  void aDueStepBecomesADispatchAndTheEnrollmentIsParked() {
    var id = enroll();
    DispatchRef ref = tickOne();
    assertThat(ref.kind()).isEqualTo(DispatchKind.STEP);
    assertThat(ref.stepId()).isEqualTo(sequence.step(1));
    assertThat(
            lines(
                "SELECT state, attempt, kind, channel FROM dispatches WHERE id = '"
                    + ref.dispatchId()
                    + "'"))
        .containsExactly("ready|1|step|sms");
    assertThat(
            lines(
                "SELECT watchdog, in_flight, channel FROM due WHERE enrollment_id = '" + id + "'"))
        .containsExactly("t|t|sms");
    assertThat(state(id)).isEqualTo("active|1|1|0|0|0|t");
    assertThat(tick()).isEmpty();
  }

  @Test
  void fourClaimersOpenOneDispatchForEach() throws Exception {
    var ids = enroll(client, sequence, 200);
    try (var pool = Executors.newFixedThreadPool(4)) {
      var claimers = new ArrayList<Callable<Integer>>();
      for (int i = 0; i < 4; i++) {
        claimers.add(
            () -> {
              int opened = 0;
              for (int round = 0; round < 30; round++) {
                opened += tick().size();
              }
              return opened;
            });
      }
      int opened = 0;
      for (var claimed : pool.invokeAll(claimers)) {
        opened += claimed.get();
      }
      assertThat(opened).isEqualTo(ids.size());
    }
    assertThat(
            lines(
                "SELECT count(*), count(DISTINCT enrollment_id) FROM dispatches WHERE client_id = '"
                    + client
                    + "'"))
        .containsExactly("200|200");
    assertThat(
            lines(
                "SELECT count(*) FROM enrollments e JOIN dispatches d ON d.client_id = e.client_id"
                    + " AND d.id = e.open_dispatch_id AND d.enrollment_id = e.id WHERE e.client_id = '"
                    + client
                    + "'"))
        .containsExactly("200");
  }

  @Test
  void aWhaleDoesNotHoldUpAnother() {
    enroll(client, sequence, 600);
    var small = fixtures.client("Small", "America/Chicago");
    number(small, 50);
    enroll(small, fixtures.sequence(small, 1), 5);
    // Those who have little are claimed apart, beside a whale and not behind it.
    assertThat(tick(Lane.QUICK)).hasSize(5).allMatch(ref -> ref.clientId().equals(small));
    assertThat(tick(Lane.BULK))
        .as("a small bite, as others are there")
        .hasSize(Appetite.BESIDE_OTHERS.batch())
        .allMatch(ref -> ref.clientId().equals(client));
  }

  @Test
  void urgentStepsGoFirst() {
    enroll(client, sequence, 600);
    var urgent = enroll(client, sequence, 3);
    for (EnrollmentId id : urgent) {
      sql(
          "UPDATE due SET urgent = true, due_at = due_at + interval '0' WHERE enrollment_id = '"
              + id
              + "'");
    }
    assertThat(tick().stream().map(DispatchRef::enrollmentId)).containsAll(urgent);
  }

  @Test
  void noMoreStandsOpenThanTheNumbersCanSend() {
    sql("UPDATE phone_numbers SET per_second = 3 WHERE client_id = '" + client + "'");
    enroll(client, sequence, 20);
    var first = tick();
    assertThat(first).hasSize(6);
    assertThat(tick()).isEmpty();
    // An unknown one no longer counts, nor does one that is settled.
    deliveries.handle(
        List.of(
            accepted(first.get(0)),
            new DeliveryEvent.DispatchUnknown(
                Fixtures.eventId(), clock.now(), first.get(1), null)));
    assertThat(tick()).hasSize(2);
  }

  @Test
  void stepsThatDoSomethingElseAreOrderedOnceAndWaitedFor() {
    kind(
        1,
        "condition",
        "{\"when\": [{\"field\": \"clicked\", \"op\": \"equals\", \"value\": false}]}");
    kind(2, "webhook", "{\"url\": \"https://example.com/hook\"}");
    kind(3, "notify_team", "{\"message\": \"Look\"}");
    var said = TestFleet.kafka().events(Topic.FLOW, FlowEvent.class);
    var id = enroll();
    sql("UPDATE due SET channel = 'flow' WHERE enrollment_id = '" + id + "'");
    assertThat(tick()).isEmpty();
    clock.advance(DAY);
    assertThat(tick()).isEmpty();
    assertThat(state(id)).isEqualTo("active|2|1|1|0|0|t");
    StepOrdered first = ordered(said, id, 1);
    assertThat(first.kind()).isEqualTo(StepKind.WEBHOOK);
    assertThat(first.stepId()).isEqualTo(sequence.step(2));
    // Nobody says anything: it is said again, and is the same order.
    lookNow();
    assertThat(tick()).isEmpty();
    assertThat(ordered(said, id, 2).orderId()).isEqualTo(first.orderId());
    assertThat(lines("SELECT kind, state FROM step_orders WHERE enrollment_id = '" + id + "'"))
        .containsExactly("webhook|open");
    var executed =
        new StepExecuted(
            Fixtures.eventId(),
            clock.now(),
            client,
            first.contactId(),
            first.orderId(),
            id,
            true,
            "http_200");
    flow.handle(List.of(executed, executed));
    flow.handle(List.of(executed));
    assertThat(state(id)).isEqualTo("active|3|0|2|0|0|f");
    assertThat(lines("SELECT state, code FROM step_orders WHERE enrollment_id = '" + id + "'"))
        .containsExactly("done|http_200");
    clock.advance(DAY);
    tick();
    assertThat(ordered(said, id, 3).kind()).isEqualTo(StepKind.NOTIFY_TEAM);
    // A day of silence later the step has failed, and its own rule leads on.
    sql("UPDATE step_orders SET created_at = created_at - interval '1 day' WHERE state = 'open'");
    lookNow();
    tick();
    assertThat(state(id)).isEqualTo("active|4|0|3|0|0|f");
    assertThat(decisions(id)).containsExactly("branched", "ordered", "done", "ordered", "failed");
    clock.advance(DAY);
    assertThat(tick()).hasSize(1);
  }

  @Test
  void whatIsReportedAsReachedCountsOnceForTheAttemptThatLedToIt() {
    var id = enroll();
    DispatchRef ref = tickOne();
    deliveries.handle(List.of(accepted(ref)));
    var reported =
        new InboundEvent.OutcomeReported(
            Fixtures.eventId(),
            clock.now(),
            client,
            ref.contactId(),
            ref.dispatchId(),
            OutcomeKind.BOOKED,
            "booking_tool",
            null,
            9_000_000L,
            null);
    var again =
        new InboundEvent.OutcomeReported(
            Fixtures.eventId(),
            clock.now(),
            client,
            ref.contactId(),
            null,
            OutcomeKind.BOOKED,
            "analysis",
            null,
            null,
            null);
    TestFleet.kafka().send(reported, reported, again);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                lines("SELECT count(*) FROM scheduler_inbox WHERE listener = 'scheduler.outcomes'"),
            List.of("2")::equals);
    assertThat(
            lines(
                "SELECT kind, source, value_micros, currency, dispatch_id IS NOT NULL FROM outcomes WHERE enrollment_id = '"
                    + id
                    + "'"))
        .containsExactly("booked|booking_tool|9000000|USD|t");
    assertThat(state(id)).isEqualTo("booked|2|0|1|1|0|f");
    assertThat(tick()).isEmpty();
  }

  private void kind(int step, String kind, String content) {
    sql(
        "UPDATE sequence_steps SET kind = '%s', content = '%s' WHERE id = '%s'"
            .formatted(kind, content, sequence.step(step)));
  }

  private static StepOrdered ordered(EventsOn<FlowEvent> said, EnrollmentId id, int nth) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                said.all().stream()
                    .filter(StepOrdered.class::isInstance)
                    .map(StepOrdered.class::cast)
                    .filter(event -> event.enrollmentId().equals(id))
                    .toList(),
            found -> found.size() >= nth)
        .get(nth - 1);
  }

  @Test
  void whatIsSwitchedOnAgainDoesNotWaitForAnotherDay() {
    var id = enroll();
    sql("UPDATE sequences SET active = false WHERE id = '" + sequence.id() + "'");
    assertThat(tick()).isEmpty();
    assertThat(dueAt(id)).isEqualTo(clock.now().plus(DAY));
    // As the switch does it, in one transaction.
    sql("UPDATE sequences SET active = true WHERE id = '" + sequence.id() + "'");
    sql("UPDATE due SET due_at = due_at - interval '1 day' WHERE enrollment_id = '" + id + "'");
    assertThat(tick()).hasSize(1);
  }

  @Test
  void afterAnOutageStepsStillLeaveOneByOne() {
    var id = enroll();
    clock.advance(Duration.ofDays(30));
    for (int step = 1; step <= 4; step++) {
      DispatchRef ref = tickOne();
      assertThat(ref.stepId()).isEqualTo(sequence.step(step));
      assertThat(tick()).isEmpty();
      deliveries.handle(List.of(accepted(ref)));
      assertThat(tick()).isEmpty();
      clock.advance(DAY);
    }
    assertThat(state(id)).isEqualTo("completed|4|1|4|4|0|f");
    assertThat(lines("SELECT 1 FROM due WHERE enrollment_id = '" + id + "'")).isEmpty();
  }

  @Test
  void anOutcomeCountsOnceHoweverOftenItIsTold() {
    var id = enroll();
    DispatchRef ref = tickOne();
    var event = accepted(ref);
    deliveries.handle(List.of(event, event));
    deliveries.handle(List.of(event));
    deliveries.handle(List.of(accepted(ref)));
    assertThat(state(id)).isEqualTo("active|2|0|1|1|0|f");
    assertThat(dueAt(id)).isEqualTo(clock.now().plus(DAY));
    assertThat(decisions(id)).containsExactly("sending", "sent");
  }

  @Test
  void outcomesInAnyOrderLeadToTheSamePlace() {
    var id = enroll();
    DispatchRef ref = tickOne();
    var unknown =
        new DeliveryEvent.DispatchUnknown(Fixtures.eventId(), clock.now(), ref, "timeout");
    // Accepted is known before the news that it was unknown arrives.
    deliveries.handle(List.of(accepted(ref), unknown));
    assertThat(state(id)).isEqualTo("active|2|0|1|1|0|f");
    clock.advance(DAY);
    DispatchRef second = tickOne();
    var stuck =
        new DeliveryEvent.DispatchUnknown(Fixtures.eventId(), clock.now(), second, "timeout");
    deliveries.handle(List.of(stuck));
    deliveries.handle(List.of(stuck));
    assertThat(state(id)).isEqualTo("active|2|1|1|1|0|t");
    clock.advance(Duration.ofHours(3));
    assertThat(tick()).isEmpty();
    deliveries.handle(
        List.of(
            new DeliveryEvent.DispatchQuarantined(Fixtures.eventId(), clock.now(), second),
            accepted(second)));
    assertThat(state(id)).isEqualTo("active|3|0|2|2|0|f");
  }

  @Test
  void aFailureIsHealedByANewDispatchOnce() {
    var id = enroll();
    DispatchRef ref = tickOne();
    var rejected = rejected(ref);
    deliveries.handle(List.of(rejected));
    deliveries.handle(List.of(rejected));
    assertThat(state(id)).isEqualTo("active|1|1|0|0|1|t");
    var order = ordered(ref, new HealingOrder.Retry(300));
    sql("UPDATE dispatches SET state = 'rejected' WHERE id = '" + ref.dispatchId() + "'");
    healing.handle(List.of(order, order));
    assertThat(dueAt(id)).isEqualTo(clock.now().plusSeconds(300));
    assertThat(tick()).isEmpty();
    clock.advance(Duration.ofSeconds(300));
    DispatchRef again = tickOne();
    assertThat(again.kind()).isEqualTo(DispatchKind.RETRY);
    assertThat(again.attempt()).isEqualTo(2);
    assertThat(again.stepId()).isEqualTo(sequence.step(1));
    healing.handle(List.of(ordered(ref, new HealingOrder.Retry(300))));
    assertThat(state(id)).isEqualTo("active|1|2|0|0|1|t");
    deliveries.handle(List.of(accepted(again)));
    assertThat(state(id)).isEqualTo("active|2|0|1|1|1|f");
  }

  @Test
  void anUndeliveredMessageIsRepeatedBeforeTheNextStep() {
    var id = enroll();
    DispatchRef ref = tickOne();
    deliveries.handle(List.of(accepted(ref)));
    sql("UPDATE dispatches SET state = 'accepted' WHERE id = '" + ref.dispatchId() + "'");
    deliveries.handle(
        List.of(
            new DeliveryEvent.DeliveryReported(
                Fixtures.eventId(),
                clock.now(),
                ref,
                DeliveryStatus.UNDELIVERED,
                FailureType.SMS_UNDELIVERED,
                "30003",
                "SM1")));
    healing.handle(List.of(ordered(ref, new HealingOrder.Retry(60))));
    clock.advance(Duration.ofSeconds(60));
    DispatchRef again = tickOne();
    assertThat(again.stepId()).isEqualTo(sequence.step(1));
    assertThat(again.kind()).isEqualTo(DispatchKind.RETRY);
    deliveries.handle(List.of(accepted(again)));
    assertThat(state(id)).isEqualTo("active|2|0|1|2|1|f");
    assertThat(dueAt(id)).isEqualTo(clock.now().plus(DAY));
  }

  /**
   * The worker died before it could record its result; then the provider's report of a failure, the
   * healer's order and the news of the acceptance come by different ways.
   */
  @Test
  void acceptanceReportAndOrderMayComeInAnyOrder() {
    var ends = new HashMap<String, List<String>>();
    for (String order : List.of("ARH", "AHR", "RAH", "RHA", "HAR", "HRA")) {
      sql("DELETE FROM due");
      clock.set(Fixtures.NOON);
      var id = enroll();
      DispatchRef ref = tickOne();
      String where = " WHERE id = '" + ref.dispatchId() + "'";
      sql("UPDATE dispatches SET state = 'sending'" + where);
      var accepted = accepted(ref);
      var reported =
          new DeliveryEvent.DeliveryReported(
              Fixtures.eventId(),
              clock.now(),
              ref,
              DeliveryStatus.UNDELIVERED,
              FailureType.SMS_UNDELIVERED,
              "30003",
              "SM1");
      var ordered =
          new HealingOrdered(
              Fixtures.eventId(),
              clock.now(),
              new HealingId(Fixtures.id()),
              ref,
              FailureType.SMS_UNDELIVERED,
              new HealingOrder.Retry(60),
              true);
      // Each comes twice, as after a rebalance.
      for (char event : (order + order).toCharArray()) {
        switch (event) {
          case 'A' -> {
            sql("UPDATE dispatches SET state = 'accepted'" + where);
            deliveries.handle(List.of(accepted));
          }
          case 'R' -> deliveries.handle(List.of(reported));
          default -> healing.handle(List.of(ordered));
        }
      }
      ends.computeIfAbsent(state(id) + " " + dueAt(id), _ -> new ArrayList<>()).add(order);
      clock.advance(Duration.ofSeconds(60));
      DispatchRef again = tickOne();
      assertThat(again.kind()).as(order).isEqualTo(DispatchKind.RETRY);
      assertThat(again.attempt()).as(order).isEqualTo(2);
    }
    assertThat(ends).hasSize(1);
  }

  /**
   * Nobody healed it in time, so the step's own rule decided; an order that is late changes
   * nothing.
   */
  @Test
  void anOrderAboutARefusalThatIsOverComesTooLate() {
    var id = enroll();
    DispatchRef ref = tickOne();
    deliveries.handle(List.of(rejected(ref)));
    sql(
        "UPDATE dispatches SET state = 'rejected', finished_at = now() - interval '3 minutes' WHERE id = '"
            + ref.dispatchId()
            + "'");
    lookNow();
    tick();
    String ruled = state(id);
    assertThat(ruled).startsWith("active|2|0|");
    healing.handle(List.of(ordered(ref, new HealingOrder.Retry(60))));
    healing.handle(List.of(ordered(ref, new HealingOrder.ApplyOnFailure())));
    assertThat(state(id)).isEqualTo(ruled);
  }

  @Test
  void whatIsGivenBackWaitsAndSaysWhy() {
    var id = enroll();
    DispatchRef ref = tickOne();
    Instant until = clock.now().plus(Duration.ofHours(7));
    var event =
        new DeliveryEvent.DispatchGivenBack(
            Fixtures.eventId(), clock.now(), ref, HoldReason.SENDER_DAILY_CAP, until);
    deliveries.handle(List.of(event, event));
    assertThat(dueAt(id)).isEqualTo(until);
    assertThat(
            lines(
                "SELECT reason, until FROM execution_log WHERE enrollment_id = '"
                    + id
                    + "' AND decision = 'deferred'"))
        .hasSize(1)
        .first()
        .asString()
        .contains("daily cap");
    clock.set(until);
    assertThat(tickOne().attempt()).isEqualTo(1);
  }

  @Test
  void aMissedOutcomeIsReadFromTheDispatch() {
    var id = enroll();
    DispatchRef ref = tickOne();
    sql(
        "UPDATE dispatches SET state = 'accepted', outcome_at = '"
            + clock.now().atOffset(ZoneOffset.UTC)
            + "' WHERE id = '"
            + ref.dispatchId()
            + "'");
    lookNow();
    tick();
    assertThat(state(id)).isEqualTo("active|2|0|1|1|0|f");
    deliveries.handle(List.of(accepted(ref)));
    assertThat(state(id)).isEqualTo("active|2|0|1|1|0|f");
  }

  @Test
  void aQuarantinedDispatchHoldsForADayAndNoLonger() {
    var id = enroll();
    DispatchRef ref = tickOne();
    String where = " WHERE id = '" + ref.dispatchId() + "'";
    sql("UPDATE dispatches SET state = 'quarantined', finished_at = now()" + where);
    lookNow();
    tick();
    assertThat(state(id)).isEqualTo("active|1|1|0|0|0|t");
    sql("UPDATE dispatches SET finished_at = now() - interval '25 hours'" + where);
    lookNow();
    tick();
    assertThat(state(id)).isEqualTo("active|2|0|1|1|0|f");
  }

  /** Real patience: neither the rate nor a setting of the fleet clock moves the look. */
  @Test
  void aLookIsDueInRealTimeWhateverTheFleetClockDoes() {
    var id = enroll();
    DispatchRef ref = tickOne();
    assertThat(dueAt(id)).isBetween(Instant.now().plusSeconds(100), Instant.now().plusSeconds(121));
    sql(
        "UPDATE dispatches SET state = 'accepted', outcome_at = now() WHERE id = '"
            + ref.dispatchId()
            + "'");
    clock.advance(Duration.ofDays(3650));
    tick();
    assertThat(state(id)).isEqualTo("active|1|1|0|0|0|t");
    clock.set(Fixtures.NOON.minus(Duration.ofDays(3650)));
    lookNow();
    tick();
    assertThat(state(id)).isEqualTo("active|2|0|1|1|0|f");
  }

  private static DispatchRef placed(DispatchRef ref) {
    sql(
        "UPDATE dispatches SET state = 'accepted', outcome_at = now(), finished_at = now() WHERE id = '"
            + ref.dispatchId()
            + "'");
    return ref;
  }

  private EnrollmentId enrollForACall() {
    sql(
        "UPDATE sequence_steps SET kind = 'voice' WHERE position = 1 AND sequence_id = '"
            + sequence.id()
            + "'");
    var id = enroll();
    sql(
        "INSERT INTO consents (client_id, contact_id, channel, granted, source, at)"
            + " SELECT client_id, contact_id, 'voice', true, 'form', now() FROM enrollments WHERE id = '"
            + id
            + "'");
    return id;
  }

  private DeliveryEvent ended(DispatchRef ref, CallDisposition how) {
    return new DeliveryEvent.CallEnded(
        Fixtures.eventId(), clock.now(), ref, how, null, "some-reason", 60, 0, "call-1");
  }

  @Test
  void aCallIsDoneWhenItIsOver() {
    var id = enrollForACall();
    DispatchRef ref = placed(tickOne());
    assertThat(ref.channel()).isEqualTo(Channel.VOICE);
    DeliveryEvent accepted = accepted(ref);
    deliveries.handle(List.of(accepted));
    deliveries.handle(List.of(accepted));
    assertThat(state(id)).isEqualTo("active|1|1|0|0|0|t");
    clock.advance(Duration.ofMinutes(3));
    DeliveryEvent ended = ended(ref, CallDisposition.VOICEMAIL);
    deliveries.handle(List.of(ended, ended));
    deliveries.handle(List.of(ended, accepted));
    assertThat(state(id)).isEqualTo("active|2|0|1|1|0|f");
    assertThat(lines("SELECT answered_call, voicemail FROM enrollments WHERE id = '" + id + "'"))
        .containsExactly("f|t");
    assertThat(decisions(id)).startsWith("sending", "calling", "sent");
    // The next step's delay counts from the end.
    assertThat(dueAt(id)).isEqualTo(clock.now().plus(DAY));
  }

  @Test
  void aCallWhoseEndIsNeverToldIsLookedAtInRealTime() {
    var id = enrollForACall();
    DispatchRef ref = placed(tickOne());
    deliveries.handle(List.of(accepted(ref)));
    lookNow();
    tick();
    assertThat(state(id)).isEqualTo("active|1|1|0|0|0|t");
    sql(
        "UPDATE dispatches SET finished_at = now() - interval '36 minutes' WHERE id = '"
            + ref.dispatchId()
            + "'");
    lookNow();
    tick();
    assertThat(state(id)).isEqualTo("active|2|0|1|1|0|f");
  }

  @Test
  void aCallThatReachedNobodyIsHealedByANewOne() {
    var id = enrollForACall();
    DispatchRef ref = placed(tickOne());
    deliveries.handle(List.of(accepted(ref), ended(ref, CallDisposition.BUSY)));
    assertThat(state(id)).isEqualTo("active|1|1|0|0|1|t");
    healing.handle(List.of(ordered(ref, new HealingOrder.Retry(900))));
    assertThat(state(id)).isEqualTo("active|1|1|0|0|1|f");
    clock.advance(Duration.ofMinutes(16));
    DispatchRef again = placed(tickOne());
    assertThat(again.kind()).isEqualTo(DispatchKind.RETRY);
    assertThat(again.attempt()).isEqualTo(2);
  }

  @Test
  void aSuppressedContactIsLetGoWithoutADispatch() {
    var contact = fixtures.contact(client);
    var id = fixtures.enrollment(client, contact, sequence);
    sql(
        "INSERT INTO suppressions (client_id, channel, identity, reason) SELECT client_id, 'sms', phone, 'opt_out'"
            + " FROM contacts WHERE id = '"
            + contact
            + "'");
    assertThat(tick()).isEmpty();
    assertThat(state(id)).startsWith("opted_out|");
  }

  @Test
  void outsideTheWindowTheDeferralStandsInTheLog() {
    sql(
        "UPDATE sequences SET send_window = '{\"wed\":[{\"from\":\"09:00\",\"to\":\"18:00\"}]}' WHERE id = '"
            + sequence.id()
            + "'");
    var id = enroll();
    // NOON is a Tuesday, 11:00 in Los Angeles.
    assertThat(tick()).isEmpty();
    assertThat(dueAt(id)).isEqualTo(Instant.parse("2026-03-11T16:00:00Z"));
    assertThat(lines("SELECT reason FROM execution_log WHERE enrollment_id = '" + id + "'"))
        .containsExactly(
            "Deferred to Wed 9:00 (America/Los_Angeles): outside the send window (closed that day)");
  }

  @Test
  void oneThatCannotBeDecidedHoldsUpNobodyElse() {
    var broken = fixtures.sequence(client, 1);
    sql(
        "UPDATE sequence_steps SET delay = '{\"type\":\"some day\"}' WHERE sequence_id = '"
            + broken.id()
            + "'");
    var stuck = enroll(client, broken, 1).getFirst();
    var fine = enroll();
    assertThat(tickOne().enrollmentId()).isEqualTo(fine);
    assertThat(
            lines(
                "SELECT status, status_reason, needs_human FROM enrollments WHERE id = '"
                    + stuck
                    + "'"))
        .containsExactly("paused|internal_fault|t");
  }

  @Test
  void repliesAndOptOutsArriveByKafkaAndEndWhatTheySayTheyEnd() {
    var replier = fixtures.contact(client);
    var leaver = fixtures.contact(client);
    var replied = fixtures.enrollment(client, replier, sequence);
    var left = fixtures.enrollment(client, leaver, sequence);
    var moved = TestFleet.kafka().events(Topic.ENROLLMENTS, EnrollmentEvent.class);
    TestFleet.kafka().send(reply(replier), optOut(leaver));
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertThat(state(replied)).startsWith("replied|");
              assertThat(state(left)).startsWith("opted_out|");
            });
    assertThat(tick()).isEmpty();
    assertThat(
            moved.await(EnrollmentEvent.EnrollmentMoved.class, 2).stream()
                .map(EnrollmentEvent.EnrollmentMoved::reason))
        .contains("reply_received", "opt_out_received");
  }

  private InboundEvent reply(ContactId from) {
    return new InboundEvent.ReplyReceived(
        Fixtures.eventId(),
        clock.now(),
        client,
        from,
        Channel.SMS,
        new InteractionId(Fixtures.id()),
        null);
  }

  private InboundEvent optOut(ContactId from) {
    return new InboundEvent.OptOutReceived(
        Fixtures.eventId(), clock.now(), client, from, Channel.SMS, null);
  }
}
