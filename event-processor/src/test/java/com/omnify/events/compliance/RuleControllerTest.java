package com.omnify.events.compliance;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.id.ClientId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestJson;
import com.omnify.testkit.TestTokens;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

@OmnifySpringTest(service = "events")
class RuleControllerTest {

  @LocalServerPort int port;

  private final HttpClient http = HttpClient.newHttpClient();

  private record Answer(int status, JsonNode body) {}

  private Answer send(String method, String path, String bearer, String body) throws Exception {
    var response =
        http.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + port + "/api/v1/compliance-rules" + path))
                .header("Authorization", bearer)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), TestJson.MAPPER.readTree(response.body()));
  }

  private static long book(TestDatabase database) {
    return database.admin().sql("SELECT version FROM compliance_book").query(Long.class).single();
  }

  @Test
  void anOperatorTightensARowAndThatIsOnRecord(TestDatabase database, Fixtures fixtures)
      throws Exception {
    ClientId client = fixtures.client();
    String member = TestTokens.bearer(client, "member");
    JsonNode row =
        send("GET", "?jurisdiction=US-RI&limit=1", member, "").body().path("items").get(0);
    assertThat(row.path("hours").path("sat").get(0).path("to").asString()).isEqualTo("18:00");
    assertThat(row.path("verified").asBoolean()).isFalse();
    String path = "/" + row.path("id").asString();
    String change = "{\"hours\": {\"mon\": [{\"from\": \"09:00\", \"to\": \"17:00\"}]}}";
    assertThat(send("PATCH", path, TestTokens.bearer(client, "owner"), change).status())
        .isEqualTo(403);

    long before = book(database);
    Answer changed = send("PATCH", path, TestTokens.platform(), change);

    assertThat(changed.status()).as("%s", changed.body()).isEqualTo(200);
    assertThat(changed.body().path("version").asInt()).isEqualTo(2);
    assertThat(changed.body().path("hours").has("sat")).isFalse();
    assertThat(book(database)).isEqualTo(before + 1);
    assertThat(
            database.lines(
                "SELECT detail #>> '{before,hours,sat,0,to}', detail #>> '{after,version}' FROM audit"
                    + " WHERE action = 'compliance_rule.change'"))
        .containsExactly("18:00|2");
  }

  @Test
  void aRowIsAddedForOneThing(TestDatabase database) throws Exception {
    String row =
        """
        {"jurisdiction": "US-MD", "channel": "sms", "holiday": "2026-07-04", "source": "Trial",
          "valid_from": "2026-01-01"%s}
        """;
    assertThat(send("POST", "", TestTokens.platform(), row.formatted(", \"per_24h\": 2")).status())
        .isEqualTo(400);
    Answer added = send("POST", "", TestTokens.platform(), row.formatted(""));
    assertThat(added.status()).as("%s", added.body()).isEqualTo(201);
    assertThat(added.body().path("holiday").asString()).isEqualTo("2026-07-04");
  }

  @Test
  void whatBindsEverybodyCannotBeEnded(TestDatabase database) throws Exception {
    String id =
        send("GET", "?jurisdiction=US&limit=1", TestTokens.platform(), "")
            .body()
            .path("items")
            .get(0)
            .path("id")
            .asString();
    long before = book(database);
    Answer refused =
        send("PATCH", "/" + id, TestTokens.platform(), "{\"valid_until\": \"2026-12-31\"}");
    assertThat(refused.status()).as("%s", refused.body()).isEqualTo(409);
    assertThat(refused.body().path("code").asString()).isEqualTo("baseline_missing");
    assertThat(book(database)).isEqualTo(before);
  }
}
