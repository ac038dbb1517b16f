package com.omnify.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.omnify.sandbox.fault.Outcome;
import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import com.omnify.sandbox.mail.MailAccount;
import com.omnify.sandbox.mail.Vendor;
import com.omnify.sandbox.persona.policy.Persona;
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
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResendTest {

  private static final String SECRET = "c2VjcmV0IG9mIHRoZSB3ZWJob29r";

  @TempDir Path data;
  private final HttpClient http = HttpClient.newHttpClient();
  private Gateway gateway;
  private Sandbox sandbox;

  @BeforeEach
  void start() throws IOException {
    gateway = new Gateway();
    open();
    sandbox
        .mail()
        .register(
            new MailAccount(
                "acc",
                Vendor.RESEND,
                "",
                "re_key",
                Gateway.CLIENT,
                "whsec_" + SECRET,
                null,
                null,
                null,
                true));
  }

  private void open() throws IOException {
    sandbox =
        Sandbox.start(
            SandboxOptions.in(data)
                .withPublicUrl(gateway.url())
                .withEveryoneElse(Persona.UNREACHABLE)
                .withClockRate(1_000));
  }

  @AfterEach
  void stop() throws IOException {
    http.close();
    sandbox.close();
    gateway.close();
  }

  private static String body(String dispatch, String text) {
    return """
    {"from": "Shop <hello@shop.example>", "to": ["ann@people.example"], "subject": "Grüße",
     "text": "%s", "tags": [{"name": "dispatch_id", "value": "%s"}]}
    """
        .formatted(text, dispatch);
  }

  private HttpResponse<String> post(String key, String apiKey, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(sandbox.uri().resolve("/resend/emails"))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + apiKey)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  void oneKeySendsOneMailHoweverOften() throws Exception {
    var dispatch = SmtpTalk.dispatch();
    sandbox.mail().script(Outcome.ACCEPT_THEN_500);
    assertThat(post("k1", "re_key", body(dispatch, "Hi")).statusCode()).isEqualTo(500);
    var again = post("k1", "re_key", body(dispatch, "Hi"));
    assertThat(again.statusCode()).isEqualTo(200);
    var other = post("k1", "re_key", body(dispatch, "Hello"));
    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(other.body()).contains("invalid_idempotent_request");
    sandbox.close();
    open();
    assertThat(post("k1", "re_key", body(dispatch, "Hi")).body()).isEqualTo(again.body());

    var line = sandbox.ledger().entries(Kind.ACCEPTED);
    assertThat(line).hasSize(1);
    assertThat(line.getFirst().dispatchId()).isEqualTo(dispatch);
    assertThat(line.getFirst().subject()).isEqualTo("Grüße");
    assertThat(line.getFirst().body()).isEqualTo("Hi");
    var id = Json.MAPPER.readTree(again.body()).get("id").asString();
    assertThat(line.getFirst().sid()).isEqualTo(id);
    var found =
        http.send(
            HttpRequest.newBuilder(URI.create(sandbox.uri() + "/resend/emails/" + id))
                .header("Authorization", "Bearer re_key")
                .build(),
            BodyHandlers.ofString());
    assertThat(found.body()).contains("ann@people.example");
  }

  @Test
  void aRequestThatCameToNothingFreesItsKey() throws Exception {
    var dispatch = SmtpTalk.dispatch();
    sandbox.mail().script(Outcome.UNAVAILABLE);
    assertThat(post("k1", "re_key", body(dispatch, "Hi")).statusCode()).isEqualTo(503);
    assertThat(post("k1", "re_key", body(dispatch, "Hi")).statusCode()).isEqualTo(200);
    assertThat(sandbox.ledger().entries(Kind.ACCEPTED)).hasSize(1);
  }

  @Test
  void wrongKeysAndBodiesAreRefused() throws Exception {
    assertThat(post("k", "re_guess", body("d", "Hi")).statusCode()).isEqualTo(403);
    var incomplete = post("k", "re_key", "{\"from\": \"a@b.example\", \"to\": \"c@d.example\"}");
    assertThat(incomplete.statusCode()).isEqualTo(422);
    assertThat(incomplete.body()).contains("missing_required_field").contains("subject");
    assertThat(sandbox.ledger().entries(Kind.ACCEPTED)).isEmpty();
  }

  @Test
  void eventsAreSignedAsSvixDoes() throws Exception {
    var dispatch = SmtpTalk.dispatch();
    post("k1", "re_key", body(dispatch, "Hi"));
    await().atMost(Duration.ofSeconds(30)).until(() -> gateway.received().size() == 2);
    for (var event : gateway.received()) {
      assertThat(event.path()).isEqualTo("/webhooks/resend/" + Gateway.CLIENT + "/acc/events");
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(SECRET), "HmacSHA256"));
      var signed =
          event.header("svix-id").orElseThrow()
              + "."
              + event.header("svix-timestamp").orElseThrow()
              + "."
              + event.text();
      assertThat(event.header("svix-signature"))
          .hasValue(
              "v1,"
                  + Base64.getEncoder()
                      .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8))));
      assertThat(Json.MAPPER.readTree(event.body()).at("/data/tags/dispatch_id").asString())
          .isEqualTo(dispatch);
    }
  }
}
