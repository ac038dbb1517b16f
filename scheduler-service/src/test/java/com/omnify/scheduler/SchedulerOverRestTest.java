package com.omnify.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.kit.time.FleetClock;
import com.omnify.kit.time.SettableFleetClock;
import com.omnify.model.Channel;
import com.omnify.model.event.ContactEvent;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.EnrollmentEvent;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.event.StepEvent;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.InteractionId;
import com.omnify.testkit.EventsOn;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestFleet;
import com.omnify.testkit.TestTokens;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The scheduler as it is used: over REST, its claims and listeners running. */
@OmnifySpringTest(service = "scheduler")
class SchedulerOverRestTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TestConfiguration
  static class Clock {
    @Bean
    FleetClock fleetClock() {
      return new SettableFleetClock(Fixtures.NOON);
    }
  }

  private final SettableFleetClock clock;

  @LocalServerPort int port;

  private Fixtures fixtures;
  private ClientId client;
  private String token;

  SchedulerOverRestTest(@Autowired FleetClock clock) {
    this.clock = (SettableFleetClock) clock;
  }

  @BeforeEach
  void aClient() {
    fixtures = TestFleet.fixtures();
    client = fixtures.client();
    token = TestTokens.bearer(client);
  }

  private record Answer(int status, JsonNode body) {
    String code() {
      return body.path("code").asString();
    }

    List<String> fields() {
      var fields = new ArrayList<String>();
      body.path("errors").forEach(error -> fields.add(error.path("field").asString()));
      return fields;
    }

    String id() {
      return body.path("id").asString();
    }
  }

  private Answer send(String method, String path, String bearer, String body) {
    try {
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
              .header("Authorization", bearer)
              .header("Content-Type", "application/json")
              .method(
                  method,
                  body == null
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofString(body))
              .build();
      var response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      String text = response.body();
      return new Answer(
          response.statusCode(), JsonMapper.shared().readTree(text.isEmpty() ? "{}" : text));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private Answer post(String path, String body) {
    return send("POST", path, token, body);
  }

  private Answer get(String path) {
    return send("GET", path, token, null);
  }

  private Answer patch(String path, String body) {
    return send("PATCH", path, token, body);
  }

  private static final String STEPS =
      """
      [{"name": "Hello", "kind": "sms", "content": {"body": "Hi {{ first_name | default: \\"there\\" }}"}},
       {"kind": "wait", "delay": {"type": "fixed", "duration": "PT1H"}},
       {"name": "Still there?", "kind": "sms", "delay": {"type": "local_time", "duration": "P1D", "time": "10:00"},
        "content": {"body": "{{ client_name }} here, {{ custom.roof_type }}"},
        "skip_if": [{"type": "replied"}], "on_failure": {"action": "retry", "after": "PT5M", "max_attempts": 2}}]
      """;

  private static final String ALWAYS =
      """
      {"mon":[{"from":"00:00","to":"24:00"}],"tue":[{"from":"00:00","to":"24:00"}],
       "wed":[{"from":"00:00","to":"24:00"}],"thu":[{"from":"00:00","to":"24:00"}],
       "fri":[{"from":"00:00","to":"24:00"}],"sat":[{"from":"00:00","to":"24:00"}],
       "sun":[{"from":"00:00","to":"24:00"}]}
      """;

  private String liveSequence(String more) {
    var created =
        post(
            "/sequences",
            "{\"name\": \"Follow up\", \"steps\": "
                + STEPS
                + ", \"send_window\": "
                + ALWAYS
                + more
                + "}");
    assertThat(created.status()).as("%s", created.body()).isEqualTo(201);
    assertThat(post("/sequences/" + created.id() + "/versions", "{}").status()).isEqualTo(201);
    assertThat(patch("/sequences/" + created.id(), "{\"active\": true}").status()).isEqualTo(200);
    return created.id();
  }

  private String enrollBody(ContactId contact, String sequence) {
    return "{\"contact_id\": \"" + contact + "\", \"sequence_id\": \"" + sequence + "\"}";
  }

  @Test
  void aPersonGoesThroughASequence() {
    String sequence = liveSequence("");
    var contact = fixtures.contact(client);
    EventsOn<StepEvent> opened = TestFleet.kafka().events(Topic.STEPS_SMS, StepEvent.class);
    var enrolled = post("/enrollments", enrollBody(contact, sequence));
    assertThat(enrolled.status()).isEqualTo(201);
    assertThat(enrolled.body().path("contact_name").asString()).isEqualTo("Ada Byron");

    DispatchRef first = dispatchOf(opened, contact, 1);
    TestFleet.kafka().send(accepted(first));
    // Accepted, then the wait of an hour.
    await(() -> assertThat(step(enrolled.id())).isEqualTo("2 wait"));
    clock.advance(Duration.ofHours(1));
    await(() -> assertThat(step(enrolled.id())).isEqualTo("3 sms"));
    var waiting = get("/enrollments/" + enrolled.id()).body();
    // The day after at ten in Los Angeles.
    assertThat(waiting.path("next_step_at").asString()).isEqualTo("2026-03-11T17:00:00Z");
    clock.set(java.time.Instant.parse("2026-03-11T17:00:00Z"));
    TestFleet.kafka().send(accepted(dispatchOf(opened, contact, 2)));
    await(
        () ->
            assertThat(get("/enrollments/" + enrolled.id()).body().path("status").asString())
                .isEqualTo("completed"));
    var decisions = new ArrayList<String>();
    get("/enrollments/" + enrolled.id() + "/log")
        .body()
        .path("items")
        .forEach(line -> decisions.add(line.path("decision").asString()));
    assertThat(decisions).containsExactly("entered", "sending", "sent", "sending", "sent", "ended");
    var counters = get("/sequences/" + sequence).body().path("counters");
    assertThat(counters.path("completed").asInt()).isEqualTo(1);
  }

  /** Nothing goes out meanwhile, nothing is lost, and what was due is due at once. */
  @Test
  void aSuspendedClientGoesOnWhenItIsActiveAgain() {
    String sequence = liveSequence("");
    var contact = fixtures.contact(client);
    EventsOn<StepEvent> opened = TestFleet.kafka().events(Topic.STEPS_SMS, StepEvent.class);
    assertThat(patchClient("suspended").status()).isEqualTo(200);
    var enrolled = post("/enrollments", enrollBody(contact, sequence));
    assertThat(enrolled.status()).isEqualTo(201);
    await(
        () ->
            assertThat(
                    TestFleet.database()
                        .lines(
                            "SELECT count(*) FROM execution_log WHERE reason_code = 'switched_off' AND enrollment_id = '"
                                + enrolled.id()
                                + "'"))
                .containsExactly("1"));
    assertThat(opened.all()).noneMatch(event -> event.dispatch().contactId().equals(contact));

    assertThat(patchClient("active").status()).isEqualTo(200);
    // No fleet time passes: it does not wait for the next day's look.
    assertThat(dispatchOf(opened, contact, 1).contactId()).isEqualTo(contact);
  }

  private Answer patchClient(String status) {
    return send(
        "PATCH", "/clients/" + client, TestTokens.platform(), "{\"status\": \"" + status + "\"}");
  }

  private String step(String enrollment) {
    var body = get("/enrollments/" + enrollment).body();
    return body.path("position").asInt() + " " + body.path("step_kind").asString();
  }

  private DispatchRef dispatchOf(EventsOn<StepEvent> opened, ContactId contact, int nth) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                opened.all().stream()
                        .filter(event -> event.dispatch().contactId().equals(contact))
                        .count()
                    >= nth);
    return opened.all().stream()
        .map(StepEvent::dispatch)
        .filter(ref -> ref.contactId().equals(contact))
        .toList()
        .get(nth - 1);
  }

  private DeliveryEvent accepted(DispatchRef ref) {
    return new DeliveryEvent.DispatchAccepted(Fixtures.eventId(), clock.now(), ref, "SM", 1, 0);
  }

  private static void await(org.awaitility.core.ThrowingRunnable assertion) {
    Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(assertion);
  }

  @Test
  void anUnknownVariableIsRefusedWhereItStands() {
    var answer =
        post(
            "/sequences",
            """
            {"name": "Typos", "steps": [
              {"kind": "sms", "content": {"body": "Hi {{ frist_name }} {% if company %}x{% endif %}"}},
              {"kind": "sms", "content": {"body": "Hi {{ first_name | shout }}"}},
              {"kind": "sms", "content": {"body": "Hi {{ first_name "}},
              {"kind": "sms", "delay": {"type": "fixed", "duration": "2 days"}, "content": {"body": "Hi"}},
              {"kind": "telegram"}]}
            """);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.fields())
        .containsExactly(
            "steps[0].content.body",
            "steps[1].content.body",
            "steps[2].content.body",
            "steps[3].delay.duration",
            "steps[4].kind");
    var first = answer.body().path("errors").get(0);
    assertThat(first.path("message").asString()).contains("frist_name");
    assertThat(first.path("fix").asString()).contains("'first_name'");
  }

  @Test
  void malformedBodiesAreAnsweredWithWhatToMend() {
    assertThat(post("/sequences", "{\"name\": ").status()).isEqualTo(400);
    assertThat(post("/sequences", "{\"name\": \"x\", \"color\": 1}").fields())
        .containsExactly("color");
    assertThat(post("/enrollments", "{\"contact_id\": \"7\", \"sequence_id\": \"8\"}").status())
        .isEqualTo(400);
    assertThat(post("/enrollments", "{}").fields()).contains("contact_id", "sequence_id");
    assertThat(get("/enrollments?status=sleeping").fields()).containsExactly("status");
    assertThat(get("/enrollments/nonsense").status()).isEqualTo(404);
    assertThat(post("/sequences", "{\"name\": \"x\", \"send_window\": {\"mo\": []}}").fields())
        .containsExactly("send_window.mo");
  }

  @Test
  void onlyWhatMakesSenseIsSavedAndPublished() {
    assertThat(
            post(
                    "/sequences",
                    "{\"name\": \"Calls\", \"steps\": [{\"kind\": \"voice\", \"content\": {}}]}")
                .fields())
        .containsExactly("steps[0].content.first_message", "steps[0].content.system_prompt");
    var created =
        post(
            "/sequences",
            """
            {"name": "All kinds", "steps": [
              {"kind": "sms", "content": {"body": "Hi"}},
              {"kind": "email", "content": {"subject": "Hi {{ first_name | default: 'you' }}", "text": "Hello"}},
              {"kind": "voice", "content": {"assistant_id": "asst_1"}},
              {"kind": "wait", "delay": {"type": "fixed", "duration": "P1D"}},
              {"kind": "condition", "content": {"when": [{"field": "replied", "op": "equals", "value": true}],
                "then": {"action": "end"}}},
              {"kind": "webhook", "content": {"url": "https://example.com/hook"}},
              {"kind": "notify_team", "content": {"message": "Call {{ first_name | default: 'them' }}"}}]}
            """);
    assertThat(created.status()).isEqualTo(201);
    assertThat(post("/sequences/" + created.id() + "/versions", "{}").status()).isEqualTo(201);
    var empty = post("/sequences", "{\"name\": \"Empty\"}");
    assertThat(patch("/sequences/" + empty.id(), "{\"active\": true}").code())
        .isEqualTo("not_published");
    assertThat(post("/sequences/" + empty.id() + "/versions", "{}").fields())
        .containsExactly("steps");
  }

  @Test
  void aSequenceThatNobodyWouldEnterIsNotSwitchedOn() {
    String sequence = liveSequence("");
    var answer =
        patch(
            "/sequences/" + sequence, "{\"trigger\": {\"type\": \"schedule\"}, \"active\": true}");
    assertThat(answer.fields()).containsExactly("trigger.type");
  }

  @Test
  void stepsAreEditedInADraftAndKeepTheirIds() {
    String sequence = liveSequence("");
    var published = get("/sequences/" + sequence + "/steps").body();
    assertThat(published.path("state").asString()).isEqualTo("published");
    String firstId = published.path("items").get(0).path("id").asString();

    var changed =
        patch(
            "/sequences/" + sequence + "/steps/" + firstId,
            "{\"content\": {\"body\": \"Hello {{ first_name | default: 'you' }}\"}, \"name\": null}");
    assertThat(changed.status()).as("%s", changed.body()).isEqualTo(200);
    assertThat(changed.id()).isEqualTo(firstId);
    assertThat(changed.body().path("name").isNull()).isTrue();
    var appended =
        post(
            "/sequences/" + sequence + "/steps",
            "{\"kind\": \"sms\", \"content\": {\"body\": \"Bye\"}}");
    assertThat(appended.status()).isEqualTo(201);
    String second = published.path("items").get(1).path("id").asString();
    assertThat(send("DELETE", "/sequences/" + sequence + "/steps/" + second, token, null).status())
        .isEqualTo(204);

    var contact = fixtures.contact(client);
    var enrolled = post("/enrollments", enrollBody(contact, sequence)).body();
    assertThat(enrolled.path("version").asInt()).isEqualTo(1);
    var answer = post("/sequences/" + sequence + "/versions", "{\"migrate\": true}");
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
    assertThat(answer.body().path("migrated").asInt()).isEqualTo(1);
    assertThat(get("/enrollments/" + enrolled.path("id").asString()).body().path("version").asInt())
        .isEqualTo(2);
    var versions = get("/sequences/" + sequence + "/versions").body().path("items");
    assertThat(versions.get(0).path("people").asInt()).isEqualTo(1);
    assertThat(versions.get(0).path("steps").size()).isEqualTo(3);
    assertThat(post("/sequences/" + sequence + "/versions", "{}").code()).isEqualTo("no_draft");
  }

  @Test
  void theEntryRuleHoldsWhoeverEnrollsAtTheSameTime() throws Exception {
    String sequence = liveSequence("");
    var contact = fixtures.contact(client);
    try (var pool = Executors.newFixedThreadPool(8)) {
      var attempts = new ArrayList<Callable<Answer>>();
      for (int i = 0; i < 8; i++) {
        attempts.add(() -> post("/enrollments", enrollBody(contact, sequence)));
      }
      var answers = new ArrayList<Integer>();
      for (var answer : pool.invokeAll(attempts)) {
        answers.add(answer.get().status());
      }
      assertThat(answers).containsOnlyOnce(201);
      assertThat(answers.stream().filter(status -> status == 409)).hasSize(7);
    }
    assertThat(
            TestFleet.database()
                .lines("SELECT count(*) FROM enrollments WHERE contact_id = '" + contact + "'"))
        .containsExactly("1");
  }

  @Test
  void refusalsSayWhy() {
    String sequence = liveSequence("");
    var contact = fixtures.contact(client);
    var silent = fixtures.contact(client);
    TestFleet.database()
        .admin()
        .sql("UPDATE contacts SET phone = NULL WHERE id = :id")
        .param("id", silent.value())
        .update();
    var gone = fixtures.contact(client);
    TestFleet.database()
        .admin()
        .sql(
            "INSERT INTO suppressions (client_id, channel, identity, reason) SELECT client_id, 'sms', phone, 'opt_out'"
                + " FROM contacts WHERE id = :id")
        .param("id", gone.value())
        .update();
    var unknown = new ContactId(Fixtures.id());
    post("/enrollments", enrollBody(contact, sequence));
    assertThat(post("/enrollments", enrollBody(contact, sequence)).code())
        .isEqualTo("already_enrolled");
    assertThat(post("/enrollments", enrollBody(silent, sequence)).code()).isEqualTo("no_phone");
    assertThat(post("/enrollments", enrollBody(gone, sequence)).code()).isEqualTo("suppressed");
    assertThat(post("/enrollments", enrollBody(unknown, sequence)).status()).isEqualTo(404);
    var fresh = fixtures.contact(client);
    var many =
        post(
            "/enrollments/bulk",
            "{\"sequence_id\": \"%s\", \"contact_ids\": [\"%s\", \"%s\", \"%s\", \"%s\"]}"
                .formatted(sequence, contact, gone, fresh, fresh));
    assertThat(many.body().path("enrolled").size()).isEqualTo(1);
    assertThat(many.body().path("refused").size()).isEqualTo(2);
    patch("/sequences/" + sequence, "{\"active\": false}");
    assertThat(post("/enrollments", enrollBody(fixtures.contact(client), sequence)).code())
        .isEqualTo("sequence_inactive");
  }

  @Test
  void peopleSteerAnEnrollment() {
    String sequence = liveSequence("");
    var id = post("/enrollments", enrollBody(fixtures.contact(client), sequence)).id();
    var paused = post("/enrollments/" + id + "/pause", "{\"reason\": \"on holiday\"}");
    assertThat(paused.body().path("status").asString()).isEqualTo("paused");
    assertThat(post("/enrollments/" + id + "/pause", null).status()).isEqualTo(200);
    assertThat(post("/enrollments/" + id + "/resume", null).body().path("status").asString())
        .isEqualTo("active");
    EventsOn<EnrollmentEvent> events =
        TestFleet.kafka().events(Topic.ENROLLMENTS, EnrollmentEvent.class);
    var booked =
        post(
            "/enrollments/" + id + "/outcomes",
            "{\"kind\": \"booked\", \"value\": 1250.5, \"currency\": \"USD\"}");
    assertThat(booked.body().path("status").asString()).isEqualTo("booked");
    assertThat(post("/enrollments/" + id + "/outcomes", "{\"kind\": \"booked\"}").code())
        .isEqualTo("outcome_recorded");
    assertThat(
            post("/enrollments/" + id + "/outcomes", "{\"kind\": \"converted\"}")
                .body()
                .path("status")
                .asString())
        .isEqualTo("booked");
    assertThat(
            get("/enrollments/" + id + "/outcomes")
                .body()
                .path("items")
                .valueStream()
                .map(row -> row.path("kind").asString() + row.path("value_micros")))
        .containsExactly("booked1250500000", "convertednull");
    assertThat(post("/enrollments/" + id + "/resume", null).code()).isEqualTo("enrollment_over");
    assertThat(events.await(EnrollmentEvent.OutcomeRecorded.class, 1).getFirst().valueMicros())
        .isEqualTo(1_250_500_000L);
    assertThat(get("/enrollments/" + id + "/log").body().path("items").toString())
        .contains("Paused by a person: on holiday");
    assertThat(
            get("/enrollments?sequence_id=" + sequence + "&status=booked")
                .body()
                .path("items")
                .size())
        .isEqualTo(1);
  }

  @Test
  void aNewLeadThatMeetsTheConditionsEnters() {
    String sequence =
        liveSequence(
            """
            , "trigger": {"type": "new_lead", "conditions": [
                {"field": "tags", "op": "contains", "value": "roof"},
                {"field": "state", "op": "in", "value": ["WA", "OR"]}]}
            """);
    var matching = fixtures.contact(client);
    var other = fixtures.contact(client);
    TestFleet.database()
        .admin()
        .sql("UPDATE contacts SET tags = '{roof,new}' WHERE id = :id")
        .param("id", matching.value())
        .update();
    var event =
        new ContactEvent.ContactCreated(
            Fixtures.eventId(), clock.now(), client, matching, List.of("roof", "new"));
    TestFleet.kafka()
        .send(
            event,
            event,
            new ContactEvent.ContactCreated(
                Fixtures.eventId(), clock.now(), client, other, List.of()));
    await(
        () ->
            assertThat(get("/enrollments?sequence_id=" + sequence).body().path("items").size())
                .isEqualTo(1));
    var entered = get("/enrollments?contact_id=" + matching).body().path("items").get(0);
    assertThat(entered.path("source").asString()).isEqualTo("trigger:new_lead");
  }

  private InteractionId call(String disposition) {
    var interaction = new InteractionId(Fixtures.id());
    TestFleet.database()
        .admin()
        .sql(
            """
            INSERT INTO calls (client_id, provider, call_id, direction, interaction_id, identity, disposition, ended_at)
            VALUES (:client, 'twilio', 'CA' || :id, 'inbound', :id, '+12065550100', :disposition, now())
            """)
        .param("client", client.value())
        .param("id", interaction.value())
        .param("disposition", disposition)
        .update();
    return interaction;
  }

  @Test
  void whoeverCalledInVainEntersOnce() {
    String sequence =
        liveSequence(
            ", \"trigger\": {\"type\": \"missed_call\"}, \"entry_rule\": \"always\","
                + " \"recontact_gap\": \"PT0S\"");
    var known = fixtures.contact(client);
    var stranger = fixtures.contact(client);
    var answered = fixtures.contact(client);
    var missed =
        new InboundEvent.CallMissed(
            Fixtures.eventId(),
            clock.now(),
            client,
            known,
            Channel.VOICE,
            call("no_answer"),
            "ab".repeat(32));
    TestFleet.kafka().send(missed, missed);
    var theirs = call("busy");
    // memory-service may tell twice whose a call was: when it rang, and when nobody had answered
    for (int i = 0; i < 2; i++) {
      TestFleet.kafka().send(resolved(stranger, theirs));
    }
    TestFleet.kafka().send(resolved(answered, call("answered")), resolved(answered, null));
    await(
        () ->
            assertThat(get("/enrollments?sequence_id=" + sequence).body().path("items").size())
                .isEqualTo(2));
    for (var each : List.of(known, stranger)) {
      var entered = get("/enrollments?contact_id=" + each).body().path("items");
      assertThat(entered.size()).isOne();
      assertThat(entered.get(0).path("source").asString()).isEqualTo("trigger:missed_call");
    }
  }

  private ContactEvent.ContactResolved resolved(ContactId contact, InteractionId interaction) {
    return new ContactEvent.ContactResolved(
        Fixtures.eventId(), clock.now(), client, contact, "cd".repeat(32), interaction);
  }

  @Test
  void clientsAndSendersAreKeptApart() {
    var created =
        send(
            "POST",
            "/clients",
            TestTokens.platform(),
            """
            {"name": "Delta Roofing", "industry": "roofing", "time_zone": "America/New_York",
             "profile": {"business_hours": {"mon": [{"from": "08:00", "to": "17:00"}]}, "job_types": ["repair"]}}
            """);
    assertThat(created.status()).as("%s", created.body()).isEqualTo(201);
    var other = ClientId.of(created.id());
    assertThat(get("/clients/" + other).status()).isEqualTo(404);
    assertThat(get("/clients").body().path("items").size()).isEqualTo(1);
    assertThat(post("/clients", "{}").status()).isEqualTo(403);
    String owner = TestTokens.bearer(other);
    var changed =
        send(
            "PATCH",
            "/clients/" + other,
            owner,
            "{\"profile\": {\"brand_voice\": \"plain\"}, \"time_zone\": \"America/Chicago\"}");
    assertThat(changed.body().path("profile").path("job_types").get(0).asString())
        .isEqualTo("repair");
    assertThat(changed.body().path("time_zone").asString()).isEqualTo("America/Chicago");
    assertThat(
            send("PATCH", "/clients/" + other, owner, "{\"time_zone\": \"America/Springfield\"}")
                .fields())
        .containsExactly("time_zone");

    var worded =
        send(
            "PATCH",
            "/clients/" + other,
            owner,
            "{\"profile\": {\"opt_out_confirmation\": \"Delta Roofing: no more texts from us.\"}}");
    assertThat(worded.body().path("profile").path("opt_out_confirmation").asString())
        .isEqualTo("Delta Roofing: no more texts from us.");
    assertThat(
            send(
                    "PATCH",
                    "/clients/" + other,
                    owner,
                    "{\"profile\": {\"opt_out_confirmation\": \"Bye! 20% off: https://delta.example\"}}")
                .fields())
        .containsExactly("profile.opt_out_confirmation");

    String account =
        """
        {"provider": "twilio", "name": "Main", "account_sid": "AC0123456789abcdef0123456789abcdef",
         "auth_token": "secret-token", "base_url": "http://127.0.0.1:9999"}
        """;
    var made = send("POST", "/provider-accounts", owner, account);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    assertThat(made.body().toString()).doesNotContain("secret-token");
    assertThat(send("POST", "/provider-accounts", owner, account).code())
        .isEqualTo("account_exists");
    var number =
        send(
            "POST",
            "/phone-numbers",
            owner,
            "{\"provider_account_id\": \"%s\", \"e164\": \"+12125550199\"}".formatted(made.id()));
    assertThat(number.status()).isEqualTo(201);
    assertThat(
            send("PATCH", "/phone-numbers/" + number.id(), owner, "{\"per_second\": 0}").fields())
        .containsExactly("per_second");
    assertThat(get("/phone-numbers/" + number.id()).status()).isEqualTo(404);
    var server =
        send(
            "POST",
            "/provider-accounts",
            owner,
            """
            {"provider": "ses", "name": "Mail", "account_sid": "user", "auth_token": "secret-token",
             "webhook_secret": "secret-too", "settings": {"host": "mail.example.com", "port": 0, "colour": "red"}}
            """);
    assertThat(server.fields()).containsExactlyInAnyOrder("settings.port", "settings.colour");
    server =
        send(
            "POST",
            "/provider-accounts",
            owner,
            """
            {"provider": "smtp", "name": "Mail", "webhook_secret": "secret-too",
             "settings": {"host": "mail.example.com", "port": 2525, "tls": "none"}}
            """);
    assertThat(server.status()).as("%s", server.body()).isEqualTo(201);
    assertThat(server.body().toString()).doesNotContain("secret-too");
    assertThat(server.body().path("webhook_secret_set").asBoolean()).isTrue();
    var mailbox =
        send(
            "POST",
            "/mailboxes",
            owner,
            """
            {"provider_account_id": "%s", "address": "Hello@Example.com", "warmup_from": "2026-03-10"}
            """
                .formatted(server.id()));
    assertThat(mailbox.status()).as("%s", mailbox.body()).isEqualTo(201);
    assertThat(mailbox.body().path("address").asString()).isEqualTo("hello@example.com");
    assertThat(
            send("PATCH", "/mailboxes/" + mailbox.id(), owner, "{\"warmup_from\": null}")
                .body()
                .path("warmup_from")
                .isNull())
        .isTrue();
    // Mail goes by no account for texts, and texts by none for mail.
    assertThat(
            send(
                    "POST",
                    "/mailboxes",
                    owner,
                    "{\"provider_account_id\": \"%s\", \"address\": \"b@example.com\"}"
                        .formatted(made.id()))
                .fields())
        .containsExactly("provider_account_id");
    // A member works with people, and changes neither senders nor sequences.
    assertThat(
            send("POST", "/sequences", TestTokens.bearer(client, "member"), "{\"name\": \"x\"}")
                .status())
        .isEqualTo(403);
  }

  /** Secrets are written only; and no server inside the network of the fleet is named. */
  @Test
  void aStoredPasswordStaysWithItsServer() {
    String owner = TestTokens.bearer(client, "owner");
    String body =
        """
        {"provider": "smtp", "name": "Mail", "account_sid": "me", "auth_token": "secret-token",
         "settings": {"host": "%s", "imap_host": "%s"}}
        """;
    assertThat(
            send("POST", "/provider-accounts", owner, body.formatted("10.1.2.3", "localhost"))
                .fields())
        .containsExactly("settings.host", "settings.imap_host");
    var made =
        send(
            "POST",
            "/provider-accounts",
            owner,
            body.formatted("mail.example.com", "imap.example.com"));
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    String account = "/provider-accounts/" + made.id();
    assertThat(send("PATCH", account, owner, "{\"name\": \"Ours\"}").status()).isEqualTo(200);

    String moved = "{\"settings\": {\"host\": \"%s\", \"imap_host\": \"%s\"}%s}";
    var away = moved.formatted("evil.example.net", "imap.example.com", "");
    var refused = send("PATCH", account, owner, away);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.fields()).containsExactly("auth_token");
    assertThat(refused.body().path("errors").path(0).path("fix").asString())
        .contains("send it again");
    String read = moved.formatted("mail.example.com", "evil.example.net", "");
    assertThat(send("PATCH", account, owner, read).fields()).containsExactly("auth_token");
    assertThat(
            send(
                    "PATCH",
                    account,
                    owner,
                    moved.formatted(
                        "mail.example.com", "imap2.example.com", ", \"webhook_secret\": \"own\""))
                .status())
        .isEqualTo(200);
    // From now on the mailbox's own password is the one that is not to be had.
    assertThat(send("PATCH", account, owner, read).fields()).containsExactly("webhook_secret");
    assertThat(
            send(
                    "PATCH",
                    account,
                    owner,
                    moved.formatted(
                        "mail2.example.com", "imap2.example.com", ", \"auth_token\": \"new\""))
                .status())
        .isEqualTo(200);
    assertThat(
            send("PATCH", account, owner, "{\"base_url\": \"https://evil.example.net\"}").fields())
        .containsExactly("auth_token");
  }

  @Test
  void theClockIsOnlySetInADemonstration() {
    assertThat(get("/fleet-clock").body().path("rate").asDouble()).isEqualTo(1.0);
    assertThat(send("PUT", "/fleet-clock", TestTokens.platform(), "{\"rate\": 1000}").code())
        .isEqualTo("not_a_demo");
    // It is everybody's: no client's people may turn it.
    assertThat(send("PUT", "/fleet-clock", token, "{\"rate\": 1000}").code())
        .isEqualTo("role_missing");
  }
}
