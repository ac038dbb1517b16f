package com.omnify.events.lead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.event.ContactEvent;
import com.omnify.model.event.LeadEvent;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.LeadId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestFleet;
import com.omnify.testkit.TestTokens;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@OmnifySpringTest(service = "events")
@TestPropertySource(properties = "OMNIFY_DEMO=true")
class LeadDoorsTest {

  private static final JsonMapper JSON = JsonMapper.shared();

  @LocalServerPort int port;
  @Autowired Transactions transactions;
  @Autowired Leads rows;

  private final HttpClient http = HttpClient.newHttpClient();
  private ClientId client;

  @BeforeEach
  void aClient() {
    client = TestFleet.fixtures().client();
  }

  private record Answer(int status, String body) {
    JsonNode json() {
      return JSON.readTree(body);
    }
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(answer.statusCode(), answer.body());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  private Answer api(String method, String path, Object body) {
    var request =
        to("/api/v1" + path)
            .header("Authorization", TestTokens.bearer(client, "admin"))
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
    if (method.equals("POST")) {
      request.header("Idempotency-Key", UUID.randomUUID().toString());
    }
    return send(request);
  }

  private JsonNode source(Map<String, Object> body) {
    Answer made = api("POST", "/lead-sources", body);
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.json();
  }

  private static String path(JsonNode made) {
    return URI.create(made.get("source").get("url").asString()).getPath();
  }

  private List<JsonNode> leads() {
    var leads = new ArrayList<JsonNode>();
    api("GET", "/leads", null).json().get("items").forEach(leads::add);
    return leads;
  }

  /** How many leads were told of, once it is that many. */
  private long received(int atLeast) {
    try (var events = TestFleet.kafka().events(Topic.LEADS, LeadEvent.class)) {
      return Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(
              () ->
                  events.all(LeadEvent.LeadReceived.class).stream()
                      .filter(event -> event.clientId().equals(client))
                      .count(),
              count -> count >= atLeast);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] hmac(byte[] key, byte[] message) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(message);
  }

  private HttpRequest.Builder signed(String path, String secret, String id, String body)
      throws Exception {
    String at = "" + Instant.now().getEpochSecond();
    byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
    String signature =
        Base64.getEncoder().encodeToString(hmac(key, (id + "." + at + "." + body).getBytes(UTF_8)));
    return to(path)
        .header("webhook-id", id)
        .header("webhook-timestamp", at)
        .header("webhook-signature", "v1," + signature)
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  @Test
  void aSignedFormIsOneLeadHoweverOftenItComes() throws Exception {
    JsonNode made =
        source(
            Map.of(
                "kind",
                "generic",
                "name",
                "Roof form",
                "tags",
                List.of("roof"),
                "mapping",
                Map.of("Dach", "custom.roof_type"),
                "consent",
                Map.of("sms", Map.of("text_shown", "Yes, text me"))));
    String secret = made.get("secret").asString();
    assertThat(api("GET", "/lead-sources", null).body()).doesNotContain(secret);
    String body =
        """
        {"lead_id": "L-1", "form": "roof", "Full Name": "Ada Byron", "E-Mail": "ada@example.com",
         "PHONE_NUMBER": "(206) 555-0100", "Dach": "Schiefer", "Wie viele m²?": 120, "note": "a\\u0000b"}
        """;
    try (var pool = Executors.newFixedThreadPool(8)) {
      var answers =
          IntStream.range(0, 46)
              .mapToObj(
                  _ ->
                      CompletableFuture.supplyAsync(
                          () -> {
                            try {
                              return send(signed(path(made), secret, "msg_1", body)).status();
                            } catch (Exception e) {
                              throw new IllegalStateException(e);
                            }
                          },
                          pool))
              .toList();
      assertThat(answers.stream().map(CompletableFuture::join)).containsOnly(200);
    }
    assertThat(leads()).hasSize(1);
    JsonNode lead = leads().getFirst();
    assertThat(lead.get("state").asString()).isEqualTo("received");
    assertThat(lead.get("form").asString()).isEqualTo("roof");
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT contact->>'first_name', contact->>'last_name', contact->>'phone', contact->>'email',"
                        + " contact->'tags', contact->'custom_fields', contact->'consent'->'sms'->>'text_shown'"
                        + " FROM omnify.leads WHERE client_id = '"
                        + client
                        + "'"))
        .containsExactly(
            "Ada|Byron|(206) 555-0100|ada@example.com|[\"roof\"]|{\"note\": \"ab\", \"roof_type\": \"Schiefer\","
                + " \"wie_viele_m2\": \"120\"}|Yes, text me");
    assertThat(received(1)).isEqualTo(1);
    // a week later, when no key of a receipt is left
    TestFleet.database().admin().sql("DELETE FROM omnify.receipt_keys").update();
    assertThat(send(signed(path(made), secret, "msg_2", body)).status()).isEqualTo(200);
    assertThat(leads()).hasSize(1);
  }

