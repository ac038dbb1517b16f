package com.omnify.healer.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.DeliveryStatus;
import com.omnify.model.DispatchKind;
import com.omnify.model.DispatchState;
import com.omnify.model.FailureType;
import com.omnify.model.PhoneType;
import com.omnify.model.event.DeliveryEvent.DeliveryReported;
import com.omnify.model.event.DeliveryEvent.DispatchAccepted;
import com.omnify.model.event.DeliveryEvent.DispatchNotSent;
import com.omnify.model.event.DeliveryEvent.DispatchRejected;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.HealingEvent;
import com.omnify.model.event.HealingEvent.HealingOrdered;
import com.omnify.model.event.HealingEvent.PhoneLearned;
import com.omnify.model.event.HealingOrder;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.testkit.EventsOn;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.Fixtures.PublishedSequence;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestFleet;
import com.omnify.testkit.TestJson;
import com.omnify.testkit.TestKafka;
import com.omnify.testkit.TestTokens;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient;

/** The healer as it runs: real PostgreSQL, real Kafka. */
@OmnifySpringTest(service = "healer")
@AutoConfigureRestTestClient
class HealerFlowTest {

  private static EventsOn<HealingEvent> healing;

  @Autowired RestTestClient http;

  private final TestKafka kafka = TestFleet.kafka();
  private final TestDatabase database = TestFleet.database();
  private final Fixtures fixtures = TestFleet.fixtures();

  private ClientId client;
  private ContactId contact;
  private PublishedSequence sequence;
  private EnrollmentId enrollment;
  private DispatchRef dispatch;

  @BeforeEach
  void oneDispatchUnderWay() {
    if (healing == null) {
      healing = kafka.events(Topic.HEALING, HealingEvent.class);
    }
    client = fixtures.client();
    contact = fixtures.contact(client);
    sequence = fixtures.sequence(client, 2);
    enrollment = fixtures.enrollment(client, contact, sequence);
    dispatch = fixtures.dispatch(client, contact, enrollment, sequence, 1);
    sentTo(dispatch, "(SELECT phone FROM contacts c WHERE c.id = d.contact_id)");
  }

