package com.omnify.events.vapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.events.SharedData;
import com.omnify.events.vapi.policy.VapiProof;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.ProviderAccountId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestFleet;
import com.omnify.testkit.TestJson;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@OmnifySpringTest(service = "events")
@TestPropertySource(properties = "OMNIFY_PUBLIC_URL=https://omnify.example")
class VapiWebhooksTest {

  private static final String SECRET = "server-secret-of-the-account";
  private static final String OURS = "+12065550999";

  @LocalServerPort int port;

  private final HttpClient http = HttpClient.newHttpClient();
  private Fixtures fixtures;
  private ClientId client;
  private ProviderAccountId account;
  private String phone;
  private ContactId contact;
  private DispatchRef dispatch;
  private String call;

  /** Everything that is ever told, counted as it is written. */
  @BeforeAll
  static void listenToTheOutbox() {
    TestFleet.database()
        .admin()
        .sql(
            """
            CREATE TABLE IF NOT EXISTS omnify.told (n serial, client_id uuid, type text, payload jsonb);
            CREATE OR REPLACE FUNCTION omnify.tell() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN
              INSERT INTO omnify.told (client_id, type, payload) VALUES (NEW.client_id, NEW.type, NEW.payload::jsonb);
              RETURN NEW;
            END $$;
            CREATE OR REPLACE TRIGGER tell AFTER INSERT ON omnify.events_outbox
              FOR EACH ROW EXECUTE FUNCTION omnify.tell();
            """)
        .update();
  }

  @BeforeEach
  void aCallThatWasPlaced() {
    fixtures = TestFleet.fixtures();
    client = fixtures.client();
    account = account("{}");
    phone = Fixtures.phone();
    contact = fixtures.contact(client, phone);
    call = "call-" + Fixtures.id();
    dispatch = placed(contact, phone, null);
  }

  private ProviderAccountId account(String settings) {
    var id = fixtures.account(client, "vapi", "http://127.0.0.1:1", settings);
    sql(
        "UPDATE omnify.provider_accounts SET webhook_secret = '"
            + SECRET
            + "' WHERE id = '"
            + id
            + "'");
    return id;
  }

  /** UNKNOWN where no id is given, as when our request timed out. */
  private DispatchRef placed(ContactId whom, String identity, String providerId) {
    var sequence = fixtures.sequence(client, 2);
    var enrollment = fixtures.enrollment(client, whom, sequence);
    DispatchRef ref = fixtures.dispatch(client, whom, enrollment, sequence, 1);
    sql(
        "UPDATE omnify.dispatches SET channel = 'voice', state = 'unknown', identity = '%s', provider_id = %s WHERE id = '%s'"
            .formatted(
                identity, providerId == null ? "NULL" : "'" + providerId + "'", ref.dispatchId()));
    sql(
        """
        INSERT INTO omnify.contact_interactions (client_id, id, contact_id, enrollment_id, channel, direction, identity,
          own_address, content_body, occurred_at)
        VALUES ('%s', '%s', '%s', '%s', 'voice', 'outbound', '%s', '%s', 'Hello', now())
        """
            .formatted(client, ref.dispatchId(), whom, ref.enrollmentId(), identity, OURS));
    return ref;
  }

  private static void sql(String text) {
    TestFleet.database().admin().sql(text).update();
  }

  private long count(String table) {
    return Long.parseLong(
        TestFleet.database()
            .lines("SELECT count(*) FROM omnify." + table + " WHERE client_id = '" + client + "'")
            .getFirst());
  }

  private List<String> told() {
    return TestFleet.database()
        .lines(
            "SELECT type FROM omnify.told WHERE client_id = '"
                + client
                + "' ORDER BY type COLLATE \"C\"");
  }

  private JsonNode told(String type) {
    return TestJson.MAPPER.readTree(
        TestFleet.database()
            .lines(
                "SELECT payload::text FROM omnify.told WHERE client_id = '%s' AND type = '%s' ORDER BY n DESC"
                    .formatted(client, type))
            .getFirst());
  }

  private List<String> inForce() {
    return TestFleet.database()
        .lines(
            "SELECT channel || ' ' || reason FROM omnify.suppressions WHERE lifted_at IS NULL AND client_id = '"
                + client
                + "' ORDER BY channel");
  }

  private record Answer(int status, JsonNode body) {}

