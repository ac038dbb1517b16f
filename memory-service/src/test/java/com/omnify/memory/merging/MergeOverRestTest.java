package com.omnify.memory.merging;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.event.ContactEvent;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestFleet;
import com.omnify.testkit.TestTokens;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@OmnifySpringTest(service = "memory")
class MergeOverRestTest {

  @LocalServerPort int port;

  private final HttpClient http = HttpClient.newHttpClient();
  private ClientId client;

  @BeforeEach
  void aClient() {
    client = TestFleet.fixtures().client();
  }

  private record Answer(int status, JsonNode body) {}

  private Answer call(String method, String path, String body) {
    try {
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
              .header("Content-Type", "application/json")
              .header("Authorization", TestTokens.bearer(client, "admin"))
              .method(
                  method,
                  body == null
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofString(body));
      if (method.equals("POST")) {
        request.header("Idempotency-Key", UUID.randomUUID().toString());
      }
      var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(
          answer.statusCode(),
          answer.body().isEmpty() ? null : JsonMapper.shared().readTree(answer.body()));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private String contact(String body) {
    Answer made = call("POST", "/contacts", body);
    assertThat(made.status()).as("" + made.body()).isEqualTo(201);
    return made.body().get("id").asString();
  }

  private void said(String contact, String at) {
    UUID id = Fixtures.id();
    TestFleet.database()
        .admin()
        .sql(
            """
            INSERT INTO omnify.contact_interactions (client_id, id, contact_id, channel, direction, identity, own_address,
              content_body, outcome, occurred_at)
            VALUES (:client, :id, :contact, 'sms', 'inbound', '+12065550000', '+12065550001', 'Hi', 'received',
              :at::timestamptz)
            """)
        .param("client", client.value())
        .param("id", id)
        .param("contact", UUID.fromString(contact))
        .param("at", at)
        .update();
    TestFleet.database()
        .admin()
        .sql(
            """
            INSERT INTO omnify.contact_contexts AS c (client_id, contact_id, inbound_sms, first_contact_at,
              last_interaction_at, last_interaction_id, last_channel, last_direction)
            VALUES (:client, :contact, 1, :at::timestamptz, :at::timestamptz, :id, 'sms', 'inbound')
            ON CONFLICT (client_id, contact_id) DO UPDATE SET inbound_sms = c.inbound_sms + 1
            """)
        .param("client", client.value())
        .param("contact", UUID.fromString(contact))
        .param("id", id)
        .param("at", at)
        .update();
  }

  @Test
  void twoContactsBecomeOneWithAllThatWasTheirs() {
    String phone = Fixtures.phone();
    String second = Fixtures.phone();
    String a =
        contact("{\"first_name\": \"Ada\", \"phone\": \"%s\", \"tags\": [\"a\"]}".formatted(phone));
    String b =
        contact(
            """
            {"first_name": "Augusta", "company": "Engines", "phone": "%s", "email": "ada@example.com", "tags": ["b"],
             "custom_fields": {"color": "red"},
             "consent": {"email": {"granted": true, "source": "form"}}}
            """
                .formatted(second));
    said(a, "2026-03-01T10:00:00Z");
    said(b, "2026-03-02T10:00:00Z");
    assertThat(call("POST", "/contacts/" + a + "/merge", "{}").status()).isEqualTo(400);
    assertThat(
            call("POST", "/contacts/" + a + "/merge", "{\"other\": \"" + UUID.randomUUID() + "\"}")
                .status())
        .isEqualTo(404);
    Answer merged = call("POST", "/contacts/" + a + "/merge", "{\"other\": \"" + b + "\"}");
    assertThat(merged.status()).as("" + merged.body()).isEqualTo(200);
    JsonNode one = call("GET", "/contacts/" + a, null).body();
    assertThat(one.get("first_name").asString()).isEqualTo("Ada");
    assertThat(one.get("company").asString()).isEqualTo("Engines");
    assertThat(one.get("phone").asString()).isEqualTo(phone);
    assertThat(one.get("email").asString()).isEqualTo("ada@example.com");
    assertThat(one.get("alternative_phone").asString()).isEqualTo(second);
    assertThat(one.get("tags").toString()).isEqualTo("[\"a\",\"b\"]");
    assertThat(one.get("consent").get("email").get("granted").asBoolean()).isTrue();
    assertThat(call("GET", "/contacts/" + a + "/timeline", null).body().get("items")).hasSize(2);
    JsonNode context = call("GET", "/contacts/" + a + "/context", null).body();
    assertThat(context.get("inbound_sms").asInt()).isEqualTo(2);
    assertThat(context.get("first_contact_at").asString()).isEqualTo("2026-03-01T10:00:00Z");
    assertThat(context.get("last_interaction_at").asString()).isEqualTo("2026-03-02T10:00:00Z");
    Answer gone = call("GET", "/contacts/" + b, null);
    assertThat(gone.status()).isEqualTo(410);
    assertThat(gone.body().get("contact_id").asString()).isEqualTo(a);
    assertThat(call("PATCH", "/contacts/" + b, "{\"first_name\": \"X\"}").status()).isEqualTo(410);
    assertThat(call("GET", "/contacts", null).body().get("items")).hasSize(1);
    // nothing of a person is left behind
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT first_name, company, phone, email, tags, custom_fields FROM omnify.contacts WHERE id = '"
                        + b
                        + "'"))
        .containsExactly("null|null|null|null|{}|{}");
    // what was under way comes later
    said(b, "2026-03-03T10:00:00Z");
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .until(
            () ->
                call("GET", "/contacts/" + a + "/context", null).body().get("inbound_sms").asInt()
                    == 3);
    // and whoever was part of the one is part of a third
    String c = contact("{\"first_name\": \"Countess\"}");
    assertThat(call("POST", "/contacts/" + c + "/merge", "{\"other\": \"" + a + "\"}").status())
        .isEqualTo(200);
    assertThat(call("GET", "/contacts/" + b, null).body().get("contact_id").asString())
        .isEqualTo(c);
    assertThat(call("GET", "/contacts/" + c, null).body().get("phone").asString()).isEqualTo(phone);
    try (var events = TestFleet.kafka().events(Topic.CONTACTS, ContactEvent.class)) {
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(
              () ->
                  events.all(ContactEvent.ContactMerged.class).stream()
                          .filter(e -> e.clientId().equals(client))
                          .count()
                      == 2);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final String YES =
      "{\"granted\": true, \"source\": \"form\", \"at\": \"2026-02-0%dT00:00:00Z\"}";

  private JsonNode consentAfterMerging(String survivor, String other) {
    String into = contact(survivor);
    String from = contact(other);
    Answer merged = call("POST", "/contacts/" + into + "/merge", "{\"other\": \"" + from + "\"}");
    assertThat(merged.status()).as("" + merged.body()).isEqualTo(200);
    return call("GET", "/contacts/" + into, null).body().get("consent");
  }

  @Test
  void aYesStaysWithTheAddressItWasGivenForAndANoIsThePersons() {
    JsonNode kept =
        consentAfterMerging(
            "{\"first_name\": \"A\", \"phone\": \"%s\"}".formatted(Fixtures.phone()),
            """
            {"first_name": "B", "phone": "%s", "email": "b@example.com",
             "consent": {"sms": %s, "voice": {"granted": false, "source": "said so"}, "email": %s}}
            """
                .formatted(Fixtures.phone(), YES.formatted(1), YES.formatted(1)));
    // the second number is not where the survivor is reached
    assertThat(kept.has("sms")).isFalse();
    assertThat(kept.get("voice").get("granted").asBoolean()).isFalse();
    assertThat(kept.get("email").get("granted").asBoolean()).isTrue();
    JsonNode taken =
        consentAfterMerging(
            """
            {"first_name": "C", "email": "c@example.com", "consent": {"sms": %s, "email": %s}}
            """
                .formatted(YES.formatted(2), YES.formatted(2)),
            """
            {"first_name": "D", "phone": "%s",
             "consent": {"sms": {"granted": false, "source": "said so", "at": "2026-02-01T00:00:00Z"}, "voice": %s}}
            """
                .formatted(Fixtures.phone(), YES.formatted(1)));
    // the phone brings what was said of it; the later yes was of no phone
    assertThat(taken.get("sms").get("granted").asBoolean()).isFalse();
    assertThat(taken.get("voice").get("granted").asBoolean()).isTrue();
    assertThat(taken.get("email").get("granted").asBoolean()).isTrue();
  }

  @Test
  void tagsStatusesAndCustomFieldsHaveNamesOfTheClients() {
    for (String tags : new String[] {"\"roof\"", "\"roof\", \"dach\"", "\"hot\""}) {
      contact("{\"first_name\": \"Ann\", \"tags\": [" + tags + "]}");
    }
    assertThat(call("GET", "/tags", null).body().get("items").toString())
        .isEqualTo(
            "[{\"name\":\"dach\",\"contacts\":1},{\"name\":\"hot\",\"contacts\":1},{\"name\":\"roof\",\"contacts\":2}]");
    assertThat(call("PATCH", "/tags/roof", "{\"name\": \"dach\"}").body().get("contacts").asInt())
        .isEqualTo(2);
    assertThat(call("DELETE", "/tags/hot", null).body().get("contacts").asInt()).isEqualTo(1);
    assertThat(call("GET", "/tags", null).body().get("items").toString())
        .isEqualTo("[{\"name\":\"dach\",\"contacts\":2}]");
    assertThat(call("GET", "/statuses", null).body().get("items").toString())
        .isEqualTo("[{\"name\":\"new\",\"contacts\":3}]");
    String area = "{\"key\": \"roof_area\", \"label\": \"Roof area\", \"type\": \"number\"}";
    assertThat(call("POST", "/custom-fields", area).status()).isEqualTo(201);
    assertThat(call("POST", "/custom-fields", area).status()).isEqualTo(409);
    Answer wrong =
        call(
            "POST",
            "/contacts",
            "{\"first_name\": \"Ben\", \"custom_fields\": {\"roof_area\": \"big\"}}");
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.body().get("errors").get(0).get("field").asString())
        .isEqualTo("custom_fields.roof_area");
    contact("{\"first_name\": \"Ben\", \"custom_fields\": {\"roof_area\": \"120.5\"}}");
    assertThat(call("GET", "/contacts?custom_field=roof_area:120.5", null).body().get("items"))
        .hasSize(1);
    assertThat(call("GET", "/contacts?custom_field=roof_area:1", null).body().get("items"))
        .isEmpty();
    assertThat(
            call("PATCH", "/custom-fields/roof_area", "{\"label\": \"Area\"}")
                .body()
                .get("label")
                .asString())
        .isEqualTo("Area");
    assertThat(call("DELETE", "/custom-fields/roof_area", null).status()).isEqualTo(204);
  }
}
