package com.omnify.sandbox;

import static com.omnify.sandbox.TwilioSdk.SID;
import static com.omnify.sandbox.TwilioSdk.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.omnify.sandbox.fault.FaultSettings;
import com.omnify.sandbox.fault.FaultSettings.Switches;
import com.omnify.sandbox.fault.Outcome;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import com.omnify.sandbox.persona.policy.Persona;
import com.omnify.sandbox.persona.policy.ReplyPolicy.Talkativeness;
import com.omnify.sandbox.twilio.Account;
import com.twilio.exception.ApiException;
import com.twilio.http.TwilioRestClient;
import com.twilio.rest.api.v2010.account.Message;
import com.twilio.rest.lookups.v2.PhoneNumber;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SandboxTest {

  private static final String OUR = "+15125550100";
  private static final String PERSON = "+15125550142";

  @TempDir Path data;
  private Gateway gateway;
  private Sandbox sandbox;
  private TwilioRestClient twilio;

  @BeforeEach
  void start() throws IOException {
    gateway = new Gateway();
    open();
  }

  @AfterEach
  void stop() throws IOException {
    sandbox.close();
    gateway.close();
  }

  private void open() throws IOException {
    sandbox =
        Sandbox.start(
            SandboxOptions.in(data)
                .withPublicUrl(gateway.url())
                .withEveryoneElse(Persona.SILENT)
                .withClockRate(1_000)
                .withAccount(Account.of(SID, TOKEN, Gateway.CLIENT)));
    twilio = TwilioSdk.at(sandbox.port());
  }

  private Message send(String to, String body, String dispatch) {
    return Message.creator(
            new com.twilio.type.PhoneNumber(to), new com.twilio.type.PhoneNumber(OUR), body)
        .setStatusCallback(URI.create(gateway.statusUrl(dispatch)))
        .create(twilio);
  }

  /** For sends that may well be refused. */
  private void tryToSend(String to, String body) {
    try {
      send(to, body, dispatch());
    } catch (ApiException refused) {
      assertThat(refused.getStatusCode()).isGreaterThanOrEqualTo(400);
    }
  }

  private static String dispatch() {
    return UUID.randomUUID().toString();
  }

  // ---- sending

  @Test
  void sdkReadsEveryFieldOfWhatItCreated() {
    var message = send(PERSON, "Hello there", dispatch());

    assertThat(message.getSid()).matches("SM[0-9a-f]{32}");
    assertThat(message.getStatus()).isEqualTo(Message.Status.QUEUED);
    assertThat(message.getDirection()).isEqualTo(Message.Direction.OUTBOUND_API);
    assertThat(message.getNumSegments()).isEqualTo("1");
    assertThat(message.getDateCreated())
        .isBetween(ZonedDateTime.now().minusMinutes(1), ZonedDateTime.now());
    assertThat(message.getDateSent()).isNull();
    assertThat(message.getFrom().toString()).isEqualTo(OUR);
    assertThat(message.getTo()).isEqualTo(PERSON);
    assertThat(message.getBody()).isEqualTo("Hello there");
    assertThat(message.getAccountSid()).isEqualTo(SID);
  }

  @Test
  void acceptedMessageIsOnDiskBeforeItIsAnswered() throws IOException {
    var dispatch = dispatch();

    var message = send(PERSON, "Durable", dispatch);

    var lines = Files.readAllLines(data.resolve("ledger.ndjson"));
    assertThat(lines)
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("\"kind\":\"accepted\"")
                    .contains(message.getSid())
                    .contains("\"dispatch_id\":\"" + dispatch + "\"")
                    .contains("\"client_id\":\"" + Gateway.CLIENT + "\"")
                    .contains("\"status_code\":201"));
  }

  @Test
  void priceAndDateAreKnownOnceSent() {
    var message = send(PERSON, "x".repeat(161), dispatch());

    await()
        .untilAsserted(
            () -> {
              var fetched = Message.fetcher(message.getSid()).fetch(twilio);
              assertThat(fetched.getStatus()).isEqualTo(Message.Status.DELIVERED);
              assertThat(fetched.getPrice()).isEqualTo("-0.01580");
              assertThat(fetched.getNumSegments()).isEqualTo("2");
              assertThat(fetched.getDateSent()).isNotNull();
            });
  }

  @ParameterizedTest
  @CsvSource({
    "+1512555,            hi,  21211",
    "not a number,        hi,  21211",
    "+15005550001,        hi,  21211",
    "+15005550004,        hi,  21610",
    "+15005550009,        hi,  21614",
    "+15125550142,        '',  21602",
    "+15125550100,        hi,  21266",
  })
  void badRequestsAreRefusedWithTwiliosCode(String to, String body, int code) {
    var dispatch = dispatch();
    assertThatThrownBy(() -> send(to, body, dispatch))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> {
              assertThat(e.getCode()).isEqualTo(code);
              assertThat(e.getStatusCode()).isEqualTo(400);
              assertThat(e.getMoreInfo()).endsWith("/" + code);
            });
    assertThat(sandbox.ledger().entries(Kind.REFUSED))
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.dispatchId()).isEqualTo(dispatch);
              assertThat(line.statusCode()).isEqualTo(400);
              assertThat(line.detail()).startsWith(Integer.toString(code));
            });
  }

  @Test
  void bodyOver1600CharactersIsRefused() {
    assertThat(send(PERSON, "x".repeat(1_600), dispatch()).getNumSegments()).isEqualTo("11");
    assertCode(() -> send(PERSON, "x".repeat(1_601), dispatch()), 21617);
  }

  @Test
  void missingNumbersAreRefused() throws Exception {
    assertThat(post("From=%2B15125550100&Body=hi").body()).contains("\"code\":21604");
    assertThat(post("To=%2B15125550142&Body=hi").body()).contains("\"code\":21603");
    assertThat(post("To=%2B15125550142&From=12x!&Body=hi").body()).contains("\"code\":21212");
    assertThat(post("To=%2B15125550142&From=%2B15005550007&Body=hi").body())
        .contains("\"code\":21606");
    assertThat(post("To=%2B15125550142&From=%2B15125550100&Body=hi&StatusCallback=nowhere").body())
        .contains("\"code\":21609");
  }

  @Test
  void senderThatIsNotTheAccountsIsRefused() {
    sandbox.register(
        new Account(SID, TOKEN, Gateway.CLIENT, Set.of("+15125550199"), null, false, true));
    assertCode(() -> send(PERSON, "hi", dispatch()), 21659);
  }

  @Test
  void wrongTokenIs401() {
    twilio = TwilioSdk.at(sandbox.port(), "wrong");
    assertThatThrownBy(() -> send(PERSON, "hi", dispatch()))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> {
              assertThat(e.getStatusCode()).isEqualTo(401);
              assertThat(e.getCode()).isEqualTo(20003);
            });
    assertThat(sandbox.ledger().summary().accepted()).isZero();
  }

  @Test
  void numberThatDoesNotExistIsRefused() {
    sandbox.persona(PERSON, Persona.INVALID);
    assertCode(() -> send(PERSON, "hi", dispatch()), 21211);
  }

  // ---- status callbacks

  @Test
  void callbacksAreSignedAndInOrder() {
    var dispatch = dispatch();
    var message = send(PERSON, "Signed, with ümläuts & more", dispatch);

    await().untilAsserted(() -> assertThat(told()).containsExactly("queued", "sent", "delivered"));
    assertThat(gateway.received())
        .allSatisfy(
            request -> {
              assertThat(gateway.accepts(request, TOKEN)).isTrue();
              assertThat(gateway.accepts(request, "another token")).isFalse();
              assertThat(request.query().first("dispatch")).hasValue(dispatch);
              assertThat(request.form().first("MessageSid")).hasValue(message.getSid());
              assertThat(request.form().first("SmsSid")).hasValue(message.getSid());
              assertThat(request.form().first("AccountSid")).hasValue(SID);
              assertThat(request.form().first("To")).hasValue(PERSON);
              assertThat(request.form().first("From")).hasValue(OUR);
              assertThat(request.form().first("ApiVersion")).hasValue("2010-04-01");
            });
  }

  @ParameterizedTest
  @CsvSource({"LANDLINE, 30006", "UNREACHABLE, 30003", "CARRIER_FILTERED, 30007"})
  void linesThatCannotBeReachedAreUndelivered(Persona persona, String code) {
    sandbox.persona(PERSON, persona);
    var message = send(PERSON, "hi", dispatch());

    await().untilAsserted(() -> assertThat(told()).last().isEqualTo("undelivered"));
    assertThat(gateway.statuses().getLast().first("ErrorCode")).hasValue(code);
    assertThat(Message.fetcher(message.getSid()).fetch(twilio).getErrorCode())
        .isEqualTo(Integer.valueOf(code));
  }

  @Test
  void flakyLineFailsFirstAndThenWorks() {
    sandbox.persona(PERSON, Persona.FLAKY);
    sandbox.talkativeness(new Talkativeness(0, 1));
    send(PERSON, "one", dispatch());
    await().untilAsserted(() -> assertThat(told()).last().isEqualTo("undelivered"));
    send(PERSON, "two", dispatch());
    await().untilAsserted(() -> assertThat(told()).last().isEqualTo("delivered"));
  }

  @Test
  void outOfOrderLineReportsDeliveredBeforeSent() {
    sandbox.persona(PERSON, Persona.OUT_OF_ORDER);
    sandbox.talkativeness(new Talkativeness(0, 1));
    send(PERSON, "hi", dispatch());
    await()
        .untilAsserted(
            () -> assertThat(told()).containsExactlyInAnyOrder("queued", "sent", "delivered"));
  }

  @Test
  void lateLineReportsWhenFleetTimeHasPassed() {
    sandbox.persona(PERSON, Persona.LATE);
    sandbox.talkativeness(new Talkativeness(0, 1));
    sandbox.clockRate(1);
    send(PERSON, "hi", dispatch());
    sandbox.advance(Duration.ofMinutes(10));
    await().untilAsserted(() -> assertThat(told()).containsExactlyInAnyOrder("queued", "sent"));

    sandbox.advance(Duration.ofHours(3));

    await().untilAsserted(() -> assertThat(told()).last().isEqualTo("delivered"));
  }

  @Test
  void restartingGatewayLosesNothing() {
    gateway.answer(503, 500, 503, 502);
    send(PERSON, "hi", dispatch());

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              var callbacks = sandbox.ledger().summary().callbacks();
              assertThat(callbacks.delivered()).isEqualTo(3);
              assertThat(callbacks.retried()).isEqualTo(4);
            });
    assertThat(
            gateway.received().stream()
                .map(r -> r.header("I-Twilio-Idempotency-Token").orElse(""))
                .distinct())
        .hasSize(3);
  }

  @Test
  void rejectedCallbackIsNotTriedAgain() {
    gateway.answer(401, 401, 401);
    send(PERSON, "hi", dispatch());

    await()
        .untilAsserted(
            () -> assertThat(sandbox.ledger().summary().callbacks().rejected()).isEqualTo(3));
    assertThat(gateway.received()).hasSize(3);
  }

  @Test
  void callbacksAreLostDuplicatedAndReordered() {
    sandbox.faults(new Switches().loseCallbacks(1).settings());
    send(PERSON, "lost", dispatch());
    await()
        .untilAsserted(
            () -> assertThat(sandbox.ledger().summary().callbacks().lost()).isEqualTo(3));
    assertThat(gateway.received()).isEmpty();

    sandbox.faults(new Switches().duplicateCallbacks(1).settings());
    send(PERSON, "twice", dispatch());
    await().untilAsserted(() -> assertThat(gateway.received()).hasSize(6));

    sandbox.clockRate(20);
    sandbox.faults(new Switches().reorderCallbacks(1).settings());
    send(PERSON, "backwards", dispatch());
    await()
        .untilAsserted(
            () ->
                assertThat(told().stream().skip(6)).containsExactly("delivered", "sent", "queued"));
    assertThat(sandbox.ledger().summary().faults())
        .containsEntry("callback_lose", 3L)
        .containsEntry("callback_duplicate", 3L)
        .containsEntry("callback_reorder", 1L);
  }

  private List<String> told() {
    return gateway.statuses().stream().map(f -> f.first("MessageStatus").orElse("")).toList();
  }

  // ---- people

  @Test
  void bookerAnswersAndTheReplyIsSigned() {
    sandbox.persona(PERSON, Persona.BOOKER);
    sandbox.talkativeness(new Talkativeness(1, 1));
    send(PERSON, "Shall we come by?", dispatch());

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(gateway.inbound()).hasSize(1));
    var request =
        gateway.received().stream()
            .filter(r -> r.path().endsWith("/inbound"))
            .findFirst()
            .orElseThrow();
    assertThat(request.path()).isEqualTo("/webhooks/twilio/" + Gateway.CLIENT + "/inbound");
    assertThat(gateway.accepts(request, TOKEN)).isTrue();
    assertThat(request.form().first("From")).hasValue(PERSON);
    assertThat(request.form().first("To")).hasValue(OUR);
    assertThat(request.form().first("NumMedia")).hasValue("0");
    assertThat(request.form().first("OptOutType")).isEmpty();
    assertThat(sandbox.ledger().entries(Kind.INBOUND))
        .singleElement()
        .satisfies(
            line -> assertThat(line.body()).isEqualTo(request.form().first("Body").orElse("")));
  }

  @Test
  void stopBlocksLaterSendsAndStartLiftsIt() {
    send(PERSON, "hi", dispatch());
    sandbox.say(PERSON, OUR, " stop ");
    assertCode(() -> send(PERSON, "again", dispatch()), 21610);

    sandbox.say(PERSON, OUR, "Start");
    assertThat(send(PERSON, "again", dispatch()).getSid()).isNotEmpty();
  }

  @Test
  void politeWishBlocksNothingAtTwilio() {
    send(PERSON, "hi", dispatch());
    sandbox.say(PERSON, OUR, "please take me off your list");
    assertThat(send(PERSON, "again", dispatch()).getSid()).isNotEmpty();
  }

  @Test
  void stopHoldsForOneSenderOnly() {
    send(PERSON, "hi", dispatch());
    sandbox.say(PERSON, OUR, "STOP");
    var other =
        Message.creator(
                new com.twilio.type.PhoneNumber(PERSON),
                new com.twilio.type.PhoneNumber("+15125550101"),
                "from elsewhere")
            .create(twilio);
    assertThat(other.getSid()).isNotEmpty();
  }

  @Test
  void advancedOptOutIsToldInTheWebhook() {
    sandbox.register(new Account(SID, TOKEN, Gateway.CLIENT, Set.of(OUR), null, true, true));
    sandbox.say(PERSON, OUR, "STOP");
    await().untilAsserted(() -> assertThat(gateway.inbound()).hasSize(1));
    assertThat(gateway.inbound().getFirst().first("OptOutType")).hasValue("STOP");
  }

  @Test
  void stopperSaysStopInTheEnd() {
    sandbox.persona(PERSON, Persona.STOPPER);
    send(PERSON, "one", dispatch());
    sandbox.advance(Duration.ofHours(1));
    tryToSend(PERSON, "two");
    sandbox.advance(Duration.ofHours(1));
    await().untilAsserted(() -> assertThat(gateway.inbound()).hasSize(1));
    assertCode(() -> send(PERSON, "three", dispatch()), 21610);
  }

  @Test
  void sameSeedSaysTheSame() throws IOException {
    var first = conversation();
    sandbox.close();
    Files.delete(data.resolve("ledger.ndjson"));
    open();
    assertThat(conversation()).isEqualTo(first).isNotEmpty();
  }

  private List<String> conversation() {
    sandbox.everyoneElse(null);
    sandbox.talkativeness(new Talkativeness(0.5, 1));
    IntStream.range(0, 40)
        .mapToObj(i -> "+1512555%04d".formatted(200 + i))
        .forEach(to -> tryToSend(to, "hello"));
    sandbox.advance(Duration.ofDays(1));
    await()
        .during(Duration.ofMillis(300))
        .untilAsserted(() -> assertThat(sandbox.provider().load().get("planned")).isZero());
    return sandbox.ledger().entries(Kind.INBOUND).stream()
        .map(line -> line.from() + " " + line.body())
        .sorted()
        .toList();
  }

  // ---- faults

  @ParameterizedTest
  @CsvSource({
    "OK,                201, 1",
    "BAD_REQUEST,       400, 0",
    "TOO_MANY_REQUESTS, 429, 0",
    "SERVER_ERROR,      500, 0",
    "UNAVAILABLE,       503, 0",
    "ACCEPT_THEN_500,   500, 1",
    "RESET_BEFORE,      0,   0",
    "RESET_AFTER,       0,   1",
    "DROP_AFTER,        0,   1",
    "HANG_BEFORE,       0,   0",
    "HANG_AFTER,        0,   1",
  })
  void everyOutcomeLeavesExactlyWhatItSays(Outcome outcome, int status, int accepted) {
    sandbox.faults(new Switches().hangSeconds(2).settings());
    sandbox.script(outcome);

    var problem = catchThrowable(() -> send(PERSON, "hi", dispatch()));

    int answered =
        problem == null
            ? 201
            : problem instanceof ApiException e && e.getStatusCode() != null
                ? e.getStatusCode()
                : 0;
    assertThat(answered).isEqualTo(status);
    var summary = sandbox.ledger().summary();
    assertThat(summary.accepted()).isEqualTo(accepted);
    assertThat(summary.requests()).isEqualTo(1);
    assertThat(summary.faults()).hasSize(outcome == Outcome.OK ? 0 : 1);
    if (accepted == 1) {
      await().untilAsserted(() -> assertThat(told()).contains("delivered"));
    }
    // the script is used up
    assertThat(send(PERSON, "next", dispatch()).getSid()).isNotEmpty();
  }

  @Test
  void ratesFireAboutAsOftenAsSet() {
    sandbox.faults(
        new Switches()
            .rate(Outcome.ACCEPT_THEN_500, 0.2)
            .rate(Outcome.SERVER_ERROR, 0.3)
            .settings());
    for (int i = 0; i < 200; i++) {
      tryToSend(PERSON, "hi");
    }
    var summary = sandbox.ledger().summary();
    assertThat(summary.requests()).isEqualTo(200);
    assertThat(summary.faults().get("accept_then_500")).isBetween(20L, 65L);
    assertThat(summary.faults().get("500")).isBetween(35L, 90L);
    assertThat(summary.accepted() + summary.refused()).isEqualTo(200);
  }

  @Test
  void duplicateDispatchIsSeen() {
    var dispatch = dispatch();
    send(PERSON, "once", dispatch);
    send(PERSON, "twice", dispatch);

    var summary = sandbox.ledger().summary();
    assertThat(summary.duplicateDispatches()).isEqualTo(1);
    assertThat(summary.duplicates())
        .singleElement()
        .satisfies(d -> assertThat(d.count()).isEqualTo(2));
  }

  // ---- queries

  @Test
  void listFindsByRecipientAndPagesThroughAll() {
    var others = "+15125550177";
    for (int i = 0; i < 7; i++) {
      send(PERSON, "mine " + i, dispatch());
      send(others, "theirs " + i, dispatch());
    }
    var mine = Message.reader().setTo(PERSON).setPageSize(3L).read(twilio);
    assertThat(StreamSupport.stream(mine.spliterator(), false).map(Message::getBody))
        .containsExactly("mine 6", "mine 5", "mine 4", "mine 3", "mine 2", "mine 1", "mine 0");
    assertThat(
            StreamSupport.stream(
                Message.reader().setPageSize(5L).read(twilio).spliterator(), false))
        .hasSize(14);
  }

  @Test
  void queuedMessagesHaveNoDateToFilterBy() {
    sandbox.clockRate(0.001);
    send(PERSON, "queued", dispatch());
    var dated =
        Message.reader()
            .setTo(PERSON)
            .setDateSentAfter(ZonedDateTime.now().minusHours(1))
            .read(twilio);
    assertThat(StreamSupport.stream(dated.spliterator(), false)).isEmpty();
    sandbox.advance(Duration.ofMinutes(1));
    await()
        .untilAsserted(
            () ->
                assertThat(
                        StreamSupport.stream(
                            Message.reader()
                                .setTo(PERSON)
                                .setDateSentAfter(ZonedDateTime.now().minusHours(1))
                                .read(twilio)
                                .spliterator(),
                            false))
                    .hasSize(1));
  }

  @Test
  void listLagHidesWhatIsYoung() {
    sandbox.faults(new Switches().listLagMs(600_000).settings());
    send(PERSON, "young", dispatch());
    assertThat(Message.reader().setTo(PERSON).read(twilio).iterator()).isExhausted();
    sandbox.faults(FaultSettings.NONE);
    assertThat(Message.reader().setTo(PERSON).read(twilio).iterator()).hasNext();
  }

  @Test
  void unknownMessageIs404() {
    assertCode(() -> Message.fetcher("SM" + "0".repeat(32)).fetch(twilio), 20404);
  }

  @Test
  void lookupKnowsLineTypesAndImpossibleNumbers() {
    sandbox.persona(PERSON, Persona.LANDLINE);
    sandbox.persona("+15125550143", Persona.VOIP);
    assertThat(lineType(PERSON)).isEqualTo("landline");
    assertThat(lineType("+15125550143")).isEqualTo("nonFixedVoip");
    assertThat(lineType("+15125550144")).isEqualTo("mobile");

    var impossible = PhoneNumber.fetcher("+151255501").fetch(twilio);
    assertThat(impossible.getValid()).isFalse();
    assertThat(impossible.getValidationErrors()).hasSize(1);
    var plain = PhoneNumber.fetcher(PERSON).fetch(twilio);
    assertThat(plain.getValid()).isTrue();
    assertThat(plain.getCountryCode()).isEqualTo("US");
    assertThat(plain.getNationalFormat()).isEqualTo("(512) 555-0142");
    assertThat(plain.getLineTypeIntelligence()).isNull();
  }

  private String lineType(String number) {
    return PhoneNumber.fetcher(number)
        .setFields("line_type_intelligence")
        .fetch(twilio)
        .getLineTypeIntelligence()
        .getType();
  }

  // ---- restart

  @Test
  void restartForgetsNothing() throws IOException {
    sandbox.clockRate(0.001);
    var dispatch = dispatch();
    var message = send(PERSON, "before the restart", dispatch);
    sandbox.say(PERSON, OUR, "STOP");
    sandbox.faults(new Switches().rate(Outcome.SERVER_ERROR, 0.5).settings());
    sandbox.close();

    open();

    assertThat(sandbox.faultSwitches().settings().rate500()).isEqualTo(0.5);
    sandbox.faults(FaultSettings.NONE);
    assertCode(() -> send(PERSON, "again", dispatch()), 21610);
    assertThat(Message.fetcher(message.getSid()).fetch(twilio).getBody())
        .isEqualTo("before the restart");
    assertThat(sandbox.ledger().summary().accepted()).isEqualTo(1);
    // the journey that was interrupted goes on
    sandbox.clockRate(1_000);
    await().untilAsserted(() -> assertThat(told()).contains("queued", "sent", "delivered"));
    // and numbering goes on
    assertThat(sandbox.ledger().entries().stream().map(LedgerEntry::seq))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, sandbox.ledger().entries().size())
                .mapToObj(Long::valueOf)
                .toList());
  }

  @Test
  void tornLastLineIsCutOffAndAnythingElseIsAnError() throws IOException {
    send(PERSON, "whole", dispatch());
    sandbox.close();
    var file = data.resolve("ledger.ndjson");
    Files.writeString(file, "{\"seq\":99,\"at\":\"20", StandardOpenOption.APPEND);
    open();
    assertThat(sandbox.ledger().summary().accepted()).isEqualTo(1);
    sandbox.close();

    var lines = Files.readAllLines(file);
    lines.removeFirst();
    Files.write(file, lines);
    if (lines.isEmpty()) {
      open();
      return;
    }
    assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("line 1");
    Files.delete(file);
    open();
  }

  @Test
  void twoSandboxesNeverShareALedger() {
    assertThatThrownBy(() -> Sandbox.start(SandboxOptions.in(data)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("in use");
  }

  // ---- its own REST side

  @Test
  void switchesAreSetOverRest() throws Exception {
    assertThat(call("GET", "/actuator/health/readiness", "").body())
        .isEqualTo("{\"status\":\"UP\"}");
    assertThat(call("PUT", "/sandbox/clock", "{\"rate\":1000}").body()).contains("1000");
    assertThat(
            call("PUT", "/sandbox/faults", "{\"accept_then_500\":0.05,\"callback_lose\":0.1}")
                .body())
        .contains("\"accept_then_500\":0.05")
        .contains("\"hang_seconds\":30");
    assertThat(call("PUT", "/sandbox/faults", "{}").body()).contains("\"accept_then_500\":0.0");
    assertThat(
            call("PUT", "/sandbox/script", "[\"500\",\"reset_before\",\"accept_then_500\"]")
                .statusCode())
        .isEqualTo(200);
    assertThat(call("GET", "/sandbox/script", "").body())
        .isEqualTo("[\"500\",\"reset_before\",\"accept_then_500\"]");
    assertThat(call("PUT", "/sandbox/script", "[]").statusCode()).isEqualTo(200);
    assertThat(call("PUT", "/sandbox/personas/+15125550142", "{\"persona\":\"landline\"}").body())
        .contains("landline");
    assertThat(call("PUT", "/sandbox/personas", "{\"+15125550143\":\"booker\"}").statusCode())
        .isEqualTo(200);
    assertThat(call("PUT", "/sandbox/personas/default", "{\"persona\":\"mix\"}").body())
        .contains("mix");
    assertThat(
            call(
                    "PUT",
                    "/sandbox/accounts/AC" + "f".repeat(32),
                    "{\"auth_token\":\"t\",\"client_id\":\"" + Gateway.CLIENT + "\"}")
                .statusCode())
        .isEqualTo(200);
    send("+15125550150", "hi", dispatch());
    assertThat(
            call(
                    "POST",
                    "/sandbox/inbound",
                    "{\"from\":\"+15125550150\",\"to\":\"" + OUR + "\",\"body\":\"Yes\"}")
                .statusCode())
        .isEqualTo(202);
    assertThat(call("GET", "/sandbox/messages?limit=5", "").body())
        .contains("\"direction\":\"inbound\"");
  }

  @Test
  void mistakesAreExplained() throws Exception {
    assertThat(call("PUT", "/sandbox/faults", "{\"acept_then_500\":0.05}"))
        .satisfies(r -> assertThat(r.statusCode()).isEqualTo(400))
        .satisfies(r -> assertThat(r.body()).contains("acept_then_500"));
    assertThat(call("PUT", "/sandbox/faults", "{\"rate_500\":2}").body()).contains("probability");
    assertThat(call("PUT", "/sandbox/script", "[\"explode\"]").body())
        .contains("known are ok, 400");
    assertThat(call("PUT", "/sandbox/clock", "{\"rate\":0}").statusCode()).isEqualTo(400);
    assertThat(call("PUT", "/sandbox/personas/12", "{\"persona\":\"eager\"}").body())
        .contains("not a phone number");
    assertThat(call("PUT", "/sandbox/accounts/AC1", "{\"auth_token\":\"t\"}").statusCode())
        .isEqualTo(400);
    assertThat(
            call(
                    "POST",
                    "/sandbox/inbound",
                    "{\"from\":\"+15125550150\",\"to\":\"+15125559999\",\"body\":\"x\"}")
                .body())
        .contains("no account owns");
    assertThat(call("GET", "/nowhere", "").statusCode()).isEqualTo(404);
    assertThat(call("DELETE", "/sandbox/faults", "").statusCode()).isEqualTo(405);
    assertThat(call("GET", "/ledger?kind=strange", "").statusCode()).isEqualTo(400);
  }

  @Test
  void ledgerIsReadSinceAPlaceAndByKind() throws Exception {
    sandbox.clockRate(0.001);
    for (int i = 0; i < 1_100; i++) {
      post("To=%2B15125550142&From=%2B15125550100&Body=%22kind%22%3A%22fault%22+" + i);
    }
    assertThat(call("GET", "/ledger", "").body().lines()).hasSize(1_100);
    assertThat(call("GET", "/ledger?since=1095", "").body().lines())
        .hasSize(5)
        .first()
        .asString()
        .startsWith("{\"seq\":1096,");
    assertThat(call("GET", "/ledger?since=1100", "").body()).isEmpty();
    assertThat(call("GET", "/ledger?kind=fault", "").body()).isEmpty();
    assertThat(call("GET", "/ledger/summary", "").body()).contains("\"accepted\":1100");
  }

  private HttpResponse<String> post(String form) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(
                sandbox.uri().resolve("/2010-04-01/Accounts/" + SID + "/Messages.json"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header(
                "Authorization",
                "Basic "
                    + java.util.Base64.getEncoder()
                        .encodeToString(
                            (SID + ":" + TOKEN).getBytes(java.nio.charset.StandardCharsets.UTF_8)))
            .POST(BodyPublishers.ofString(form))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> call(String method, String path, String body) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(sandbox.uri().resolve(path))
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static void assertCode(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, int code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.getCode()).isEqualTo(code));
  }
}
