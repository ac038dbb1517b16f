package com.omnify.channels.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.WorkerFixture;
import com.omnify.model.DispatchState;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ClientId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestKafka;
import com.omnify.testkit.TestTokens;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.http.MediaType;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

@OmnifySpringTest(service = "channels")
@AutoConfigureRestTestClient
@TestPropertySource(properties = "omnify.channels.sweep-every=1h")
class RestTest {

  private static WorkerFixture world;
  private final RestTestClient http;

  RestTest(@Autowired RestTestClient http) {
    this.http = http;
  }

  @BeforeAll
  static void begin(TestDatabase database, TestKafka kafka, Fixtures fixtures) throws Exception {
    world = new WorkerFixture(database, kafka, fixtures);
  }

  @AfterAll
  static void end() throws Exception {
    world.close();
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> get(ClientId client, String path, int status) {
    return http.get()
        .uri(path)
        .header("Authorization", TestTokens.bearer(client))
        .exchange()
        .expectStatus()
        .isEqualTo(status)
        .expectBody(Map.class)
        .returnResult()
        .getResponseBody();
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> post(
      ClientId client, String role, String path, Map<String, Object> body, int status) {
    return http.post()
        .uri(path)
        .header("Authorization", TestTokens.bearer(client, role))
        .contentType(MediaType.APPLICATION_JSON)
        .body(body)
        .exchange()
        .expectStatus()
        .isEqualTo(status)
        .expectBody(Map.class)
        .returnResult()
        .getResponseBody();
  }

  private DispatchRef quarantined(ClientId client) {
    var ref = world.ready(client, world.fixtures.sequence(client, 1));
    world
        .database
        .admin()
        .sql(
            """
            UPDATE dispatches SET state = 'quarantined', sent_at = now(), own_address = '+14255550001'
            WHERE id = :id
            """)
        .param("id", ref.dispatchId().value())
        .update();
    return ref;
  }

  @Test
  void listsPageByPageAndShowsNobodyElses() {
    ClientId client = world.client();
    var sequence = world.fixtures.sequence(client, 1);
    var refs = world.ready(client, sequence, 3);
    var first = get(client, "/api/v1/dispatches?limit=2&state=ready", 200);
    assertThat((List<?>) first.get("items")).hasSize(2);
    var second = get(client, "/api/v1/dispatches?limit=2&cursor=" + first.get("next_cursor"), 200);
    assertThat((List<?>) second.get("items")).hasSize(1);
    assertThat(second.get("next_cursor")).isNull();
    String one = "/api/v1/dispatches/" + refs.getFirst().dispatchId();
    assertThat(get(client, one, 200)).containsEntry("contact_name", "Ada Byron");
    assertThat(get(world.client(), one, 404)).containsEntry("code", "not_found");
    assertThat(get(client, "/api/v1/dispatches?state=lost", 400).toString())
        .contains("quarantined");
    assertThat(get(client, "/api/v1/dispatches/summary", 200))
        .containsEntry("total", 3)
        .containsEntry("states", Map.of("ready", 3));
  }

  @Test
  void aPersonResolvesWhatNobodyCouldFindOut() {
    ClientId client = world.client();
    DispatchRef ref = quarantined(client);
    String path = "/api/v1/dispatches/" + ref.dispatchId() + "/resolve";
    post(client, "member", path, Map.of("as", "sent"), 403);
    assertThat(post(client, "admin", path, Map.of("as", "maybe"), 400).toString())
        .contains("not_sent");
    assertThat(post(client, "admin", path, Map.of("as", "sent"), 200))
        .containsEntry("state", DispatchState.ACCEPTED.wire());
    assertThat(post(client, "admin", path, Map.of("as", "not_sent"), 409))
        .containsEntry("code", "not_quarantined");
    assertThat(
            world.database.lines(
                "SELECT action, subject_id FROM audit WHERE client_id = '%s'".formatted(client)))
        .containsExactly("dispatch.resolve|" + ref.dispatchId());
  }

  @Test
  void previewsWithTheEngineThatSends() {
    ClientId client = world.client();
    var contact = world.fixtures.contact(client);
    var hello =
        post(
            client,
            "member",
            "/api/v1/previews",
            Map.of("contact_id", contact.toString(), "template", "Hi {{ first_name }} 😀"),
            200);
    assertThat(hello)
        .containsEntry("text", "Hi Ada 😀")
        .containsEntry("encoding", "UCS-2")
        .containsEntry("segments", 1)
        .containsEntry("units", 9);
    assertThat(hello.get("warnings").toString()).contains("😀");
    assertThat(
            post(
                client,
                "member",
                "/api/v1/previews",
                Map.of("template", "Hi {{ first_name }}"),
                200))
        .containsEntry("text", "Hi Alex");
    var faulty =
        post(client, "member", "/api/v1/previews", Map.of("template", "Hi {{ frist_name }}"), 422);
    assertThat(faulty).containsEntry("code", "template_fault");
    assertThat(faulty.toString()).contains("frist_name");
    assertThat(
            post(
                client,
                "member",
                "/api/v1/previews",
                Map.of("template", "{{ client_website }}"),
                422))
        .containsEntry("code", "missing_variable");
    post(client, "member", "/api/v1/previews", Map.of("template", "x", "channel", "fax"), 400);
    var mail =
        post(
            client,
            "member",
            "/api/v1/previews",
            Map.of(
                "channel",
                "email",
                "content",
                Map.of(
                    "subject", "For {{ company }}",
                    "text", "Hello {{ company }}",
                    "html", "<b>{{ company }}</b>")),
            200);
    assertThat(mail.get("content"))
        .isEqualTo(
            Map.of(
                "subject", "For Morgan & Sons",
                "text", "Hello Morgan & Sons",
                "html", "<b>Morgan &amp; Sons</b>"));
    var call =
        Map.of(
            "channel",
            "voice",
            "content",
            Map.of("first_message", "Hi {{ first_name }}", "system_prompt", "{{ nobody }}"));
    assertThat(post(client, "member", "/api/v1/previews", call, 422).toString())
        .contains("content.system_prompt");
  }
}
