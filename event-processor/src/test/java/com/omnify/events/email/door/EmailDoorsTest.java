package com.omnify.events.email.door;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.events.SharedData;
import com.omnify.events.email.door.Providers.Post;
import com.omnify.events.email.door.Providers.Signer;
import com.omnify.events.email.provider.EmailProvider;
import com.omnify.kit.security.UnsubscribeToken;
import com.omnify.model.Channel;
import com.omnify.model.EmailMessageId;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.Event;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.ProviderAccountId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestFleet;
import com.omnify.testkit.TestJson;
import com.omnify.testkit.TestTokens;
import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@OmnifySpringTest(service = "events")
class EmailDoorsTest {

  private static final Providers.Amazon AMAZON = new Providers.Amazon();
  private static final List<EmailProvider> PROVIDERS =
      List.of(
          EmailProvider.SENDGRID,
          EmailProvider.POSTMARK,
          EmailProvider.MAILGUN,
          EmailProvider.SES,
          EmailProvider.RESEND);

  @TestConfiguration
  static class WithoutNetwork {
    @Bean
    @Primary
    AmazonAddresses amazonHere() {
      return AMAZON;
    }
  }

  @LocalServerPort int port;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<EmailProvider, Signer> signers = new EnumMap<>(EmailProvider.class);
  private final Map<EmailProvider, ProviderAccountId> accounts = new EnumMap<>(EmailProvider.class);
  private Fixtures fixtures;
  private ClientId client;
  private ContactId contact;
  private String address;
  private String phone;
  private DispatchRef dispatch;

  /** What goes through the outbox leaves it at once; here it is kept. */
  @BeforeAll
  static void keepWhatIsSaid() {
    TestFleet.database()
        .admin()
        .sql(
            """
            CREATE TABLE omnify.said_here (n bigserial, client_id uuid, topic text, payload text);
            CREATE FUNCTION omnify.keep_said() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN
              INSERT INTO omnify.said_here (client_id, topic, payload) VALUES (NEW.client_id, NEW.topic, NEW.payload);
              RETURN NEW;
            END $$;
            CREATE TRIGGER said AFTER INSERT ON omnify.events_outbox FOR EACH ROW EXECUTE FUNCTION omnify.keep_said();
            """)
        .update();
  }

  @BeforeEach
  void aContactThatWasWrittenTo() {
    fixtures = TestFleet.fixtures();
    client = fixtures.client();
    for (EmailProvider provider : PROVIDERS) {
      Signer signer = Providers.of(provider, AMAZON);
      signers.put(provider, signer);
      accounts.put(provider, account(client, provider, signer));
    }
    phone = Fixtures.phone();
    contact = fixtures.contact(client, phone);
    address = "ada-" + contact + "@home.example";
    fixtures.email(client, contact, address);
    dispatch = mailTo(contact, address);
  }

  private ProviderAccountId account(ClientId of, EmailProvider provider, Signer signer) {
    var id =
        fixtures.account(
            of,
            provider.wire(),
            null,
            provider == EmailProvider.SES ? "{\"topic_arn\": \"" + Providers.TOPIC + "\"}" : "{}");
    TestFleet.database()
        .admin()
        .sql("UPDATE omnify.provider_accounts SET webhook_secret = :secret WHERE id = :id")
        .param("secret", signer.secret())
        .param("id", id.value())
        .update();
    return id;
  }

  /** An accepted mail, with what was said in it. */
  private DispatchRef mailTo(ContactId person, String to) {
    var sequence = fixtures.sequence(client, 2);
    var enrollment = fixtures.enrollment(client, person, sequence);
    DispatchRef sms = fixtures.dispatch(client, person, enrollment, sequence, 1);
    TestFleet.database()
        .admin()
        .sql(
            """
            UPDATE omnify.dispatches SET channel = 'email', state = 'accepted', identity = :to, own_address = :ours
            WHERE id = :id
            """)
        .param("to", to)
        .param("ours", "office@plumber.example")
        .param("id", sms.dispatchId().value())
        .update();
    TestFleet.database()
        .admin()
        .sql(
            """
            INSERT INTO omnify.contact_interactions (client_id, id, contact_id, enrollment_id, sequence_id, step_id,
              channel, direction, identity, own_address, content_subject, content_body, occurred_at)
            VALUES (:client, :id, :contact, :enrollment, :sequence, :step, 'email', 'outbound', :to,
              'office@plumber.example', 'Your boiler', 'Tuesday?', now() - interval '1 hour')
            """)
        .param("client", client.value())
        .param("id", sms.dispatchId().value())
        .param("contact", person.value())
        .param("enrollment", enrollment.value())
        .param("sequence", sequence.id().value())
        .param("step", sequence.step(1).value())
        .param("to", to)
        .update();
    return new DispatchRef(
        client,
        person,
        sms.dispatchId(),
        enrollment,
        sequence.id(),
        sms.version(),
        sms.stepId(),
        Channel.EMAIL,
        sms.kind(),
        1);
  }

  private String messageId() {
    return new EmailMessageId(dispatch.dispatchId(), client, "plumber.example").toString();
  }

  private record Answer(int status, String contentType, String body) {}