  @Test
  void whoeverCannotProveThemselvesLeavesNothing() throws Exception {
    JsonNode made = source(Map.of("kind", "generic", "name", "Form"));
    String secret = made.get("secret").asString();
    String path = path(made);
    String body = "{\"lead_id\": \"1\", \"phone\": \"+12065550101\"}";
    var altered =
        signed(path, secret, "msg_1", body)
            .POST(HttpRequest.BodyPublishers.ofString(body.replace("0101", "0102")));
    String foreign = path.replace(client.toString(), TestFleet.fixtures().client().toString());
    for (var request :
        List.of(
            to(path).POST(HttpRequest.BodyPublishers.ofString(body)),
            altered,
            signed(foreign, secret, "msg_1", body),
            signed(path, "whsec_" + Base64.getEncoder().encodeToString(new byte[24]), "m", body),
            to(path)
                .header("X-Lead-Key", secret + "x")
                .POST(HttpRequest.BodyPublishers.ofString(body)),
            signed(path.replace("/generic/", "/google/"), secret, "msg_1", body))) {
      Answer answer = send(request);
      assertThat(answer.status()).as(answer.body()).isEqualTo(401);
    }
    assertThat(leads()).isEmpty();
    assertThat(
            TestFleet.database()
                .lines("SELECT count(*) FROM omnify.receipts WHERE client_id = '" + client + "'"))
        .containsExactly("0");
    // that the doors do open
    assertThat(
            send(to(path)
                    .header("X-Lead-Key", secret)
                    .POST(HttpRequest.BodyPublishers.ofString(body)))
                .status())
        .isEqualTo(200);
    assertThat(leads()).hasSize(1);
    String id = made.get("source").get("id").asString();
    String renewed =
        api("POST", "/lead-sources/" + id + "/secret", Map.of()).json().get("secret").asString();
    assertThat(send(signed(path, secret, "msg_3", body)).status()).isEqualTo(401);
    assertThat(send(signed(path, renewed, "msg_3", body)).status()).isEqualTo(200);
    api("PATCH", "/lead-sources/" + id, Map.of("active", false));
    assertThat(send(signed(path, renewed, "msg_4", body)).status()).isEqualTo(401);
  }

