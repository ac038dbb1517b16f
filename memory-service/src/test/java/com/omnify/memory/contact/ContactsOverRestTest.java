package com.omnify.memory.contact;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.DispatchState;
import com.omnify.model.PhoneType;
import com.omnify.model.event.ContactEvent;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.HealingEvent;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestFleet;
import com.omnify.testkit.TestTokens;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@OmnifySpringTest(service = "memory")
class ContactsOverRestTest {

  @LocalServerPort int port;

  private final HttpClient http = HttpClient.newHttpClient();
  private ClientId client;

  @BeforeEach
  void aClient() {
    client = TestFleet.fixtures().client();
  }

  private record Answer(int status, JsonNode body, HttpResponse<String> whole) {}

  private Answer call(String method, String path, String body) {
    return call(client, method, path, body);
  }

  private Answer call(ClientId as, String method, String path, String body) {
    try {
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
              .header("Content-Type", "application/json")
              .header("Authorization", TestTokens.bearer(as, "member"))
              .method(
                  method,
                  body == null
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofString(body));
      if (method.equals("POST")) {
        request.header("Idempotency-Key", UUID.randomUUID().toString());
      }
      var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(
          response.statusCode(), JsonMapper.shared().readTree(response.body()), response);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private Answer create(String body) {
    return call("POST", "/contacts", body);
  }

  private <E extends ContactEvent> List<E> events(Class<E> kind, int atLeast) {
    try (var events = TestFleet.kafka().events(Topic.CONTACTS, ContactEvent.class)) {
      Awaitility.await().until(() -> mine(events.all(kind)).size() >= atLeast);
      return mine(events.all(kind));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private <E extends ContactEvent> List<E> mine(List<E> events) {
    return events.stream().filter(event -> event.clientId().equals(client)).toList();
  }

  @Test
  void wholeContactIsKeptAndTold() {
    String phone = Fixtures.phone();
    Answer made =
        create(
            """
            {"first_name": " Ada ", "last_name": "Byron", "company": "Engines", "phone": "%s",
             "email": "Ada@Example.com", "time_zone": "America/Chicago", "state": "il", "postal_code": "60601",
             "source": "web_form", "tags": ["roof", "roof", "hot-lead"],
             "custom_fields": {"roof_area": 120.5, "vip": true, "note": "O’Brien", "none": null},
             "consent": {"sms": {"granted": true, "source": "web_form", "text_shown": "Yes, text me",
               "at": "2026-03-01T10:00:00Z"}}}
            """
                .formatted("(" + phone.substring(2, 5) + ") " + phone.substring(5)));
    assertThat(made.status()).as(made.whole().body()).isEqualTo(201);
    String id = made.body().get("id").asString();
    assertThat(made.whole().headers().firstValue("Location")).contains("/api/v1/contacts/" + id);
    JsonNode read = call("GET", "/contacts/" + id, null).body();
    assertThat(read).isEqualTo(made.body());
    assertThat(read.get("first_name").asString()).isEqualTo("Ada");
    assertThat(read.get("phone").asString()).isEqualTo(phone);
    assertThat(read.get("phone_time_zones").toString()).isEqualTo("[\"America/Los_Angeles\"]");
    assertThat(read.get("email").asString()).isEqualTo("ada@example.com");
    assertThat(read.get("state").asString()).isEqualTo("IL");
    assertThat(read.get("tags").toString()).isEqualTo("[\"roof\",\"hot-lead\"]");
    assertThat(read.get("custom_fields").toString())
        .isEqualTo("{\"vip\":true,\"note\":\"O’Brien\",\"roof_area\":120.5}");
    assertThat(read.get("consent").get("sms").get("granted").asBoolean()).isTrue();
    assertThat(read.get("consent").get("sms").get("at").asString())
        .isEqualTo("2026-03-01T10:00:00Z");
    assertThat(read.get("status").asString()).isEqualTo("new");
    assertThat(read.get("version").asInt()).isEqualTo(1);
    var told = events(ContactEvent.ContactCreated.class, 1);
    assertThat(told).hasSize(1);
    assertThat(told.getFirst().tags()).containsExactly("roof", "hot-lead");
    assertThat(call(TestFleet.fixtures().client(), "GET", "/contacts/" + id, null).status())
        .as("for another client there is no such contact")
        .isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{                                                 | body is no JSON",
        "{\"phone\": \"12\"}                               | phone",
        "{\"phone\": \"+1 555 555 0100\"}                  | phone",
        "{\"phone\": [1]}                                  | phone",
        "{\"first_name\": {}}                              | first_name",
        "{\"first_name\": \"A\\u0000\"}                    | first_name",
        "{\"first_name\": \"\\ud83d\"}                     | first_name",
        "{\"nickname\": \"A\"}                             | nickname",
        "{}                                                | phone",
        "{\"first_name\": \"  \"}                          | phone",
        "{\"email\": \"ada\"}                              | email",
        "{\"email\": \"Ada <ada@example.com>\"}            | email",
        "{\"first_name\":\"A\",\"time_zone\":\"EST\"}      | time_zone",
        "{\"first_name\":\"A\",\"time_zone\":\"New York\"} | America/New_York",
        "{\"first_name\":\"A\",\"tags\":[\"ok\",\"Not a slug\"]} | tags[1]",
        "{\"first_name\":\"A\",\"tags\":\"roof\"}          | tags",
        "{\"first_name\":\"A\",\"status\":\"A B\"}         | status",
        "{\"first_name\":\"A\",\"custom_fields\":{\"a\":[1]}} | custom_fields.a",
        "{\"first_name\":\"A\",\"custom_fields\":{\"A b\":1}} | custom_fields",
        "{\"first_name\":\"A\",\"consent\":{\"sms\":{}}}   | consent.sms.granted",
        "{\"first_name\":\"A\",\"consent\":{\"fax\":{}}}   | fax",
        "{\"first_name\":\"A\",\"consent\":{\"sms\":{\"granted\":true,\"at\":\"yesterday\"}}} | consent.sms.at",
      })
  void badInputSaysWhereAndHow(String body, String named) {
    Answer refused = create(body);
    assertThat(refused.status()).as(refused.whole().body()).isEqualTo(400);
    assertThat(refused.whole().headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
    assertThat(refused.whole().body()).contains(named).contains("\"fix\"");
    assertThat(
            TestFleet.database()
                .lines("SELECT count(*) FROM omnify.contacts WHERE client_id = '" + client + "'"))
        .containsExactly("0");
  }

  @Test
  void everyFaultIsNamedAtOnce() {
    Answer refused =
        create("{\"phone\":\"1\",\"email\":\"x\",\"time_zone\":\"Mars\",\"tags\":[\"A\"]}");
    assertThat(refused.body().get("errors").size()).isEqualTo(4);
  }

  @Test
  void sameAddressIsAConflictThatNamesTheOther() {
    String phone = Fixtures.phone();
    String id = create("{\"phone\":\"" + phone + "\"}").body().get("id").asString();
    Answer again = create("{\"phone\":\"" + phone + "\",\"first_name\":\"Other\"}");
    assertThat(again.status()).isEqualTo(409);
    assertThat(again.body().get("code").asString()).isEqualTo("contact_exists");
    assertThat(again.body().get("contact_id").asString()).isEqualTo(id);
    String email = "x" + id + "@example.com";
    String second = create("{\"email\":\"" + email + "\"}").body().get("id").asString();
    assertThat(create("{\"email\":\"" + email.toUpperCase(Locale.ROOT) + "\"}").status())
        .isEqualTo(409);
    Answer patched = call("PATCH", "/contacts/" + second, "{\"phone\":\"" + phone + "\"}");
    assertThat(patched.status()).isEqualTo(409);
    assertThat(patched.body().get("contact_id").asString()).isEqualTo(id);
    assertThat(
            call(
                    TestFleet.fixtures().client(),
                    "POST",
                    "/contacts",
                    "{\"phone\":\"" + phone + "\"}")
                .status())
        .as("another client has its own contacts")
        .isEqualTo(201);
  }

  @Test
  void onlyOneOfManyAtTheSameTimeIsMade() {
    String phone = Fixtures.phone();
    try (var threads = Executors.newFixedThreadPool(8)) {
      List<Answer> answers =
          IntStream.range(0, 24)
              .mapToObj(
                  n ->
                      CompletableFuture.supplyAsync(
                          () ->
                              create("{\"phone\":\"" + phone + "\",\"first_name\":\"N" + n + "\"}"),
                          threads))
              .toList()
              .stream()
              .map(CompletableFuture::join)
              .toList();
      assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(1);
      assertThat(answers).filteredOn(answer -> answer.status() == 409).hasSize(23);
    }
    assertThat(events(ContactEvent.ContactCreated.class, 1)).hasSize(1);
  }

  @Test
  void patchChangesWhatIsNamedAndNoMore() {
    String phone = Fixtures.phone();
    String id =
        create(
                "{\"phone\":\"%s\",\"first_name\":\"Ada\",\"tags\":[\"a\"],\"custom_fields\":{\"k\":1}}"
                    .formatted(phone))
            .body()
            .get("id")
            .asString();
    Answer patched =
        call(
            "PATCH",
            "/contacts/" + id,
            "{\"first_name\":null,\"tags\":[\"a\",\"b\"],\"status\":\"won\",\"version\":1}");
    assertThat(patched.status()).as(patched.whole().body()).isEqualTo(200);
    assertThat(patched.body().get("first_name").isNull()).isTrue();
    assertThat(patched.body().get("phone").asString()).isEqualTo(phone);
    assertThat(patched.body().get("custom_fields").toString()).isEqualTo("{\"k\":1}");
    assertThat(patched.body().get("version").asInt()).isEqualTo(2);
    var told = events(ContactEvent.ContactChanged.class, 1).getFirst();
    assertThat(told.fields()).containsExactly("first_name", "status", "tags");
    assertThat(told.tagsAdded()).containsExactly("b");
    assertThat(told.status()).isEqualTo("won");

    Answer stale = call("PATCH", "/contacts/" + id, "{\"company\":\"X\",\"version\":1}");
    assertThat(stale.status()).isEqualTo(409);
    assertThat(stale.body().get("code").asString()).isEqualTo("version_conflict");
    assertThat(
            call("PATCH", "/contacts/" + id, "{\"status\":\"won\"}").body().get("version").asInt())
        .as("what is so already is no change")
        .isEqualTo(2);
    assertThat(call("PATCH", "/contacts/" + id, "{\"phone\":\"1\"}").status()).isEqualTo(400);
    assertThat(call("PATCH", "/contacts/" + id, "{\"nope\":1}").whole().body()).contains("nope");
    assertThat(call("PATCH", "/contacts/" + id, "{\"tags\":3}").whole().body()).contains("tags");
    assertThat(call("PATCH", "/contacts/" + id, "[]").status()).isEqualTo(400);
    assertThat(call("PATCH", "/contacts/" + UUID.randomUUID(), "{}").status()).isEqualTo(404);
    assertThat(call("GET", "/contacts/17", null).status()).isEqualTo(400);
  }

  @Test
  void bulkGivesEachRowItsFate() {
    String phone = Fixtures.phone();
    Answer made =
        call(
            "POST",
            "/contacts/bulk",
            """
            {"contacts": [{"phone": "%1$s"}, {"phone": "%1$s", "first_name": "Twin"}, {"phone": "9"},
                          {"email": "bulk-%2$s@example.com", "tags": ["x"]}]}
            """
                .formatted(phone, client));
    assertThat(made.status()).as(made.whole().body()).isEqualTo(200);
    assertThat(made.body().get("created").asInt()).isEqualTo(2);
    assertThat(made.body().get("existing").asInt()).isEqualTo(1);
    assertThat(made.body().get("invalid").asInt()).isEqualTo(1);
    JsonNode rows = made.body().get("results");
    assertThat(rows.get(1).get("id")).isEqualTo(rows.get(0).get("id"));
    assertThat(rows.get(2).get("errors").get(0).get("field").asString())
        .isEqualTo("contacts[2].phone");
    assertThat(events(ContactEvent.ContactCreated.class, 2)).hasSize(2);
    assertThat(call("POST", "/contacts/bulk", "{\"contacts\":[]}").status()).isEqualTo(400);
    assertThat(call("POST", "/contacts/bulk", "{\"contacts\":[null]}").status()).isEqualTo(400);
  }

  @Test
  void searchFindsByBeginningsAndPagesThroughAll() {
    for (int n = 0; n < 12; n++) {
      create(
          "{\"phone\":\"%s\",\"first_name\":\"Ada%d\",\"last_name\":\"O_%d%%\",\"email\":\"s%d-%s@example.com\",\"tags\":[\"t%d\"]}"
              .formatted(Fixtures.phone(), n, n, n, client, n % 2));
    }
    Set<String> seen = new HashSet<>();
    String cursor = null;
    int pages = 0;
    do {
      JsonNode page =
          call("GET", "/contacts?limit=5" + (cursor == null ? "" : "&cursor=" + cursor), null)
              .body();
      page.get("items").forEach(item -> seen.add(item.get("id").asString()));
      cursor = page.get("next_cursor").isNull() ? null : page.get("next_cursor").asString();
      pages++;
    } while (cursor != null);
    assertThat(seen).hasSize(12);
    assertThat(pages).isEqualTo(3);
    assertThat(found("q=ada1")).isEqualTo(3);
    assertThat(found("q=ADA7%20o_7")).isEqualTo(1);
    assertThat(found("q=o_")).isEqualTo(12);
    assertThat(found("q=o%25")).as("a percent sign is no wildcard").isZero();
    assertThat(found("q=s3-")).isEqualTo(1);
    assertThat(found("q=(206)%20555")).isEqualTo(12);
    assertThat(found("q=%2B1206")).isEqualTo(12);
    assertThat(found("tag=t1")).isEqualTo(6);
    assertThat(found("status=new&tag=t0")).isEqualTo(6);
    assertThat(call("GET", "/contacts?cursor=zz", null).status()).isEqualTo(400);
    assertThat(call("GET", "/contacts?limit=0", null).status()).isEqualTo(400);
    assertThat(call("GET", "/contacts?phone=1", null).status()).isEqualTo(400);
  }

  private int found(String query) {
    return call("GET", "/contacts?" + query, null).body().get("items").size();
  }

  @Test
  void whatIsLearnedOfANumberIsKept() {
    String id = create("{\"phone\":\"" + Fixtures.phone() + "\"}").body().get("id").asString();
    var lesson =
        new HealingEvent.PhoneLearned(
            Fixtures.eventId(),
            Fixtures.NOON,
            client,
            ContactId.of(id),
            PhoneType.LANDLINE,
            false,
            null);
    TestFleet.kafka().send(lesson, lesson);
    assertThat(events(ContactEvent.ContactChanged.class, 1).getFirst().fields())
        .containsExactly("phone_type", "phone_valid");
    JsonNode read = call("GET", "/contacts/" + id, null).body();
    assertThat(read.get("phone_type").asString()).isEqualTo("landline");
    assertThat(read.get("phone_valid").asBoolean()).isFalse();
    assertThat(read.get("version").asInt()).isEqualTo(2);
    JsonNode moved =
        call("PATCH", "/contacts/" + id, "{\"phone\":\"" + Fixtures.phone() + "\"}").body();
    assertThat(moved.get("phone_valid").asBoolean()).as("a new number is not blamed").isTrue();
    assertThat(moved.get("phone_type").asString()).isEqualTo("unknown");
  }

  /** It was learned of yesterday's number, and told late. */
  @Test
  void whatIsLearnedOfAnotherNumberThanTodaysIsNoNews() {
    String phone = Fixtures.phone();
    ContactId id =
        ContactId.of(create("{\"phone\":\"" + phone + "\"}").body().get("id").asString());
    var fixtures = TestFleet.fixtures();
    var ref =
        Fixtures.ref(
            client,
            id,
            new EnrollmentId(Fixtures.id()),
            fixtures.sequence(client, 1),
            1,
            new DispatchId(Fixtures.id()),
            1);
    fixtures.insert(ref, DispatchState.REJECTED);
    sentTo(ref, Fixtures.phone());
    TestFleet.kafka().send(lesson(id, ref, null, false));
    TestFleet.kafka().awaitHandled("memory.phone-lessons", Topic.HEALING);
    sentTo(ref, phone);
    TestFleet.kafka().send(lesson(id, ref, PhoneType.LANDLINE, null));

    assertThat(events(ContactEvent.ContactChanged.class, 1).getFirst().fields())
        .containsExactly("phone_type");
    JsonNode read = call("GET", "/contacts/" + id, null).body();
    assertThat(read.get("phone_valid").asBoolean()).isTrue();
    assertThat(read.get("phone_type").asString()).isEqualTo("landline");
  }

  @Test
  void anAddressThatBouncesForGoodIsKnownAsLongAsItIsTheContacts() {
    String email = "bo-" + Fixtures.id() + "@home.example";
    ContactId id =
        ContactId.of(create("{\"email\":\"" + email + "\"}").body().get("id").asString());
    var ref =
        Fixtures.ref(
            client,
            id,
            new EnrollmentId(Fixtures.id()),
            TestFleet.fixtures().sequence(client, 1),
            1,
            new DispatchId(Fixtures.id()),
            1);
    TestFleet.fixtures().insert(ref, DispatchState.ACCEPTED);
    sentTo(ref, "an.older.one@home.example");
    TestFleet.kafka().send(bounced(id, ref));
    TestFleet.kafka().awaitHandled("memory.email-lessons", Topic.HEALING);
    assertThat(call("GET", "/contacts/" + id, null).body().get("email_valid").asBoolean()).isTrue();
    sentTo(ref, email);
    TestFleet.kafka().send(bounced(id, ref), bounced(id, ref));
    assertThat(events(ContactEvent.ContactChanged.class, 1))
        .singleElement()
        .satisfies(each -> assertThat(each.fields()).containsExactly("email_valid"));
    assertThat(call("GET", "/contacts/" + id, null).body().get("email_valid").asBoolean())
        .isFalse();
  }

  private HealingEvent.EmailLearned bounced(ContactId id, DispatchRef ref) {
    return new HealingEvent.EmailLearned(
        Fixtures.eventId(), Fixtures.NOON, client, id, false, ref.dispatchId());
  }

  private static void sentTo(DispatchRef ref, String identity) {
    TestFleet.database()
        .admin()
        .sql("UPDATE dispatches SET identity = :identity WHERE id = :id")
        .param("identity", identity)
        .param("id", ref.dispatchId().value())
        .update();
  }

  private HealingEvent.PhoneLearned lesson(
      ContactId id, DispatchRef ref, @Nullable PhoneType type, @Nullable Boolean valid) {
    return new HealingEvent.PhoneLearned(
        Fixtures.eventId(), Fixtures.NOON, client, id, type, valid, ref.dispatchId());
  }

  @Test
  void apiDescribesWhatAPatchTakes() throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v3/api-docs"))
            .header("Authorization", TestTokens.bearer(client, "member"))
            .build();
    JsonNode docs =
        JsonMapper.shared()
            .readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    JsonNode patch = docs.at("/paths/~1api~1v1~1contacts~1{id}/patch");
    assertThat(patch.at("/requestBody/content").toString()).contains("ContactBody");
    assertThat(docs.at("/components/schemas/ContactBody/properties").propertyNames())
        .contains("first_name", "phone", "custom_fields", "version");
  }
}
