package com.omnify.events.twilio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.omnify.model.Channel;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.FailureType;
import com.omnify.model.IdentityLock;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.event.MessageEvent;
import com.omnify.model.event.OrderedMessage;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.SuppressionId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestFleet;
import com.omnify.testkit.TestTokens;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

@OmnifySpringTest(service = "events")
@TestPropertySource(properties = "OMNIFY_PUBLIC_URL=https://omnify.example")
class TwilioWebhooksTest {

  private static final String TOKEN = "test-auth-token";
  private static final String OURS = "+12065550999";

  @LocalServerPort int port;

  private final HttpClient http = HttpClient.newHttpClient();
  private Fixtures fixtures;
  private ClientId client;
  private String accountSid;
  private String phone;
  private ContactId contact;
  private DispatchRef dispatch;

  @BeforeEach
  void aContactThatWasWrittenTo() {
    fixtures = TestFleet.fixtures();
    client = fixtures.client();
    fixtures.twilioAccount(client, "http://127.0.0.1:1");
    accountSid =
        TestFleet.database()
            .lines(
                "SELECT account_sid FROM omnify.provider_accounts WHERE client_id = '"
                    + client
                    + "'")
            .getFirst();
    phone = Fixtures.phone();
    contact = fixtures.contact(client, phone);
    TestFleet.database()
        .admin()
        .sql("UPDATE omnify.contacts SET email = :email WHERE id = :id")
        .param("email", "ada-" + contact + "@example.com")
        .param("id", contact.value())
        .update();
    var sequence = fixtures.sequence(client, 2);
    var enrollment = fixtures.enrollment(client, contact, sequence);
    dispatch = fixtures.dispatch(client, contact, enrollment, sequence, 1);
    said(dispatch, phone);
  }

  private void said(DispatchRef ref, String identity) {
    TestFleet.database()
        .admin()
        .sql(
            """
            UPDATE omnify.dispatches SET state = 'accepted', identity = :identity, provider_id = :sid WHERE id = :id
            """)
        .param("identity", identity)
        .param("sid", "SM" + ref.dispatchId())
        .param("id", ref.dispatchId().value())
        .update();
    TestFleet.database()
        .admin()
        .sql(
            """
            INSERT INTO omnify.contact_interactions (client_id, id, contact_id, enrollment_id, sequence_id, step_id,
              channel, direction, identity, own_address, content_body, occurred_at)
            VALUES (:client, :id, :contact, :enrollment, :sequence, :step, 'sms', 'outbound', :identity, '+12065550999',
              'Hi Ada', now() - interval '1 hour')
            """)
        .param("client", ref.clientId().value())
        .param("id", ref.dispatchId().value())
        .param("contact", ref.contactId().value())
        .param("enrollment", ref.enrollmentId() == null ? null : ref.enrollmentId().value())
        .param("sequence", ref.sequenceId() == null ? null : ref.sequenceId().value())
        .param("step", ref.stepId() == null ? null : ref.stepId().value())
        .param("identity", identity)
        .update();
  }

  private record Answer(int status, String contentType, String body) {}

