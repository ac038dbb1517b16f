package com.omnify.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.omnify.sandbox.fault.FaultSettings.Switches;
import com.omnify.sandbox.fault.Outcome;
import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.http.Request;
import com.omnify.sandbox.http.WireServer;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.sandbox.ledger.LedgerEntry.Channel;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import com.omnify.sandbox.persona.policy.VoicePersona;
import com.omnify.sandbox.twilio.Account;
import com.omnify.sandbox.vapi.VapiAccount;
import com.omnify.sandbox.vapi.VapiAccount.OverLimit;
import com.omnify.sandbox.vapi.VapiAccount.Proof;
import com.twilio.security.RequestValidator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class VapiTest {

  private static final String CLIENT = Gateway.CLIENT;
  private static final String ORG = "0197f000-0000-7000-8000-00000000000a";
  private static final String KEY = "vapi-private-key";
  private static final String SECRET = "what only we and VAPI know";
  private static final String NUMBER_ID = "0197f000-0000-7000-8000-0000000000f1";
  private static final String OUR = "+15125550100";
  private static final String PERSON = "+15125550142";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir Path data;
  private final List<Request> received = new CopyOnWriteArrayList<>();
  private volatile Function<JsonNode, Map<String, ?>> answers = _ -> Map.of();
  private volatile int status = 200;
  private WireServer server;
  private Sandbox sandbox;

  @BeforeEach
  void start() throws IOException {
    server =
        WireServer.start(
            "127.0.0.1",
            0,
            request -> {
              received.add(request);
              return Json.reply(
                  status,
                  request.path().contains("/vapi/")
                      ? answers.apply(Json.MAPPER.readTree(request.body()).path("message"))
                      : Map.of());
            });
    open();
    sandbox.register(account(Proof.SECRET, OverLimit.REFUSE));
  }

  @AfterEach
  void stop() throws IOException {
    sandbox.close();
    server.close();
  }

  private void open() throws IOException {
    sandbox =
        Sandbox.start(
            SandboxOptions.in(data).withPublicUrl(gateway()).withClockRate(5_000).withSeed(7));
  }

  private VapiAccount account(Proof proof, OverLimit overLimit) {
    return new VapiAccount(
        ORG,
        KEY,
        CLIENT,
        gateway() + "/webhooks/vapi/" + CLIENT + "/org",
        SECRET,
        proof,
        2,
        overLimit,
        Map.of(NUMBER_ID, new VapiAccount.Number(OUR, null, null)),
        Map.of(),
        true);
  }

  private String gateway() {
    return "http://127.0.0.1:" + server.port();
  }

  // ---- asking

  private ObjectNode request(String dispatch) {
    var json =
        Json.MAPPER.readTree(
            """
            {
              "name": "%1$s",
              "phoneNumberId": "%2$s",
              "customer": {"number": "%3$s", "name": "Ada"},
              "assistant": {
                "firstMessage": "Hi {{customer.name | default: \\"there\\"}}, this is Omni Plumbing.",
                "voicemailMessage": "Please call us back.",
                "model": {
                  "provider": "openai",
                  "model": "gpt-4o",
                  "messages": [{"role": "system", "content": "Be brief."}],
                  "tools": [{
                    "type": "function",
                    "function": {
                      "name": "book_visit",
                      "description": "Books an appointment",
                      "parameters": {
                        "type": "object",
                        "properties": {
                          "starts_at": {"type": "string", "format": "date-time"},
                          "customer_name": {"type": "string"}
                        }
                      }
                    }
                  }]
                },
                "serverMessages": ["status-update", "transcript", "tool-calls", "end-of-call-report", "hang"],
                "server": {"url": "%4$s/webhooks/vapi/%5$s/acc?dispatch=%1$s"}
              }
            }
            """
                .formatted(dispatch, NUMBER_ID, PERSON, gateway(), CLIENT));
    return (ObjectNode) json;
  }

  private HttpResponse<String> post(JsonNode body) throws Exception {
    return post(body, KEY);
  }

  private HttpResponse<String> post(JsonNode body, String key) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(sandbox.uri() + "/vapi/call"))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()))
            .build(),
        BodyHandlers.ofString());
  }

  private JsonNode get(String path) throws Exception {
    var response =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(sandbox.uri() + path))
                .header("Authorization", "Bearer " + KEY)
                .build(),
            BodyHandlers.ofString());
    return Json.MAPPER.readTree(response.body());
  }

  /** Calls, waits for the report and gives it. */
  private JsonNode called(VoicePersona persona) throws Exception {
    sandbox.persona(PERSON, persona);
    assertThat(post(request(dispatch())).statusCode()).isEqualTo(201);
    return report();
  }

  private JsonNode report() {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(messages("end-of-call-report")).hasSize(1));
    return messages("end-of-call-report").getFirst();
  }

  private List<JsonNode> messages(String type) {
    return received.stream()
        .filter(r -> r.path().contains("/webhooks/vapi/"))
        .map(r -> Json.MAPPER.readTree(r.body()).path("message"))
        .filter(m -> m.path("type").asString("").equals(type))
        .toList();
  }

  private List<String> statuses() {
    return messages("status-update").stream().map(m -> m.path("status").asString()).toList();
  }

  private static String dispatch() {
    return UUID.randomUUID().toString();
  }

  // ---- a call

  @Test
  void createdCallIsQueuedAndOnDisk() throws Exception {
    var dispatch = dispatch();
    sandbox.persona(PERSON, VoicePersona.NO_ANSWER);

    var response = post(request(dispatch));

    assertThat(response.statusCode()).isEqualTo(201);
    var call = Json.MAPPER.readTree(response.body());
    assertThat(call.path("status").asString()).isEqualTo("queued");
    assertThat(call.path("type").asString()).isEqualTo("outboundPhoneCall");
    assertThat(call.path("name").asString()).isEqualTo(dispatch);
    assertThat(call.path("subscriptionLimits").path("remainingConcurrentCalls").asInt())
        .isEqualTo(2);
    assertThat(sandbox.ledger().entries(Kind.ACCEPTED))
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.channel()).isEqualTo(Channel.VOICE);
              assertThat(line.provider()).isEqualTo("vapi");
              assertThat(line.sid()).isEqualTo(call.path("id").asString());
              assertThat(line.dispatchId()).isEqualTo(dispatch);
              assertThat(line.clientId()).isEqualTo(CLIENT);
              assertThat(line.to()).isEqualTo(PERSON);
              assertThat(line.from()).isEqualTo(OUR);
              assertThat(line.statusCode()).isEqualTo(201);
            });
  }

  @Test
  void interestedPersonTalksAndBothEndsAreTold() throws Exception {
    var report = called(VoicePersona.INTERESTED);

    await()
        .untilAsserted(
            () ->
                assertThat(statuses())
                    .containsExactly("queued", "ringing", "in-progress", "ended"));
    assertThat(report.path("endedReason").asString())
        .isIn("customer-ended-call", "assistant-ended-call");
    assertThat(report.path("durationSeconds").asInt()).isBetween(15, 90);
    assertThat(
            Duration.between(
                    Instant.parse(report.path("startedAt").asString()),
                    Instant.parse(report.path("endedAt").asString()))
                .toSeconds())
        .isBetween(15L, 90L);
    assertThat(report.path("artifact").path("transcript").asString())
        .startsWith("AI: Hi Ada, this is Omni Plumbing.\nUser: ");
    assertThat(report.path("artifact").path("recordingUrl").asString()).startsWith("https://");
    assertThat(report.path("cost").asDouble()).isPositive();
    assertThat(report.path("analysis").path("summary").asString()).contains("interested");
    assertThat(messages("transcript")).hasSizeGreaterThan(4);
    assertThat(received)
        .allSatisfy(
            request -> {
              assertThat(request.header("X-Vapi-Secret")).hasValue(SECRET);
              assertThat(request.query().first("dispatch")).isPresent();
            });
    assertThat(sandbox.ledger().entries(Kind.ENDED))
        .singleElement()
        .satisfies(
            line ->
                assertThat(line.detail("seconds"))
                    .isEqualTo(report.path("durationSeconds").toString()));
  }

  @ParameterizedTest
  @CsvSource({
    "VOICEMAIL,   voicemail",
    "NO_ANSWER,   customer-did-not-answer",
    "BUSY,        customer-busy",
    "MISDIALED,   twilio-reported-customer-misdialed",
    "HANGS_UP,    customer-ended-call",
    "MUTE,        silence-timed-out",
    "RAMBLER,     exceeded-max-duration",
    "WANTS_HUMAN, customer-ended-call",
  })
  void everyPersonaEndsTheCallItsWay(VoicePersona persona, String reason) throws Exception {
    var report = called(persona);

    assertThat(report.path("endedReason").asString()).isEqualTo(reason);
    boolean answered =
        !Set.of(VoicePersona.NO_ANSWER, VoicePersona.BUSY, VoicePersona.MISDIALED)
            .contains(persona);
    assertThat(report.has("startedAt")).isEqualTo(answered);
    assertThat(report.path("durationSeconds").asInt() > 0).isEqualTo(answered);
  }

  @Test
  void personWhoWantsOutSaysSoInFreeWords() throws Exception {
    var report = called(VoicePersona.REMOVER);

    assertThat(report.path("artifact").path("transcript").asString())
        .containsPattern("(?i)User: .*(list|remove|stop|delete)");
  }

  @Test
  void personIsPutThroughWhereTheAssistantCan() throws Exception {
    sandbox.persona(PERSON, VoicePersona.WANTS_HUMAN);
    var request = request(dispatch());
    ((ObjectNode) request.path("assistant"))
        .set(
            "model",
            Json.MAPPER.readTree(
                """
                {"provider": "openai", "model": "gpt-4o", "tools": [{"type": "transferCall",
                 "destinations": [{"type": "number", "number": "+15125550199"}]}]}
                """));
    post(request);

    assertThat(report().path("endedReason").asString()).isEqualTo("assistant-forwarded-call");
    assertThat(statuses()).contains("forwarding");
  }

  // ---- the booking tool

  @Test
  void bookerMakesTheAssistantBookAndHearsTheAnswer() throws Exception {
    answers =
        message ->
            message.path("type").asString().equals("tool-calls")
                ? Map.of(
                    "results",
                    List.of(
                        Map.of(
                            "toolCallId",
                            message.path("toolCallList").get(0).path("id").asString(),
                            "result",
                            "Booked for Tuesday, reference 17")))
                : Map.of();

    var report = called(VoicePersona.BOOKER);

    var toolCall = messages("tool-calls").getFirst().path("toolCallList").get(0);
    assertThat(toolCall.path("function").path("name").asString()).isEqualTo("book_visit");
    var arguments = Json.MAPPER.readTree(toolCall.path("function").path("arguments").asString());
    assertThat(Instant.parse(arguments.path("starts_at").asString())).isAfter(Instant.now());
    assertThat(arguments.path("customer_name").asString()).isEqualTo("Ada");
    assertThat(report.path("artifact").path("messages").toString())
        .contains("Booked for Tuesday, reference 17");
    assertThat(report.path("artifact").path("transcript").asString())
        .contains("Your appointment is booked");
  }

  @Test
  void bookingThatIsNotAnsweredIsNotConfirmed() throws Exception {
    var report = called(VoicePersona.BOOKER);

    assertThat(report.path("artifact").path("messages").toString()).contains("No result returned.");
    assertThat(report.path("artifact").path("transcript").asString())
        .contains("could not reach the calendar");
  }

  // ---- the shapes

  @Test
  void everythingHasTheShapesThatVapiDescribes() throws Exception {
    var messages = OpenApi.find("vapi_server_messages.json");
    var calls = OpenApi.find("vapi_call_s.json");
    assumeTrue(messages.isPresent() && calls.isPresent(), "VAPI's description is not here");
    assertThat(calls.get().faults("CreateCallDTO", request(dispatch()))).isEmpty();
    assertThat(calls.get().faults("Call", Json.MAPPER.createObjectNode().put("id", 7)))
        .as("a checker that finds nothing is blind")
        .isNotEmpty();
    sandbox.persona(PERSON, VoicePersona.BOOKER);
    var request = request(dispatch());
    ((ObjectNode) request.path("assistant")).remove("serverMessages");

    var created = Json.MAPPER.readTree(post(request).body());
    report();
    sandbox.call(PERSON, OUR, VoicePersona.MUTE);
    await().untilAsserted(() -> assertThat(messages("end-of-call-report")).hasSize(2));

    assertThat(calls.get().faults("Call", created)).isEmpty();
    assertThat(calls.get().faults("Call", get("/vapi/call/" + created.path("id").asString())))
        .isEmpty();
    var schemas =
        Map.of(
            "status-update", "ServerMessageStatusUpdate",
            "conversation-update", "ServerMessageConversationUpdate",
            "tool-calls", "ServerMessageToolCalls",
            "assistant-request", "ServerMessageAssistantRequest",
            "end-of-call-report", "ServerMessageEndOfCallReport");
    schemas.forEach(
        (type, schema) -> {
          assertThat(messages(type)).as(type).isNotEmpty();
          assertThat(messages(type))
              .allSatisfy(m -> assertThat(messages.get().faults(schema, m)).isEmpty());
        });
  }

  // ---- what is refused

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/customer/number | '5125550142' | customer.number must be a valid phone number",
        "/name | 'a name that is much longer than forty characters' | name must be shorter than",
        "/phoneNumberId | 'pn-1' | phoneNumberId must be a UUID",
        "/assistant/model/provider | 7 | assistant.model.provider must be a string",
        "/assistant/maxDurationSeconds | 5 | maxDurationSeconds must be between 10 and 43200",
        "/assistant/server/url | 'nowhere' | assistant.server.url must be a URL address",
        "/colour | 'blue' | property colour should not exist",
        "/assistantId | '0197f000-0000-7000-8000-0000000000aa' | Need Only One Of",
      })
  void badRequestsAreRefusedInVapisShape(String where, String value, String message)
      throws Exception {
    var request = request(dispatch());
    int slash = where.lastIndexOf('/');
    var parent = (ObjectNode) (slash == 0 ? request : request.at(where.substring(0, slash)));
    parent.set(
        where.substring(slash + 1),
        value.matches("\\d")
            ? Json.MAPPER.getNodeFactory().numberNode(Integer.parseInt(value))
            : Json.MAPPER.getNodeFactory().stringNode(value));

    var response = post(request);

    assertThat(response.statusCode()).isEqualTo(400);
    var error = Json.MAPPER.readTree(response.body());
    assertThat(error.path("statusCode").asInt()).isEqualTo(400);
    assertThat(error.path("error").asString()).isEqualTo("Bad Request");
    assertThat(error.path("message").toString()).contains(message);
    assertThat(sandbox.ledger().summary().accepted()).isZero();
  }

  @Test
  void unknownKeyIs401WhereAccountsAreStrict() throws Exception {
    sandbox.close();
    sandbox = Sandbox.start(SandboxOptions.in(data).onlyRegisteredAccounts());

    assertThat(post(request(dispatch()), "another key").statusCode()).isEqualTo(401);
    assertThat(post(request(dispatch())).statusCode()).isEqualTo(201);
  }

  @Test
  void callsOverTheLimitAreRefusedUntilALineIsFree() throws Exception {
    sandbox.clockRate(1);
    sandbox.persona(PERSON, VoicePersona.NO_ANSWER);
    post(request(dispatch()));
    post(request(dispatch()));

    var third = post(request(dispatch()));

    assertThat(third.statusCode()).isEqualTo(400);
    var error = Json.MAPPER.readTree(third.body());
    assertThat(error.path("message").asString()).isEqualTo("Over Concurrency Limit");
    assertThat(error.path("subscriptionLimits").path("concurrencyBlocked").asBoolean()).isTrue();
    sandbox.advance(Duration.ofMinutes(2));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              sandbox.advance(Duration.ofMinutes(2));
              assertThat(post(request(dispatch())).statusCode()).isEqualTo(201);
            });
  }

  @Test
  void callsOverTheLimitCanAlsoBeTakenAndEndAtOnce() throws Exception {
    sandbox.register(account(Proof.SECRET, OverLimit.END));
    sandbox.clockRate(1);
    sandbox.persona(PERSON, VoicePersona.NO_ANSWER);
    post(request(dispatch()));
    post(request(dispatch()));

    var third = post(request(dispatch()));

    assertThat(third.statusCode()).isEqualTo(201);
    assertThat(
            Json.MAPPER
                .readTree(third.body())
                .path("subscriptionLimits")
                .path("concurrencyBlocked")
                .asBoolean())
        .isTrue();
    assertThat(report().path("endedReason").asString())
        .isEqualTo("call.start.error-subscription-concurrency-limit-reached");
  }

  // ---- queries

  @Test
  void callsAreFoundByNumberAndTime() throws Exception {
    sandbox.persona(PERSON, VoicePersona.BUSY);
    var before = Instant.now().minusSeconds(1);
    var id = Json.MAPPER.readTree(post(request(dispatch())).body()).path("id").asString();
    report();

    var found = get("/vapi/call?phoneNumberId=" + NUMBER_ID + "&limit=5&createdAtGe=" + before);
    assertThat(found).hasSize(1);
    assertThat(found.get(0).path("id").asString()).isEqualTo(id);
    assertThat(get("/vapi/call?createdAtLe=" + before)).isEmpty();
    assertThat(get("/vapi/call?phoneNumberId=" + UUID.randomUUID())).isEmpty();
    assertThat(get("/vapi/call?limit=none").path("statusCode").asInt()).isEqualTo(400);
    await()
        .untilAsserted(
            () ->
                assertThat(get("/vapi/call/" + id).path("endedReason").asString(""))
                    .isEqualTo("customer-busy"));
    assertThat(get("/vapi/call/" + UUID.randomUUID()).path("statusCode").asInt()).isEqualTo(404);
  }

  // ---- faults

  @ParameterizedTest
  @CsvSource({"accept_then_500, 500", "429, 429", "500, 500", "503, 503"})
  void faultsAnswerAndOnlySomeAccept(String fault, int status) throws Exception {
    var outcome = Outcome.of(fault);
    sandbox.script(outcome);

    assertThat(post(request(dispatch())).statusCode()).isEqualTo(status);

    assertThat(sandbox.ledger().summary().accepted()).isEqualTo(outcome.accepts() ? 1 : 0);
  }

  @Test
  void resetAfterAcceptingStillRings() {
    sandbox.script(Outcome.RESET_AFTER);
    sandbox.persona(PERSON, VoicePersona.BUSY);

    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> post(request(dispatch()))))
        .isInstanceOf(IOException.class);

    assertThat(report().path("endedReason").asString()).isEqualTo("customer-busy");
  }

  @Test
  void messagesAreLostDuplicatedAndTurnedRound() throws Exception {
    sandbox.faults(new Switches().duplicateCallbacks(1).settings());
    sandbox.persona(PERSON, VoicePersona.BUSY);
    post(request(dispatch()));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(messages("end-of-call-report")).hasSize(2));

    received.clear();
    sandbox.faults(new Switches().reorderCallbacks(1).settings());
    post(request(dispatch()));
    report();
    await()
        .untilAsserted(() -> assertThat(statuses()).containsExactly("ended", "ringing", "queued"));

    received.clear();
    sandbox.faults(new Switches().loseCallbacks(1).settings());
    post(request(dispatch()));
    await().untilAsserted(() -> assertThat(sandbox.ledger().entries(Kind.ENDED)).hasSize(3));
    assertThat(messages("end-of-call-report")).isEmpty();
  }

  @Test
  void failedMessageIsTriedAgainOnlyByItsBackoffPlan() throws Exception {
    status = 503;
    sandbox.persona(PERSON, VoicePersona.MISDIALED);
    post(request(dispatch()));
    await().untilAsserted(() -> assertThat(messages("end-of-call-report")).hasSize(1));

    received.clear();
    var request = request(dispatch());
    ((ObjectNode) request.path("assistant").path("server"))
        .set(
            "backoffPlan",
            Json.MAPPER.readTree(
                "{\"type\": \"fixed\", \"maxRetries\": 2, \"baseDelaySeconds\": 0}"));
    post(request);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(messages("end-of-call-report")).hasSize(3));
  }

  @Test
  void messagesAreProvenByHmacWhereTheAccountSaysSo() throws Exception {
    sandbox.register(account(Proof.HMAC, OverLimit.REFUSE));
    called(VoicePersona.BUSY);

    var request = received.getFirst();
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    mac.update(
        (request.header("X-Timestamp").orElseThrow() + ".").getBytes(StandardCharsets.UTF_8));
    assertThat(request.header("X-Signature"))
        .hasValue(HexFormat.of().formatHex(mac.doFinal(request.body())));
    assertThat(request.header("X-Vapi-Secret")).isEmpty();
  }

  // ---- a restart

  @Test
  void callThatWasInterruptedGoesOnAfterARestart() throws Exception {
    sandbox.clockRate(1);
    sandbox.persona(PERSON, VoicePersona.INTERESTED);
    var id = Json.MAPPER.readTree(post(request(dispatch())).body()).path("id").asString();
    await().untilAsserted(() -> assertThat(statuses()).containsExactly("queued"));
    sandbox.close();

    open();
    sandbox.clockRate(5_000);

    var report = report();
    assertThat(report.path("call").path("id").asString()).isEqualTo(id);
    assertThat(statuses()).containsExactly("queued", "ringing", "in-progress", "ended");
    sandbox.close();
    received.clear();
    open();
    assertThat(get("/vapi/call/" + id).path("endedReason").asString()).endsWith("-ended-call");
    assertThat(sandbox.ledger().entries(Kind.ENDED)).hasSize(1);
  }

  @Test
  void callOfWhichNobodyWantsToHearEndsOnceAlsoOverARestart() throws Exception {
    sandbox.persona(PERSON, VoicePersona.BUSY);
    var request = request(dispatch());
    ((ObjectNode) request.path("assistant")).putArray("serverMessages").add("status-update");
    post(request);
    await().untilAsserted(() -> assertThat(statuses()).contains("ended"));
    sandbox.close();
    received.clear();

    open();
    post(request(dispatch()));

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(sandbox.ledger().entries(Kind.ENDED)).hasSize(2));
    assertThat(sandbox.ledger().entries(Kind.ENDED))
        .extracting(LedgerEntry::sid)
        .doesNotHaveDuplicates();
  }

  // ---- people call us

  @Test
  void inboundCallAsksForAnAssistantAndTalks() throws Exception {
    answers =
        message ->
            message.path("type").asString().equals("assistant-request")
                ? Map.of("assistant", Map.of("firstMessage", "Omni Plumbing, how can I help?"))
                : Map.of();

    var id = sandbox.call(PERSON, OUR, VoicePersona.INTERESTED);

    var report = report();
    assertThat(report.path("call").path("id").asString()).isEqualTo(id);
    assertThat(report.path("call").path("type").asString()).isEqualTo("inboundPhoneCall");
    assertThat(report.path("artifact").path("transcript").asString())
        .startsWith("AI: Omni Plumbing, how can I help?");
    var asked = messages("assistant-request").getFirst();
    assertThat(asked.path("customer").path("number").asString()).isEqualTo(PERSON);
    assertThat(asked.path("phoneNumber").path("number").asString()).isEqualTo(OUR);
    assertThat(sandbox.ledger().entries(Kind.INBOUND))
        .singleElement()
        .extracting(LedgerEntry::from)
        .isEqualTo(PERSON);
  }

  @Test
  void inboundCallThatNobodyAnswersForEnds() throws Exception {
    sandbox.call(PERSON, OUR, VoicePersona.INTERESTED);

    assertThat(report().path("endedReason").asString())
        .isEqualTo("assistant-request-returned-no-assistant");
  }

  @Test
  void missedCallIsToldByTwilioWithItsSignature() throws Exception {
    var sid = TwilioSdk.SID;
    sandbox.register(
        new Account(sid, TwilioSdk.TOKEN, CLIENT, Set.of("+15125550111"), null, false, true));
    received.clear();

    var callSid = sandbox.missedCall(PERSON, "+15125550111");

    await().untilAsserted(() -> assertThat(received).hasSize(1));
    var request = received.getFirst();
    assertThat(request.path()).isEqualTo("/webhooks/twilio/" + CLIENT + "/voice-status");
    var params = new HashMap<String, String>();
    request.form().fields().forEach(f -> params.put(f.name(), f.value()));
    assertThat(params)
        .containsEntry("CallSid", callSid)
        .containsEntry("CallStatus", "no-answer")
        .containsEntry("Direction", "inbound")
        .containsEntry("From", PERSON)
        .containsEntry("To", "+15125550111");
    assertThat(
            new RequestValidator(TwilioSdk.TOKEN)
                .validate(
                    gateway() + request.path(),
                    params,
                    request.header("X-Twilio-Signature").orElse("")))
        .isTrue();
  }

  @Test
  void restSideRegistersAccountsAndPersonasAndCalls() throws Exception {
    put("/sandbox/vapi/accounts/" + ORG, Map.of("key", "k2", "server_secret", "s"));
    put("/sandbox/vapi/personas/" + PERSON, Map.of("persona", "busy"));

    assertThat(post(request(dispatch()), "k2").statusCode()).isEqualTo(201);

    assertThat(report().path("endedReason").asString()).isEqualTo("customer-busy");
    assertThat(get("/sandbox/vapi/calls?to=" + PERSON.replace("+", "%2B")).path("calls"))
        .hasSize(1);
    assertThat(get("/ledger/summary").path("accepted_by_channel").path("voice").asInt())
        .isEqualTo(1);
  }

  private void put(String path, Map<String, ?> body) throws Exception {
    var response =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(sandbox.uri() + path))
                .PUT(BodyPublishers.ofString(Json.MAPPER.writeValueAsString(body)))
                .build(),
            BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }
}
