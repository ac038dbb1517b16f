package com.omnify.scheduler.stuck;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.kit.time.FleetClock;
import com.omnify.kit.time.SettableFleetClock;
import com.omnify.model.DispatchState;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.UuidV7;
import com.omnify.scheduler.stuck.policy.StuckKind;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.Fixtures.PublishedSequence;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestFleet;
import com.omnify.testkit.TestJson;
import com.omnify.testkit.TestTokens;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** What waits too long is found, shown to whom it belongs, and mended where that is certain. */
@OmnifySpringTest(service = "scheduler")
@TestPropertySource(
    properties = {
      "omnify.scheduler.claims=false",
      "omnify.stuck.slice=3",
      "omnify.stuck.horizon=14h"
    })
class StuckDetectorTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TestConfiguration
  static class Clock {
    @Bean
    FleetClock fleetClock() {
      return new SettableFleetClock(Fixtures.NOON);
    }
  }

  private final StuckDetector detector;
  private final MeterRegistry metrics;
  @LocalServerPort int port;

  private Fixtures fixtures;
  private ClientId client;
  private PublishedSequence sequence;

  StuckDetectorTest(@Autowired StuckDetector detector, @Autowired MeterRegistry metrics) {
    this.detector = detector;
    this.metrics = metrics;
  }

  @BeforeEach
  void aClient() {
    fixtures = TestFleet.fixtures();
    client = fixtures.client();
    fixtures.phoneNumber(
        client, fixtures.twilioAccount(client, "http://127.0.0.1:1"), Fixtures.phone());
    sequence = fixtures.sequence(client, 3);
  }

  private static int sql(String statement) {
    return TestFleet.database().admin().sql(statement).update();
  }

  private static List<String> lines(String query) {
    return TestFleet.database().lines(query);
  }

  private List<String> kinds() {
    return lines("SELECT kind FROM stuck WHERE client_id = '" + client + "' ORDER BY kind");
  }

  /** Until every enrollment has been looked at. */
  private void rounds() {
    long people = Long.parseLong(lines("SELECT count(*) FROM enrollments").getFirst());
    for (int n = 0; n <= people / 3 + 1; n++) {
      detector.round();
    }
  }

  /** A dispatch that was born so long ago, its enrollment parked on it. */
  private DispatchRef born(Duration ago, DispatchState state) {
    ContactId contact = fixtures.contact(client);
    EnrollmentId enrollment = fixtures.enrollment(client, contact, sequence);
    UUID floor = UuidV7.floor(Instant.now().minus(ago));
    var id =
        new DispatchId(
            new UUID(
                floor.getMostSignificantBits(),
                floor.getLeastSignificantBits() | ThreadLocalRandom.current().nextLong(1L << 60)));
    var ref = Fixtures.ref(client, contact, enrollment, sequence, 1, id, 1);
    fixtures.insert(ref, state);
    sql(
        "UPDATE dispatches SET created_at = now() - interval '%d s' WHERE id = '%s'"
            .formatted(ago.toSeconds(), id));
    sql(
        "UPDATE enrollments SET open_dispatch_id = '%s', next_step_at = NULL, attempt = 1 WHERE id = '%s'"
            .formatted(id, enrollment));
    sql(
        "UPDATE due SET watchdog = true, due_at = now() + interval '1 hour' WHERE enrollment_id = '"
            + enrollment
            + "'");
    return ref;
  }

  @Test
  void openDispatchesAreFoundByTheirOwnPatience() {
    born(Duration.ofMinutes(1), DispatchState.READY);
    detector.round();
    assertThat(kinds()).isEmpty();

    var ready = born(Duration.ofMinutes(5), DispatchState.READY);
    var sending = born(Duration.ofMinutes(5), DispatchState.SENDING);
    sql(
        "UPDATE dispatches SET post_deadline = now() - interval '1 minute' WHERE id = '"
            + sending.dispatchId()
            + "'");
    var unknown = born(Duration.ofHours(12), DispatchState.UNKNOWN);
    var quarantined = born(Duration.ofMinutes(90), DispatchState.QUARANTINED);
    // All are walked through, an hour's worth a round.
    for (int n = 0; n <= 15; n++) {
      detector.round();
    }
    assertThat(
            lines(
                "SELECT kind, subject_id FROM stuck WHERE client_id = '"
                    + client
                    + "' ORDER BY kind"))
        .containsExactly(
            "dispatch_quarantined|" + quarantined.dispatchId(),
            "dispatch_ready|" + ready.dispatchId(),
            "dispatch_sending|" + sending.dispatchId(),
            "dispatch_unknown|" + unknown.dispatchId());
    assertThat(metrics.get("omnify.stuck").tag("kind", "dispatch_unknown").gauge().value())
        .isGreaterThanOrEqualTo(1);

    sql(
        "UPDATE dispatches SET state = 'cancelled', finished_at = now() WHERE state <> 'cancelled'");
    detector.round();
    assertThat(kinds()).isEmpty();
  }

  @Test
  void anOutcomeThatNobodyHeardIsLookedAtAtOnce() {
    var ref = born(Duration.ofMinutes(10), DispatchState.ACCEPTED);
    sql(
        "UPDATE dispatches SET finished_at = now() - interval '5 minutes' WHERE id = '"
            + ref.dispatchId()
            + "'");
    var heard = born(Duration.ofMinutes(10), DispatchState.ACCEPTED);
    sql("UPDATE dispatches SET finished_at = now() WHERE id = '" + heard.dispatchId() + "'");
    detector.round();
    assertThat(kinds()).containsExactly("outcome_missed");
    assertThat(
            lines(
                "SELECT enrollment_id FROM due WHERE watchdog AND due_at <= now() AND client_id = '"
                    + client
                    + "'"))
        .containsExactly(String.valueOf(ref.enrollmentId()));
  }

  @Test
  void aLostStepIsDueAgainWhenItWasMeantToBe() {
    var id = fixtures.enrollment(client, fixtures.contact(client), sequence);
    sql("UPDATE enrollments SET next_step_at = '2026-03-12T17:00Z' WHERE id = '" + id + "'");
    var fine = fixtures.enrollment(client, fixtures.contact(client), sequence);
    sql("DELETE FROM due WHERE enrollment_id = '" + id + "'");
    rounds();
    assertThat(
            lines(
                "SELECT due_at = '2026-03-12T17:00Z', watchdog, channel FROM due WHERE enrollment_id = '"
                    + id
                    + "'"))
        .containsExactly("t|f|sms");
    assertThat(
            lines(
                "SELECT subject_id FROM stuck WHERE kind = 'step_lost' AND client_id = '"
                    + client
                    + "'"))
        .containsExactly(id.toString())
        .doesNotContain(fine.toString());
    assertThat(
            lines(
                "SELECT decision, reason_code FROM execution_log WHERE enrollment_id = '"
                    + id
                    + "'"))
        .containsExactly("rearmed|step_lost");
    assertThat(metrics.get("omnify.stuck.mended").tag("kind", "step_lost").counter().count())
        .isGreaterThanOrEqualTo(1);
    rounds();
    assertThat(lines("SELECT count(*) FROM execution_log WHERE enrollment_id = '" + id + "'"))
        .containsExactly("1");
  }

  /** Never twice: what may have been sent is waited for again, not sent again. */
  @Test
  void aLostStepThatMayHaveBeenSentIsNotDueAgain() {
    for (DispatchState state :
        List.of(DispatchState.ACCEPTED, DispatchState.UNKNOWN, DispatchState.SENDING)) {
      var ref = born(Duration.ofSeconds(5), state);
      String id = String.valueOf(ref.enrollmentId());
      sql("UPDATE enrollments SET open_dispatch_id = NULL WHERE id = '" + id + "'");
      sql("DELETE FROM due WHERE enrollment_id = '" + id + "'");
      rounds();
      assertThat(
              lines("SELECT watchdog, due_at <= now() FROM due WHERE enrollment_id = '" + id + "'"))
          .containsExactly("t|t");
      assertThat(lines("SELECT open_dispatch_id, attempt FROM enrollments WHERE id = '" + id + "'"))
          .containsExactly(ref.dispatchId() + "|1");
    }
  }

  @Test
  void aLostLookIsMadeAgain() {
    var ref = born(Duration.ofSeconds(5), DispatchState.SENDING);
    sql("UPDATE enrollments SET status = 'paused' WHERE id = '" + ref.enrollmentId() + "'");
    sql("DELETE FROM due WHERE enrollment_id = '" + ref.enrollmentId() + "'");
    rounds();
    assertThat(lines("SELECT watchdog FROM due WHERE enrollment_id = '" + ref.enrollmentId() + "'"))
        .containsExactly("t");
  }

  @Test
  void whatIsOverIsNotLost() {
    var id = fixtures.enrollment(client, fixtures.contact(client), sequence);
    sql("UPDATE enrollments SET status = 'stopped', ended_at = now() WHERE id = '" + id + "'");
    var paused = fixtures.enrollment(client, fixtures.contact(client), sequence);
    sql("UPDATE enrollments SET status = 'paused' WHERE id = '" + paused + "'");
    sql("DELETE FROM due WHERE client_id = '" + client + "'");
    rounds();
    assertThat(lines("SELECT 1 FROM due WHERE client_id = '" + client + "'")).isEmpty();
    assertThat(kinds()).isEmpty();
  }

  @Test
  void stepsThatNobodyTakesAreToldAClient() {
    for (int n = 0; n < 3; n++) {
      fixtures.enrollment(client, fixtures.contact(client), sequence);
    }
    sql(
        "UPDATE due SET due_at = '2026-03-10T12:00Z'::timestamptz - interval '1 hour' WHERE client_id = '"
            + client
            + "'");
    detector.round();
    assertThat(lines("SELECT kind, n FROM stuck WHERE client_id = '" + client + "'"))
        .containsExactly("steps_overdue|3");

    sql("UPDATE phone_numbers SET active = false WHERE client_id = '" + client + "'");
    detector.round();
    assertThat(kinds()).containsExactly("no_sender", "steps_overdue");

    sql("UPDATE clients SET status = 'suspended' WHERE id = '" + client + "'");
    sql(
        "UPDATE enrollments SET next_step_at = '2026-03-10T11:00Z' WHERE client_id = '"
            + client
            + "'");
    sql("UPDATE due SET due_at = due_at + interval '1 day' WHERE client_id = '" + client + "'");
    detector.round();
    assertThat(lines("SELECT kind, n FROM stuck WHERE client_id = '" + client + "'"))
        .containsExactly("client_suspended|3");
  }

  @Test
  void deadLettersAndUnsentEventsOfAllServicesAreFound() {
    String letter =
        """
        INSERT INTO memory_dead_letters (id, client_id, listener, topic, kafka_partition, kafka_offset, key, type, payload, state)
        VALUES (uuidv7(), '%s', 'memory.deliveries', 'deliveries', 0, %d, 'k-%s', 'dispatch.accepted.v1', '{}', '%s')
        """;
    sql(letter.formatted(client, 1, client, "dead"));
    sql(letter.formatted(client, 2, client, "parked"));
    sql(
        """
        INSERT INTO healer_outbox (id, client_id, topic, key, type, payload, created_at)
        VALUES (uuid7_floor(now() - interval '5 minutes'), '%s', 'healing', 'k', 't', '{}', now() - interval '5 minutes')
        """
            .formatted(client));
    detector.round();
    assertThat(
            lines(
                "SELECT kind, service, n, detail FROM stuck WHERE client_id = '"
                    + client
                    + "' ORDER BY 1"))
        .containsExactly(
            "dead_letter|memory|1|dispatch.accepted.v1 at memory.deliveries; 1 later ones of its key wait behind it",
            "outbox_waiting|healer|1|In the outbox of healer");
    sql("UPDATE memory_dead_letters SET state = 'replayed'");
    sql("DELETE FROM healer_outbox");
    detector.round();
    assertThat(kinds()).isEmpty();
  }

  @Test
  void eachSeesItsOwnAndThePlatformAll() throws Exception {
    var ref = born(Duration.ofMinutes(5), DispatchState.QUARANTINED);
    ClientId other = fixtures.client();
    for (int n = 0; n <= 15; n++) {
      detector.round();
    }

    JsonNode own = get("/stuck", TestTokens.bearer(client, "member"), 200);
    assertThat(own.path("items")).hasSize(1);
    assertThat(own.at("/items/0/kind").asString()).isEqualTo("dispatch_quarantined");
    assertThat(own.at("/items/0/dispatch_id").asString()).isEqualTo(ref.dispatchId().toString());
    assertThat(own.at("/items/0/meaning").asString()).contains("a person must look");
    assertThat(get("/stuck", TestTokens.bearer(other), 200).path("items")).isEmpty();
    assertThat(get("/stuck/summary", TestTokens.bearer(other), 200).path("kinds")).isEmpty();
    assertThat(get("/stuck?kind=dispatch_ready", TestTokens.bearer(client), 200).path("items"))
        .isEmpty();
    JsonNode all = get("/stuck/summary", TestTokens.platform(), 200);
    assertThat(all.toString()).contains(StuckKind.DISPATCH_QUARANTINED.wire());
    JsonNode page = get("/stuck?limit=1", TestTokens.platform(), 200);
    assertThat(page.path("items")).hasSize(1);
    assertThat(
            get("/stuck?kind=nonsense", TestTokens.bearer(client), 400)
                .at("/errors/0/field")
                .asString())
        .isEqualTo("kind");
  }

  private JsonNode get(String path, String bearer, int status)
      throws IOException, InterruptedException {
    var answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
                .header("Authorization", bearer)
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return TestJson.MAPPER.readTree(answer.body());
  }
}