  @Test
  void googlesKeyStandsInTheBodyAndIsNotKept() {
    JsonNode made = source(Map.of("kind", "google", "name", "Ads"));
    String key = made.get("secret").asString();
    assertThat(key.length()).isLessThanOrEqualTo(50);
    String body =
        """
        {"lead_id": "%s", "api_version": "1.0", "form_id": 400, "campaign_id": 777, "google_key": "%s", "is_test": %s,
         "user_column_data": [
           {"column_name": "Full Name", "string_value": "FirstName LastName", "column_id": "FULL_NAME"},
           {"column_name": "User Phone", "string_value": "1-650-555-0123", "column_id": "PHONE_NUMBER"},
           {"column_name": "User Email", "string_value": "test@example.com", "column_id": "EMAIL"},
           {"string_value": "Next week", "column_id": "when_do_you_need_it"}]}
        """;
    String[] bodies = {
      body.formatted("g1", key, "false"),
      body.formatted("g1", key, "false"),
      body.formatted("g2", key, "true"),
      body.formatted("g3", "wrong", "false")
    };
    int[] expected = {200, 200, 200, 401};
    for (int n = 0; n < bodies.length; n++) {
      assertThat(send(to(path(made)).POST(HttpRequest.BodyPublishers.ofString(bodies[n]))).status())
          .isEqualTo(expected[n]);
    }
    assertThat(leads())
        .extracting(lead -> lead.get("external_id").asString() + lead.get("state").asString())
        .containsExactlyInAnyOrder("g1received", "g2test");
    assertThat(leads().toString()).doesNotContain(key);
    JsonNode lead =
        leads().stream()
            .filter(l -> l.get("external_id").asString().equals("g1"))
            .findFirst()
            .get();
    assertThat(lead.get("form").asString()).isEqualTo("400");
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT contact->>'phone', contact->'custom_fields' FROM omnify.leads WHERE external_id = 'g1'"
                        + " AND client_id = '"
                        + client
                        + "'"))
        .containsExactly("1-650-555-0123|{\"when_do_you_need_it\": \"Next week\"}");
  }

  @Test
  void facebooksLeadIsFetchedOrTakenAsItStands() throws Exception {
    var asked = new AtomicInteger();
    var graph = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    graph.createContext(
        "/v1/444",
        exchange -> {
          boolean known =
              "Bearer page-token".equals(exchange.getRequestHeaders().getFirst("Authorization"));
          // the first time it is away
          int status = !known ? 401 : asked.incrementAndGet() == 1 ? 503 : 200;
          byte[] lead =
              """
              {"id": "444", "form_id": "9", "field_data": [{"name": "full_name", "values": ["Grace Hopper"]},
               {"name": "phone_number", "values": ["+12065550144"]}, {"name": "color", "values": ["red", "blue"]}]}
              """
                  .getBytes(UTF_8);
          exchange.sendResponseHeaders(status, lead.length);
          exchange.getResponseBody().write(lead);
          exchange.close();
        });
    graph.start();
    try {
      JsonNode made =
          source(
              Map.of(
                  "kind",
                  "facebook",
                  "name",
                  "Page",
                  "app_secret",
                  "app-secret",
                  "access_token",
                  "page-token",
                  "base_url",
                  "http://127.0.0.1:" + graph.getAddress().getPort() + "/v1"));
      assertThat(made.toString()).doesNotContain("app-secret").doesNotContain("page-token");
      String token = made.get("verify_token").asString();
      String challenge = "?hub.mode=subscribe&hub.challenge=77&hub.verify_token=";
      assertThat(send(to(path(made) + challenge + token).GET())).isEqualTo(new Answer(200, "77"));
      assertThat(send(to(path(made) + challenge + "x").GET()).status()).isEqualTo(401);
      String body =
          """
          {"object": "page", "entry": [{"id": "1", "time": 1, "changes": [
            {"field": "leadgen", "value": {"leadgen_id": "444", "page_id": "1", "form_id": "9"}},
            {"field": "leadgen", "value": {"leadgen_id": "555", "form_id": "9",
              "field_data": [{"name": "email", "values": ["ann@example.com"]}]}},
            {"field": "feed", "value": {}}]}]}
          """;
      String signature =
          "sha256="
              + HexFormat.of().formatHex(hmac("app-secret".getBytes(UTF_8), body.getBytes(UTF_8)));
      var post = HttpRequest.BodyPublishers.ofString(body);
      assertThat(send(to(path(made)).POST(post)).status()).isEqualTo(401);
      assertThat(
              send(to(path(made))
                      .header("X-Hub-Signature-256", signature)
                      .POST(HttpRequest.BodyPublishers.ofString(body + " ")))
                  .status())
          .isEqualTo(401);
      assertThat(send(to(path(made)).header("X-Hub-Signature-256", signature).POST(post)).status())
          .isEqualTo(200);
      Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> asked.get() == 1);
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(
              () ->
                  leads().stream().anyMatch(l -> l.get("detail").toString().contains("HTTP 503")));
      TestFleet.database().admin().sql("UPDATE omnify.leads SET next_try_at = now()").update();
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .untilAsserted(
              () ->
                  assertThat(leads())
                      .extracting(lead -> lead.get("state").asString())
                      .containsOnly("received"));
      assertThat(
              TestFleet.database()
                  .lines(
                      "SELECT contact->>'last_name', contact->>'email', contact->'custom_fields'->>'color'"
                          + " FROM omnify.leads WHERE client_id = '"
                          + client
                          + "' ORDER BY external_id"))
          .containsExactly("Hopper|null|red, blue", "null|ann@example.com|null");
      assertThat(received(2)).isEqualTo(2);
    } finally {
      graph.stop(0);
    }
  }

  /** A page's post about leads that are to be fetched. */
  private void names(JsonNode source, List<String> leadgenIds) throws Exception {
    String body =
        leadgenIds.stream()
            .map(
                id -> "{\"field\": \"leadgen\", \"value\": {\"leadgen_id\": \"%s\"}}".formatted(id))
            .collect(
                Collectors.joining(
                    ", ",
                    "{\"object\": \"page\", \"entry\": [{\"id\": \"1\", \"changes\": [",
                    "]}]}"));
    String signature =
        "sha256="
            + HexFormat.of().formatHex(hmac("app-secret".getBytes(UTF_8), body.getBytes(UTF_8)));
    assertThat(
            send(to(path(source))
                    .header("X-Hub-Signature-256", signature)
                    .POST(HttpRequest.BodyPublishers.ofString(body)))
                .status())
        .isEqualTo(200);
  }

  @Test
  void aPageThatIsSlowHoldsUpNoOther() throws Exception {
    var asked = new AtomicInteger();
    var atLast = new CountDownLatch(1);
    var graph = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    graph.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    graph.createContext(
        "/slow",
        exchange -> {
          asked.incrementAndGet();
          try {
            atLast.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          exchange.close();
        });
    graph.createContext(
        "/quick",
        exchange -> {
          byte[] lead =
              "{\"field_data\": [{\"name\": \"email\", \"values\": [\"q@example.com\"]}]}"
                  .getBytes(UTF_8);
          exchange.sendResponseHeaders(200, lead.length);
          exchange.getResponseBody().write(lead);
          exchange.close();
        });
    graph.start();
    try {
      var sources = new HashMap<String, JsonNode>();
      for (String page : List.of("slow", "quick")) {
        sources.put(
            page,
            source(
                Map.of(
                    "kind",
                    "facebook",
                    "name",
                    page,
                    "app_secret",
                    "app-secret",
                    "access_token",
                    "page-token",
                    "base_url",
                    "http://127.0.0.1:" + graph.getAddress().getPort() + "/" + page)));
      }
      names(sources.get("slow"), List.of("1", "2", "3", "4", "5", "6"));
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(() -> asked.get() >= LeadFetching.PER_SOURCE);
      names(sources.get("quick"), List.of("7"));
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(
              () ->
                  leads().stream()
                      .anyMatch(lead -> lead.get("state").asString().equals("received")));
      int begun = asked.get();
      // one that was given up on, made room for another
      long over = leads().stream().filter(lead -> !lead.get("detail").isNull()).count();
      assertThat(begun).isLessThanOrEqualTo(LeadFetching.PER_SOURCE + (int) over);
    } finally {
      atLast.countDown();
      graph.stop(0);
    }
  }

  @Test
  void whatALeadSaidIsForgottenAfterAMonthAndTheLeadIsNot() {
    Map<String, Object> old = Map.of("lead_id", "old", "full_name", "Ada Byron", "phone", "x");
    for (String id : List.of("old", "waiting", "new")) {
      var body = new HashMap<String, Object>(old);
      body.put("lead_id", id);
      body.put("phone", Fixtures.phone());
      assertThat(api("POST", "/leads", body).status()).isEqualTo(201);
    }
    TestFleet.database()
        .admin()
        .sql(
            """
            UPDATE omnify.leads SET state = CASE external_id WHEN 'waiting' THEN state ELSE 'accepted' END,
              received_at = now() - CASE external_id WHEN 'new' THEN interval '29 days' ELSE interval '31 days' END
            WHERE client_id = :client
            """)
        .param("client", client.value())
        .update();
    assertThat(transactions.inBackground(() -> rows.forget(Instant.now()))).isFalse();
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT external_id, payload::text LIKE '%Ada%', contact::text LIKE '%Byron%' FROM omnify.leads"
                        + " WHERE client_id = '"
                        + client
                        + "' ORDER BY external_id"))
        .containsExactly("new|t|t", "old|f|null", "waiting|t|t");
    assertThat(leads()).hasSize(3);
    // sent again, it is the one that came
    var again = new HashMap<String, Object>(old);
    again.put("phone", Fixtures.phone());
    assertThat(api("POST", "/leads", again).status()).isEqualTo(200);
  }

  @Test
  void theApiTakesALeadOnceAndLearnsWhoseItBecame() {
    Map<String, Object> body =
        Map.of(
            "lead_id", "crm-7", "full_name", "Ada Byron", "phone", "(206) 555-0177", "form", "x");
    Answer first = api("POST", "/leads", body);
    assertThat(first.status()).as(first.body()).isEqualTo(201);
    Answer again = api("POST", "/leads", body);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.json().get("id")).isEqualTo(first.json().get("id"));
    assertThat(api("POST", "/leads", Map.of("first_name", "Ada")).status()).isEqualTo(400);
    var id = LeadId.of(first.json().get("id").asString());
    var contact = TestFleet.fixtures().contact(client);
    TestFleet.kafka()
        .send(
            new ContactEvent.LeadCame(
                Fixtures.eventId(), Fixtures.NOON, client, contact, id, true, List.of(), null));
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () ->
                assertThat(api("GET", "/leads/" + id, null).json().get("contact_id").asString())
                    .isEqualTo(contact.toString()));
    var survivor = TestFleet.fixtures().contact(client);
    TestFleet.kafka()
        .send(
            new ContactEvent.ContactMerged(
                Fixtures.eventId(), Fixtures.NOON, client, survivor, contact));
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () ->
                assertThat(api("GET", "/leads?contact_id=" + survivor, null).body())
                    .contains(id.toString()));
  }
}
