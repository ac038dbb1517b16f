package com.omnify.memory.importing;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.event.ContactEvent;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestFleet;
import com.omnify.testkit.TestTokens;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@OmnifySpringTest(service = "memory")
class ImportOverRestTest {

  private static final JsonMapper JSON = JsonMapper.shared();

  @LocalServerPort int port;

  private final HttpClient http = HttpClient.newHttpClient();
  private ClientId client;

  @BeforeEach
  void aClient() {
    client = TestFleet.fixtures().client();
  }

  private record Answer(int status, String text) {
    JsonNode body() {
      return JSON.readTree(text);
    }
  }

  private Answer send(String method, String path, String type, byte[] body) {
    try {
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
              .header("Content-Type", type)
              .header("Authorization", TestTokens.bearer(client, "member"))
              .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
      if (method.equals("POST")) {
        request.header("Idempotency-Key", UUID.randomUUID().toString());
      }
      var answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      return new Answer(answer.statusCode(), answer.body());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private JsonNode upload(String csv, Charset charset) {
    Answer up = send("POST", "/imports?file_name=people.csv", "text/csv", csv.getBytes(charset));
    assertThat(up.status()).as(up.text()).isEqualTo(201);
    return up.body();
  }

  private Answer start(JsonNode uploaded, Map<String, Object> body) {
    return send(
        "POST",
        "/imports/" + uploaded.get("id").asString() + "/start",
        "application/json",
        JSON.writeValueAsBytes(body));
  }

  private JsonNode ended(JsonNode uploaded) {
    return Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .until(
            () ->
                send(
                        "GET",
                        "/imports/" + uploaded.get("id").asString(),
                        "application/json",
                        new byte[0])
                    .body(),
            one -> !one.get("ended_at").isNull());
  }

  private String errors(JsonNode uploaded) {
    return send(
            "GET",
            "/imports/" + uploaded.get("id").asString() + "/errors",
            "application/json",
            new byte[0])
        .text();
  }

  private List<String> people(String columns) {
    return TestFleet.database()
        .lines(
            "SELECT "
                + columns
                + " FROM omnify.contacts WHERE client_id = '"
                + client
                + "' ORDER BY phone, email");
  }

  private static List<Long> counts(JsonNode one) {
    return List.of(
        one.get("rows_read").asLong(),
        one.get("created").asLong(),
        one.get("updated").asLong(),
        one.get("unchanged").asLong(),
        one.get("skipped").asLong(),
        one.get("merged").asLong(),
        one.get("bad").asLong());
  }

  @Test
  void aFileBecomesContactsAndWhatIsWrongIsListedRowByRow() {
    String a = Fixtures.phone();
    String b = Fixtures.phone();
    String known = Fixtures.phone();
    var there = TestFleet.fixtures().contact(client, known);
    String csv =
        """
        Vorname;Nachname;Telefon;E-Mail;Dachfläche;Bemerkung
        Jürgen;Groß;%s;j@example.com;120,5;"eins; ""zwei""\"
        Ann;;%s;;;
        Ann;Lee;%s;ann@example.com;;
        ;;12;x@;;

        =cmd|'/c calc'!A1;x;=1+1;;;
        Bob;;%s;j@example.com;;
        Old;Friend;%s;old@example.com;;
        too;many;columns;a@example.com;b;c;d
        nobody;;;;;
        """
            .formatted(a, b, b, b, known);
    JsonNode uploaded = upload(csv, Charset.forName("windows-1252"));
    assertThat(uploaded.get("encoding").asString()).isEqualTo("windows-1252");
    assertThat(uploaded.get("delimiter").asString()).isEqualTo(";");
    assertThat(uploaded.get("rows_total").asLong()).isEqualTo(10);
    assertThat(uploaded.get("columns").toString())
        .isEqualTo(
            """
            [{"name":"Vorname","suggested":"first_name"},{"name":"Nachname","suggested":"last_name"},\
            {"name":"Telefon","suggested":"phone"},{"name":"E-Mail","suggested":"email"},\
            {"name":"Dachfläche","suggested":null},{"name":"Bemerkung","suggested":null}]""");
    assertThat(uploaded.get("preview").get(0).get(5).asString()).isEqualTo("eins; \"zwei\"");
    assertThat(start(uploaded, Map.of("mapping", Map.of("Vorname", "first_name"))).status())
        .isEqualTo(400);
    Map<String, Object> how =
        Map.of(
            "mapping",
            Map.of(
                "Vorname",
                "first_name",
                "Nachname",
                "last_name",
                "Telefon",
                "phone",
                "E-Mail",
                "email",
                "Dachfläche",
                "custom.roof_area"),
            "tags",
            List.of("fair"),
            "consent",
            Map.of("sms", Map.of("source", "fair 2026", "text_shown", "Yes")));
    assertThat(start(uploaded, how).status()).isEqualTo(200);
    JsonNode done = ended(uploaded);
    assertThat(done.get("state").asString()).isEqualTo("done");
    assertThat(counts(done)).as(errors(uploaded)).containsExactly(10L, 2L, 1L, 0L, 0L, 1L, 5L);
    assertThat(people("first_name, last_name, phone, email, tags, source, custom_fields"))
        .containsExactlyInAnyOrder(
            "Jürgen|Groß|" + a + "|j@example.com|{fair}|import|{\"roof_area\": \"120,5\"}",
            "Ann|Lee|" + b + "|ann@example.com|{fair}|import|{}",
            people("first_name, last_name, phone, email, tags, source, custom_fields").stream()
                .filter(row -> row.contains("old@example.com"))
                .findFirst()
                .orElseThrow());
    assertThat(
            TestFleet.database()
                .lines("SELECT last_name, tags FROM omnify.contacts WHERE id = '" + there + "'"))
        .containsExactly("Friend|{fair}");
    String errors = errors(uploaded);
    assertThat(errors.lines().toList())
        .hasSizeGreaterThanOrEqualTo(7)
        .contains(
            "8,E-Mail,\"belongs to another contact than the phone does: merge the two contacts, or give each a row of"
                + " its own\",j@example.com");
    assertThat(errors).startsWith("\uFEFFrow,column,reason,original\r\n");
    assertThat(errors).contains("5,Telefon,").contains("5,E-Mail,\"is not an e-mail address");
    assertThat(errors).contains("7,Telefon,\"is not a phone number").contains(",'=1+1\r\n");
    assertThat(errors).contains("10,row,\"has 7 columns, the header has 6").contains("\r\n11,");
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT count(*), min(text_shown) FROM omnify.consents WHERE source = 'fair 2026' AND client_id = '"
                        + client
                        + "'"))
        .containsExactly("3|Yes");
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT count(*) FROM omnify.import_chunks WHERE client_id = '" + client + "'"))
        .containsExactly("0");
    try (var events = TestFleet.kafka().events(Topic.CONTACTS, ContactEvent.class)) {
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(
              () ->
                  events.all(ContactEvent.ContactCreated.class).stream()
                          .filter(e -> e.clientId().equals(client))
                          .filter(e -> Boolean.TRUE.equals(e.quiet()))
                          .count()
                      == 2);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    // the same file again says nothing new
    JsonNode again = upload(csv, StandardCharsets.UTF_8);
    assertThat(again.get("encoding").asString()).isEqualTo("UTF-8");
    start(again, how);
    assertThat(counts(ended(again))).containsExactly(10L, 0L, 0L, 4L, 0L, 0L, 5L);
  }

  @Test
  void tabsAMarkAndSkippingAndTriggers() {
    String phone = Fixtures.phone();
    TestFleet.fixtures().contact(client, phone);
    JsonNode uploaded =
        upload(
            "\uFEFFname\tmobile\n\"Ada\tByron\"\t" + phone + "\nBen King\t" + Fixtures.phone(),
            StandardCharsets.UTF_8);
    assertThat(uploaded.get("delimiter").asString()).isEqualTo("\t");
    assertThat(uploaded.get("columns").get(0).get("name").asString()).isEqualTo("name");
    start(
        uploaded,
        Map.of(
            "mapping",
            Map.of("name", "full_name", "mobile", "phone"),
            "on_existing",
            "skip",
            "trigger",
            true));
    assertThat(counts(ended(uploaded))).containsExactly(2L, 1L, 0L, 0L, 1L, 0L, 0L);
    assertThat(people("first_name, last_name")).contains("Ben|King");
    try (var events = TestFleet.kafka().events(Topic.CONTACTS, ContactEvent.class)) {
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(
              () ->
                  events.all(ContactEvent.ContactCreated.class).stream()
                      .anyMatch(e -> e.clientId().equals(client) && e.quiet() == null));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFileThatIsNoneIsRefusedAndACancelledOneStops() {
    assertThat(send("POST", "/imports", "text/csv", new byte[0]).status()).isEqualTo(422);
    Answer endless =
        send(
            "POST",
            "/imports",
            "text/csv",
            ("phone,note\n+1,\"" + "x".repeat(600_000)).getBytes(StandardCharsets.UTF_8));
    assertThat(endless.status()).as(endless.text()).isEqualTo(422);
    Answer unclosed =
        send(
            "POST",
            "/imports",
            "text/csv",
            ("phone,note\n+1,\"" + "x\n".repeat(300)).getBytes(StandardCharsets.UTF_8));
    assertThat(unclosed.status()).as(unclosed.text()).isEqualTo(422);
    JsonNode uploaded = upload("phone\n" + Fixtures.phone(), StandardCharsets.UTF_8);
    String path = "/imports/" + uploaded.get("id").asString();
    assertThat(send("POST", path + "/cancel", "application/json", "{}".getBytes()).status())
        .isEqualTo(200);
    assertThat(start(uploaded, Map.of("mapping", Map.of("phone", "phone"))).status())
        .isEqualTo(409);
    ClientId mine = client;
    client = TestFleet.fixtures().client();
    assertThat(send("GET", path, "application/json", new byte[0]).status()).isEqualTo(404);
    client = mine;
    assertThat(people("1")).isEmpty();
  }

  @Test
  void aClientHasRoomForSoManyFilesAndSoManyBytesUntilTheyAreTakenIn() {
    byte[] csv = ("phone\n" + Fixtures.phone()).getBytes(StandardCharsets.UTF_8);
    JsonNode first = upload("phone\n" + Fixtures.phone(), StandardCharsets.UTF_8);
    for (int n = 1; n < ImportUploads.MOST_PENDING; n++) {
      upload("phone\n" + Fixtures.phone(), StandardCharsets.UTF_8);
    }
    Answer refused = send("POST", "/imports", "text/csv", csv);
    assertThat(refused.status()).as(refused.text()).isEqualTo(429);
    assertThat(refused.body().get("code").asString()).isEqualTo("too_many_imports");
    assertThat(refused.body().get("fix").asString()).contains("cancel");
    String cancel = "/imports/" + first.get("id").asString() + "/cancel";
    assertThat(send("POST", cancel, "application/json", "{}".getBytes()).status()).isEqualTo(200);
    assertThat(send("POST", "/imports", "text/csv", csv).status()).isEqualTo(201);
    // others have room of their own
    client = TestFleet.fixtures().client();
    assertThat(send("POST", "/imports", "text/csv", csv).status()).isEqualTo(201);
    TestFleet.database()
        .admin()
        .sql("UPDATE omnify.imports SET bytes = :bytes WHERE client_id = :client")
        .param("bytes", ImportUploads.MOST_PENDING_BYTES)
        .param("client", client.value())
        .update();
    Answer much = send("POST", "/imports", "text/csv", csv);
    assertThat(much.status()).as(much.text()).isEqualTo(429);
    assertThat(much.body().get("code").asString()).isEqualTo("too_much_to_import");
  }

  @Test
  void whoAnnouncesTooLargeAFileNeedNotSendIt() throws Exception {
    try (var socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write(
              """
              POST /api/v1/imports HTTP/1.1\r
              Host: omnify.example\r
              Content-Type: text/csv\r
              Authorization: %s\r
              Content-Length: %d\r
              \r
              """
                  .formatted(TestTokens.bearer(client, "member"), ImportUploads.LARGEST_FILE + 1)
                  .getBytes(StandardCharsets.UTF_8));
      var answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      assertThat(answer.readLine()).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void theSamePeopleInTwoFilesAreMadeOnce() {
    var csv = new StringBuilder("phone,email\n");
    List<String> phones = IntStream.range(0, 2_500).mapToObj(_ -> Fixtures.phone()).toList();
    for (int n = 0; n < phones.size(); n++) {
      csv.append(phones.get(n)).append(",p").append(n).append("@example.com\n");
    }
    JsonNode one = upload(csv.toString(), StandardCharsets.UTF_8);
    JsonNode two = upload(csv.toString(), StandardCharsets.UTF_8);
    Map<String, Object> how = Map.of("mapping", Map.of("phone", "phone", "email", "email"));
    start(one, how);
    start(two, how);
    long created = ended(one).get("created").asLong() + ended(two).get("created").asLong();
    assertThat(created).isEqualTo(2_500);
    assertThat(people("1")).hasSize(2_500);
  }
}