  private Answer post(String path, Post post) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .POST(HttpRequest.BodyPublishers.ofByteArray(post.body()));
    post.headers().forEach(request::header);
    return send(request.build());
  }

  private Answer send(HttpRequest request) {
    try {
      var response = http.send(request, HttpResponse.BodyHandlers.ofString());
      return new Answer(
          response.statusCode(),
          response.headers().firstValue("content-type").orElse(""),
          response.body());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private String path(EmailProvider provider, String door) {
    return "/webhooks/%s/%s/%s/%s".formatted(provider.wire(), client, accounts.get(provider), door);
  }

  private Post signed(EmailProvider provider, String json) {
    return signers.get(provider).events(json, Instant.now());
  }

  private void take(EmailProvider provider, String json) {
    assertThat(post(path(provider, "events"), signed(provider, json)).status()).isEqualTo(200);
  }

  /** The event in the provider's own form, about our dispatch. */
  private String event(EmailProvider provider, String what) {
    String ids =
        "{\"client_id\":\"%s\",\"dispatch_id\":\"%s\"}".formatted(client, dispatch.dispatchId());
    String id = UUID.randomUUID().toString();
    return switch (provider) {
      case SENDGRID -> {
        String fields =
            switch (what) {
              case "delivered" -> "\"event\":\"delivered\"";
              case "deferred" -> "\"event\":\"deferred\",\"response\":\"451 4.7.1 later\"";
              case "hard" ->
                  "\"event\":\"bounce\",\"type\":\"bounce\",\"status\":\"5.1.1\",\"reason\":\"550 5.1.1 no such user\"";
              case "spam" ->
                  "\"event\":\"bounce\",\"type\":\"bounce\",\"status\":\"5.7.1\",\"reason\":\"550 5.7.1 looks like spam\"";
              case "full" ->
                  "\"event\":\"bounce\",\"type\":\"bounce\",\"status\":\"5.2.2\",\"reason\":\"552 5.2.2 mailbox full\"";
              case "opened" -> "\"event\":\"open\"";
              case "complained" -> "\"event\":\"spamreport\"";
              default -> "\"event\":\"unsubscribe\"";
            };
        yield "[{\"email\":\"%s\",\"sg_event_id\":\"%s\",\"timestamp\":%d,%s,%s}]"
            .formatted(
                address,
                id,
                Instant.now().getEpochSecond(),
                fields,
                ids.substring(1, ids.length() - 1));
      }
      case POSTMARK -> {
        String fields =
            switch (what) {
              case "delivered" ->
                  "\"RecordType\":\"Delivery\",\"DeliveredAt\":\"2026-01-01T00:00:00Z\"";
              case "hard" ->
                  "\"RecordType\":\"Bounce\",\"Type\":\"HardBounce\",\"ID\":%d,\"Details\":\"smtp;550 5.1.1 no such user\""
                      .formatted(new Random().nextInt(1 << 30));
              case "spam" ->
                  "\"RecordType\":\"Bounce\",\"Type\":\"SpamNotification\",\"ID\":%d,\"Details\":\"550 5.7.1 spam\""
                      .formatted(new Random().nextInt(1 << 30));
              case "full" ->
                  "\"RecordType\":\"Bounce\",\"Type\":\"SoftBounce\",\"ID\":%d,\"Details\":\"552 5.2.2 mailbox full\""
                      .formatted(new Random().nextInt(1 << 30));
              case "opened" -> "\"RecordType\":\"Open\",\"ReceivedAt\":\"2026-01-01T00:00:00Z\"";
              case "complained" ->
                  "\"RecordType\":\"SpamComplaint\",\"ID\":%d"
                      .formatted(new Random().nextInt(1 << 30));
              default ->
                  "\"RecordType\":\"SubscriptionChange\",\"SuppressSending\":true,\"SuppressionReason\":\"ManualSuppression\",\"ChangedAt\":\"2026-01-01T00:00:00Z\"";
            };
        yield "{\"Recipient\":\"%s\",\"MessageID\":\"%s\",\"Metadata\":%s,%s}"
            .formatted(address, id, ids, fields);
      }
      case MAILGUN -> {
        String fields =
            switch (what) {
              case "delivered" -> "\"event\":\"delivered\"";
              case "deferred" ->
                  "\"event\":\"failed\",\"severity\":\"temporary\",\"delivery-status\":{\"code\":451}";
              case "hard" ->
                  "\"event\":\"failed\",\"severity\":\"permanent\",\"delivery-status\":{\"code\":550,\"message\":\"5.1.1 no such user\"}";
              case "spam" ->
                  "\"event\":\"failed\",\"severity\":\"permanent\",\"delivery-status\":{\"code\":550,\"message\":\"5.7.1 looks like spam\"}";
              case "full" ->
                  "\"event\":\"failed\",\"severity\":\"permanent\",\"delivery-status\":{\"code\":552,\"message\":\"5.2.2 mailbox full\"}";
              case "opened" -> "\"event\":\"opened\"";
              case "complained" -> "\"event\":\"complained\"";
              default -> "\"event\":\"unsubscribed\"";
            };
        yield "{\"id\":\"%s\",\"timestamp\":%d,\"recipient\":\"%s\",\"user-variables\":%s,%s}"
            .formatted(id, Instant.now().getEpochSecond(), address, ids, fields);
      }
      case SES -> {
        String mail =
            "\"mail\":{\"messageId\":\"%s\",\"destination\":[\"%s\"],\"tags\":{\"client_id\":[\"%s\"],\"dispatch_id\":[\"%s\"]}}"
                .formatted(id, address, client, dispatch.dispatchId());
        String bounce =
            "\"eventType\":\"Bounce\",\"bounce\":{\"bounceType\":\"%s\",\"bounceSubType\":\"General\",\"bouncedRecipients\":[{\"emailAddress\":\"%s\",\"status\":\"%s\",\"diagnosticCode\":\"%s\"}]}";
        String fields =
            switch (what) {
              case "delivered" ->
                  "\"eventType\":\"Delivery\",\"delivery\":{\"recipients\":[\"%s\"]}"
                      .formatted(address);
              case "deferred" ->
                  "\"eventType\":\"DeliveryDelay\",\"deliveryDelay\":{\"delayedRecipients\":[{\"emailAddress\":\"%s\"}]}"
                      .formatted(address);
              case "hard" ->
                  bounce.formatted("Permanent", address, "5.1.1", "550 5.1.1 no such user");
              case "spam" -> bounce.formatted("Permanent", address, "5.7.1", "550 5.7.1 spam");
              case "full" -> bounce.formatted("Transient", address, "5.2.2", "552 5.2.2 full");
              case "opened" -> "\"eventType\":\"Open\",\"open\":{}";
              case "complained" ->
                  "\"eventType\":\"Complaint\",\"complaint\":{\"complainedRecipients\":[{\"emailAddress\":\"%s\"}]}"
                      .formatted(address);
              default -> "\"eventType\":\"Subscription\",\"subscription\":{}";
            };
        yield "{" + fields + "," + mail + "}";
      }
      case RESEND -> {
        String fields =
            switch (what) {
              case "hard" ->
                  ",\"bounce\":{\"type\":\"Permanent\",\"message\":\"550 5.1.1 no such user\"}";
              case "spam" -> ",\"bounce\":{\"type\":\"Permanent\",\"message\":\"550 5.7.1 spam\"}";
              case "full" -> ",\"bounce\":{\"type\":\"Transient\",\"message\":\"552 5.2.2 full\"}";
              default -> "";
            };
        String type =
            switch (what) {
              case "delivered", "opened", "complained" -> what;
              case "deferred" -> "delivery_delayed";
              case "unsubscribed" -> "unsubscribed";
              default -> "bounced";
            };
        yield "{\"type\":\"email.%s\",\"created_at\":\"2026-01-01T00:00:00Z\",\"data\":{\"email_id\":\"re-1\",\"to\":[\"%s\"],\"tags\":%s%s}}"
            .formatted(type, address, ids, fields);
      }
      case MAILBOX -> throw new IllegalArgumentException();
    };
  }

  private long count(String table) {
    return Long.parseLong(
        TestFleet.database()
            .lines("SELECT count(*) FROM omnify." + table + " WHERE client_id = '" + client + "'")
            .getFirst());
  }

  private List<String> inForce() {
    return TestFleet.database()
        .lines(
            "SELECT channel, identity, reason FROM omnify.suppressions WHERE lifted_at IS NULL AND client_id = '"
                + client
                + "' ORDER BY channel, identity");
  }

  private List<String> interactions() {
    return TestFleet.database()
        .lines(
            "SELECT identity, own_address, content_subject, content_body, in_reply_to, auto_reply, outcome, returns_on,"
                + " message_id, contact_id FROM omnify.contact_interactions WHERE direction = 'inbound' AND client_id = '"
                + client
                + "' ORDER BY id");
  }

  private <E extends Event> List<E> events(Class<E> kind) {
    return TestFleet.database()
        .admin()
        .sql(
            """
            SELECT payload FROM omnify.said_here WHERE client_id = :client AND topic LIKE '%' || :topic ORDER BY n
            """)
        .param("client", client.value())
        .param(
            "topic", (kind == DeliveryEvent.class ? Topic.DELIVERIES : Topic.INBOUND).topicName())
        .query(String.class)
        .list()
        .stream()
        .map(json -> TestJson.MAPPER.readValue(json, kind))
        .toList();
  }

  /** What the others are told of this client, from the transactions that say it. */
  private List<String> said() {
    var all = new ArrayList<String>();
    events(DeliveryEvent.class)
        .forEach(
            each ->
                all.add(
                    switch (each) {
                      case DeliveryEvent.DeliveryReported e ->
                          e.status().wire()
                              + (e.failure() == null
                                  ? ""
                                  : " " + e.failure().wire() + " " + e.code());
                      case DeliveryEvent.EngagementReported e -> e.kind().wire();
                      default -> "?";
                    }));
    events(InboundEvent.class).forEach(each -> all.add(each.getClass().getSimpleName()));
    return all;
  }

  @ParameterizedTest
  @EnumSource(names = "MAILBOX", mode = EnumSource.Mode.EXCLUDE)
  void whatAProviderReportsReachesItsDispatch(EmailProvider provider) {
    for (String what : List.of("delivered", "opened", "hard")) {
      take(provider, event(provider, what));
    }
    assertThat(said())
        .containsExactlyInAnyOrder(
            "delivered", "delivered", "opened", "undelivered email_bounced 5.1.1");
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT DISTINCT provider, kind, dispatch_id FROM omnify.receipts WHERE client_id = '"
                        + client
                        + "'"))
        .containsExactly(provider.wire() + "|email_event|" + dispatch.dispatchId());
    assertThat(inForce()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = "MAILBOX", mode = EnumSource.Mode.EXCLUDE)
  void aFullMailboxAndAFilterAreNoHardBounces(EmailProvider provider) {
    take(provider, event(provider, "full"));
    assertThat(said()).containsExactly("undelivered email_bounced 5.2.2");
    dispatch = mailTo(contact, address);
    take(provider, event(provider, "spam"));
    assertThat(said()).hasSize(2).last().asString().isEqualTo("undelivered email_spam 5.7.1");
  }

  @ParameterizedTest
  @EnumSource(
      names = {"SENDGRID", "MAILGUN", "SES", "RESEND"},
      mode = EnumSource.Mode.INCLUDE)
  void aDeferralIsNoBounce(EmailProvider provider) {
    take(provider, event(provider, "deferred"));
    assertThat(said()).containsExactly("queued");
  }

  @ParameterizedTest
  @EnumSource(names = "MAILBOX", mode = EnumSource.Mode.EXCLUDE)
  void whoComplainsIsLeftAlone(EmailProvider provider) {
    take(provider, event(provider, "complained"));
    assertThat(inForce()).containsExactly("email|" + address + "|complaint");
    assertThat(said()).containsExactlyInAnyOrder("delivered", "complained", "OptOutReceived");
  }

  @ParameterizedTest
  @EnumSource(names = {"SENDGRID", "POSTMARK", "MAILGUN", "SES"})
  void whoUnsubscribesAtTheProviderIsLeftAlone(EmailProvider provider) {
    take(provider, event(provider, "unsubscribed"));
    assertThat(inForce()).containsExactly("email|" + address + "|provider_opt_out");
    assertThat(said()).contains("unsubscribed", "OptOutReceived");
  }

  @ParameterizedTest
  @EnumSource(names = "MAILBOX", mode = EnumSource.Mode.EXCLUDE)
  void unsignedForeignAlteredAndOldPostsLeaveNoRow(EmailProvider provider) {
    String json = event(provider, "delivered");
    String events = path(provider, "events");
    int refused = provider == EmailProvider.POSTMARK ? 403 : 401;
    Post good = signed(provider, json);
    var bad = new ArrayList<Post>();
    Signer stranger = Providers.of(provider, new Providers.Amazon());
    bad.add(stranger.events(json, Instant.now()));
    bad.add(new Post(Map.of("Content-Type", "application/json"), json.getBytes(UTF_8)));
    good.headers().keySet().stream()
        .filter(header -> !header.equals("Content-Type"))
        .forEach(header -> bad.add(good.without(header)));
    if (provider != EmailProvider.POSTMARK) {
      // Postmark signs nothing: whoever knows the password may say anything
      bad.add(signers.get(provider).events(json, Instant.now().minus(Duration.ofDays(8))));
      bad.add(signers.get(provider).events(json, Instant.now().plus(Duration.ofDays(8))));
    }
    if (provider == EmailProvider.MAILGUN) {
      bad.add(
          new Post(
              good.headers(),
              new String(good.body(), UTF_8).replaceFirst("\"token\":\"", "$0x").getBytes(UTF_8)));
    } else if (provider != EmailProvider.POSTMARK) {
      bad.add(good.altered());
    }
    if (provider == EmailProvider.SES) {
      bad.add(new Providers.Ses(AMAZON).notification(Providers.TOPIC + "2", json, Instant.now()));
      bad.add(
          new Post(
              good.headers(),
              new String(good.body(), UTF_8)
                  .replace(
                      "sns.us-east-1.amazonaws.com", "sns.us-east-1.amazonaws.com.evil.example")
                  .getBytes(UTF_8)));
    }
    for (Post each : bad) {
      Answer answer = post(events, each);
      assertThat(answer.status()).isEqualTo(refused);
      assertThat(answer.contentType()).startsWith("application/problem+json");
    }
    var others = fixtures.client();
    account(others, provider, stranger);
    for (String elsewhere :
        List.of(
            events.replace(client.toString(), others.toString()),
            events.replace(accounts.get(provider).toString(), UUID.randomUUID().toString()),
            events.replace(client.toString(), "x"))) {
      assertThat(post(elsewhere, good).status()).isEqualTo(refused);
    }
    assertThat(count("receipts") + count("receipt_keys") + said().size()).isZero();
    assertThat(post(events, good).status()).isEqualTo(200);
    assertThat(count("receipts")).isOne();
  }

  @Test
  void anotherClientsMailIsUnknown() {
    String json = event(EmailProvider.POSTMARK, "complained");
    client = fixtures.client();
    accounts.put(
        EmailProvider.POSTMARK,
        account(client, EmailProvider.POSTMARK, signers.get(EmailProvider.POSTMARK)));
    take(EmailProvider.POSTMARK, json);
    assertThat(count("receipts")).isOne();
    assertThat(said()).isEmpty();
    assertThat(inForce()).isEmpty();
  }

  @Test
  void fortySixRepeatsInAnyOrderAreOneEffectAndSoIsAReplayAfterEightDays() {
    record Sending(String path, Post post) {}
    var sendings = new ArrayList<Sending>();
    for (String what : List.of("delivered", "opened", "complained")) {
      for (EmailProvider provider : List.of(EmailProvider.SENDGRID, EmailProvider.POSTMARK)) {
        sendings.addAll(
            Collections.nCopies(
                46,
                new Sending(path(provider, "events"), signed(provider, event(provider, what)))));
      }
    }
    var reply =
        new Sending(
            path(EmailProvider.POSTMARK, "inbound"),
            signed(
                EmailProvider.POSTMARK, postmarkMail(address, "Re: Your boiler", "Yes, Tuesday")));
    sendings.addAll(Collections.nCopies(46, reply));
    Collections.shuffle(sendings, new Random(7));
    try (var threads = Executors.newFixedThreadPool(8)) {
      assertThat(
              sendings.stream()
                  .map(
                      each ->
                          CompletableFuture.supplyAsync(
                              () -> post(each.path(), each.post()), threads))
                  .toList())
          .allSatisfy(each -> assertThat(each.join().status()).isEqualTo(200));
    }
    assertThat(count("receipts")).isEqualTo(7);
    assertThat(inForce()).containsExactly("email|" + address + "|complaint");
    List<String> once = said();
    assertThat(once).filteredOn("complained"::equals).hasSize(1);
    assertThat(once).filteredOn("ReplyReceived"::equals).hasSize(1);
    assertThat(once).filteredOn("OptOutReceived"::equals).hasSize(1);

    // Eight days later the keys are forgotten, and all that was told has been taken in.
    TestFleet.database()
        .admin()
        .sql("DELETE FROM omnify.receipt_keys WHERE client_id = :client")
        .param("client", client.value())
        .update();
    TestFleet.database()
        .admin()
        .sql("UPDATE omnify.dispatches SET delivery_status = 'delivered' WHERE id = :id")
        .param("id", dispatch.dispatchId().value())
        .update();
    TestFleet.database()
        .admin()
        .sql("UPDATE omnify.contact_interactions SET opened_at = now() WHERE id = :id")
        .param("id", dispatch.dispatchId().value())
        .update();
    var again = new java.util.LinkedHashSet<>(sendings);
    again.forEach(each -> assertThat(post(each.path(), each.post()).status()).isEqualTo(200));
    assertThat(said()).containsExactlyInAnyOrderElementsOf(once);
    assertThat(interactions()).hasSize(1);
    assertThat(inForce()).hasSize(1);
  }

  @Test
  void whoSendsSlowlyHoldsTheDoorShutForNobodyElse() throws Exception {
    String theirs = path(EmailProvider.MAILGUN, "inbound");
    String ours = path(EmailProvider.POSTMARK, "inbound");
    ClientId other = fixtures.client();
    Signer signer = Providers.of(EmailProvider.POSTMARK, AMAZON);
    String others =
        "/webhooks/postmark/%s/%s/inbound"
            .formatted(other, account(other, EmailProvider.POSTMARK, signer));
    String mail = postmarkMail(address, "Re: Your boiler", "Yes, Tuesday");
    var strangers = new ArrayList<Socket>();
    try {
      for (int n = 0; n < IncomingMails.OF_ONE; n++) {
        var stranger = new Socket("127.0.0.1", port);
        strangers.add(stranger);
        stranger
            .getOutputStream()
            .write(
                """
                POST %s HTTP/1.1\r
                Host: omnify.example\r
                X-Forwarded-For: 192.0.2.%d\r
                Content-Type: multipart/form-data; boundary=x\r
                Content-Length: 1000000\r
                \r
                --x"""
                    .formatted(theirs, n)
                    .getBytes(UTF_8));
      }
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> post(ours, signed(EmailProvider.POSTMARK, mail)).status() == 503);
      assertThat(post(others, signer.events(mail, Instant.now())).status()).isEqualTo(200);
    } finally {
      for (Socket stranger : strangers) {
        stranger.close();
      }
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> post(ours, signed(EmailProvider.POSTMARK, mail)).status() == 200);
  }

  @Test
  void mailgunsTokenServesOnce() {
    var mailgun = (Providers.Mailgun) signers.get(EmailProvider.MAILGUN);
    String events = path(EmailProvider.MAILGUN, "events");
    Post good = signed(EmailProvider.MAILGUN, event(EmailProvider.MAILGUN, "delivered"));
    JsonNode body = TestJson.MAPPER.readTree(good.body());
    assertThat(post(events, good).status()).isEqualTo(200);
    assertThat(post(events, good).status()).as("the same again").isEqualTo(200);
    var other = ((ObjectNode) body).deepCopy();
    other.set("event-data", TestJson.MAPPER.readTree(event(EmailProvider.MAILGUN, "complained")));
    Post altered = new Post(good.headers(), TestJson.MAPPER.writeValueAsBytes(other));
    assertThat(post(events, altered).status()).isEqualTo(406);
    // nor at the other door
    var form = new LinkedHashMap<String, String>();
    body.path("signature").forEachEntry((name, value) -> form.put(name, value.asString()));
    form.putAll(mailgunMail("bo@home.example", "hello"));
    assertThat(post(path(EmailProvider.MAILGUN, "inbound"), multipart(form)).status())
        .isEqualTo(406);
    assertThat(count("receipts")).isOne();
    assertThat(inForce()).isEmpty();
    form.putAll(mailgun.signature("fresh", Instant.now()));
    assertThat(post(path(EmailProvider.MAILGUN, "inbound"), multipart(form)).status())
        .isEqualTo(200);
  }

  @Test
  void onlyTheAwaitedTopicIsConfirmed() {
    var ses = new Providers.Ses(AMAZON);
    String events = path(EmailProvider.SES, "events");
    String there = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=t";
    int before = AMAZON.confirmed.get();
    assertThat(post(events, ses.confirmation(Providers.TOPIC + "2", there, Instant.now())).status())
        .isEqualTo(401);
    assertThat(
            post(events, ses.confirmation(Providers.TOPIC, "https://evil.example/", Instant.now()))
                .status())
        .isEqualTo(200);
    assertThat(AMAZON.confirmed.get()).isEqualTo(before);
    assertThat(post(events, ses.confirmation(Providers.TOPIC, there, Instant.now())).status())
        .isEqualTo(200);
    assertThat(AMAZON.confirmed.get()).isEqualTo(before + 1);
  }

  @Test
  void aChangedSecretCountsAtOnce() {
    take(EmailProvider.POSTMARK, event(EmailProvider.POSTMARK, "delivered"));
    Signer other = Providers.of(EmailProvider.POSTMARK, AMAZON);
    setSecret(
        EmailProvider.POSTMARK,
        signers.get(EmailProvider.POSTMARK).secret() + " " + other.secret());
    String json = event(EmailProvider.POSTMARK, "opened");
    // at most two seconds later: Postmark does not try again after a 403
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                post(path(EmailProvider.POSTMARK, "events"), other.events(json, Instant.now()))
                        .status()
                    == 200);
    take(EmailProvider.POSTMARK, event(EmailProvider.POSTMARK, "hard"));
  }

  @Test
  void theDoorsAreDescribed() {
    var paths = TestJson.MAPPER.readTree(get("/v3/api-docs").body()).path("paths").propertyNames();
    assertThat(paths)
        .contains(
            "/webhooks/{provider}/{clientId}/{accountId}/events",
            "/webhooks/{provider}/{clientId}/{accountId}/inbound",
            "/u/{token}");
  }

  // ---- mail for us

  private String postmarkMail(String from, String subject, String text, String... headers) {
    var fields = new ArrayList<Map<String, String>>();
    fields.add(Map.of("Name", "Message-ID", "Value", "<" + Fixtures.id() + "@home.example>"));
    for (String header : headers) {
      int colon = header.indexOf(':');
      fields.add(
          Map.of("Name", header.substring(0, colon), "Value", header.substring(colon + 1).strip()));
    }
    return TestJson.MAPPER.writeValueAsString(
        Map.of(
            "FromFull",
            Map.of("Email", from),
            "OriginalRecipient",
            "reply@in.plumber.example",
            "Subject",
            subject,
            "MessageID",
            Fixtures.id().toString(),
            "TextBody",
            text,
            "Attachments",
            List.of(
                Map.of("Name", "a.bin", "Content", "QUJD".repeat(100_000), "ContentType", "x/y")),
            "Headers",
            fields));
  }

  private static Map<String, String> mailgunMail(String from, String text) {
    return Map.of(
        "message-headers",
        "[[\"From\",\"" + from + "\"],[\"Message-Id\",\"<" + Fixtures.id() + "@x>\"]]",
        "recipient",
        "reply@in.plumber.example",
        "subject",
        "Re: Your boiler",
        "body-plain",
        text);
  }

  private static Post multipart(Map<String, String> form) {
    var body = new ByteArrayOutputStream();
    form.forEach(
        (name, value) ->
            body.writeBytes(
                ("--xYzZY\r\nContent-Disposition: form-data; name=\""
                        + name
                        + "\"\r\n\r\n"
                        + value
                        + "\r\n")
                    .getBytes(UTF_8)));
    body.writeBytes(
        "--xYzZY\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a.bin\"\r\n\r\n"
            .getBytes(UTF_8));
    body.writeBytes(new byte[300_000]);
    body.writeBytes("\r\n--xYzZY--\r\n".getBytes(UTF_8));
    return new Post(
        Map.of("Content-Type", "multipart/form-data; boundary=xYzZY"), body.toByteArray());
  }

  private void arrives(String from, String subject, String text, String... headers) {
    assertThat(
            post(
                    path(EmailProvider.POSTMARK, "inbound"),
                    signed(EmailProvider.POSTMARK, postmarkMail(from, subject, text, headers)))
                .status())
        .isEqualTo(200);
  }

  @Test
  void anAnswerBelongsToTheMailItNames() {
    DispatchRef first = dispatch;
    String firstId = messageId();
    dispatch = mailTo(contact, address);
    // from another address of hers, to the older of two mails
    arrives(
        "Ada.Private@home.example",
        "Re: Your boiler",
        "Yes please\0\n\nOn 5/4/26 9:12 AM, Office wrote:\n> Tuesday?",
        "In-Reply-To: " + firstId);
    arrives(address, "Re: Your boiler", "And bring a ladder");
    assertThat(events(InboundEvent.class))
        .hasSize(2)
        .allSatisfy(each -> assertThat(each).isInstanceOf(InboundEvent.ReplyReceived.class))
        .map(InboundEvent.ReplyReceived.class::cast)
        .allSatisfy(each -> assertThat(each.contactId()).isEqualTo(contact))
        .extracting(InboundEvent.ReplyReceived::inReplyTo)
        .containsExactly(first.dispatchId(), dispatch.dispatchId());
    assertThat(interactions())
        .hasSize(2)
        .first()
        .asString()
        .startsWith(
            "ada.private@home.example|reply@in.plumber.example|Re: Your boiler|Yes please\uFFFD|"
                + first.dispatchId()
                + "|f|");
  }

  @Test
  void aMachinesAnswerIsKeptAndIsNoReply() {
    LocalDate back = LocalDate.now(ZoneOffset.UTC).plusDays(9);
    arrives(
        address,
        "Automatic reply: Your boiler",
        "I am out of the office. Back on "
            + back.format(DateTimeFormatter.ofPattern("MMMM d, yyyy", Locale.US))
            + ". To unsubscribe, say stop.",
        "Auto-Submitted: auto-replied",
        "In-Reply-To: " + messageId());
    arrives(
        "nobody@far.example", "Automatic reply", "I am on leave", "Auto-Submitted: auto-replied");
    assertThat(interactions())
        .hasSize(2)
        .first()
        .asString()
        .contains("|" + dispatch.dispatchId() + "|t|auto_reply|" + back + "|");
    assertThat(said()).isEmpty();
    assertThat(inForce()).isEmpty();
  }

  @Test
  void whoAsksForItByMailIsLeftAloneOnEveryChannel() {
    arrives(
        "ada.private@home.example",
        "Re: Your boiler",
        "Please take me off your list.\n\nOn 5/4/26 9:12 AM, Office wrote:\n> Tuesday?",
        "References: <x@y> " + messageId());
    assertThat(inForce())
        .containsExactly(
            "email|" + address + "|opt_out",
            "email|ada.private@home.example|opt_out",
            "sms|" + phone + "|opt_out",
            "voice|" + phone + "|opt_out");
    assertThat(said()).containsExactly("OptOutReceived");
    // what a mail program sends by itself
    arrives("bo@home.example", "unsubscribe", "");
    assertThat(inForce()).contains("email|bo@home.example|opt_out");
  }

  @Test
  void whoeverIsUnknownIsSaidToHaveWritten() {
    arrives("stranger@far.example", "Do you fix boilers?", "Mine is cold");
    assertThat(said()).containsExactly("UnknownSenderWrote");
    assertThat(interactions()).singleElement().asString().endsWith("|null");
  }

  private static final String DSN =
      """
      This is the mail system. Your message could not be delivered.

      <%1$s>: host mx.home.example said: 550 5.1.1 user unknown
      """;

  @Test
  void aReturnedMailIsABounceOfWhatItReturns() {
    var sendGrid = (Providers.SendGrid) signers.get(EmailProvider.SENDGRID);
    String raw =
        """
        Return-Path: <>
        From: Mail Delivery System <MAILER-DAEMON@mx.plumber.example>
        To: bounces@plumber.example
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b"

        --b
        Content-Type: text/plain

        %s
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.plumber.example

        Final-Recipient: rfc822; %s
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550 5.1.1 user unknown

        --b
        Content-Type: text/rfc822-headers

        Message-Id: %s
        To: %s

        --b--
        """
            .formatted(DSN.formatted(address), address, messageId(), address);
    Post form =
        multipart(Map.of("email", raw, "envelope", "{\"to\":[\"bounces@plumber.example\"]}"));
    Post post = sendGrid.sign(form.body(), form.headers().get("Content-Type"), Instant.now());
    String inbound = path(EmailProvider.SENDGRID, "inbound");
    assertThat(post(inbound, post.altered()).status()).isEqualTo(401);
    assertThat(post(inbound, form).status()).isEqualTo(401);
    assertThat(count("receipts") + count("receipt_keys")).isZero();
    assertThat(post(inbound, post).status()).isEqualTo(200);
    assertThat(post(inbound, post).status()).isEqualTo(200);
    assertThat(said()).containsExactly("undelivered email_bounced 5.1.1");
    assertThat(interactions()).isEmpty();
    // taken apart by the provider, it says the same
    dispatch = mailTo(contact, address);
    arrives(
        "MAILER-DAEMON@mx.plumber.example",
        "Undelivered Mail Returned to Sender",
        DSN.formatted(address)
            + "\n--- The header of the original message ---\n\nMessage-ID: "
            + messageId(),
        "Return-Path: <>",
        "Auto-Submitted: auto-replied");
    assertThat(said())
        .containsExactly("undelivered email_bounced 5.1.1", "undelivered email_bounced 5.1.1");
  }

  // ---- unsubscribing

  private Answer get(String path) {
    return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build());
  }

  @Test
  void theLinkAsksAndTheButtonUnsubscribes() {
    String link =
        "/u/" + new UnsubscribeToken(client, dispatch.dispatchId()).sign(TestTokens.SECRET);
    Answer page = get(link);
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.contentType()).startsWith("text/html");
    assertThat(page.body()).contains("<form method=\"post\" action=\"" + link + "\">");
    assertThat(count("suppressions") + count("receipts")).isZero();

    var oneClick =
        new Post(
            Map.of("Content-Type", "application/x-www-form-urlencoded"),
            "List-Unsubscribe=One-Click".getBytes(UTF_8));
    for (int times = 0; times < 3; times++) {
      Answer done = post(link, oneClick);
      assertThat(done.status()).isEqualTo(200);
      assertThat(done.body()).contains("You are unsubscribed");
    }
    assertThat(inForce()).containsExactly("email|" + address + "|opt_out");
    assertThat(count("receipts")).isOne();
    assertThat(said()).containsExactlyInAnyOrder("unsubscribed", "OptOutReceived");

    String foreign =
        link.substring(0, 20) + (link.charAt(20) == 'A' ? 'B' : 'A') + link.substring(21);
    assertThat(get(foreign).status()).isEqualTo(404);
    assertThat(post(foreign, oneClick).body()).contains("This link does not work");
    assertThat(get("/u/x").body()).contains("Nothing was changed");
  }

  @Test
  void withoutDatabaseTheSenderIsAskedToRepeat() throws Exception {
    Post report = signed(EmailProvider.RESEND, event(EmailProvider.RESEND, "delivered"));
    take(EmailProvider.RESEND, event(EmailProvider.RESEND, "opened"));
    String url = TestFleet.database().jdbcUrl().replaceAll("/[^/]+$", "/postgres");
    String name = TestFleet.database().name();
    try (var server = DriverManager.getConnection(url, "postgres", "");
        var statement = server.createStatement()) {
      statement.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
      try {
        statement.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
                + name
                + "'");
        assertThat(post(path(EmailProvider.RESEND, "events"), report).status()).isEqualTo(503);
      } finally {
        statement.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true");
      }
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> post(path(EmailProvider.RESEND, "events"), report).status() == 200);
  }

  // ---- published payloads, where they lie beside us

  private static JsonNode published(String name) throws Exception {
    return TestJson.MAPPER.readTree(Files.readString(SharedData.of("esp_webhooks/" + name)));
  }

  /** As published, but about our dispatch. */
  private String ours(EmailProvider provider, JsonNode payload) {
    var event = (ObjectNode) payload.deepCopy();
    var ids = TestJson.MAPPER.createObjectNode();
    ids.put("client_id", client.toString());
    ids.put("dispatch_id", dispatch.dispatchId().toString());
    switch (provider) {
      case SENDGRID -> event.setAll(ids);
      case POSTMARK -> event.set("Metadata", ids);
      case MAILGUN -> ((ObjectNode) event.path("event-data")).set("user-variables", ids);
      case RESEND -> ((ObjectNode) event.path("data")).set("tags", ids);
      case SES -> ((ObjectNode) event.path("mail")).set("tags", ids);
      case MAILBOX -> throw new IllegalArgumentException();
    }
    return event.toString();
  }

  @Test
  void publishedPayloadsGoThroughTheDoors() throws Exception {
    var expected =
        Map.of(
            "queued", "queued",
            "sent", "sent",
            "delivered", "delivered",
            "bounced", "undelivered email_bounced");
    int taken = 0;
    int mails = 0;
    var reasons = new ArrayList<String>();
    for (EmailProvider provider : PROVIDERS) {
      String file =
          (provider == EmailProvider.SES ? "amazon_ses" : provider.wire()) + "_webhooks.json";
      for (JsonNode one : published(file)) {
        String test = one.path("test").asString();
        JsonNode payload = one.path("payload");
        JsonNode raw =
            provider == EmailProvider.SES
                ? payload.path("raw_ses_event")
                : provider == EmailProvider.SENDGRID
                    ? payload.path("raw_events").path(0)
                    : payload.path("raw_event");
        if (raw.isMissingNode()) {
          Answer answer =
              post(
                  path(provider, "events"),
                  new Post(
                      Map.of("Content-Type", "application/json"),
                      TestJson.MAPPER.writeValueAsBytes(payload.path("data"))));
          assertThat(answer.status()).isEqualTo(401);
          reasons.add(test + ": an unsigned post, refused");
          continue;
        }
        dispatch = mailTo(contact, address);
        String json = ours(provider, raw);
        if (provider == EmailProvider.SENDGRID) {
          json = "[" + json + "]";
        } else if (provider == EmailProvider.MAILGUN) {
          json = TestJson.MAPPER.readTree(json).path("event-data").toString();
        }
        int before = said().size();
        Post post = signed(provider, json);
        for (int times = 0; times < 46; times++) {
          assertThat(post(path(provider, "events"), post).status()).as(test).isEqualTo(200);
        }
        List<String> now = said();
        String type = "none";
        for (JsonNode pair : one.path("expect")) {
          if (pair.path(0).asString().equals("event.event_type")) {
            type = pair.path(1).asString();
          }
        }
        String wanted = expected.get(type);
        long recipients = one.path("test").asString().contains("multiple") ? 2 : 1;
        assertThat(now.subList(before, now.size()))
            .as(test)
            .hasSizeBetween(1, (int) recipients + 1)
            .anySatisfy(each -> assertThat(each).startsWith(wanted));
        taken++;
      }
    }
    for (JsonNode one : published("postmark_inbound.json")) {
      assertThat(
              post(
                      path(EmailProvider.POSTMARK, "inbound"),
                      signed(
                          EmailProvider.POSTMARK, one.path("payload").path("raw_event").toString()))
                  .status())
          .isEqualTo(200);
      mails++;
    }
    Path sample = SharedData.of("esp_webhooks/postmark-inbound-test-payload.json");
    assertThat(
            post(
                    path(EmailProvider.POSTMARK, "inbound"),
                    signed(EmailProvider.POSTMARK, Files.readString(sample)))
                .status())
        .isEqualTo(200);
    mails++;
    for (JsonNode one : published("mailgun_inbound.json")) {
      JsonNode raw = one.path("payload").path("raw_event");
      if (raw.isMissingNode()) {
        reasons.add(one.path("test").asString() + ": names of attachments, which are not read");
        continue;
      }
      var form = new LinkedHashMap<String, String>();
      raw.forEachEntry((name, value) -> form.put(name, value.asString()));
      form.putAll(
          ((Providers.Mailgun) signers.get(EmailProvider.MAILGUN))
              .signature(UUID.randomUUID().toString(), Instant.now()));
      assertThat(post(path(EmailProvider.MAILGUN, "inbound"), multipart(form)).status())
          .isEqualTo(200);
      mails++;
    }
    byte[] form =
        Files.readAllBytes(SharedData.of("esp_webhooks/sendgrid_inbound_default_data.txt"));
    assertThat(
            post(
                    path(EmailProvider.SENDGRID, "inbound"),
                    ((Providers.SendGrid) signers.get(EmailProvider.SENDGRID))
                        .sign(form, "multipart/form-data; boundary=xYzZY", Instant.now()))
                .status())
        .isEqualTo(200);
    mails++;
    for (JsonNode one : published("sendgrid_inbound.json")) {
      reasons.add(one.path("test").asString() + ": names of attachments, which are not read");
    }
    for (JsonNode one : published("amazon_ses_inbound.json")) {
      reasons.add(
          one.path("test").asString() + ": mail left in a bucket of Amazon's, no door of ours");
    }
    assertThat(interactions()).hasSizeBetween(mails - 1, mails);
    assertThat(interactions())
        .anySatisfy(each -> assertThat(each).contains("|Hello Twilio SendGrid!|"));
    System.out.printf(
        "Published payloads through the doors: %d events and %d mails taken, each event 46 times with one effect; %d not: %s%n",
        taken, mails, reasons.size(), reasons);
    assertThat(taken).isPositive();
  }

  @Test
  void publishedSignaturesOfLongAgoAreRefused() throws Exception {
    JsonNode sendGrid =
        TestJson.MAPPER.readTree(Files.readString(SharedData.of("signatures/sendgrid.json")));
    setSecret(EmailProvider.SENDGRID, sendGrid.path("publicKey").asString());
    JsonNode mailgun =
        TestJson.MAPPER.readTree(Files.readString(SharedData.of("signatures/mailgun.json")));
    setSecret(EmailProvider.MAILGUN, mailgun.path("key").asString());
    int refused = 0;
    for (JsonNode one : sendGrid.path("cases")) {
      String body = one.path("payload").asString(sendGrid.path("payload").asString());
      var post =
          new Post(
              Map.of(
                  "Content-Type", "application/json",
                  "X-Twilio-Email-Event-Webhook-Timestamp", sendGrid.path("timestamp").asString(),
                  "X-Twilio-Email-Event-Webhook-Signature", one.path("signature").asString()),
              body.getBytes(UTF_8));
      assertThat(post(path(EmailProvider.SENDGRID, "events"), post).status()).isEqualTo(401);
      refused++;
    }
    for (JsonNode one : mailgun.path("cases")) {
      var body =
          Map.of(
              "signature",
              one,
              "event-data",
              TestJson.MAPPER.readTree(event(EmailProvider.MAILGUN, "delivered")));
      var post =
          new Post(
              Map.of("Content-Type", "application/json"), TestJson.MAPPER.writeValueAsBytes(body));
      assertThat(post(path(EmailProvider.MAILGUN, "events"), post).status()).isEqualTo(401);
      refused++;
    }
    assertThat(count("receipts") + count("receipt_keys")).isZero();
    System.out.println("Published signatures, right but of years ago: " + refused + " refused");
  }

  private void setSecret(EmailProvider provider, String secret) {
    TestFleet.database()
        .admin()
        .sql("UPDATE omnify.provider_accounts SET webhook_secret = :secret WHERE id = :id")
        .param("secret", secret)
        .param("id", accounts.get(provider).value())
        .update();
  }
}
