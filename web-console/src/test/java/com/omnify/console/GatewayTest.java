package com.omnify.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.omnify.model.Channel;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.InteractionId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestFleet;
import com.omnify.testkit.TestTokens;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@OmnifySpringTest(service = "console")
class GatewayTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String PLATFORM_KEY = "omk_the-platforms-first-key-of-the-tests";
  private static final String ADMIN = "admin@example.com";
  private static final String ADMIN_PASSWORD = "correct horse battery staple";
  private static final StubService STUB = new StubService();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @LocalServerPort private int port;

  @DynamicPropertySource
  static void place(DynamicPropertyRegistry registry) {
    for (String name : List.of("scheduler", "channels", "events", "memory", "healer")) {
      registry.add("omnify.url." + name, STUB::url);
    }
    // nobody listens there
    registry.add("omnify.url.learning", () -> "http://127.0.0.1:1");
    registry.add("omnify.demo", () -> "true");
    registry.add("omnify.sandbox-url", STUB::url);
    registry.add("omnify.bootstrap-key", () -> PLATFORM_KEY);
    registry.add("omnify.admin-email", () -> "Admin@Example.com");
    registry.add("omnify.admin-password", () -> ADMIN_PASSWORD);
  }

  @AfterAll
  static void stop() {
    STUB.close();
  }

  // ---------------------------------------------------------------- passing

  @Test
  void aWebhookArrivesByteForByte() throws Exception {
    // an order, an encoding and an encoding of spaces that any re-writing would lose
    byte[] body =
        "Body=a+b%20c&From=%2B12065550100&Empty=&Body=%e2%82%ac".getBytes(StandardCharsets.UTF_8);
    String target = "/webhooks/twilio/7/status?dispatch=a%20b&x=1&x=%2B";
    var answer =
        send(
            request(target)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("X-Twilio-Signature", "aBc+/=")
                .header("X-Forwarded-Host", "evil.example")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    assertThat(answer.statusCode()).isEqualTo(200);
    var seen = STUB.last();
    assertThat(seen.target()).isEqualTo(target);
    assertThat(seen.body()).isEqualTo(body);
    assertThat(seen.header("X-Twilio-Signature")).isEqualTo("aBc+/=");
    assertThat(seen.header("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
    assertThat(seen.headers().get("X-Forwarded-Host")).doesNotContain("evil.example");
    assertThat(seen.headers()).doesNotContainKey("Authorization");
  }

  @Test
  void aWebhookKeepsTheProofOfItsSender() throws Exception {
    for (String proof : List.of("Bearer vapi-secret", "Basic cG9zdG1hcms6c2VjcmV0")) {
      send(
          request("/webhooks/vapi/7/8")
              .header("Authorization", proof)
              .POST(HttpRequest.BodyPublishers.ofString("{}")));
      assertThat(STUB.last().header("Authorization")).isEqualTo(proof);
    }
  }

  @Test
  void aServiceHearsWhoAsksFromTheGatewayAlone() throws Exception {
    ClientId client = fixtures().client();
    var answer =
        send(
            request("/api/v1/contacts?q=a%26b&limit=3")
                .header("X-API-Key", PLATFORM_KEY)
                .header("X-Client-Id", client.toString())
                .header("Idempotency-Key", "k1")
                .POST(HttpRequest.BodyPublishers.ofString("{\"first_name\":\"Ada\"}")));
    assertThat(answer.statusCode()).isEqualTo(200);
    var seen = STUB.last();
    assertThat(seen.target()).isEqualTo("/api/v1/contacts?q=a%26b&limit=3");
    assertThat(seen.header("Idempotency-Key")).isEqualTo("k1");
    assertThat(seen.headers()).doesNotContainKeys("X-API-Key", "X-Client-Id", "Cookie");
    JsonNode claims = claims(seen);
    assertThat(claims.path("role").asString()).isEqualTo("platform");
    assertThat(claims.path("client_id").asString()).isEqualTo(client.toString());
    assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(60);
  }

  @Test
  void aForgedTokenIsNoWayIn() throws Exception {
    ClientId client = fixtures().client();
    var before = STUB.count();
    for (String path : List.of("/api/v1/contacts", "/api/v1/api-keys", "/api/v1/services")) {
      var answer = send(request(path).header("Authorization", TestTokens.bearer(client)));
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(json(answer).path("code").asString()).isEqualTo("bad_token");
    }
    assertThat(STUB.count()).isEqualTo(before);
  }

  @Test
  void aServiceThatIsDownIsAProblemThatSaysSo() throws Exception {
    ClientId client = fixtures().client();
    var answer = send(platform("/api/v1/sequences/" + Fixtures.id() + "/analytics", client));
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/problem+json");
    assertThat(json(answer).path("code").asString()).isEqualTo("service_down");
    assertThat(json(answer).path("fix").asString()).contains("./omnify status");
  }

  @Test
  void anAnswerComesBackAsItIs() throws Exception {
    ClientId client = fixtures().client();
    STUB.answers(422, "{\"code\":\"x\"}", STUB.url() + "/api/v1/contacts/7");
    try {
      var answer = send(platform("/api/v1/contacts", client));
      assertThat(answer.statusCode()).isEqualTo(422);
      assertThat(answer.body()).isEqualTo("{\"code\":\"x\"}");
      assertThat(answer.headers().firstValue("Location")).contains("/api/v1/contacts/7");
    } finally {
      STUB.answers(200, "{\"ok\":true}", "");
    }
  }

  @Test
  void tooLongABodyIsRefused() throws Exception {
    var answer =
        send(
            request("/webhooks/twilio/7/inbound")
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[(4 << 20) + 1])));
    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(json(answer).path("code").asString()).isEqualTo("body_too_large");
  }

  @Test
  void aFileIsPassedOnAsItComes() throws Exception {
    ClientId client = fixtures().client();
    byte[] file = new byte[9 << 20];
    java.util.Arrays.fill(file, (byte) 'x');
    var answer =
        send(
            platform("/api/v1/imports?file_name=a.csv", client)
                .setHeader("Content-Type", "text/csv")
                .POST(HttpRequest.BodyPublishers.ofByteArray(file)));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(STUB.last().target()).isEqualTo("/api/v1/imports?file_name=a.csv");
    assertThat(STUB.last().body()).isEqualTo(file);
    assertThat(STUB.last().header("Authorization")).startsWith("Bearer ");
    // what is no file is held, and so may not be that long
    assertThat(
            send(platform("/api/v1/imports", client)
                    .setHeader("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(file)))
                .statusCode())
        .isEqualTo(413);
  }

  @Test
  void aMailMayBeLongAndArrivesByteForByte() throws Exception {
    byte[] mail = new byte[6 << 20];
    new java.util.Random(3).nextBytes(mail);
    var answer =
        send(
            request("/webhooks/mailgun/7/8/inbound")
                .POST(HttpRequest.BodyPublishers.ofByteArray(mail)));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(STUB.last().body()).isEqualTo(mail);
    // and where its length is not said beforehand
    assertThat(
            send(request("/webhooks/mailgun/7/8/inbound")
                    .POST(
                        HttpRequest.BodyPublishers.ofInputStream(
                            () -> new java.io.ByteArrayInputStream(mail))))
                .statusCode())
        .isEqualTo(200);
    assertThat(STUB.last().body()).isEqualTo(mail);
  }

  @Test
  void unknownAndAmbiguousPathsAreProblems() throws Exception {
    assertThat(send(request("/api/v1/nothing")).statusCode()).isEqualTo(404);
    assertThat(send(request("/api/v1/contacts/%2e%2e/clients")).statusCode()).isEqualTo(400);
  }

  // ---------------------------------------------------------------- sessions

  @Test
  void signingInOpensTheDoorAndSigningOutShutsIt() throws Exception {
    SignedIn admin = signIn(ADMIN, ADMIN_PASSWORD);
    var session = send(request("/api/v1/session").header("Cookie", admin.cookie));
    assertThat(json(session).path("user").path("email").asString()).isEqualTo(ADMIN);
    assertThat(json(session).path("user").path("platform_admin").asBoolean()).isTrue();
    assertThat(json(session).path("demo").asBoolean()).isTrue();

    var out =
        send(
            request("/api/v1/session")
                .header("Cookie", admin.cookie)
                .header("X-CSRF-Token", admin.csrf)
                .DELETE());
    assertThat(out.statusCode()).isEqualTo(204);
    assertThat(send(request("/api/v1/session").header("Cookie", admin.cookie)).statusCode())
        .isEqualTo(401);
  }

  @Test
  void theCookieIsOutOfReachOfScriptsAndOtherSites() throws Exception {
    var answer = credentials(ADMIN, ADMIN_PASSWORD);
    String cookie = answer.headers().firstValue("Set-Cookie").orElse("");
    assertThat(cookie).contains("HttpOnly").contains("SameSite=Lax").contains("Path=/");
    String token = cookie.substring(cookie.indexOf('=') + 1, cookie.indexOf(';'));
    var stored =
        TestFleet.database()
            .admin()
            .sql("SELECT count(*) FROM sessions WHERE encode(token_hash, 'escape') = ?")
            .param(token)
            .query(Integer.class)
            .single();
    assertThat(stored).isZero();
  }

  @Test
  void aWriteByCookieNeedsTheCsrfToken() throws Exception {
    ClientId client = fixtures().client();
    SignedIn admin = signIn(ADMIN, ADMIN_PASSWORD);
    var write =
        request("/api/v1/contacts")
            .header("Cookie", admin.cookie)
            .header("X-Client-Id", client.toString())
            .POST(HttpRequest.BodyPublishers.ofString("{}"));
    var refused = send(write);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(json(refused).path("code").asString()).isEqualTo("csrf_token");
    assertThat(send(write.header("X-CSRF-Token", admin.csrf)).statusCode()).isEqualTo(200);
  }

  @Test
  void whateverIsWrongTheAnswerIsTheSame() throws Exception {
    var wrongPassword = credentials(ADMIN, "wrong");
    var nobody = credentials("nobody@example.com", "wrong");
    assertThat(wrongPassword.statusCode()).isEqualTo(401);
    assertThat(nobody.statusCode()).isEqualTo(401);
    assertThat(nobody.body()).isEqualTo(wrongPassword.body());
  }

  @Test
  void guessingIsSlowedDown() throws Exception {
    for (int n = 0; n < 6; n++) {
      credentials("victim@example.com", "guess " + n);
    }
    var answer = credentials("victim@example.com", "guess again");
    assertThat(answer.statusCode()).isEqualTo(429);
  }

  @Test
  void aSessionThatHasExpiredIsNone() throws Exception {
    SignedIn admin = signIn(ADMIN, ADMIN_PASSWORD);
    TestFleet.database()
        .admin()
        .sql("UPDATE sessions SET expires_at = now() - interval '1 second'")
        .update();
    assertThat(send(request("/api/v1/session").header("Cookie", admin.cookie)).statusCode())
        .isEqualTo(401);
  }

  @Test
  void theSandboxIsForTheOperatorAtTheScreen() throws Exception {
    ClientId client = fixtures().client();
    SignedIn admin = signIn(ADMIN, ADMIN_PASSWORD);
    assertThat(send(request("/sandbox/faults").header("Cookie", admin.cookie)).statusCode())
        .isEqualTo(200);
    assertThat(STUB.last().target()).isEqualTo("/sandbox/faults");
    assertThat(send(request("/sandbox/faults")).statusCode()).isEqualTo(401);
    assertThat(send(request("/sandbox/faults").header("X-API-Key", ownerKey(client))).statusCode())
        .isEqualTo(403);
  }

  // ---------------------------------------------------------------- keys

  @Test
  void aKeyIsShownOnceAndWorksUntilItIsRevoked() throws Exception {
    ClientId client = fixtures().client();
    JsonNode made = json(newKey(client, "admin", PLATFORM_KEY));
    String key = made.path("key").asString();
    assertThat(key).startsWith("omk_");
    assertThat(send(request("/api/v1/contacts").header("X-API-Key", key)).statusCode())
        .isEqualTo(200);
    assertThat(
            send(request("/api/v1/contacts").header("Authorization", "Bearer " + key)).statusCode())
        .isEqualTo(200);
    assertThat(claims(STUB.last()).path("client_id").asString()).isEqualTo(client.toString());

    var list = send(request("/api/v1/api-keys").header("X-API-Key", key));
    assertThat(list.body()).doesNotContain(key).contains(made.path("prefix").asString());

    var revoked =
        send(
            request("/api/v1/api-keys/" + made.path("id").asString())
                .header("X-API-Key", key)
                .DELETE());
    assertThat(revoked.statusCode()).isEqualTo(204);
    assertThat(send(request("/api/v1/contacts").header("X-API-Key", key)).statusCode())
        .isEqualTo(401);
  }

  @Test
  void aKeyOpensItsOwnClientOnly() throws Exception {
    ClientId mine = fixtures().client();
    ClientId other = fixtures().client();
    String key = ownerKey(mine);
    var answer =
        send(
            request("/api/v1/contacts")
                .header("X-API-Key", key)
                .header("X-Client-Id", other.toString()));
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(json(answer).path("code").asString()).isEqualTo("other_client");

    JsonNode theirs = json(newKey(other, "member", PLATFORM_KEY));
    assertThat(
            send(request("/api/v1/api-keys/" + theirs.path("id").asString())
                    .header("X-API-Key", key)
                    .DELETE())
                .statusCode())
        .isEqualTo(404);
    assertThat(json(send(request("/api/v1/api-keys").header("X-API-Key", key))).toString())
        .doesNotContain(theirs.path("id").asString());
  }

  @Test
  void nobodyMakesAKeyAboveThemselves() throws Exception {
    ClientId client = fixtures().client();
    String admin = json(newKey(client, "admin", PLATFORM_KEY)).path("key").asString();
    assertThat(newKey(client, "owner", admin).statusCode()).isEqualTo(403);
    assertThat(newKey(null, "platform", admin).statusCode()).isEqualTo(403);
    String member = json(newKey(client, "member", admin)).path("key").asString();
    assertThat(newKey(client, "member", member).statusCode()).isEqualTo(403);
    assertThat(newKey(null, "platform", PLATFORM_KEY).statusCode()).isEqualTo(201);
  }

  @Test
  void whatIsWrongIsNamedFieldByField() throws Exception {
    var answer =
        send(
            request("/api/v1/api-keys")
                .header("X-API-Key", PLATFORM_KEY)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"\",\"role\":\"member\"}")));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).path("errors").toString()).contains("\"field\":\"name\"");
  }

  @Test
  void aSuspendedClientIsLockedOut() throws Exception {
    ClientId client = fixtures().client();
    String key = ownerKey(client);
    TestFleet.database()
        .admin()
        .sql("UPDATE clients SET status = 'suspended' WHERE id = ?")
        .param(client.value())
        .update();
    // the gateway asks for a client's state every few seconds only
    await()
        .atMost(Duration.ofSeconds(15))
        .untilAsserted(
            () -> {
              var answer = send(request("/api/v1/contacts").header("X-API-Key", key));
              assertThat(answer.statusCode()).isEqualTo(403);
              assertThat(json(answer).path("code").asString()).isEqualTo("client_suspended");
            });
    assertThat(send(platform("/api/v1/contacts", client)).statusCode()).isEqualTo(200);
  }

  @Test
  void anUnknownClientIsNotFound() throws Exception {
    var answer = send(platform("/api/v1/contacts", new ClientId(Fixtures.id())));
    assertThat(answer.statusCode()).isEqualTo(404);
  }

  // ---------------------------------------------------------------- people

  @Test
  void aMemberSeesTheirClientAndNoOther() throws Exception {
    ClientId mine = fixtures().client();
    ClientId other = fixtures().client();
    assertThat(newUser(mine, "mia-" + mine + "@example.com", "member").statusCode()).isEqualTo(201);
    SignedIn mia = signIn("mia-" + mine + "@example.com", "long enough a password");

    var session = json(send(request("/api/v1/session").header("Cookie", mia.cookie)));
    assertThat(session.path("clients").size()).isEqualTo(1);
    assertThat(session.path("clients").get(0).path("role").asString()).isEqualTo("member");

    assertThat(send(request("/api/v1/contacts").header("Cookie", mia.cookie)).statusCode())
        .isEqualTo(200);
    assertThat(claims(STUB.last()).path("role").asString()).isEqualTo("member");
    assertThat(
            send(request("/api/v1/contacts")
                    .header("Cookie", mia.cookie)
                    .header("X-Client-Id", other.toString()))
                .statusCode())
        .isEqualTo(403);
    assertThat(send(request("/api/v1/users").header("Cookie", mia.cookie)).statusCode())
        .isEqualTo(403);
    assertThat(send(request("/sandbox/faults").header("Cookie", mia.cookie)).statusCode())
        .isEqualTo(403);
  }

  @Test
  void anAddressHasOneAccount() throws Exception {
    ClientId client = fixtures().client();
    String email = "twice-" + client + "@example.com";
    assertThat(newUser(client, email, "admin").statusCode()).isEqualTo(201);
    var again = newUser(client, email, "member");
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(json(again).path("code").asString()).isEqualTo("user_exists");
  }

  @Test
  void whoIsRemovedIsOutAtOnce() throws Exception {
    ClientId client = fixtures().client();
    String email = "leaver-" + client + "@example.com";
    String id = json(newUser(client, email, "member")).path("id").asString();
    SignedIn leaver = signIn(email, "long enough a password");
    var removed = send(platform("/api/v1/users/" + id, client).DELETE());
    assertThat(removed.statusCode()).isEqualTo(204);
    assertThat(send(request("/api/v1/session").header("Cookie", leaver.cookie)).statusCode())
        .isEqualTo(401);
  }

  // ---------------------------------------------------------------- live

  @Test
  void whatHappensAtAClientIsToldToThatClientAlone() throws Exception {
    ClientId mine = fixtures().client();
    ClientId other = fixtures().client();
    ContactId ada = fixtures().contact(mine);
    var heard = follow(mine);
    await().until(() -> heard.stream().anyMatch(line -> line.contains("hello")));

    // the tail starts at the end of the topics: say it until it is heard
    await()
        .pollInterval(Duration.ofMillis(300))
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              publish(reply(other, new ContactId(Fixtures.id())));
              publish(reply(mine, ada));
              assertThat(String.join("\n", heard))
                  .contains("event:happened")
                  .contains("reply.received")
                  .contains("\"contact_name\":\"Ada Byron\"");
            });
    assertThat(String.join("\n", heard)).doesNotContain(other.toString());
  }

  @Test
  void aFeedNeedsAClient() throws Exception {
    assertThat(send(request("/api/v1/events")).statusCode()).isEqualTo(401);
    assertThat(send(request("/api/v1/events").header("X-API-Key", PLATFORM_KEY)).statusCode())
        .isEqualTo(403);
  }

  private List<String> follow(ClientId client) {
    var lines = new CopyOnWriteArrayList<String>();
    var request =
        request("/api/v1/events?client_id=" + client)
            .header("X-API-Key", PLATFORM_KEY)
            .header("Accept", "text/event-stream")
            .build();
    var _ =
        HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofLines())
            .thenAccept(answer -> answer.body().forEach(lines::add));
    return lines;
  }

  private InboundEvent reply(ClientId client, ContactId contact) {
    return new InboundEvent.ReplyReceived(
        Fixtures.eventId(),
        Fixtures.NOON,
        client,
        contact,
        Channel.SMS,
        new InteractionId(Fixtures.id()),
        null);
  }

  private void publish(InboundEvent event) {
    TestFleet.kafka().send(event);
  }

  // ---------------------------------------------------------------- served

  @Test
  void healthOfEveryServiceIsToldAlsoOfTheOneThatIsDown() throws Exception {
    ClientId client = fixtures().client();
    JsonNode services = json(send(platform("/api/v1/services", client))).path("items");
    assertThat(services.size()).isEqualTo(8);
    assertThat(services.toString())
        .contains("{\"name\":\"learning\",\"ready\":false,\"detail\":\"is not there\"");
  }

  @Test
  void oneDocumentDescribesTheWholeApi() throws Exception {
    STUB.answers(
        200,
        """
        {"openapi":"3.1.0","paths":{
          "/api/v1/contacts":{"get":{"operationId":"list","responses":{"200":{"description":"ok",
            "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Contact"}}}}}}},
          "/api/v1/sequences":{"get":{"operationId":"list","responses":{"200":{"description":"ok"}}}},
          "/internal/secret":{"get":{"responses":{"200":{"description":"ok"}}}}},
         "components":{"schemas":{"Contact":{"type":"object"}}}}
        """,
        "");
    try {
      var answer = send(request("/api/v1/openapi.json"));
      assertThat(answer.statusCode()).isEqualTo(200);
      JsonNode api = json(answer);
      assertThat(api.path("paths").propertyNames())
          .contains("/api/v1/contacts", "/api/v1/sequences", "/api/v1/session", "/api/v1/api-keys")
          .doesNotContain("/internal/secret");
      assertThat(api.path("components").path("securitySchemes").propertyNames())
          .containsExactly("api_key", "bearer", "session");
      assertThat(
              api.path("paths").path("/api/v1/contacts").path("get").path("responses").toString())
          .contains("#/components/responses/Problem");
    } finally {
      STUB.answers(200, "{\"ok\":true}", "");
    }
  }

  @Test
  void everythingIsServedUnderAStrictPolicy() throws Exception {
    var answer = send(request("/api/v1/environment"));
    assertThat(json(answer).path("demo").asBoolean()).isTrue();
    assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'")
        .contains("script-src 'self'")
        .doesNotContain("unsafe");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
  }

  // ---------------------------------------------------------------- helpers

  private record SignedIn(String cookie, String csrf) {}

  private static Fixtures fixtures() {
    return TestFleet.fixtures();
  }

  private SignedIn signIn(String email, String password) throws Exception {
    var answer = credentials(email, password);
    assertThat(answer.statusCode()).isEqualTo(200);
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
    return new SignedIn(
        cookie.substring(0, cookie.indexOf(';')), json(answer).path("csrf_token").asString());
  }

  private HttpResponse<String> credentials(String email, String password) throws Exception {
    return send(
        request("/api/v1/session")
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, password))));
  }

  private HttpResponse<String> newUser(ClientId client, String email, String role)
      throws Exception {
    return send(
        platform("/api/v1/users", client)
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    """
                    {"email":"%s","name":"Mia","password":"long enough a password","role":"%s"}
                    """
                        .formatted(email, role))));
  }

  private String ownerKey(ClientId client) throws Exception {
    return json(newKey(client, "owner", PLATFORM_KEY)).path("key").asString();
  }

  private HttpResponse<String> newKey(ClientId client, String role, String by) throws Exception {
    String owner = client == null ? "" : ",\"client_id\":\"" + client + "\"";
    return send(
        request("/api/v1/api-keys")
            .header("X-API-Key", by)
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"name\":\"test\",\"role\":\"" + role + "\"" + owner + "}")));
  }

  private HttpRequest.Builder platform(String path, ClientId client) {
    return request(path).header("X-API-Key", PLATFORM_KEY).header("X-Client-Id", client.toString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JSON.readTree(answer.body());
  }

  private static JsonNode claims(StubService.Seen seen) {
    String token = seen.header("Authorization").substring("Bearer ".length());
    return JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
  }
}