  private String path() {
    return "/webhooks/vapi/" + client + "/" + account + "?dispatch=" + dispatch.dispatchId();
  }

  private String inboundPath() {
    return "/webhooks/vapi/" + client + "/" + account;
  }

  private Answer post(String path, Object message) {
    return post(path, bytes(message), Map.of("X-Vapi-Secret", SECRET));
  }

  private Answer post(String path, byte[] body, Map<String, String> headers) {
    try {
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofByteArray(body));
      headers.forEach(request::header);
      var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), TestJson.MAPPER.readTree(response.body()));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(Object message) {
    return TestJson.MAPPER.writeValueAsBytes(Map.of("message", message));
  }

  private ObjectNode message(String type) {
    return message(type, call, "outboundPhoneCall", phone);
  }

  private static ObjectNode message(String type, String call, String way, String customer) {
    ObjectNode message = TestJson.MAPPER.createObjectNode();
    message.put("type", type);
    ObjectNode about = message.putObject("call");
    about.put("id", call).put("type", way).put("phoneCallProviderId", "CA" + call);
    about.putObject("customer").put("number", customer);
    message.putObject("phoneNumber").put("number", OURS);
    return message;
  }

  private ObjectNode status(String word) {
    return message("status-update").put("status", word);
  }

  private ObjectNode report(String reason, String... turns) {
    return report(message("end-of-call-report"), reason, turns);
  }

  private static ObjectNode report(ObjectNode message, String reason, String... turns) {
    message.put("endedReason", reason).put("cost", 0.1234);
    message.put("startedAt", "2026-03-10T18:00:00.000Z").put("endedAt", "2026-03-10T18:01:35.400Z");
    message.putObject("analysis").put("summary", "They talked.");
    var artifact = message.putObject("artifact");
    artifact.putObject("recording").putObject("mono").put("combinedUrl", "https://r.example/1.wav");
    var messages = artifact.putArray("messages");
    messages.addObject().put("role", "system").put("message", "You are Ann's assistant");
    for (int i = 0; i < turns.length; i++) {
      messages
          .addObject()
          .put("role", i % 2 == 0 ? "bot" : "user")
          .put("message", turns[i])
          .put("secondsFromStart", i * 2.5);
    }
    return message;
  }

  // ---- who may speak

  @Test
  void anyProofOfTheSecretIsEnoughAndNoneIsNot() {
    byte[] body = bytes(status("ringing"));
    String now = String.valueOf(Instant.now().getEpochSecond());
    String signature = HexFormat.of().formatHex(VapiProof.sign(SECRET, now, body));
    assertThat(post(path(), body, Map.of()).status()).isEqualTo(401);
    assertThat(post(path(), body, Map.of("X-Vapi-Secret", SECRET + "x")).status()).isEqualTo(401);
    assertThat(post(path(), body, Map.of("Authorization", "Bearer nothing")).status())
        .isEqualTo(401);
    assertThat(post(path(), body, Map.of("X-Signature", signature)).status()).isEqualTo(401);
    String old = String.valueOf(Instant.now().getEpochSecond() - 600);
    assertThat(
            post(
                    path(),
                    body,
                    Map.of(
                        "X-Timestamp",
                        old,
                        "X-Signature",
                        HexFormat.of().formatHex(VapiProof.sign(SECRET, old, body))))
                .status())
        .as("too old")
        .isEqualTo(401);
    byte[] altered = body.clone();
    altered[body.length / 2] ^= 1;
    assertThat(post(path(), altered, Map.of("X-Timestamp", now, "X-Signature", signature)).status())
        .isEqualTo(401);
    assertThat(
            post(
                    "/webhooks/vapi/" + fixtures.client() + "/" + account,
                    body,
                    Map.of("X-Vapi-Secret", SECRET))
                .status())
        .as("another client's account")
        .isEqualTo(401);
    assertThat(post("/webhooks/vapi/7/8", body, Map.of("X-Vapi-Secret", SECRET)).status())
        .isEqualTo(401);
    assertThat(count("receipts") + count("receipt_keys") + count("calls") + told().size()).isZero();

    assertThat(post(path(), body, Map.of("Authorization", "Bearer " + SECRET)).status())
        .isEqualTo(200);
    assertThat(
            post(path(), bytes(status("in-progress")), hmac(bytes(status("in-progress")), now))
                .status())
        .isEqualTo(200);
  }

  private static Map<String, String> hmac(byte[] body, String now) {
    return Map.of(
        "X-Timestamp",
        now,
        "X-Signature",
        "sha256=" + HexFormat.of().formatHex(VapiProof.sign(SECRET, now, body)));
  }

  @Test
  void anAccountThatSignsIsNotSpokenForByItsSecretAlone() {
    account = account("{\"webhook_auth\": \"hmac\"}");
    byte[] body = bytes(message("hang", call, "inboundPhoneCall", phone));
    assertThat(post(inboundPath(), body, Map.of("X-Vapi-Secret", SECRET)).status()).isEqualTo(401);
    assertThat(post(inboundPath(), body, Map.of("Authorization", "Bearer " + SECRET)).status())
        .isEqualTo(401);
    assertThat(count("receipt_keys")).isZero();
    assertThat(post(inboundPath(), body, hmac(body, Instant.now().toString())).status())
        .isEqualTo(200);
    assertThat(post(path(), status("ringing")).status())
        .as("a call of ours brings what we gave it")
        .isEqualTo(200);
  }

  @Test
  void anotherClientsDispatchIs404AndNoRow() {
    var owner = client;
    String foreign = dispatch.dispatchId().toString();
    client = fixtures.client();
    account = account("{}");
    for (String id : List.of(foreign, Fixtures.id().toString(), "7")) {
      Answer answer = post(inboundPath() + "?dispatch=" + id, status("ringing"));
      assertThat(answer.status()).isEqualTo(404);
    }
    assertThat(count("receipts") + count("receipt_keys") + count("calls") + told().size()).isZero();
    client = owner;
    assertThat(count("receipts") + told().size()).isZero();
  }

  @Test
  void bodiesWithoutAMessageAreRefused() {
    for (String bad : List.of("", "{", "[]", "{\"message\": 7}", "{\"type\": \"hang\"}")) {
      Answer answer = post(path(), bad.getBytes(UTF_8), Map.of("X-Vapi-Secret", SECRET));
      assertThat(answer.status()).as(bad).isEqualTo(400);
      assertThat(answer.body().path("fix").asString()).contains("message");
    }
    assertThat(post(path(), new byte[(4 << 20) + 1], Map.of()).status()).isEqualTo(413);
    assertThat(count("receipts")).isZero();
  }

  // ---- a call of ours

  @Test
  void aCallGoesItsWayAndItsEndIsToldOnceWithAllThatIsKnown() {
    for (String word : List.of("queued", "ringing", "in-progress")) {
      assertThat(post(path(), status(word)).status()).isEqualTo(200);
    }
    assertThat(told()).containsExactly("delivery.reported.v1", "delivery.reported.v1");
    assertThat(told("delivery.reported.v1").path("provider_id").asString()).isEqualTo(call);
    post(path(), status("ended").put("endedReason", "customer-ended-call"));
    assertThat(told()).hasSize(2);
    post(path(), report("customer-ended-call", "Hello, this is an AI", "Hi, who is it?\0 \uD83D"));

    assertThat(told())
        .containsExactly("call.ended.v1", "delivery.reported.v1", "delivery.reported.v1");
    JsonNode ended = told("call.ended.v1");
    assertThat(ended.path("disposition").asString()).isEqualTo("answered");
    assertThat(ended.path("seconds").asInt()).isEqualTo(95);
    assertThat(ended.path("cost_micros").asLong()).isEqualTo(123_400);
    assertThat(ended.path("ended_reason").asString()).isEqualTo("customer-ended-call");
    assertThat(ended.path("provider_id").asString()).isEqualTo(call);
    assertThat(ended.toString()).as("no words, no numbers").doesNotContain("Hello", phone);
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT disposition, seconds, summary, recording_url, turns->1->>'text', jsonb_array_length(turns)"
                        + " FROM omnify.calls WHERE interaction_id = '"
                        + dispatch.dispatchId()
                        + "'"))
        .containsExactly(
            "answered|95|They talked.|https://r.example/1.wav|Hi, who is it?\uFFFD \uFFFD|2");
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT count(*) FROM omnify.receipts WHERE client_id = '"
                        + client
                        + "' AND (payload::text LIKE '%Hello%' OR payload::text LIKE '%"
                        + phone
                        + "%')"))
        .containsExactly("0");
  }

  @Test
  void whoNeverAnsweredIsToldWithItsFailure() {
    Map<String, String> ends =
        new TreeMap<>(
            Map.of(
                "customer-did-not-answer", "no_answer call_no_answer",
                "customer-busy", "busy call_busy",
                "voicemail", "voicemail null",
                "twilio-reported-customer-misdialed", "failed invalid_number",
                "call.start.error-subscription-concurrency-limit-reached",
                    "failed capacity_exhausted",
                "call.in-progress.error-vapifault-worker-died", "answered call_failed",
                "silence-timed-out", "answered null",
                "a-reason-of-tomorrow", "failed call_failed"));
    ends.forEach(
        (reason, expected) -> {
          call = "call-" + Fixtures.id();
          String other = Fixtures.phone();
          dispatch = placed(fixtures.contact(client, other), other, call);
          post(path(), report(reason));
          JsonNode told = told("call.ended.v1");
          assertThat(
                  told.path("disposition").asString() + " " + told.path("failure").asString("null"))
              .as(reason)
              .isEqualTo(expected);
        });
  }

  @Test
  void anEndWhoseReportIsLostIsToldAllTheSame() {
    post(path(), status("ended").put("endedReason", "customer-busy"));
    assertThat(told()).containsExactly("delivery.reported.v1");
    sql(
        "UPDATE omnify.calls SET ended_at = now() - interval '2 minutes' WHERE client_id = '"
            + client
            + "'");
    Awaitility.await().until(() -> told().contains("call.ended.v1"));
    JsonNode told = told("call.ended.v1");
    assertThat(told.path("disposition").asString()).isEqualTo("busy");
    assertThat(told.path("dispatch").path("dispatch_id").asString())
        .isEqualTo(dispatch.dispatchId().toString());
    // far too late, but with the price
    post(path(), report("customer-busy"));
    assertThat(told("call.ended.v1").path("cost_micros").asLong()).isEqualTo(123_400);
  }

  @Test
  void aSecondCallThatNamesTheSameDispatchIsNotBelieved() {
    post(path(), status("ringing"));
    String first = call;
    call = "call-another";
    assertThat(post(path(), report("customer-busy")).status()).isEqualTo(200);
    assertThat(told()).containsExactly("delivery.reported.v1");
    assertThat(count("calls")).isOne();
    assertThat(count("receipts")).isEqualTo(2);
    call = first;
    post(path(), report("customer-ended-call", "Hi", "Hello"));
    assertThat(told("call.ended.v1").path("disposition").asString()).isEqualTo("answered");
  }

  @Test
  void theDispatchIsFoundByTheCallsNameWhereTheUrlHasLostIt() {
    ObjectNode message = status("ringing");
    ((ObjectNode) message.path("call")).put("name", dispatch.dispatchId().toString());
    post(inboundPath(), message);
    assertThat(told()).containsExactly("delivery.reported.v1");
  }

  @Test
  void everythingFortySixTimesInAnyOrderAndAgainAfterEightDaysIsOneEffect() {
    var posts = new ArrayList<ObjectNode>();
    for (String word : List.of("queued", "ringing", "in-progress")) {
      posts.addAll(Collections.nCopies(46, status(word)));
    }
    posts.addAll(
        Collections.nCopies(46, status("ended").put("endedReason", "customer-ended-call")));
    posts.addAll(
        Collections.nCopies(
            46,
            report("customer-ended-call", "Hi", "Take me off your list", "Sorry", "Friday at 10")));
    posts.addAll(Collections.nCopies(46, tool("book_appointment", "time", "Friday at 10")));
    posts.addAll(
        Collections.nCopies(
            46,
            message("transcript")
                .put("role", "user")
                .put("transcriptType", "final")
                .put("transcript", "Take me off your list")));
    posts.addAll(Collections.nCopies(46, message("hang")));
    Collections.shuffle(posts, new Random(7));
    deliver(posts);
    List<String> once = told();
    assertThat(once)
        .containsOnlyOnce("call.ended.v1", "outcome.reported.v1", "opt_out.received.v1")
        .filteredOn("delivery.reported.v1"::equals)
        .hasSizeBetween(1, 2);
    assertThat(inForce()).containsExactly("sms opt_out", "voice opt_out");
    assertThat(count("calls")).isOne();
    assertThat(count("receipts")).isEqualTo(8);

    // a week and a day: no key is left, and the person has come back in the meantime
    sql("DELETE FROM omnify.receipt_keys WHERE client_id = '" + client + "'");
    sql("UPDATE omnify.suppressions SET lifted_at = now() WHERE client_id = '" + client + "'");
    deliver(posts.subList(0, 60));
    assertThat(told()).isEqualTo(once);
    assertThat(inForce()).isEmpty();
    assertThat(count("contact_interactions")).isOne();
    System.out.println(
        "VAPI repeats: %d posts (8 messages x46, shuffled, 8 at a time) and %d after eight days -> events %s"
            .formatted(posts.size(), 60, once));
  }

  private void deliver(List<ObjectNode> posts) {
    try (var threads = Executors.newFixedThreadPool(8)) {
      assertThat(
              posts.stream()
                  .map(each -> CompletableFuture.supplyAsync(() -> post(path(), each), threads))
                  .toList())
          .allSatisfy(each -> assertThat(each.join().status()).isEqualTo(200));
    }
  }

  // ---- what they say

  @Test
  void onlyThePersonsOwnWordsEndCalls() {
    post(
        path(),
        report(
            "customer-ended-call",
            "Stop calling me, is that what you want to say?",
            "No no, don't stop calling me, I am just busy",
            "Do you want to cancel?",
            "Cancel."));
    assertThat(inForce()).isEmpty();
    String other = Fixtures.phone();
    dispatch = placed(fixtures.contact(client, other), other, call = "call-" + Fixtures.id());
    phone = other;
    post(path(), report("voicemail", "", "You have reached a machine. Stop calling me."));
    assertThat(inForce()).isEmpty();
  }

  @Test
  void whoeverWantsOutIsLeftAlonePermanently() {
    sql("UPDATE omnify.contacts SET email = 'ada@example.com' WHERE id = '" + contact + "'");
    post(path(), report("customer-ended-call", "Hi", "Please stop calling me."));
    assertThat(inForce()).containsExactly("email opt_out", "sms opt_out", "voice opt_out");
    JsonNode told = told("opt_out.received.v1");
    assertThat(told.path("channel").asString()).isEqualTo("voice");
    assertThat(told.path("contact_id").asString()).isEqualTo(contact.toString());
    assertThat(told()).doesNotContain("message.ordered.v1");
  }

  @Test
  void whoeverPrefersTextsIsNotCalledAgain() {
    post(
        path(),
        message("transcript")
            .put("role", "user")
            .put("transcriptType", "final")
            .put("transcript", "Don't call me, text me instead"));
    assertThat(inForce()).containsExactly("voice opt_out");
    assertThat(told()).containsExactly("delivery.reported.v1");
  }

  @Test
  void theAnalysisMayFindMore() {
    ObjectNode report = report("customer-ended-call", "Hi", "I have had it with you people");
    ((ObjectNode) report.path("analysis"))
        .putObject("structuredData")
        .put("opted_out", true)
        .put("booked", true);
    post(path(), report);
    assertThat(inForce()).containsExactly("sms opt_out", "voice opt_out");
    assertThat(told("outcome.reported.v1").path("source").asString()).isEqualTo("call_analysis");
  }

  // ---- tools

  private ObjectNode tool(String name, String argument, String value) {
    ObjectNode message = message("tool-calls");
    ObjectNode tool = message.putArray("toolCallList").addObject();
    tool.put("id", "tool-1").put("type", "function");
    ObjectNode function = tool.putObject("function");
    function.put("name", name);
    function.put("arguments", TestJson.MAPPER.writeValueAsString(Map.of(argument, value)));
    return message;
  }

  @Test
  void aBookingIsAnsweredAndToldOnce() {
    for (int i = 0; i < 2; i++) {
      Answer answer = post(path(), tool("book_appointment", "time", "Friday at 10"));
      JsonNode result = answer.body().path("results").path(0);
      assertThat(result.path("toolCallId").asString()).isEqualTo("tool-1");
      assertThat(result.path("result").asString()).contains("Friday at 10");
    }
    post(path(), tool("book_appointment", "time", "Saturday at 11"));
    assertThat(told()).containsExactly("delivery.reported.v1", "outcome.reported.v1");
    JsonNode told = told("outcome.reported.v1");
    assertThat(told.path("kind").asString()).isEqualTo("booked");
    assertThat(told.path("contact_id").asString()).isEqualTo(contact.toString());
    assertThat(told.path("dispatch_id").asString()).isEqualTo(dispatch.dispatchId().toString());
    assertThat(told.path("source").asString()).isEqualTo("booking_tool");
    // whoever erases a person looks for no words in receipts
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT payload FROM omnify.receipts WHERE kind = 'call_tools' AND client_id = '"
                        + client
                        + "'"))
        .isNotEmpty()
        .allSatisfy(
            payload ->
                assertThat(payload)
                    .contains("book_appointment", "time")
                    .doesNotContain("Friday")
                    .doesNotContain("Saturday"));
  }

  @Test
  void toolsThatAreNotOursSaySo() {
    Answer answer = post(path(), tool("wire_money", "amount", "1000"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().path("results").path(0).path("result").asString())
        .contains("wire_money")
        .contains("nothing was done");
    answer = post(path(), tool("book_appointment", "notes", "soon"));
    assertThat(answer.body().path("results").path(0).path("result").asString())
        .contains("ask for the day");
    assertThat(told()).containsExactly("delivery.reported.v1");
  }

  // ---- somebody calls

  @Test
  void aKnownCallerTalksToTheAssistantAndIsHeard() {
    account = account("{\"assistant_id\": \"asst-7\"}");
    sql("UPDATE omnify.contacts SET first_name = 'Ada {{x}}' WHERE id = '" + contact + "'");
    Answer answer =
        post(inboundPath(), message("assistant-request", call, "inboundPhoneCall", phone));
    assertThat(answer.body().path("assistantId").asString()).isEqualTo("asst-7");
    JsonNode overrides = answer.body().path("assistantOverrides");
    assertThat(overrides.path("server").path("url").asString())
        .isEqualTo("https://omnify.example" + inboundPath());
    assertThat(overrides.path("server").path("headers").path("X-Vapi-Secret").asString())
        .isEqualTo(SECRET);
    assertThat(overrides.path("variableValues").path("first_name").asString()).isEqualTo("Ada  x");
    assertThat(told()).isEmpty();
    ObjectNode report =
        report(
            message("end-of-call-report", call, "inboundPhoneCall", phone),
            "customer-ended-call",
            "Rainier Plumbing",
            "My tap drips");
    post(inboundPath(), report);
    post(inboundPath(), report);
    assertThat(told()).containsExactly("reply.received.v1");
    JsonNode reply = told("reply.received.v1");
    assertThat(reply.path("channel").asString()).isEqualTo("voice");
    assertThat(reply.path("in_reply_to").asString()).isEqualTo(dispatch.dispatchId().toString());
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT direction, identity, own_address, contact_id FROM omnify.contact_interactions WHERE id = '"
                        + reply.path("interaction_id").asString()
                        + "'"))
        .containsExactly("inbound|" + phone + "|" + OURS + "|" + contact);
  }

  @Test
  void aStrangerIsIntroducedAndBooksOnceTheyAreSomebody() {
    String stranger = Fixtures.phone();
    Answer answer =
        post(inboundPath(), message("assistant-request", call, "inboundPhoneCall", stranger));
    assertThat(answer.body().path("error").asString()).contains("nobody can take your call");
    post(inboundPath(), message("assistant-request", call, "inboundPhoneCall", stranger));
    assertThat(told()).containsExactly("unknown_sender.wrote.v1");
    String interaction = told("unknown_sender.wrote.v1").path("interaction_id").asString();
    ObjectNode booking = tool("book_appointment", "time", "Friday at 10");
    booking.set("call", message("x", call, "inboundPhoneCall", stranger).path("call"));
    post(inboundPath(), booking);
    assertThat(told()).containsExactly("unknown_sender.wrote.v1");
    // what memory-service does
    var now = fixtures.contact(client, stranger);
    sql(
        "UPDATE omnify.contact_interactions SET contact_id = '%s' WHERE id = '%s'"
            .formatted(now, interaction));
    Awaitility.await().until(() -> told().contains("outcome.reported.v1"));
    assertThat(told("outcome.reported.v1").path("contact_id").asString()).isEqualTo(now.toString());
  }

  @Test
  void aCallThatNobodyTookIsMissed() {
    post(
        inboundPath(),
        message("status-update", call, "inboundPhoneCall", phone).put("status", "ringing"));
    ObjectNode report =
        report(
            message("end-of-call-report", call, "inboundPhoneCall", phone),
            "assistant-request-returned-error");
    post(inboundPath(), report);
    assertThat(told()).containsExactly("call.missed.v1");
    assertThat(told("call.missed.v1").path("contact_id").asString()).isEqualTo(contact.toString());
  }

  @Test
  void whoeverHidesTheirNumberIsTalkedToAndIsNobody() {
    for (String shown : List.of("anonymous", "+266696687", "")) {
      Answer answer =
          post(inboundPath(), message("assistant-request", "c" + shown, "inboundPhoneCall", shown));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body().has("error")).isTrue();
    }
    assertThat(told()).isEmpty();
    assertThat(count("calls")).isZero();
  }

  @Test
  void ourNumberIsPutThroughWhereNoAssistantIsSetUp() {
    fixtures.twilioAccount(client, "http://127.0.0.1:1");
    sql(
        """
        INSERT INTO omnify.phone_numbers (client_id, id, provider_account_id, e164, forward_to)
        SELECT client_id, uuidv7(), id, '%s', '+12065550123' FROM omnify.provider_accounts
        WHERE client_id = '%s' AND provider = 'twilio'
        """
            .formatted(OURS, client));
    Answer answer =
        post(inboundPath(), message("assistant-request", call, "inboundPhoneCall", phone));
    assertThat(answer.body().path("destination").path("type").asString()).isEqualTo("number");
    assertThat(answer.body().path("destination").path("number").asString())
        .isEqualTo("+12065550123");
  }

  // ---- published payloads

  @Test
  void publishedPayloadsHaveOneEffect() throws Exception {
    JsonNode samples =
        TestJson.MAPPER.readTree(Files.readString(SharedData.of("vapi/docs_events.json")));
    var posts = new ArrayList<ObjectNode>();
    int refused = 0;
    for (JsonNode each : samples) {
      JsonNode sample = each.path("json");
      if (sample.path("message").path("type").isString()) {
        ObjectNode message = (ObjectNode) sample.path("message");
        if (message.path("call").isObject()) {
          ((ObjectNode) message.path("call")).put("id", call);
        }
        posts.addAll(Collections.nCopies(46, message));
      } else {
        assertThat(
                post(path(), sample.toString().getBytes(UTF_8), Map.of("X-Vapi-Secret", SECRET))
                    .status())
            .isEqualTo(400);
        refused++;
      }
    }
    assertThat(posts).hasSizeGreaterThan(46 * 20);
    Collections.shuffle(posts, new Random(3));
    deliver(posts);
    List<String> once = told();
    assertThat(once).containsExactly("call.ended.v1", "delivery.reported.v1");
    sql("DELETE FROM omnify.receipt_keys WHERE client_id = '" + client + "'");
    deliver(posts.subList(0, 100));
    assertThat(told()).isEqualTo(once);
    System.out.println(
        "VAPI's own samples: %d messages x46 = %d posts, and 100 again after eight days -> events %s; %d that are no messages: 400"
            .formatted(posts.size() / 46, posts.size(), once, refused));
  }

  @Test
  void publishedPayloadsUnsignedForeignOrAlteredAre401AndNoRow() throws Exception {
    JsonNode samples =
        TestJson.MAPPER.readTree(Files.readString(SharedData.of("vapi/docs_events.json")));
    String now = String.valueOf(Instant.now().getEpochSecond());
    int tried = 0;
    for (JsonNode each : samples) {
      byte[] body = TestJson.MAPPER.writeValueAsBytes(each.path("json"));
      byte[] altered = body.clone();
      altered[body.length / 2] ^= 1;
      for (Map<String, String> headers :
          List.of(
              Map.<String, String>of(),
              Map.of("X-Vapi-Secret", "the secret of another account"),
              Map.of("Authorization", "Bearer the-secret-of-another-account"))) {
        assertThat(post(path(), body, headers).status()).isEqualTo(401);
        tried++;
      }
      Map<String, String> signed = hmac(body, now);
      assertThat(post(path(), altered, signed).status()).isEqualTo(401);
      assertThat(
              post(path().replace(account.toString(), Fixtures.id().toString()), body, signed)
                  .status())
          .isEqualTo(401);
      tried += 2;
    }
    assertThat(count("receipts") + count("receipt_keys") + count("calls") + told().size()).isZero();
    System.out.println("VAPI unsigned, foreign, altered: " + tried + " posts, all 401, no row");
  }
}