  @Test
  void rejectionOfAnInvalidNumberEndsTheEnrollmentAndTeachesUs() {
    kafka.send(rejected(dispatch, FailureType.INVALID_NUMBER, "21211"));

    HealingOrdered ordered = await(ordersFor(dispatch), 1).getFirst();
    assertThat(ordered.order()).isEqualTo(new HealingOrder.EndEnrollment("invalid_number"));
    assertThat(ordered.dispatch()).isEqualTo(dispatch);
    assertThat(ordered.failure()).isEqualTo(FailureType.INVALID_NUMBER);
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !learned().isEmpty());
    assertThat(learned())
        .singleElement()
        .satisfies(
            fact -> {
              assertThat(fact.valid()).isFalse();
              assertThat(fact.phoneType()).isNull();
            });
    assertThat(rows())
        .containsExactly("invalid_number|21211|end_enrollment|none|request|is_invalid");
  }

  @Test
  void onlyAHardBounceTeachesThatTheAddressIsGone() {
    var filtered = fixtures.contact(client);
    var elsewhere = fixtures.enrollment(client, filtered, sequence);
    var second = fixtures.dispatch(client, filtered, elsewhere, sequence, 1);
    kafka.send(
        bounced(second, FailureType.EMAIL_SPAM, "5.7.1"),
        bounced(dispatch, FailureType.EMAIL_BOUNCED, "5.1.1"));
    assertThat(await(ordersFor(second), 1).getFirst().order())
        .isEqualTo(new HealingOrder.PauseEnrollment("sender_refused"));
    await(ordersFor(dispatch), 1);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                healing.all(HealingEvent.EmailLearned.class).stream()
                    .anyMatch(each -> each.contactId().equals(contact)));
    assertThat(healing.all(HealingEvent.EmailLearned.class))
        .filteredOn(each -> each.clientId().equals(client))
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.valid()).isFalse();
              assertThat(each.dispatchId()).isEqualTo(dispatch.dispatchId());
            });
  }

  private static DeliveryReported bounced(DispatchRef of, FailureType failure, String code) {
    return new DeliveryReported(
        Fixtures.eventId(), Fixtures.NOON, of, DeliveryStatus.UNDELIVERED, failure, code, null);
  }

  @Test
  void landlineIsLearnedAndACorrectedNumberIsNot() {
    sentTo(dispatch, "'+12065550000'");
    kafka.send(rejected(dispatch, FailureType.LANDLINE_DETECTED, "21635"));
    await(ordersFor(dispatch), 1);

    var other = fixtures.contact(client);
    var elsewhere = fixtures.enrollment(client, other, sequence);
    var second = fixtures.dispatch(client, other, elsewhere, sequence, 1);
    sentTo(second, "(SELECT phone FROM contacts c WHERE c.id = d.contact_id)");
    kafka.send(rejected(second, FailureType.LANDLINE_DETECTED, "21635"));
    await(ordersFor(second), 1);

    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !learnedOf(other).isEmpty());
    assertThat(learnedOf(other).getFirst().phoneType()).isEqualTo(PhoneType.LANDLINE);
    assertThat(learned()).as("the number was corrected since").isEmpty();
  }

  @Test
  void repeatedEventsGetOneAnswer() {
    var first = rejected(dispatch, FailureType.CAPACITY_EXHAUSTED, "20429");
    kafka.send(first, first);
    kafka.send(rejected(dispatch, FailureType.CAPACITY_EXHAUSTED, "20429"));
    kafka.send(reported(dispatch, DeliveryStatus.FAILED, FailureType.SMS_FAILED));

    drain();
    assertThat(ordersFor(dispatch).now())
        .singleElement()
        .satisfies(order -> assertThat(order.order()).isEqualTo(new HealingOrder.Retry(900)));
    assertThat(rows()).hasSize(1);
  }

  @Test
  void undeliveredSmsIsRetriedOnceAndTheRetrysEndIsNoted() {
    kafka.send(reported(dispatch, DeliveryStatus.UNDELIVERED, FailureType.SMS_UNDELIVERED));
    assertThat(await(ordersFor(dispatch), 1).getFirst().order())
        .isEqualTo(new HealingOrder.Retry(300));

    DispatchRef retry = retryOf(dispatch);
    kafka.send(accepted(retry));
    drain();
    assertThat(rows())
        .as("acceptance proves no delivery")
        .containsExactly("sms_undelivered|30003|retry|pending|delivery|null");

    kafka.send(reported(retry, DeliveryStatus.UNDELIVERED, FailureType.SMS_UNDELIVERED));
    assertThat(await(ordersFor(retry), 1).getFirst().order())
        .isEqualTo(new HealingOrder.ApplyOnFailure());
    assertThat(rows())
        .containsExactly(
            "sms_undelivered|30003|retry|failed|delivery|null",
            "sms_undelivered|30003|apply_on_failure|none|delivery|null");
  }

  @Test
  void retryThatIsDeliveredHasWorked() {
    kafka.send(reported(dispatch, DeliveryStatus.UNDELIVERED, FailureType.SMS_UNDELIVERED));
    await(ordersFor(dispatch), 1);
    DispatchRef retry = retryOf(dispatch);
    kafka.send(accepted(retry), reported(retry, DeliveryStatus.DELIVERED, null));
    drain();
    assertThat(rows()).containsExactly("sms_undelivered|30003|retry|worked|delivery|null");
  }

  @Test
  void providerThatComesBackMakesTheRetryWork() {
    kafka.send(
        new DispatchNotSent(
            Fixtures.eventId(), Fixtures.NOON, dispatch, FailureType.UNREACHABLE_PROVIDER, null));
    assertThat(await(ordersFor(dispatch), 1).getFirst().order())
        .isEqualTo(new HealingOrder.Retry(60));
    DispatchRef retry = retryOf(dispatch);
    kafka.send(
        new DispatchNotSent(
            Fixtures.eventId(), Fixtures.NOON, retry, FailureType.UNREACHABLE_PROVIDER, null));
    assertThat(await(ordersFor(retry), 1).getFirst().order())
        .isEqualTo(new HealingOrder.Retry(240));
    kafka.send(accepted(retryOf(retry)));
    drain();
    assertThat(rows())
        .containsExactly(
            "unreachable_provider|null|retry|failed|request|null",
            "unreachable_provider|null|retry|worked|request|null");
  }

  @ParameterizedTest
  @EnumSource(
      value = DispatchKind.class,
      names = {"MANUAL", "OPT_OUT_CONFIRMATION"})
  void whatIsNoStepIsNeverHealed(DispatchKind kind) {
    var ownText =
        new DispatchRef(
            client,
            contact,
            new DispatchId(Fixtures.id()),
            null,
            null,
            0,
            null,
            dispatch.channel(),
            kind,
            1);
    // For a step it would be a reason to try again.
    kafka.send(rejected(ownText, FailureType.UNREACHABLE_PROVIDER, null));
    drain();
    assertThat(rows())
        .containsExactly("unreachable_provider|null|leave_to_its_author|none|request|null");
    assertThat(ordersFor(ownText).now()).isEmpty();
  }

  @Test
  void healingIsReadOverRestByItsClientAlone() {
    kafka.send(rejected(dispatch, FailureType.SMS_FAILED, "30034"));
    await(ordersFor(dispatch), 1);

    http.get()
        .uri("/api/v1/enrollments/{id}/healing", enrollment)
        .header("Authorization", TestTokens.bearer(client, "member"))
        .exchange()
        .expectStatus()
        .isOk()
        .expectBody()
        .jsonPath("$.items.length()")
        .isEqualTo(1)
        .jsonPath("$.items[0].failure")
        .isEqualTo("sms_failed")
        .jsonPath("$.items[0].error_code")
        .isEqualTo("30034")
        .jsonPath("$.items[0].action")
        .isEqualTo("pause_enrollment")
        .jsonPath("$.items[0].detail.stage")
        .isEqualTo("request")
        .jsonPath("$.next_cursor")
        .isEmpty();

    ClientId stranger = fixtures.client();
    http.get()
        .uri("/api/v1/enrollments/{id}/healing", enrollment)
        .header("Authorization", TestTokens.bearer(stranger))
        .exchange()
        .expectStatus()
        .isNotFound();
    http.get()
        .uri("/api/v1/healing")
        .header("Authorization", TestTokens.bearer(stranger))
        .exchange()
        .expectStatus()
        .isOk()
        .expectBody()
        .jsonPath("$.items.length()")
        .isEqualTo(0);
    http.get().uri("/api/v1/healing").exchange().expectStatus().isUnauthorized();
  }

  @Test
  void healingIsReadPageByPage() {
    for (int n = 0; n < 3; n++) {
      var other = fixtures.contact(client);
      var enrolled = fixtures.enrollment(client, other, sequence);
      var failing = fixtures.dispatch(client, other, enrolled, sequence, 1);
      kafka.send(rejected(failing, FailureType.BAD_REQUEST, "21602"));
      await(ordersFor(failing), 1);
    }
    byte[] first =
        http.get()
            .uri("/api/v1/healing?limit=2")
            .header("Authorization", TestTokens.bearer(client))
            .exchange()
            .expectStatus()
            .isOk()
            .expectBody()
            .jsonPath("$.items.length()")
            .isEqualTo(2)
            .returnResult()
            .getResponseBody();
    String cursor = TestJson.MAPPER.readTree(first).get("next_cursor").stringValue();
    http.get()
        .uri("/api/v1/healing?limit=2&cursor={cursor}", cursor)
        .header("Authorization", TestTokens.bearer(client))
        .exchange()
        .expectStatus()
        .isOk()
        .expectBody()
        .jsonPath("$.items.length()")
        .isEqualTo(1)
        .jsonPath("$.next_cursor")
        .isEmpty();
    http.get()
        .uri("/api/v1/healing?cursor=nonsense")
        .header("Authorization", TestTokens.bearer(client))
        .exchange()
        .expectStatus()
        .isBadRequest();
  }

  // ------------------------------------------------------------------ what stands behind

  private record Orders(UUID dispatch) {
    List<HealingOrdered> now() {
      return healing.all(HealingOrdered.class).stream()
          .filter(order -> order.dispatch().dispatchId().value().equals(dispatch))
          .toList();
    }
  }

  private static Orders ordersFor(DispatchRef dispatch) {
    return new Orders(dispatch.dispatchId().value());
  }

  private static List<HealingOrdered> await(Orders orders, int count) {
    Awaitility.await("healing.ordered of " + orders.dispatch())
        .atMost(Duration.ofSeconds(60))
        .until(() -> orders.now().size() >= count);
    return orders.now();
  }

  private List<PhoneLearned> learned() {
    return learnedOf(contact);
  }

  private static List<PhoneLearned> learnedOf(ContactId contact) {
    return healing.all(PhoneLearned.class).stream()
        .filter(fact -> fact.contactId().equals(contact))
        .toList();
  }

  /** Says one more failure of the same person and waits for its answer: all before it is done. */
  private void drain() {
    var marker =
        new DispatchRef(
            client,
            contact,
            new DispatchId(Fixtures.id()),
            enrollment,
            sequence.id(),
            sequence.version(),
            sequence.step(2),
            dispatch.channel(),
            DispatchKind.STEP,
            1);
    fixtures.insert(marker, DispatchState.REJECTED);
    kafka.send(rejected(marker, FailureType.BAD_REQUEST, "marker"));
    await(ordersFor(marker), 1);
  }

  private List<String> rows() {
    return database.lines(
        """
        SELECT failure, error_code, action, result, detail ->> 'stage', detail ->> 'phone'
        FROM healing_log
        WHERE contact_id = '%s' AND error_code IS DISTINCT FROM 'marker' ORDER BY id
        """
            .formatted(contact));
  }

  private void sentTo(DispatchRef sent, String address) {
    database
        .admin()
        .sql("UPDATE dispatches d SET identity = " + address + " WHERE d.id = :id")
        .param("id", sent.dispatchId().value())
        .update();
  }

  private DispatchRef retryOf(DispatchRef failed) {
    var retry =
        new DispatchRef(
            client,
            contact,
            new DispatchId(Fixtures.id()),
            enrollment,
            sequence.id(),
            sequence.version(),
            failed.stepId(),
            failed.channel(),
            DispatchKind.RETRY,
            failed.attempt() + 1);
    fixtures.insert(retry, DispatchState.READY);
    return retry;
  }

  private static DispatchRejected rejected(DispatchRef ref, FailureType failure, String code) {
    return new DispatchRejected(Fixtures.eventId(), Fixtures.NOON, ref, failure, code);
  }

  private static DispatchAccepted accepted(DispatchRef ref) {
    return new DispatchAccepted(Fixtures.eventId(), Fixtures.NOON, ref, "SM1", 1, 7900);
  }

  private static DeliveryReported reported(
      DispatchRef ref, DeliveryStatus status, FailureType failure) {
    return new DeliveryReported(
        Fixtures.eventId(),
        Fixtures.NOON,
        ref,
        status,
        failure,
        failure == null ? null : "30003",
        "SM1");
  }
}
