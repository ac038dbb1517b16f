package com.omnify.events.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.Channel;
import com.omnify.model.EnrollmentStatus;
import com.omnify.model.OutcomeKind;
import com.omnify.model.StepKind;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.EnrollmentEvent;
import com.omnify.model.event.FlowEvent;
import com.omnify.model.event.FlowEvent.StepExecuted;
import com.omnify.model.event.FlowEvent.StepOrdered;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.InteractionId;
import com.omnify.model.id.OrderId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.Fixtures.PublishedSequence;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestFleet;
import com.omnify.testkit.TestJson;
import com.omnify.testkit.TestTokens;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** What clients' systems and the team are told, on a real database, real Kafka, real HTTP. */
@OmnifySpringTest(service = "events")
@TestPropertySource(properties = "OMNIFY_DEMO=true")
class OutgoingWebhooksTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What somebody heard: the raw bytes, as the signature is over them. */
  private record Heard(
      String path, String id, String timestamp, String signature, String key, byte[] body) {
    JsonNode json() {
      return TestJson.MAPPER.readTree(body);
    }
  }

  private static final ConcurrentLinkedQueue<Heard> HEARD = new ConcurrentLinkedQueue<>();
  private static final Map<String, Integer> ANSWERS = new ConcurrentHashMap<>();

  /** Calls of /hang that are not answered, ever and until this opens. */
  private static final AtomicInteger HANGING = new AtomicInteger();

  private static final CountDownLatch AT_LAST = new CountDownLatch(1);
  private static HttpServer receiver;

  @LocalServerPort int port;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Fixtures fixtures = TestFleet.fixtures();
  private ClientId client;
  private ContactId contact;
  private PublishedSequence sequence;
  private EnrollmentId enrollment;
  private DispatchRef dispatch;
  private String phone;

  @BeforeAll
  static void aReceiver() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    receiver.createContext(
        "/",
        exchange -> {
          var headers = exchange.getRequestHeaders();
          String path = exchange.getRequestURI().getPath();
          if (path.equals("/hang")) {
            HANGING.incrementAndGet();
            try {
              AT_LAST.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
          HEARD.add(
              new Heard(
                  path,
                  String.valueOf(headers.getFirst("webhook-id")),
                  String.valueOf(headers.getFirst("webhook-timestamp")),
                  String.valueOf(headers.getFirst("webhook-signature")),
                  String.valueOf(headers.getFirst("X-Key")),
                  exchange.getRequestBody().readAllBytes()));
          exchange.sendResponseHeaders(ANSWERS.getOrDefault(path, 200), -1);
          exchange.close();
        });
    receiver.start();
  }

  @AfterAll
  static void itGoes() {
    receiver.stop(0);
  }

  @BeforeEach
  void somebodyOnTheirWay() {
    client = fixtures.client();
    phone = Fixtures.phone();
    contact = fixtures.contact(client, phone);
    sequence = fixtures.sequence(client, 3);
    enrollment = fixtures.enrollment(client, contact, sequence);
    dispatch = fixtures.dispatch(client, contact, enrollment, sequence, 1);
    sql(
        """
        INSERT INTO contact_interactions (client_id, id, contact_id, enrollment_id, channel, direction, identity,
          own_address, content_body, occurred_at)
        VALUES ('%s', '%s', '%s', '%s', 'sms', 'outbound', '%s', '+12065550999', 'Hi there', now())
        """
            .formatted(client, dispatch.dispatchId(), contact, enrollment, phone));
  }

  private static void sql(String statement) {
    TestFleet.database().admin().sql(statement).update();
  }

  private static List<String> lines(String query) {
    return TestFleet.database().lines(query);
  }

  private static String url(String path) {
    return "http://127.0.0.1:" + receiver.getAddress().getPort() + path;
  }

  private static List<Heard> heard(String path) {
    return HEARD.stream().filter(each -> each.path().equals(path)).toList();
  }

  private static List<Heard> heard(String path, int atLeast) {
    return Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> heard(path), found -> found.size() >= atLeast);
  }

  private record Response(int status, JsonNode body) {
    String text(String field) {
      return body.path(field).asString();
    }
  }

  private Response call(String method, String path, String body) {
    try {
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
              .header("Authorization", TestTokens.bearer(client, "admin"))
              .header("Idempotency-Key", Fixtures.id().toString())
              .header("Content-Type", "application/json")
              .method(method, HttpRequest.BodyPublishers.ofString(body))
              .build();
      var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      return new Response(
          answer.statusCode(),
          TestJson.MAPPER.readTree(answer.body().isEmpty() ? "{}" : answer.body()));
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private Response endpoint(String path, String more) {
    var created =
        call("POST", "/webhook-endpoints", "{\"url\": \"%s\"%s}".formatted(url(path), more));
    assertThat(created.status()).isEqualTo(201);
    return created;
  }

  private DeliveryEvent accepted() {
    return new DeliveryEvent.DispatchAccepted(
        Fixtures.eventId(), Fixtures.NOON, dispatch, "SM1", 1, 7900);
  }

  /** By the letter of the published scheme, apart from the product's code. */
  private static boolean verifies(String secret, Heard heard) throws Exception {
    byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    mac.update((heard.id() + "." + heard.timestamp() + ".").getBytes(UTF_8));
    String expected = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(heard.body()));
    return List.of(heard.signature().split(" ")).contains(expected)
        && Math.abs(Instant.now().getEpochSecond() - Long.parseLong(heard.timestamp())) < 300;
  }

  @Test
  void everyEventIsToldOnceToWhoeverAskedForIt() throws Exception {
    Response all = endpoint("/all", "");
    endpoint("/outcomes", ", \"event_types\": [\"outcome.recorded\"]");
    var sent = accepted();
    var stopped =
        new InboundEvent.OptOutReceived(
            Fixtures.eventId(), Fixtures.NOON, client, contact, Channel.SMS, null);
    var replied =
        new InboundEvent.ReplyReceived(
            Fixtures.eventId(),
            Fixtures.NOON,
            client,
            contact,
            Channel.SMS,
            new InteractionId(dispatch.dispatchId().value()),
            dispatch.dispatchId());
    var ended =
        new EnrollmentEvent.EnrollmentMoved(
            Fixtures.eventId(),
            Fixtures.NOON,
            client,
            contact,
            enrollment,
            sequence.id(),
            1,
            EnrollmentStatus.ACTIVE,
            EnrollmentStatus.REPLIED,
            "reply_received");
    var booked =
        new EnrollmentEvent.OutcomeRecorded(
            Fixtures.eventId(),
            Fixtures.NOON,
            client,
            contact,
            enrollment,
            sequence.id(),
            1,
            null,
            OutcomeKind.BOOKED,
            5_000_000L,
            "USD");
    TestFleet.kafka().send(sent, sent, stopped, replied, ended, booked);
    TestFleet.kafka().send(booked, replied, stopped, sent);

    var told = heard("/all", 5);
    assertThat(told)
        .extracting(each -> each.json().path("type").asString())
        .containsExactlyInAnyOrder(
            "message.sent",
            "opt_out.received",
            "reply.received",
            "enrollment.ended",
            "outcome.recorded");
    for (Heard each : told) {
      assertThat(verifies(all.text("secret"), each)).isTrue();
      assertThat(verifies("whsec_" + Base64.getEncoder().encodeToString(new byte[32]), each))
          .isFalse();
    }
    JsonNode message =
        told.stream()
            .map(Heard::json)
            .filter(json -> json.path("type").asString().equals("message.sent"))
            .findFirst()
            .orElseThrow();
    assertThat(message.path("timestamp").asString()).isEqualTo(Fixtures.NOON.toString());
    assertThat(message.at("/data/dispatch/dispatch_id").asString())
        .isEqualTo(dispatch.dispatchId().toString());
    assertThat(message.at("/data/contact/phone").asString()).isEqualTo(phone);
    assertThat(message.at("/data/interaction/body").asString()).isEqualTo("Hi there");
    assertThat(heard("/outcomes", 1)).hasSize(1);
    for (String listener : List.of("deliveries", "inbound", "enrollments")) {
      TestFleet.kafka()
          .awaitHandled(
              "events.webhooks." + listener,
              Topic.valueOf(listener.toUpperCase(java.util.Locale.ROOT)));
    }
    assertThat(lines("SELECT count(*) FROM webhook_deliveries WHERE client_id = '" + client + "'"))
        .containsExactly("6");
    // ids, no words: what is told is read when it is told
    assertThat(
            lines("SELECT event::text FROM webhook_deliveries WHERE client_id = '" + client + "'"))
        .noneMatch(line -> line.contains(phone) || line.contains("Hi there"));
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                call("GET", "/webhook-deliveries?state=delivered", "").body().path("items").size(),
            Integer.valueOf(6)::equals);
  }

  @Test
  void whoNeverAnswersHoldsUpNobodyElseHoweverManyEndpointsThatIs() {
    for (int n = 0; n < Courier.PER_CLIENT + 8; n++) {
      endpoint("/hang", "");
    }
    String slow = client.toString();
    TestFleet.kafka().send(accepted());
    Awaitility.await().atMost(PATIENCE).until(() -> HANGING.get() >= Courier.PER_CLIENT);
    somebodyOnTheirWay();
    endpoint("/quick", "");
    TestFleet.kafka().send(accepted());
    assertThat(heard("/quick", 1)).hasSize(1);
    int begun = HANGING.get();
    // who was given up on, made room for another
    int over =
        lines(
                "SELECT 1 FROM webhook_deliveries WHERE attempts <> '[]' AND client_id = '"
                    + slow
                    + "'")
            .size();
    assertThat(begun).isLessThanOrEqualTo(Courier.PER_CLIENT + over);
    AT_LAST.countDown();
  }

  @Test
  void whatIsNotTakenIsToldAgainUntilItIs() {
    ANSWERS.put("/moody", 503);
    String id = endpoint("/moody", "").body().at("/endpoint/id").asString();
    TestFleet.kafka().send(accepted());
    heard("/moody", 1);
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                call("GET", "/webhook-endpoints/" + id, "")
                    .body()
                    .path("failing_since")
                    .isString());
    var pending = call("GET", "/webhook-deliveries?state=pending", "").body().path("items").get(0);
    assertThat(pending.path("status").asInt()).isEqualTo(503);
    ANSWERS.put("/moody", 204);
    sql("UPDATE webhook_deliveries SET next_at = now() WHERE client_id = '" + client + "'");
    var told = heard("/moody", 2);
    assertThat(told).extracting(Heard::id).containsOnly(told.getFirst().id());
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                call("GET", "/webhook-deliveries?state=delivered", "").body().path("items").size(),
            Integer.valueOf(1)::equals);
    assertThat(call("GET", "/webhook-endpoints/" + id, "").body().path("failing_since").isNull())
        .isTrue();
    String delivery = pending.path("id").asString();
    assertThat(
            call("GET", "/webhook-deliveries/" + delivery, "")
                .body()
                .path("attempts")
                .valueStream()
                .map(attempt -> attempt.path("status").asInt()))
        .containsExactly(503, 204);
    assertThat(call("POST", "/webhook-deliveries/" + delivery + "/redeliver", "{}").status())
        .isEqualTo(200);
    assertThat(heard("/moody", 3)).extracting(Heard::id).containsOnly(told.getFirst().id());
  }

  @Test
  void anEndpointThatIsGoneIsLeftAloneAndThatIsSaid() {
    ANSWERS.put("/gone", 410);
    String id = endpoint("/gone", "").body().at("/endpoint/id").asString();
    TestFleet.kafka().send(accepted());
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> !call("GET", "/webhook-endpoints/" + id, "").body().path("active").asBoolean());
    assertThat(call("GET", "/webhook-endpoints/" + id, "").text("disabled_reason"))
        .startsWith("It answered 410 Gone");
    var notes = call("GET", "/notifications", "").body().path("items");
    assertThat(notes.get(0).path("title").asString())
        .isEqualTo("A webhook endpoint was switched off");
    var failed = call("GET", "/webhook-deliveries?state=failed", "").body().path("items").get(0);
    var again =
        call("POST", "/webhook-deliveries/" + failed.path("id").asString() + "/redeliver", "{}");
    assertThat(again.text("code")).isEqualTo("endpoint_off");
    ANSWERS.put("/gone", 200);
    assertThat(
            call("PATCH", "/webhook-endpoints/" + id, "{\"active\": true}")
                .body()
                .path("disabled_reason")
                .isNull())
        .isTrue();
    assertThat(
            call("POST", "/webhook-deliveries/" + failed.path("id").asString() + "/redeliver", "{}")
                .text("state"))
        .isEqualTo("pending");
    heard("/gone", 2);
  }

  private StepOrdered order(int step, StepKind kind, String content) {
    sql(
        "UPDATE sequence_steps SET kind = '%s', content = '%s' WHERE id = '%s'"
            .formatted(kind.wire(), content.replace("'", "''"), sequence.step(step)));
    var order =
        new StepOrdered(
            Fixtures.eventId(),
            Fixtures.NOON,
            client,
            contact,
            new OrderId(Fixtures.id()),
            enrollment,
            sequence.id(),
            1,
            sequence.step(step),
            kind,
            1);
    sql(
        """
        INSERT INTO step_orders (client_id, id, enrollment_id, contact_id, sequence_id, version, step_id, kind, attempt)
        VALUES ('%s', '%s', '%s', '%s', '%s', 1, '%s', '%s', 1)
        """
            .formatted(
                client,
                order.orderId(),
                enrollment,
                contact,
                sequence.id(),
                order.stepId(),
                kind.wire()));
    return order;
  }

  @Test
  void theErrandsOfStepsAreRunOnceAndSaidToBeDone() throws Exception {
    sql("UPDATE contacts SET first_name = 'Ada \"The\" {{ phone }}' WHERE id = '" + contact + "'");
    ANSWERS.put("/closed", 403);
    String secret = call("POST", "/webhook-endpoints/step-secret", "{}").text("secret");
    endpoint("/notes", ", \"event_types\": [\"notification.created\"]");
    var called =
        order(
            1,
            StepKind.WEBHOOK,
            """
            {"url": "%s", "headers": {"X-Key": "k1"}, "body": {"who": "{{ first_name }}", "n": 3}}
            """
                .formatted(url("/step")));
    var refused = order(2, StepKind.WEBHOOK, "{\"url\": \"%s\"}".formatted(url("/closed")));
    var noted =
        order(
            3,
            StepKind.NOTIFY_TEAM,
            "{\"message\": \"Call {{ first_name }} soon\", \"priority\": \"high\"}");
    var said = TestFleet.kafka().events(Topic.FLOW, FlowEvent.class);
    TestFleet.kafka().send(called, called, refused, noted, noted);
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                said.all(StepExecuted.class).stream()
                    .map(StepExecuted::orderId)
                    .distinct()
                    .toList(),
            orders -> orders.size() == 3);
    // Heard again after its end, the end is said again; nothing is done again.
    TestFleet.kafka().send(List.of(called, noted));
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> ends(said.all(StepExecuted.class), called).size() >= 2);
    assertThat(ends(said.all(StepExecuted.class), called)).containsOnly("true http_200");
    assertThat(ends(said.all(StepExecuted.class), refused)).containsExactly("false http_403");
    assertThat(ends(said.all(StepExecuted.class), noted)).containsOnly("true told");
    var calls = heard("/step");
    assertThat(calls).hasSize(1);
    assertThat(verifies(secret, calls.getFirst())).isTrue();
    assertThat(calls.getFirst().id()).isEqualTo("msg_" + called.orderId());
    assertThat(calls.getFirst().key()).isEqualTo("k1");
    // A name with quotes breaks no JSON, one with braces is no template.
    assertThat(calls.getFirst().json().path("who").asString()).isEqualTo("Ada \"The\" {{ phone }}");
    assertThat(heard("/closed").getFirst().json().at("/data/contact/id").asString())
        .isEqualTo(contact.toString());
    var notes = call("GET", "/notifications", "").body().path("items");
    assertThat(notes.valueStream().map(note -> note.path("title").asString()))
        .containsExactly("Call Ada \"The\" {{ phone }} soon");
    assertThat(heard("/notes", 1).getFirst().json().at("/data/notification/priority").asString())
        .isEqualTo("high");
    assertThat(call("GET", "/notifications/unread", "").body().path("unread").asInt()).isOne();
    String note = notes.get(0).path("id").asString();
    assertThat(call("POST", "/notifications/" + note + "/dismiss", "{}").status()).isEqualTo(204);
    assertThat(call("GET", "/notifications", "").body().path("items").size()).isZero();
  }

  private static List<String> ends(List<StepExecuted> said, StepOrdered order) {
    var ends = new ArrayList<String>();
    said.stream()
        .filter(each -> each.orderId().equals(order.orderId()))
        .forEach(each -> ends.add(each.done() + " " + each.code()));
    return ends;
  }

  @Test
  void endpointsAreCheckedAndBelongToOneClient() {
    assertThat(call("POST", "/webhook-endpoints", "{\"url\": \"file:///etc/passwd\"}").status())
        .isEqualTo(400);
    assertThat(
            call(
                    "POST",
                    "/webhook-endpoints",
                    "{\"url\": \"https://example.com\", \"event_types\": [\"sms.sent\"]}")
                .body()
                .at("/errors/0/field")
                .asString())
        .isEqualTo("event_types[0]");
    String id = endpoint("/mine", ", \"active\": false").body().at("/endpoint/id").asString();
    client = fixtures.client();
    assertThat(call("GET", "/webhook-endpoints/" + id, "").status()).isEqualTo(404);
    assertThat(call("POST", "/webhook-endpoints/" + id + "/secret", "{}").status()).isEqualTo(404);
  }
}
