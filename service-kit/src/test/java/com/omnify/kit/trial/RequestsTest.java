package com.omnify.kit.trial;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.kit.security.FleetTokens;
import com.omnify.kit.time.FleetClock;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Role;
import com.omnify.model.id.ClientId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestFleet;
import com.omnify.testkit.TestTokens;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@OmnifySpringTest(service = "healer")
class RequestsTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String GOOD =
      """
      {"first_name": "Ada", "size": 3, "channel": "sms", "items": [{"label": "a", "amount": 1}]}
      """;

  @LocalServerPort int port;
  @Autowired FleetTokens tokens;
  @Autowired FleetClock fleetClock;

  private final ClientId client = new ClientId(Fixtures.id());
  private final String bearer = TestTokens.bearer(client);

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(25));
  }

  @BeforeEach
  void reset() {
    TrialController.CREATED.set(0);
  }

  @AfterEach
  void mend() {
    TrialController.gate = new CountDownLatch(0);
    TrialController.failAfterCommit = false;
  }

  @AfterAll
  static void close() {
    HTTP.close();
  }

  // ------------------------------------------------------------------ asking

  private HttpRequest.Builder to(String path, @Nullable String authorization) {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    return authorization == null ? request : request.header("Authorization", authorization);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.build(), BodyHandlers.ofString());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> get(String path) {
    return send(to(path, bearer));
  }

  private HttpRequest.Builder posting(String body) {
    return to("/api/v1/trials", bearer)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body));
  }

  private HttpResponse<String> post(String body) {
    return send(posting(body));
  }

  private HttpResponse<String> post(String body, String key) {
    return send(posting(body).header("Idempotency-Key", key));
  }

  private static JsonNode json(HttpResponse<String> response) {
    return JsonMapper.shared().readTree(response.body());
  }

  private static void assertProblem(HttpResponse<String> response, int status, String code) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type").orElse(""))
        .isEqualTo("application/problem+json");
    JsonNode body = json(response);
    assertThat(body.get("code").stringValue()).isEqualTo(code);
    assertThat(body.get("status").intValue()).isEqualTo(status);
    assertThat(body.get("title").stringValue()).isNotBlank();
    assertThat(body.get("type").stringValue()).endsWith(code);
    assertThat(body.get("instance").stringValue()).startsWith("/");
    assertThat(response.body()).doesNotContain("Exception", "com.omnify", "tools.jackson");
  }

  // ------------------------------------------------------------------ bad input

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"first_name": "A", "size": "3", "channel": "sms", "items": []}  | size         | whole number
          {"first_name": 5, "size": 3, "channel": "sms", "items": []}      | first_name   | string in quotes
          {"first_name": "A", "size": 3.5, "channel": "sms", "items": []}  | size         | whole number
          {"first_name": "A", "size": 3, "channel": "fax", "items": []}    | channel      | sms, email, voice
          {"first_name": "A", "size": 3, "channel": "SMS", "items": []}    | channel      | sms, email, voice
          {"first_name": "A", "size": 3, "channel": "sms", "items": {}}    | items        | JSON array
          {"first_name": "A", "size": 3, "colour": "red", "items": []}     | colour       | first_name
          {"first_name": "A", "channel": "sms", "items": []}               | size         | whole number
          {"first_name": "A", "size": 3, "contact_id": "12", "items": []}  | contact_id   | UUID
          {"first_name": "A", "size": 3, "at": "tomorrow", "items": []}    | at           | 2026-03-01T09:30:00Z
          {"first_name": "A", "size": 3, "items": [{"label": "x", "amount": "1"}]} | items[0].amount | whole number
          {"first_name": "", "size": 3, "channel": "sms", "items": []}     | first_name   | Correct
          {"first_name": "A", "size": 0, "channel": "sms", "items": []}    | size         | Correct
          {"first_name": "A", "size": 1, "items": [{"label": "x", "amount": 0}]}   | items[0].amount | Correct
          [1]                                                              | body         | JSON object
          """)
  void aWrongFieldIsNamedWithItsRemedy(String body, String field, String fix) {
    HttpResponse<String> response = post(body);

    assertProblem(response, 400, "invalid_request");
    JsonNode fault = json(response).get("errors").get(0);
    assertThat(fault.get("field").stringValue()).as(response.body()).isEqualTo(field);
    assertThat(fault.get("fix").stringValue()).contains(fix);
    assertThat(TrialController.CREATED).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"first_name": "A"     | malformed_json
          {"first_name": A}      | malformed_json
          {} {}                  | invalid_request
          ''                     | body_missing
          """)
  void brokenJsonIsTold(String body, String code) {
    assertProblem(post(body), 400, code);
  }

  @Test
  void brokenJsonIsToldWithItsPlace() {
    assertThat(json(post("{\n  \"first_name\": A}")).get("detail").stringValue())
        .contains("line 2");
  }

  @Test
  void wrongMethodsTypesAndPathsAreProblems() {
    assertProblem(send(to("/api/v1/trials/me", bearer).DELETE()), 405, "method_not_allowed");
    assertProblem(
        send(
            to("/api/v1/trials", bearer)
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("x"))),
        415,
        "unsupported_media_type");
    assertProblem(get("/api/v1/nowhere"), 404, "not_found");
    assertProblem(get("/api/v1/trials/12?channel=sms"), 400, "invalid_request");
    UUID id = UUID.randomUUID();
    assertProblem(get("/api/v1/trials/" + id + "?channel=fax"), 400, "invalid_request");
    assertProblem(get("/api/v1/trials/" + id), 400, "invalid_request");
    assertProblem(get("/api/v1/trials/" + id + "?channel=sms"), 404, "not_found");
    assertProblem(get("/api/v1/dead-letters?limit=0"), 400, "invalid_request");
    assertProblem(get("/api/v1/dead-letters?limit=x"), 400, "invalid_request");
    assertProblem(get("/api/v1/dead-letters?cursor=zz"), 400, "invalid_request");
  }

  @Test
  void ourOwnFailureTellsNothingButAnId() {
    TrialController.failAfterCommit = true;

    HttpResponse<String> response = post(GOOD);

    assertProblem(response, 500, "internal");
    assertThat(response.body()).doesNotContain("15551234567");
    assertThat(json(response).get("error_id").stringValue()).hasSize(36);
  }

  // ------------------------------------------------------------------ idempotency

  @Test
  void theSameRequestIsDoneOnce() {
    String key = UUID.randomUUID().toString();

    HttpResponse<String> first = post(GOOD, key);
    HttpResponse<String> second = post(GOOD, key);

    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(second.statusCode()).isEqualTo(201);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.headers().firstValue("location"))
        .isEqualTo(first.headers().firstValue("location"))
        .isPresent();
    assertThat(first.headers().firstValue("idempotent-replayed")).isEmpty();
    assertThat(second.headers().firstValue("idempotent-replayed")).contains("true");
    assertThat(TrialController.CREATED).hasValue(1);
  }

  @Test
  void aKeyServesOneRequestOnly() {
    String key = UUID.randomUUID().toString();
    post(GOOD, key);

    assertProblem(post(GOOD.replace("Ada", "Eve"), key), 422, "idempotency_key_reused");
    assertThat(TrialController.CREATED).hasValue(1);
  }

  @Test
  void clientsDoNotShareKeys() {
    String key = UUID.randomUUID().toString();
    post(GOOD, key);
    HttpResponse<String> other =
        send(
            to("/api/v1/trials", TestTokens.bearer(new ClientId(Fixtures.id())))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(GOOD)));

    assertThat(other.statusCode()).isEqualTo(201);
    assertThat(TrialController.CREATED).hasValue(2);
  }

  @Test
  void whileTheFirstIsUnderWayTheSecondWaits() throws Exception {
    String key = UUID.randomUUID().toString();
    TrialController.gate = new CountDownLatch(1);
    var first =
        HTTP.sendAsync(
            posting(GOOD).header("Idempotency-Key", key).build(), BodyHandlers.ofString());
    await()
        .untilAsserted(
            () ->
                assertThat(
                        TestFleet.database()
                            .lines(
                                "SELECT 1 FROM healer_idempotency_keys WHERE key = '" + key + "'"))
                    .hasSize(1));

    HttpResponse<String> second = post(GOOD, key);
    assertProblem(second, 409, "request_under_way");
    assertThat(second.headers().firstValue("retry-after")).isPresent();

    TrialController.gate.countDown();
    assertThat(first.get().statusCode()).isEqualTo(201);
    assertThat(post(GOOD, key).body()).isEqualTo(first.get().body());
    assertThat(TrialController.CREATED).hasValue(1);
  }

  @Test
  void aRefusedRequestLeavesItsKeyFree() {
    String key = UUID.randomUUID().toString();

    assertProblem(post(GOOD.replace("3", "0"), key), 400, "invalid_request");
    assertThat(post(GOOD, key).statusCode()).isEqualTo(201);
  }

  @Test
  void whatFailedAfterItsCommitIsNotDoneAgain() {
    String key = UUID.randomUUID().toString();
    TrialController.failAfterCommit = true;

    HttpResponse<String> first = post(GOOD, key);
    TrialController.failAfterCommit = false;
    HttpResponse<String> second = post(GOOD, key);

    assertProblem(first, 500, "internal");
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(TrialController.CREATED).hasValue(1);
  }

  @Test
  void afterACrashOnlyWhatWasNotCarriedOutIsDoneAgain() {
    String undone = UUID.randomUUID().toString();
    String done = UUID.randomUUID().toString();
    post(GOOD, undone);
    post(GOOD, done);
    var admin = TestFleet.database().admin();
    String crash =
        """
        UPDATE healer_idempotency_keys
        SET status = NULL, body = NULL, headers = :mark::jsonb, created_at = now() - interval '2 minutes'
        WHERE key = :key
        """;
    admin.sql(crash).param("mark", null).param("key", undone).update();
    admin.sql(crash).param("mark", "{\"carried_out\": true}").param("key", done).update();
    TrialController.CREATED.set(0);

    assertProblem(post(GOOD, done), 409, "answer_lost");
    assertThat(TrialController.CREATED).hasValue(0);
    assertThat(post(GOOD, undone).statusCode()).isEqualTo(201);
    assertThat(TrialController.CREATED).hasValue(1);
  }

  @Test
  void anOverlongKeyIsAProblem() {
    assertProblem(post(GOOD, "k".repeat(256)), 400, "invalid_request");
  }

  // ------------------------------------------------------------------ who asks

  @Test
  void withoutATokenThereIsNothing() {
    assertProblem(send(to("/api/v1/trials/me", null)), 401, "unauthenticated");
    assertProblem(send(to("/api/v1/trials/me", "Bearer nonsense")), 401, "unauthenticated");
    assertProblem(send(to("/nowhere", null)), 401, "unauthenticated");
  }

  @Test
  void anExpiredTokenIsNone() {
    String expired =
        "Bearer " + TestTokens.token(client, "owner", "tester", Instant.now().minusSeconds(60));

    assertProblem(send(to("/api/v1/trials/me", expired)), 401, "unauthenticated");
  }

  @Test
  void aTamperedTokenIsNone() {
    String[] parts = TestTokens.bearer(client, "member").split("\\.");
    String[] owner = TestTokens.bearer(client, "platform").split("\\.");

    assertProblem(
        send(to("/api/v1/trials/me", parts[0] + "." + owner[1] + "." + parts[2])),
        401,
        "unauthenticated");
    assertProblem(
        send(to("/api/v1/trials/me", "Bearer eyJhbGciOiJub25lIn0." + owner[1] + ".")),
        401,
        "unauthenticated");
  }

  @Test
  void aTokenWithoutItsClaimsIsNone() {
    assertProblem(
        send(to("/api/v1/trials/me", TestTokens.bearer(null, "owner"))), 401, "unauthenticated");
    assertProblem(
        send(to("/api/v1/trials/me", TestTokens.bearer(client, "king"))), 401, "unauthenticated");
  }

  @Test
  void theGatewaysTokenSaysWhoAsks() {
    String token = tokens.issue(new Caller(client, "user:7", Role.MEMBER), Duration.ofSeconds(60));

    JsonNode me = json(send(to("/api/v1/trials/me", "Bearer " + token)));

    assertThat(me.get("client").stringValue()).isEqualTo(client.toString());
    assertThat(me.get("subject").stringValue()).isEqualTo("user:7");
    assertThat(me.get("role").stringValue()).isEqualTo("member");
    assertProblem(send(to("/api/v1/trials/admin", "Bearer " + token)), 403, "role_missing");
  }

  @Test
  void thePlatformMustChooseAClient() {
    assertProblem(send(to("/api/v1/trials/me", TestTokens.platform())), 403, "no_client");
    assertThat(send(to("/api/v1/trials/admin", TestTokens.platform())).statusCode()).isEqualTo(200);
  }

  @Test
  void healthMetricsAndTheDescriptionAreOpen() {
    assertThat(send(to("/actuator/health/readiness", null)).statusCode()).isEqualTo(200);
    assertThat(send(to("/actuator/health/liveness", null)).statusCode()).isEqualTo(200);
    assertThat(send(to("/actuator/prometheus", null)).body())
        .contains(
            "omnify_outbox_depth{service=\"healer\"}",
            "omnify_listener_dead_total",
            "omnify_listener_lag")
        .contains("omnify_dead_letters{service=\"healer\",state=\"dead\"}");
    JsonNode description = json(send(to("/v3/api-docs", null)));
    assertThat(description.at("/components/schemas/Request/properties").propertyNames())
        .contains("first_name", "contact_id");
    assertThat(description.at("/paths/~1api~1v1~1trials/post/parameters/0/name").stringValue())
        .isEqualTo("Idempotency-Key");
    assertProblem(send(to("/actuator/env", null)), 401, "unauthenticated");
  }

  // ------------------------------------------------------------------ time

  @Test
  void theFleetClockFollowsItsRow() {
    Instant start = Instant.parse("2030-01-01T00:00:00Z");
    TestFleet.database().setFleetClock(start, 1000);

    await().untilAsserted(() -> assertThat(fleetClock.now()).isAfter(start));
    assertThat(fleetClock.rate()).isEqualTo(1000);
    assertThat(fleetClock.now()).isBefore(start.plus(Duration.ofHours(6)));
    assertThat(fleetClock.realUntil(fleetClock.now().plus(Duration.ofDays(1))))
        .isBetween(Duration.ofSeconds(80), Duration.ofSeconds(87));
  }
}
