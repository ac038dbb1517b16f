package com.omnify.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.omnify.testkit.NpmTools;
import com.omnify.testkit.Prism;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * People go through a four-step sequence while the clock runs fast and, in the second journey,
 * services are killed and the provider lies. {@code -Dfleet.contacts=1000 -Dfleet.rate=1000} makes
 * it the full run.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FleetJourneyTest {

  private static final int CONTACTS = Integer.getInteger("fleet.contacts", 40);
  private static final int RATE = Integer.getInteger("fleet.rate", 4000);
  private static final Duration PATIENCE =
      Duration.ofMinutes(Integer.getInteger("fleet.minutes", 6));
  private static final List<String> SERVICES =
      List.of(
          "scheduler-service",
          "channel-workers",
          "event-processor",
          "memory-service",
          "healer-service",
          "learning-service",
          "web-console");

  private static Fleet fleet;
  private static TokenIssuer issuer;

  /** Journeys that have ended, with all that people leave behind. */
  private static final List<Scenario> ENDED = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    issuer = new TokenIssuer();
    fleet = Fleet.start(Integer.getInteger("fleet.port-offset", 3000), issuer.environment());
    fleet.rate(RATE);
  }

  @AfterAll
  static void stop() {
    if (fleet != null) {
      fleet.close();
    }
    if (issuer != null) {
      issuer.close();
    }
  }

  @Test
  @Order(1)
  void everyoneArrivesAndTheLedgerHoldsOneMessageADispatch() throws Exception {
    var journey = Scenario.start(fleet, fleet.sandboxUrl(), CONTACTS);
    awaitEnd(journey);
    assertJourney(journey);
    assertConfirmations(journey);
    assertThat(
            count(
                journey,
                "SELECT count(*) FROM execution_log WHERE client_id = ?::uuid AND decision = 'deferred'"))
        .as("deferrals in the log")
        .isPositive();
  }

  @Test
  @Order(2)
  void verifyFindsOneTamperedRow() throws Exception {
    assertThat(fleet.omnify("verify").exitCode()).isZero();
    try (var db = fleet.database();
        var statement = db.createStatement()) {
      String one =
          """
          (client_id, id) = (SELECT client_id, id FROM dispatches WHERE channel = 'sms' AND state = 'accepted'
            ORDER BY id LIMIT 1)
          """;
      assertThat(
              statement.executeUpdate(
                  "UPDATE contact_interactions SET content_body = content_body || '!' WHERE "
                      + one))
          .isEqualTo(1);
      var tampered = fleet.omnify("verify");
      System.out.println(tampered.output());
      assertThat(tampered.exitCode()).isEqualTo(1);
      statement.execute(
          "UPDATE contact_interactions SET content_body = left(content_body, -1) WHERE " + one);
    }
    assertThat(fleet.omnify("verify").exitCode()).isZero();
  }

  @Test
  @Order(3)
  void killingEachServiceAndALyingProviderDuplicateAndLoseNothing() throws Exception {
    fleet.sandbox().put("/sandbox/faults", Map.of("accept_then_500", 0.05));
    var journey = Scenario.start(fleet, fleet.sandboxUrl(), CONTACTS);
    for (String service : SERVICES) {
      fleet.kill(service);
      awaitUp(service);
    }
    awaitEnd(journey);
    fleet.sandbox().put("/sandbox/faults", Map.of("accept_then_500", 0.0));
    assertJourney(journey);
    assertConfirmations(journey);
  }

  @Test
  @Order(4)
  void twiliosOwnDescriptionAcceptsEveryRequest() throws Exception {
    var openApi = NpmTools.vendorsDescription("twilio_msg.json");
    assumeTrue(openApi.isPresent(), "Twilio's description is not here");
    try (var prism = Prism.inFrontOf(URI.create(fleet.sandboxUrl()), openApi.get())) {
      var journey = Scenario.start(fleet, prism.uri().toString(), 10);
      // First that it sees at all: a message without a recipient.
      var bad =
          HttpRequest.newBuilder(
                  URI.create(
                      prism.uri() + "/2010-04-01/Accounts/AC" + "0".repeat(32) + "/Messages.json"))
              .header(
                  "Authorization",
                  "Basic "
                      + Base64.getEncoder().encodeToString("a:b".getBytes(StandardCharsets.UTF_8)))
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(HttpRequest.BodyPublishers.ofString("From=%2B12025550123&Body=hello"))
              .build();
      try (var http = HttpClient.newHttpClient()) {
        assertThat(http.send(bad, HttpResponse.BodyHandlers.ofString()).statusCode())
            .isEqualTo(422);
      }
      awaitEnd(journey);
      long posts =
          count(
              journey,
              "SELECT count(*) FROM dispatches WHERE client_id = ?::uuid AND state = 'accepted'");
      System.out.println(
          "Prism let " + posts + " of the worker's requests through and refused the planted one");
      assertThat(posts).isPositive();
      assertThat(
              count(
                  journey,
                  "SELECT count(*) FROM dispatches WHERE client_id = ?::uuid AND error_code LIKE '%422%'"))
          .isZero();
      assertThat(prism.refused())
          .as("requests that Prism refused, the planted one among them")
          .isEqualTo(1);
    }
  }

  @Test
  @Order(5)
  void theApiDescribesItselfCleanly() throws Exception {
    var document = fleet.platform().get("/api/v1/openapi.json");
    Path file = Fleet.projectRoot().resolve("target/fleet-tests/openapi.json");
    Files.writeString(file, document.toString());
    var lint = NpmTools.spectral(file);
    System.out.println(
        "OpenAPI: " + document.get("paths").size() + " paths; " + lint.output().strip());
    assertThat(lint.exitCode()).as(lint.output()).isZero();
  }

  @Test
  @Order(6)
  void everyEndpointRefusesEverybodyItShould() throws Exception {
    while (ENDED.size() < 2) {
      awaitEnd(Scenario.start(fleet, fleet.sandboxUrl(), 10));
    }
    fleet.rate(1);
    Scenario mine = ENDED.get(0);
    Scenario other = ENDED.get(1);
    var fixtures = new AccessFixtures(fleet, issuer);
    var api = fleet.platform().get("/api/v1/openapi.json");
    var operations = AccessMatrix.operations(api);
    assertThat(operations)
        .as("operations that do not say who may call them")
        .allMatch(AccessMatrix::declared);
    assertThat(
            operations.stream()
                .filter(AccessMatrix.Operation::open)
                .map(AccessMatrix.Operation::name))
        .as("operations open to anybody")
        .containsExactlyInAnyOrderElementsOf(AccessMatrix.OPEN);

    var mineThings = fixtures.things(mine);
    var otherThings = fixtures.things(other);
    var matrix = new AccessMatrix();
    var trial =
        new AccessTrial(
            matrix,
            fleet.gateway(),
            mineThings,
            otherThings,
            fixtures.callers(mine, fleet.platformKey()));
    var othersIds = new ArrayList<>(otherThings.ids().values());
    othersIds.addAll(other.contactIds);

    var before = settledRows(fixtures, mine, other);
    String othersContacts = count(fixtures, other, "contacts");
    var begun = Instant.now();
    trial.refusals(operations);
    for (var service : fixtures.services(mine.clientId)) {
      trial.straightTo(service, new Api(service.base(), "").get("/v3/api-docs"));
    }
    var inside = trial.idsInside(othersIds);
    assertThat(fixtures.rows(List.of(mine.clientId, other.clientId)))
        .as("rows after %d refusals", matrix.cells() + trial.insideCount())
        .isEqualTo(before);
    trial.controls(operations, othersIds);

    System.out.printf(
        "Access matrix: %d operations; %s%n    %-24s %4d, %d not as expected; %d tables unchanged by all refusals; %d s%n",
        operations.size(),
        matrix.counts(),
        "others' ids inside",
        trial.insideCount(),
        inside.size(),
        before.size(),
        Duration.between(begun, Instant.now()).toSeconds());
    assertThat(matrix.findings()).isEmpty();
    assertThat(inside).isEmpty();
    // by its own counts the other client is as it was, also after all that was done rightly
    assertThat(count(fixtures, other, "contacts")).isEqualTo(othersContacts);
  }

  /** {@code 10 rows}. */
  private static String count(AccessFixtures fixtures, Scenario of, String table) throws Exception {
    String rows = Objects.requireNonNull(fixtures.rows(List.of(of.clientId)).get(table));
    return rows.substring(0, rows.indexOf(','));
  }

  /**
   * Late reports of the provider come in for a moment after the last message, and a webhook that is
   * being told takes ten seconds at most.
   */
  private static Map<String, String> settledRows(
      AccessFixtures fixtures, Scenario mine, Scenario other) throws Exception {
    var clients = List.of(mine.clientId, other.clientId);
    var end = Instant.now().plus(Duration.ofMinutes(2));
    var rows = fixtures.rows(clients);
    int looksAlike = 0;
    while (Instant.now().isBefore(end)) {
      boolean moved = fixtures.putOffDeliveries();
      Pause.of(Duration.ofSeconds(3));
      var again = fixtures.rows(clients);
      looksAlike = !moved && again.equals(rows) ? looksAlike + 1 : 0;
      if (looksAlike == 4) {
        return rows;
      }
      rows = again;
    }
    throw new AssertionError("The fleet does not come to rest: " + rows);
  }

  private static void awaitUp(String service) {
    var end = Instant.now().plus(Duration.ofMinutes(2));
    while (Instant.now().isBefore(end)) {
      if (fleet.isUp(service)) {
        return;
      }
      Pause.of(Duration.ofMillis(500));
    }
    throw new AssertionError(
        service + " did not come back: " + fleet.omnify("logs", service, "-n", "40").output());
  }

  private static void awaitEnd(Scenario journey) {
    var end = Instant.now().plus(PATIENCE);
    Map<String, Integer> statuses = Map.of();
    while (Instant.now().isBefore(end)) {
      statuses = journey.statuses();
      if (!statuses.containsKey("active")) {
        System.out.println("Enrollments by status: " + statuses);
        journey.endPaused();
        assertThat(journey.statuses()).doesNotContainKeys("active", "paused");
        ENDED.add(journey);
        return;
      }
      Pause.of(Duration.ofSeconds(2));
    }
    throw new AssertionError("After " + PATIENCE + " some are still under way: " + statuses);
  }

  private static void assertJourney(Scenario journey) throws SQLException, IOException {
    var summary = fleet.sandbox().get("/ledger/summary");
    System.out.println("Ledger: " + summary);
    var verify = fleet.omnify("verify");
    System.out.println(verify.output());
    assertThat(verify.exitCode()).as(verify.output()).isZero();
    assertThat(
            count(
                journey,
                "SELECT count(*) FROM dispatches WHERE client_id = ?::uuid AND state IN ('ready', 'sending', 'unknown')"))
        .as("dispatches still open")
        .isZero();
    // Steps 2 to 4 wait at least a day each; a retry belongs to its own step.
    assertThat(
            count(
                journey,
                """
                SELECT count(*) FROM (
                  SELECT step_id, sent_at, lag(step_id) OVER w AS step_before, lag(sent_at) OVER w AS sent_before
                  FROM dispatches WHERE client_id = ?::uuid AND state = 'accepted'
                  WINDOW w AS (PARTITION BY enrollment_id ORDER BY id)) d
                WHERE step_before <> step_id AND sent_at - sent_before < interval '12 hours'
                """))
        .as("steps that left together")
        .isZero();
    try (var db = fleet.database();
        var statement =
            db.prepareStatement(
                "SELECT state, count(*) FROM dispatches WHERE client_id = ?::uuid GROUP BY state ORDER BY state")) {
      statement.setString(1, journey.clientId);
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          System.out.println("Dispatches " + rows.getString(1) + ": " + rows.getLong(2));
        }
      }
    }
  }

  /**
   * Whoever asked in words that no carrier knows was told that it is done, once, whatever they
   * wrote after it; nobody else was. That each stands in the ledger once is what verify says.
   */
  private static void assertConfirmations(Scenario journey) throws SQLException, IOException {
    long asked =
        count(
            journey,
            """
            SELECT count(*) FROM suppressions s
            JOIN contact_interactions i ON i.client_id = s.client_id AND i.id = s.source_interaction_id
            WHERE s.client_id = ?::uuid AND s.channel = 'sms' AND s.reason = 'opt_out'
              AND upper(trim(i.content_body)) NOT IN
                ('STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT')
            """);
    long confirmed =
        count(
            journey,
            """
            SELECT count(*) FROM dispatches d
            JOIN dispatch_texts t ON t.client_id = d.client_id AND t.dispatch_id = d.id
            JOIN suppressions s ON s.client_id = t.client_id AND s.id = t.suppression_id AND s.identity = d.identity
            WHERE d.client_id = ?::uuid AND d.kind = 'opt_out_confirmation' AND d.state = 'accepted'
            """);
    long all =
        count(
            journey,
            "SELECT count(*) FROM dispatches WHERE client_id = ?::uuid AND kind = 'opt_out_confirmation'");
    System.out.println(
        "Opt-outs in free words: "
            + asked
            + ", confirmations ordered "
            + all
            + ", accepted "
            + confirmed);
    assertThat(asked).isGreaterThanOrEqualTo(Scenario.LEAVING);
    assertThat(all).isEqualTo(asked);
    // On a busy machine one may be called off before its request began: then it was not sent.
    assertThat(confirmed).isPositive();
  }

  private static long count(Scenario journey, String sql) throws SQLException, IOException {
    try (var db = fleet.database();
        var statement = db.prepareStatement(sql)) {
      statement.setString(1, journey.clientId);
      try (var rows = statement.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }
}