  private static String encode(Map<String, String> form) {
    return form.entrySet().stream()
        .map(
            e ->
                URLEncoder.encode(e.getKey(), UTF_8) + "=" + URLEncoder.encode(e.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
  }

  private Answer post(String path, Map<String, String> form) {
    byte[] body = encode(form).getBytes(UTF_8);
    String signature =
        TwilioSignature.sign(
            TOKEN, "https://omnify.example" + path, FormBody.decode(body).orElseThrow());
    return post(path, body, "application/x-www-form-urlencoded; charset=UTF-8", signature);
  }

  private Answer post(String path, byte[] body, String contentType, String signature) {
    try {
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .header("Content-Type", contentType)
              .POST(HttpRequest.BodyPublishers.ofByteArray(body));
      if (signature != null) {
        request.header("X-Twilio-Signature", signature);
      }
      var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(
          response.statusCode(),
          response.headers().firstValue("content-type").orElse(""),
          response.body());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private String statusPath() {
    return "/webhooks/twilio/" + client + "/status?dispatch=" + dispatch.dispatchId();
  }

  private String inboundPath() {
    return "/webhooks/twilio/" + client + "/inbound";
  }

  private Map<String, String> status(String word) {
    var form = new LinkedHashMap<String, String>();
    form.put("AccountSid", accountSid);
    form.put("MessageSid", "SM" + dispatch.dispatchId());
    form.put("MessageStatus", word);
    form.put("From", OURS);
    form.put("To", phone);
    form.put("ApiVersion", "2010-04-01");
    return form;
  }

  private Map<String, String> inbound(String from, String body) {
    var form = new LinkedHashMap<String, String>();
    form.put("AccountSid", accountSid);
    form.put("MessageSid", "SM" + Fixtures.id());
    form.put("From", from);
    form.put("To", OURS);
    form.put("Body", body);
    form.put("NumMedia", "0");
    return form;
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
                + "' ORDER BY channel");
  }

  private <E extends DeliveryEvent> List<E> deliveries(Class<E> kind, int atLeast) {
    try (var events = TestFleet.kafka().events(Topic.DELIVERIES, DeliveryEvent.class)) {
      Awaitility.await()
          .until(
              () ->
                  events.all(kind).stream().filter(e -> e.clientId().equals(client)).count()
                      >= atLeast);
      return events.all(kind).stream().filter(e -> e.clientId().equals(client)).toList();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private <E extends InboundEvent> List<E> inbounds(Class<E> kind) {
    try (var events = TestFleet.kafka().events(Topic.INBOUND, InboundEvent.class)) {
      Awaitility.await()
          .until(() -> events.all(kind).stream().anyMatch(e -> e.clientId().equals(client)));
      return events.all(kind).stream().filter(e -> e.clientId().equals(client)).toList();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void statusIsToldWithItsDispatch() {
    assertThat(post(statusPath(), status("delivered")).status()).isEqualTo(200);
    var undelivered = status("undelivered");
    undelivered.put("ErrorCode", "30003");
    assertThat(post(statusPath(), undelivered).status()).isEqualTo(200);

    assertThat(deliveries(DeliveryEvent.DeliveryReported.class, 2))
        .extracting(
            DeliveryEvent.DeliveryReported::dispatch,
            DeliveryEvent.DeliveryReported::status,
            DeliveryEvent.DeliveryReported::failure)
        .containsExactlyInAnyOrder(
            tuple(dispatch, DeliveryStatus.DELIVERED, null),
            tuple(dispatch, DeliveryStatus.UNDELIVERED, FailureType.SMS_UNDELIVERED));
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT kind, provider_id, dispatch_id, jsonb_exists(payload, 'To') FROM omnify.receipts WHERE client_id = '"
                        + client
                        + "' LIMIT 1"))
        .containsExactly(
            "sms_status|SM" + dispatch.dispatchId() + "|" + dispatch.dispatchId() + "|f");
  }

  @Test
  void dispatchIsFoundByTheMessageWhereTheUrlHasLostIt() {
    String bare = "/webhooks/twilio/" + client + "/status";
    assertThat(post(bare, status("sent")).status()).isEqualTo(200);
    assertThat(deliveries(DeliveryEvent.DeliveryReported.class, 1)).hasSize(1);
  }

  @Test
  void oneChangedByteIs401AndNoRow() {
    String path = statusPath();
    byte[] body = encode(status("delivered")).getBytes(UTF_8);
    FormBody form = FormBody.decode(body).orElseThrow();
    String signature = TwilioSignature.sign(TOKEN, "https://omnify.example" + path, form);
    String contentType = "application/x-www-form-urlencoded";
    int tried = 0;
    var random = new Random(11);
    for (int at = 0; at < body.length; at++) {
      byte[] changed = body.clone();
      changed[at] ^= (byte) (1 << random.nextInt(8));
      if (FormBody.decode(changed).filter(form::equals).isEmpty()) {
        assertThat(post(path, changed, contentType, signature).status()).isEqualTo(401);
        tried++;
      }
    }
    assertThat(tried).isGreaterThan(100);
    assertThat(post(path + "0", body, contentType, signature).status()).isEqualTo(401);
    assertThat(post(path, body, contentType, "x" + signature.substring(1)).status()).isEqualTo(401);
    Answer none = post(path, body, contentType, null);
    assertThat(none.status()).isEqualTo(401);
    assertThat(none.contentType()).startsWith("application/problem+json");
    assertThat(none.body()).contains("bad_signature");
    var foreign = fixtures.client();
    fixtures.twilioAccount(foreign, "http://127.0.0.1:1");
    assertThat(
            post(path.replace(client.toString(), foreign.toString()), status("delivered")).status())
        .as("the account in the form is not the other client's")
        .isEqualTo(401);
    assertThat(count("receipts") + count("receipt_keys") + count("events_outbox")).isZero();
    assertThat(post(path, body, contentType, signature).status()).isEqualTo(200);
  }

  @Test
  void anotherClientsDispatchIsUnknown() {
    var other = fixtures.client();
    fixtures.twilioAccount(other, "http://127.0.0.1:1");
    var form = status("delivered");
    form.put(
        "AccountSid",
        TestFleet.database()
            .lines(
                "SELECT account_sid FROM omnify.provider_accounts WHERE client_id = '"
                    + other
                    + "'")
            .getFirst());
    String path = "/webhooks/twilio/" + other + "/status?dispatch=" + dispatch.dispatchId();
    assertThat(post(path, form).status()).isEqualTo(200);
    client = other;
    assertThat(count("receipts")).isOne();
    assertThat(count("events_outbox")).isZero();
  }

  @Test
  void fortySixRepeatsInAnyOrderAreOneEffect() {
    var posts = new ArrayList<Map<String, String>>();
    for (String word : List.of("queued", "sent", "delivered")) {
      posts.addAll(Collections.nCopies(46, status(word)));
    }
    Collections.shuffle(posts, new Random(5));
    try (var threads = Executors.newFixedThreadPool(8)) {
      var answers =
          posts.stream()
              .map(form -> CompletableFuture.supplyAsync(() -> post(statusPath(), form), threads))
              .toList();
      assertThat(answers).allSatisfy(each -> assertThat(each.join().status()).isEqualTo(200));
      var reply = inbound(phone, "Yes, Friday works");
      var replies =
          Collections.nCopies(46, reply).stream()
              .map(form -> CompletableFuture.supplyAsync(() -> post(inboundPath(), form), threads))
              .toList();
      assertThat(replies).allSatisfy(each -> assertThat(each.join().status()).isEqualTo(200));
    }
    assertThat(count("receipts")).isEqualTo(4);
    assertThat(count("contact_interactions")).isEqualTo(2);
    assertThat(deliveries(DeliveryEvent.DeliveryReported.class, 3)).hasSize(3);
    assertThat(inbounds(InboundEvent.ReplyReceived.class)).hasSize(1);
  }

  @Test
  void replyBelongsToTheLatestOutbound() {
    Answer answer = post(inboundPath(), inbound(phone, "Yes, Friday works\0 😀"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.contentType()).startsWith("text/xml");
    assertThat(answer.body()).endsWith("<Response/>");
    var reply = inbounds(InboundEvent.ReplyReceived.class).getFirst();
    assertThat(reply.contactId()).isEqualTo(contact);
    assertThat(reply.inReplyTo()).isEqualTo(dispatch.dispatchId());
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT contact_id, enrollment_id, direction, identity, own_address, content_body, in_reply_to"
                        + " FROM omnify.contact_interactions WHERE id = '"
                        + reply.interactionId()
                        + "'"))
        .containsExactly(
            String.join(
                "|",
                contact.toString(),
                String.valueOf(dispatch.enrollmentId()),
                "inbound",
                phone,
                OURS,
                "Yes, Friday works\uFFFD 😀",
                dispatch.dispatchId().toString()));
    assertThat(inForce()).isEmpty();
  }

  @Test
  void stopClosesEveryChannelAndStartOpensSmsAlone() {
    assertThat(post(inboundPath(), inbound(phone, "stop please")).status()).isEqualTo(200);
    String email = "ada-" + contact + "@example.com";
    assertThat(inForce())
        .containsExactly(
            "email|" + email + "|opt_out",
            "sms|" + phone + "|opt_out",
            "voice|" + phone + "|opt_out");
    var optOut = inbounds(InboundEvent.OptOutReceived.class);
    assertThat(optOut).hasSize(1);
    assertThat(optOut.getFirst().contactId()).isEqualTo(contact);
    assertThat(optOut.getFirst().channel()).isEqualTo(Channel.SMS);

    assertThat(post(inboundPath(), inbound(phone, "START")).status()).isEqualTo(200);
    assertThat(inForce())
        .containsExactly("email|" + email + "|opt_out", "voice|" + phone + "|opt_out");
    assertThat(inbounds(InboundEvent.OptInReceived.class)).hasSize(1);
    // and no word of all that was a reply
    assertThat(count("events_outbox")).isZero();
    try (var events = TestFleet.kafka().events(Topic.INBOUND, InboundEvent.class)) {
      events.await(InboundEvent.OptInReceived.class, 1);
      assertThat(events.all(InboundEvent.ReplyReceived.class))
          .noneMatch(reply -> reply.clientId().equals(client));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The suppressions that are to be confirmed, in the order of their orders. */
  private List<SuppressionId> confirmations(int atLeast) {
    try (var events = TestFleet.kafka().events(Topic.MESSAGES, MessageEvent.class)) {
      var ours = new ArrayList<MessageEvent.MessageOrdered>();
      Awaitility.await()
          .until(
              () -> {
                ours.clear();
                events.all(MessageEvent.MessageOrdered.class).stream()
                    .filter(each -> each.clientId().equals(client))
                    .forEach(ours::add);
                return ours.size() >= atLeast;
              });
      assertThat(ours).allSatisfy(each -> assertThat(each.contactId()).isEqualTo(contact));
      return ours.stream()
          .map(each -> ((OrderedMessage.OptOutConfirmation) each.message()).suppressionId())
          .toList();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String smsInForce() {
    return TestFleet.database()
        .lines(
            "SELECT id FROM omnify.suppressions WHERE lifted_at IS NULL AND channel = 'sms' AND client_id = '"
                + client
                + "'")
        .getFirst();
  }

  @Test
  void onlyWhatTheProviderDoesNotAnswerIsConfirmedOnceForEachSuppression() {
    // Twilio answers a word it knows, and what it says it has acted upon.
    post(inboundPath(), inbound(phone, " Stop "));
    post(inboundPath(), inbound(phone, "START"));
    var basta = inbound(phone, "ya basta");
    basta.put("OptOutType", "STOP");
    post(inboundPath(), basta);
    post(inboundPath(), inbound(phone, "START"));

    var first = inbound(phone, "stop please");
    post(inboundPath(), first);
    String firstStop = smsInForce();
    post(inboundPath(), first);
    post(inboundPath(), inbound(phone, "I said take me off your list"));
    post(inboundPath(), inbound(phone, "STOP"));
    post(inboundPath(), inbound(phone, "START"));
    post(inboundPath(), inbound(phone, "please stop texting me"));

    assertThat(confirmations(2))
        .extracting(SuppressionId::toString)
        .containsExactly(firstStop, smsInForce());
    assertThat(firstStop).isNotEqualTo(smsInForce());
  }

  @Test
  void whatAnOperatorHadStoppedBecomesThePersonsOwnWord() {
    TestFleet.database()
        .admin()
        .sql(
            """
            INSERT INTO omnify.suppressions (client_id, channel, identity, reason, detail)
            VALUES (:client, 'sms', :phone, 'manual', 'rude')
            """)
        .param("client", client.value())
        .param("phone", phone)
        .update();
    post(inboundPath(), inbound(phone, "stop please"));
    assertThat(inForce()).contains("sms|" + phone + "|opt_out").hasSize(3);
    assertThat(inbounds(InboundEvent.OptOutReceived.class)).hasSize(1);
    // It was in force before: nothing to confirm. The next one is.
    post(inboundPath(), inbound(phone, "START"));
    post(inboundPath(), inbound(phone, "stop please"));
    assertThat(confirmations(1)).extracting(SuppressionId::toString).containsExactly(smsInForce());
  }

  @Test
  void whoeverIsToldByTheProviderEverybodyWithTheNumberLeaves() {
    var heir = fixtures.contact(client, Fixtures.phone());
    TestFleet.database()
        .admin()
        .sql("UPDATE omnify.contacts SET phone = NULL WHERE id = :id")
        .param("id", contact.value())
        .update();
    TestFleet.database()
        .admin()
        .sql("UPDATE omnify.contacts SET phone = :phone WHERE id = :id")
        .param("phone", phone)
        .param("id", heir.value())
        .update();
    TestFleet.kafka()
        .send(
            new DeliveryEvent.DispatchRejected(
                Fixtures.eventId(),
                Fixtures.NOON,
                dispatch,
                FailureType.RECIPIENT_OPTED_OUT,
                "21610"));
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(inbounds(InboundEvent.OptOutReceived.class))
                    .extracting(InboundEvent.OptOutReceived::contactId)
                    .containsExactlyInAnyOrder(contact, heir));
    // The provider has answered.
    post(inboundPath(), inbound(phone, "START"));
    contact = heir;
    post(inboundPath(), inbound(phone, "stop please"));
    assertThat(confirmations(1)).extracting(SuppressionId::toString).containsExactly(smsInForce());
  }

  @Test
  void strangersStopIsObeyedToo() {
    String stranger = Fixtures.phone();
    assertThat(post(inboundPath(), inbound(stranger, "Unsubscribe me")).status()).isEqualTo(200);
    assertThat(inForce())
        .containsExactly("sms|" + stranger + "|opt_out", "voice|" + stranger + "|opt_out");
    var wrote = inbounds(InboundEvent.UnknownSenderWrote.class).getFirst();
    assertThat(wrote.identityHash()).matches("[0-9a-f]{64}");
    assertThat(wrote.key()).isEqualTo(wrote.identityHash());
  }

  @Test
  void stopWaitsForASenderThatIsAboutToBegin() throws Exception {
    try (var sender = DriverManager.getConnection(TestFleet.database().jdbcUrl(), "postgres", "");
        var statement = sender.createStatement()) {
      long key = IdentityLock.key(client, phone);
      statement.execute("SELECT pg_advisory_lock_shared(" + key + ")");
      var stop = CompletableFuture.supplyAsync(() -> post(inboundPath(), inbound(phone, "STOP")));
      Awaitility.await()
          .until(
              () ->
                  TestFleet.database()
                      .lines(
                          "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                      .getFirst()
                      .equals("1"));
      assertThat(stop).isNotDone();
      assertThat(inForce()).isEmpty();
      statement.execute("SELECT pg_advisory_unlock_shared(" + key + ")");
      assertThat(stop.join().status()).isEqualTo(200);
      assertThat(inForce()).hasSize(3);
    }
  }

  @Test
  void stopDoesNotWaitForEver() throws Exception {
    try (var sender = DriverManager.getConnection(TestFleet.database().jdbcUrl(), "postgres", "");
        var statement = sender.createStatement()) {
      statement.execute("SELECT pg_advisory_lock_shared(" + IdentityLock.key(client, phone) + ")");
      long start = System.nanoTime();
      assertThat(post(inboundPath(), inbound(phone, "STOP")).status()).isEqualTo(200);
      assertThat(System.nanoTime() - start).isBetween(1_900_000_000L, 10_000_000_000L);
      assertThat(inForce()).hasSize(3);
    }
  }

  @Test
  void yesIsAnAnswerUnlessThePersonIsOptedOut() {
    post(inboundPath(), inbound(phone, "YES"));
    assertThat(inbounds(InboundEvent.ReplyReceived.class)).hasSize(1);
    post(inboundPath(), inbound(phone, "STOP"));
    post(inboundPath(), inbound(phone, "YES"));
    assertThat(inbounds(InboundEvent.OptInReceived.class)).hasSize(1);
    assertThat(inForce()).hasSize(2);
  }

  @Test
  void whatWasToldToTheProviderIsToldToUs() {
    TestFleet.kafka()
        .send(
            new DeliveryEvent.DispatchRejected(
                Fixtures.eventId(),
                Fixtures.NOON,
                dispatch,
                FailureType.RECIPIENT_OPTED_OUT,
                "21610"));
    var optOut = inbounds(InboundEvent.OptOutReceived.class);
    assertThat(optOut.getFirst().contactId()).isEqualTo(contact);
    assertThat(inForce()).hasSize(3).allMatch(line -> line.endsWith("provider_opt_out"));
  }

  @Test
  void reportOnASecondMessageOfADispatchIsKeptAndNotBelieved() {
    var form = status("failed");
    form.put("MessageSid", "SM-another");
    assertThat(post(statusPath(), form).status()).isEqualTo(200);
    assertThat(count("receipts")).isOne();
    assertThat(count("events_outbox")).isZero();
  }

  @Test
  void wordsOfTomorrowAreKeptAndNotGuessed() {
    assertThat(post(statusPath(), status("teleported")).status()).isEqualTo(200);
    assertThat(count("receipts")).isOne();
    assertThat(count("events_outbox")).isZero();
  }

  private Map<String, String> call(String from, String status) {
    var form = new LinkedHashMap<String, String>();
    form.put("AccountSid", accountSid);
    form.put("CallSid", "CA" + Fixtures.id());
    form.put("CallStatus", status);
    form.put("Direction", "inbound");
    form.put("From", from);
    form.put("To", OURS);
    return form;
  }

  private String voicePath() {
    return "/webhooks/twilio/" + client + "/voice-status";
  }

  @Test
  void aCallThatNobodyTookIsMissedOnceHoweverOftenItIsTold() {
    for (String way : List.of("no-answer", "busy", "failed", "canceled")) {
      var form = call(phone, way);
      for (int i = 0; i < 3; i++) {
        assertThat(post(voicePath(), form).status()).isEqualTo(200);
      }
      // a week later, when its key is forgotten
      TestFleet.database()
          .admin()
          .sql("DELETE FROM omnify.receipt_keys WHERE client_id = :client")
          .param("client", client.value())
          .update();
      assertThat(post(voicePath(), form).status()).isEqualTo(200);
    }
    var missed = inbounds(InboundEvent.CallMissed.class);
    assertThat(missed).hasSize(4).allMatch(each -> contact.equals(each.contactId()));
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT DISTINCT channel, direction, identity, own_address, contact_id FROM omnify.contact_interactions"
                        + " WHERE direction = 'inbound' AND client_id = '"
                        + client
                        + "'"))
        .containsExactly("voice|inbound|" + phone + "|" + OURS + "|" + contact);
    assertThat(count("calls")).isEqualTo(4);
  }

  @Test
  void aStrangersMissedCallIsForMemoryToResolve() {
    String stranger = Fixtures.phone();
    var form = call(stranger, "in-progress");
    form.put("DialCallStatus", "no-answer");
    assertThat(post(voicePath(), form).status()).isEqualTo(200);
    form.remove("DialCallStatus");
    form.put("CallStatus", "completed");
    assertThat(post(voicePath(), form).status()).as("to Twilio it was a call").isEqualTo(200);
    var missed = inbounds(InboundEvent.CallMissed.class);
    assertThat(missed).hasSize(1);
    assertThat(missed.getFirst().contactId()).isNull();
    assertThat(missed.getFirst().key()).isEqualTo(missed.getFirst().identityHash());
  }

  @Test
  void aCallThatSomebodyTookIsAReply() {
    var form = call(phone, "ringing");
    post(voicePath(), form);
    assertThat(count("calls")).isZero();
    form.put("CallStatus", "completed");
    form.put("CallDuration", "73");
    post(voicePath(), form);
    var replies = inbounds(InboundEvent.ReplyReceived.class);
    assertThat(replies).hasSize(1);
    assertThat(replies.getFirst().channel()).isEqualTo(Channel.VOICE);
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT disposition, seconds FROM omnify.calls WHERE client_id = '"
                        + client
                        + "'"))
        .containsExactly("answered|73");
  }

  @Test
  void callsOfOursOfHiddenNumbersAndOfUnknownWordsAreOnlyKept() {
    var ours = call(phone, "no-answer");
    ours.put("Direction", "outbound-api");
    for (var form : List.of(ours, call("+266696687", "no-answer"), call(phone, "teleported"))) {
      assertThat(post(voicePath(), form).status()).isEqualTo(200);
    }
    assertThat(count("receipts")).isEqualTo(3);
    assertThat(count("calls") + count("events_outbox")).isZero();
    byte[] body = encode(call(phone, "no-answer")).getBytes(UTF_8);
    assertThat(post(voicePath(), body, "application/x-www-form-urlencoded", "nonsense").status())
        .isEqualTo(401);
    assertThat(count("receipts")).isEqualTo(3);
  }

  @Test
  void jsonIsTakenWhereTheUrlCarriesItsHash() throws Exception {
    byte[] body =
        ("{\"MessageSid\":\"SM%1$s\",\"MessageStatus\":\"sent\",\"To\":\"%2$s\"}"
                .formatted(dispatch.dispatchId(), phone))
            .getBytes(UTF_8);
    String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    String path = statusPath() + "&bodySHA256=" + hash;
    String signature =
        TwilioSignature.sign(TOKEN, "https://omnify.example" + path, new FormBody(Map.of()));
    byte[] changed = body.clone();
    changed[20] ^= 1;
    assertThat(post(path, changed, "application/json", signature).status()).isEqualTo(401);
    assertThat(post(path, body, "application/json", signature).status()).isEqualTo(200);
    assertThat(deliveries(DeliveryEvent.DeliveryReported.class, 1)).hasSize(1);
  }

  @Test
  void withoutDatabaseTheSenderIsAskedToRepeat() throws Exception {
    var form = inbound(phone, "Are you there?");
    assertThat(post(statusPath(), status("queued")).status()).isEqualTo(200);
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
        assertThat(post(inboundPath(), form).status()).isEqualTo(503);
      } finally {
        statement.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true");
      }
    }
    Awaitility.await().until(() -> post(inboundPath(), form).status() == 200);
    assertThat(inbounds(InboundEvent.ReplyReceived.class)).hasSize(1);
  }

  @Test
  void longOrPointlessBodiesAreRefused() {
    assertThat(post(inboundPath(), inbound(phone, "x".repeat(70_000))).status()).isEqualTo(413);
    var form = status("sent");
    form.remove("MessageSid");
    Answer answer = post(statusPath(), form);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("MessageSid");
    assertThat(count("receipts")).isZero();
  }

  @Test
  void suppressionsOverRest() throws Exception {
    String bearer = TestTokens.bearer(client, "member");
    var created =
        call("POST", "/api/v1/suppressions", "{\"contact_id\":\"" + contact + "\"}", bearer);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    assertThat(inForce()).hasSize(3).allMatch(line -> line.endsWith("manual"));
    assertThat(inbounds(InboundEvent.OptOutReceived.class)).hasSize(1);
    var again = call("POST", "/api/v1/suppressions", "{\"identity\":\"" + phone + "\"}", bearer);
    assertThat(again.statusCode()).isEqualTo(200);
    var listed =
        call("GET", "/api/v1/suppressions?identity=%2B" + phone.substring(1), null, bearer);
    assertThat(listed.body()).contains("\"channel\":\"sms\"").contains("\"reason\":\"manual\"");
    String id =
        TestFleet.database()
            .lines(
                "SELECT id FROM omnify.suppressions WHERE channel = 'sms' AND client_id = '"
                    + client
                    + "'")
            .getFirst();
    assertThat(call("DELETE", "/api/v1/suppressions/" + id, null, bearer).statusCode())
        .isEqualTo(403);
    assertThat(
            call("DELETE", "/api/v1/suppressions/" + id, null, TestTokens.bearer(client, "admin"))
                .statusCode())
        .isEqualTo(204);
    assertThat(inForce()).hasSize(2);
    assertThat(
            call("DELETE", "/api/v1/suppressions/" + id, null, TestTokens.bearer(fixtures.client()))
                .statusCode())
        .as("another client's")
        .isEqualTo(404);
    for (String bad :
        List.of(
            "{}",
            "{\"identity\":\"12\"}",
            "{\"identity\":\"" + phone + "\",\"contact_id\":\"" + contact + "\"}",
            "{\"identity\":\"" + phone + "\",\"channel\":\"email\"}",
            "{\"identity\":\"" + phone + "\",\"channel\":\"fax\"}",
            "{\"identity\":\"" + phone + "\",\"foo\":1}",
            "{")) {
      var refused = call("POST", "/api/v1/suppressions", bad, bearer);
      assertThat(refused.statusCode()).as(bad).isEqualTo(400);
      assertThat(refused.body()).as(bad).contains("fix");
    }
    assertThat(call("GET", "/api/v1/receipts", null, bearer).body()).contains("\"items\":[]");
    assertThat(call("GET", "/api/v1/receipts", null, null).statusCode()).isEqualTo(401);
  }

  private HttpResponse<String> call(String method, String path, String body, String bearer)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (bearer != null) {
      request.header("Authorization", bearer);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
