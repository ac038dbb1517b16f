package com.omnify.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.omnify.model.id.ClientId;
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
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tokens of other issuers, with real keys served over real HTTP. */
@OmnifySpringTest(service = "console")
class ExternalTokenTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String PLATFORM_KEY = "omk_the-platforms-first-key-of-the-tests";
  private static final StubService STUB = new StubService();
  private static final TokenIssuer SUPA = new TokenIssuer();
  private static final TokenIssuer CLERK = new TokenIssuer();
  private static final String SUPA_NAME = "https://ref.supabase.example/auth/v1";
  private static final String CLERK_NAME = "https://clerk.example.com";
  private static final String AWAY_NAME = "https://away.example.com";
  private static final String APP = "https://app.example.com";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @LocalServerPort private int port;

  @DynamicPropertySource
  static void place(DynamicPropertyRegistry registry) {
    registry.add("omnify.url.memory", STUB::url);
    registry.add("omnify.bootstrap-key", () -> PLATFORM_KEY);
    var issuers = new LinkedHashMap<String, String>();
    issuers.put("[0].issuer", SUPA_NAME);
    issuers.put("[0].jwks-uri", SUPA.keysUrl());
    issuers.put("[0].audiences", "authenticated");
    issuers.put("[1].issuer", CLERK_NAME);
    issuers.put("[1].jwks-uri", CLERK.keysUrl());
    issuers.put("[1].authorized-parties", APP);
    issuers.put("[1].email-claim", "email");
    issuers.put("[1].email-verified-claim", "email_verified");
    issuers.put("[2].issuer", AWAY_NAME);
    issuers.put("[2].jwks-uri", "http://127.0.0.1:1/keys");
    issuers.put("[2].audiences", "authenticated");
    issuers.forEach((key, value) -> registry.add("omnify.identity.issuers" + key, () -> value));
  }

  @AfterAll
  static void stop() {
    STUB.close();
    SUPA.close();
    CLERK.close();
  }

  // ---------------------------------------------------------------- good tokens

  @Test
  void aLinkedPersonComesInByEitherKindOfKeyWithTheRoleOfOurTables() throws Exception {
    Person mia = person("member");
    link(mia, SUPA_NAME, "supa-" + mia.id());
    JWTClaimsSet claims = supabase("supa-" + mia.id()).build();
    for (String token :
        List.of(TokenIssuer.sign(SUPA.rsa, claims), TokenIssuer.sign(SUPA.ec, claims))) {
      var answer = contacts(token);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      var seen = STUB.last();
      assertThat(seen.header("Authorization")).doesNotContain(token);
      JsonNode told = claims(seen);
      assertThat(told.path("sub").asString()).isEqualTo("user:" + mia.id());
      assertThat(told.path("client_id").asString()).isEqualTo(mia.client().toString());
      assertThat(told.path("role").asString()).isEqualTo("member");
      assertThat(told.path("aud").toString()).contains("omnify-services");
    }
  }

  @Test
  void noRoleComesFromAToken() throws Exception {
    Person mia = person("member");
    link(mia, SUPA_NAME, "supa-" + mia.id());
    String token =
        TokenIssuer.sign(
            SUPA.rsa,
            supabase("supa-" + mia.id())
                .claim("role", "platform")
                .claim("client_id", new ClientId(Fixtures.id()).toString())
                .claim("app_metadata", Map.of("role", "owner"))
                .claim("user_metadata", Map.of("role", "owner", "email_verified", true))
                .build());
    assertThat(contacts(token).statusCode()).isEqualTo(200);
    assertThat(claims(STUB.last()).path("role").asString()).isEqualTo("member");
    var users = send(request("/api/v1/users").header("Authorization", "Bearer " + token));
    assertThat(users.statusCode()).isEqualTo(403);
    assertThat(json(users).path("code").asString()).isEqualTo("role_missing");
  }

  @Test
  void whoWorksForSeveralNamesTheClientByHeader() throws Exception {
    Person here = person("member");
    Person there = person("owner");
    String subject = "both-" + here.id();
    link(here, SUPA_NAME, subject);
    link(there, SUPA_NAME, subject);
    String token = TokenIssuer.sign(SUPA.rsa, supabase(subject).build());

    assertThat(json(contacts(token)).path("code").asString()).isEqualTo("client_not_chosen");
    assertThat(contacts(token, here.client()).statusCode()).isEqualTo(200);
    assertThat(claims(STUB.last()).path("role").asString()).isEqualTo("member");
    assertThat(contacts(token, there.client()).statusCode()).isEqualTo(200);
    assertThat(claims(STUB.last()).path("role").asString()).isEqualTo("owner");
    var other = contacts(token, TestFleet.fixtures().client());
    assertThat(other.statusCode()).isEqualTo(403);
    assertThat(json(other).path("code").asString()).isEqualTo("other_client");
  }

  @Test
  void anAddressCountsOnlyWhereItsIssuerSaysThatItIsVerified() throws Exception {
    Person mia = person("admin");
    assertThat(contacts(clerk("u1").claim("email", mia.email()).claim("email_verified", true)))
        .isEqualTo(200);
    assertThat(claims(STUB.last()).path("sub").asString()).isEqualTo("user:" + mia.id());
    assertThat(contacts(clerk("u1").claim("email", mia.email()).claim("email_verified", false)))
        .isEqualTo(403);
    assertThat(contacts(clerk("u1").claim("email", mia.email()))).isEqualTo(403);
    assertThat(
            contacts(
                clerk("u1")
                    .claim("email", mia.email())
                    .claim("user_metadata", Map.of("email_verified", true))))
        .isEqualTo(403);
    // this issuer's settings name no address
    String supa =
        TokenIssuer.sign(
            SUPA.rsa,
            supabase("u1").claim("email", mia.email()).claim("email_verified", true).build());
    assertThat(contacts(supa).statusCode()).isEqualTo(403);
  }

  @Test
  void theLinkAndThePlaceEndAtOnce() throws Exception {
    Person mia = person("member");
    String linkId = link(mia, SUPA_NAME, "supa-" + mia.id());
    String token = TokenIssuer.sign(SUPA.rsa, supabase("supa-" + mia.id()).build());
    assertThat(contacts(token).statusCode()).isEqualTo(200);
    assertThat(
            send(platform("/api/v1/users/" + mia.id() + "/identities/" + linkId, mia.client())
                    .DELETE())
                .statusCode())
        .isEqualTo(204);
    assertThat(json(contacts(token)).path("code").asString()).isEqualTo("nobody_here");

    link(mia, SUPA_NAME, "supa-" + mia.id());
    assertThat(contacts(token).statusCode()).isEqualTo(200);
    assertThat(send(platform("/api/v1/users/" + mia.id(), mia.client()).DELETE()).statusCode())
        .isEqualTo(204);
    assertThat(contacts(token).statusCode()).isEqualTo(403);
    assertThat(
            TestFleet.database()
                .admin()
                .sql("SELECT count(*) FROM external_identities WHERE user_id = ?")
                .param(UUID.fromString(mia.id()))
                .query(Integer.class)
                .single())
        .isZero();
  }

  // ---------------------------------------------------------------- bad tokens

  @Test
  void whatIsNotExactlyRightOpensNothing() throws Exception {
    Person mia = person("owner");
    String subject = "supa-" + mia.id();
    link(mia, SUPA_NAME, subject);
    link(mia, CLERK_NAME, subject);
    JWTClaimsSet good = supabase(subject).build();
    String token = TokenIssuer.sign(SUPA.rsa, good);
    assertThat(contacts(token).statusCode()).isEqualTo(200);
    Instant now = Instant.now();
    String[] parts = token.split("\\.");
    RSAKey stranger = TokenIssuer.rsa(SUPA.rsa.getKeyID());

    var bad = new LinkedHashMap<String, String>();
    bad.put("expired", supa(subject, c -> c.expirationTime(at(now.minusSeconds(60)))));
    bad.put("not yet", supa(subject, c -> c.notBeforeTime(at(now.plusSeconds(60)))));
    bad.put("for ever", supa(subject, c -> c.expirationTime(null)));
    bad.put("wrong audience", supa(subject, c -> c.audience("anon")));
    bad.put("no audience", supa(subject, c -> c.audience((String) null)));
    bad.put("unknown issuer", supa(subject, c -> c.issuer("https://evil.example")));
    bad.put("no issuer", supa(subject, c -> c.issuer(null)));
    bad.put("another's issuer name", supa(subject, c -> c.issuer(CLERK_NAME)));
    bad.put("no subject", supa(subject, c -> c.subject(null)));
    bad.put(
        "wrong party",
        TokenIssuer.sign(CLERK.rsa, clerk(subject).claim("azp", "https://evil.example").build()));
    bad.put("no party", TokenIssuer.sign(CLERK.rsa, clerk(subject).claim("azp", null).build()));
    bad.put("a stranger's key by the same id", TokenIssuer.sign(stranger, good));
    bad.put("tampered claims", parts[0] + "." + encoded(good, "other") + "." + parts[2]);
    bad.put("tampered signature", parts[0] + "." + parts[1] + "." + flipped(parts[2]));
    bad.put("no signature", new PlainJWT(good).serialize());
    bad.put("signature cut off", parts[0] + "." + parts[1] + ".");
    bad.put("the public key as a shared secret", signedByPublicKey(good));
    bad.put("a key of its own in the header", withOwnKey(stranger, good));
    bad.put("RS512, which is not asked for", rs512(good));
    bad.put("a token of the fleet", TestTokens.bearer(mia.client()).substring(7));
    bad.put("no token at all", "ey.ey.ey");

    int before = STUB.count();
    for (var one : bad.entrySet()) {
      var answer = contacts(one.getValue());
      assertThat(answer.statusCode()).as(one.getKey() + ": " + answer.body()).isEqualTo(401);
      assertThat(json(answer).path("code").asString()).as(one.getKey()).isEqualTo("bad_token");
      assertThat(answer.headers().firstValue("WWW-Authenticate")).as(one.getKey()).isPresent();
    }
    assertThat(STUB.count()).isEqualTo(before);
    assertThat(json(contacts(bad.get("expired"))).path("detail").asString()).contains("expired");
    assertThat(json(contacts(bad.get("wrong audience"))).path("detail").asString())
        .contains("aud claim");
    // A little is forgiven between two clocks.
    assertThat(
            contacts(supa(subject, c -> c.expirationTime(at(Instant.now().minusSeconds(5)))))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void aSignedTokenOfNobodyHereIsRefusedAsSuch() throws Exception {
    var answer = contacts(TokenIssuer.sign(SUPA.rsa, supabase("stranger").build()));
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(json(answer).path("code").asString()).isEqualTo("nobody_here");
  }

  // ---------------------------------------------------------------- keys

  @Test
  void keysThatCannotBeHadAreNobodysFaultAndOpenNothing() throws Exception {
    var answer = contacts(supa("anyone", c -> c.issuer(AWAY_NAME)));
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(json(answer).path("code").asString()).isEqualTo("issuer_unreachable");
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void newKeysAreFetchedOldOnesKeptAndMadeUpOnesDoNotFloodTheIssuer() throws Exception {
    Person mia = person("member");
    link(mia, CLERK_NAME, "clerk-" + mia.id());
    JWTClaimsSet claims = clerk("clerk-" + mia.id()).build();
    assertThat(contacts(TokenIssuer.sign(CLERK.rsa, claims)).statusCode()).isEqualTo(200);

    RSAKey next = TokenIssuer.rsa("rsa-2");
    CLERK.publish(next);
    assertThat(contacts(TokenIssuer.sign(next, claims)).statusCode()).isEqualTo(200);

    int asked = CLERK.timesAsked();
    long begun = System.nanoTime();
    for (int n = 0; n < 40; n++) {
      var madeUp = new RSAKey.Builder(SUPA.rsa).keyID("made-up-" + n).build();
      assertThat(contacts(TokenIssuer.sign(madeUp, claims)).statusCode()).isEqualTo(401);
    }
    long seconds = Duration.ofNanos(System.nanoTime() - begun).toSeconds();
    // two in ten seconds
    assertThat(CLERK.timesAsked() - asked).isLessThanOrEqualTo((int) (2 + seconds / 10 * 2));

    CLERK.breakDown(true);
    try {
      assertThat(contacts(TokenIssuer.sign(next, claims)).statusCode()).isEqualTo(200);
    } finally {
      CLERK.breakDown(false);
    }
  }

  // ---------------------------------------------------------------- links

  @Test
  void anAdminLinksTheirOwnPeopleOnly() throws Exception {
    Person mia = person("member");
    Person owner = person("owner", mia.client());
    Person elsewhere = person("member");
    String admin = key(mia.client(), "admin");
    assertThat(linking(admin, mia.id(), SUPA_NAME, "s-" + mia.id()).statusCode()).isEqualTo(201);
    assertThat(linking(admin, mia.id(), SUPA_NAME, "s-" + mia.id()).statusCode()).isEqualTo(409);
    assertThat(linking(admin, owner.id(), SUPA_NAME, "o").statusCode()).isEqualTo(403);
    assertThat(linking(admin, elsewhere.id(), SUPA_NAME, "e").statusCode()).isEqualTo(404);
    assertThat(linking(admin, mia.id(), "https://evil.example", "x").statusCode()).isEqualTo(400);
    assertThat(linking(key(mia.client(), "member"), mia.id(), SUPA_NAME, "m").statusCode())
        .isEqualTo(403);
    var list =
        send(request("/api/v1/users/" + mia.id() + "/identities").header("X-API-Key", admin));
    assertThat(json(list).path("items").size()).isEqualTo(1);
    assertThat(
            send(request("/api/v1/users/" + elsewhere.id() + "/identities")
                    .header("X-API-Key", admin))
                .statusCode())
        .isEqualTo(404);
  }

  @Test
  void anAdminDoesNotRevokeAnOwnersKey() throws Exception {
    ClientId client = TestFleet.fixtures().client();
    String admin = key(client, "admin");
    String ownersKeyId = newKey(client, "owner").path("id").asString();
    assertThat(
            send(request("/api/v1/api-keys/" + ownersKeyId).header("X-API-Key", admin).DELETE())
                .statusCode())
        .isEqualTo(403);
  }

  // ---------------------------------------------------------------- helpers

  private record Person(ClientId client, String id, String email) {}

  private Person person(String role) throws Exception {
    return person(role, TestFleet.fixtures().client());
  }

  private Person person(String role, ClientId client) throws Exception {
    String email = "p-" + UUID.randomUUID() + "@example.com";
    var made =
        send(
            platform("/api/v1/users", client)
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        """
                        {"email":"%s","name":"Mia","password":"long enough a password","role":"%s"}
                        """
                            .formatted(email, role))));
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    return new Person(client, json(made).path("id").asString(), email);
  }

  private String link(Person person, String issuer, String subject) throws Exception {
    var linked = linking(key(person.client(), "owner"), person.id(), issuer, subject);
    assertThat(linked.statusCode()).as(linked.body()).isEqualTo(201);
    return json(linked).path("id").asString();
  }

  private HttpResponse<String> linking(String key, String user, String issuer, String subject)
      throws Exception {
    return send(
        request("/api/v1/users/" + user + "/identities")
            .header("X-API-Key", key)
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"issuer\":\"%s\",\"subject\":\"%s\"}".formatted(issuer, subject))));
  }

  private String key(ClientId client, String role) throws Exception {
    return newKey(client, role).path("key").asString();
  }

  private JsonNode newKey(ClientId client, String role) throws Exception {
    return json(
        send(
            platform("/api/v1/api-keys", client)
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"name\":\"test\",\"role\":\"" + role + "\"}"))));
  }

  private static JWTClaimsSet.Builder supabase(String subject) {
    return new JWTClaimsSet.Builder()
        .issuer(SUPA_NAME)
        .audience("authenticated")
        .subject(subject)
        .claim("role", "authenticated")
        .claim("is_anonymous", false)
        .issueTime(at(Instant.now().minusSeconds(120)))
        .expirationTime(at(Instant.now().plusSeconds(600)));
  }

  private static JWTClaimsSet.Builder clerk(String subject) {
    return new JWTClaimsSet.Builder()
        .issuer(CLERK_NAME)
        .subject(subject)
        .claim("azp", APP)
        .claim("sid", "sess_1")
        .issueTime(at(Instant.now().minusSeconds(120)))
        .notBeforeTime(at(Instant.now().minusSeconds(10)))
        .expirationTime(at(Instant.now().plusSeconds(60)));
  }

  private static String supa(String subject, Consumer<JWTClaimsSet.Builder> change) {
    var claims = supabase(subject);
    change.accept(claims);
    return TokenIssuer.sign(SUPA.rsa, claims.build());
  }

  private static Date at(Instant instant) {
    return Date.from(instant);
  }

  private static String encoded(JWTClaimsSet claims, String subject) {
    String text = new JWTClaimsSet.Builder(claims).subject(subject).build().toString();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String flipped(String signature) {
    return (signature.charAt(0) == 'A' ? 'B' : 'A') + signature.substring(1);
  }

  /** The old confusion: a verifier that takes the algorithm from the token. */
  private static String signedByPublicKey(JWTClaimsSet claims) throws Exception {
    var token =
        new SignedJWT(TokenIssuer.header(JWSAlgorithm.HS256, SUPA.rsa.getKeyID()).build(), claims);
    token.sign(new MACSigner(SUPA.rsa.toRSAPublicKey().getEncoded()));
    return token.serialize();
  }

  private static String withOwnKey(RSAKey key, JWTClaimsSet claims) throws Exception {
    JWSHeader header =
        TokenIssuer.header(JWSAlgorithm.RS256, key.getKeyID()).jwk(key.toPublicJWK()).build();
    var token = new SignedJWT(header, claims);
    token.sign(new RSASSASigner(key));
    return token.serialize();
  }

  private static String rs512(JWTClaimsSet claims) throws Exception {
    var token =
        new SignedJWT(TokenIssuer.header(JWSAlgorithm.RS512, SUPA.rsa.getKeyID()).build(), claims);
    token.sign(new RSASSASigner(SUPA.rsa));
    return token.serialize();
  }

  private HttpResponse<String> contacts(String token) throws Exception {
    return send(request("/api/v1/contacts").header("Authorization", "Bearer " + token));
  }

  private HttpResponse<String> contacts(String token, ClientId client) throws Exception {
    return send(
        request("/api/v1/contacts")
            .header("Authorization", "Bearer " + token)
            .header("X-Client-Id", client.toString()));
  }

  private int contacts(JWTClaimsSet.Builder claims) throws Exception {
    return contacts(TokenIssuer.sign(CLERK.ec, claims.build())).statusCode();
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
