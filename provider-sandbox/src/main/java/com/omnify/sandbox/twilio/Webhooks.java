package com.omnify.sandbox.twilio;

import com.omnify.sandbox.fault.Faults;
import com.omnify.sandbox.http.Form;
import com.omnify.sandbox.http.Form.Field;
import com.omnify.sandbox.ledger.Ledger;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import com.omnify.sandbox.time.Agenda;
import com.omnify.sandbox.time.Crew;
import com.omnify.sandbox.time.InTurn;
import com.omnify.sandbox.twilio.policy.SmsRules;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Delivers webhooks as Twilio does: form-encoded POSTs, signed, 15 s for an answer, no order
 * promised. A connection that fails, a 5xx or a 429 is tried again with growing pauses for about
 * two minutes, longer than a gateway needs to restart, always with the same {@code
 * I-Twilio-Idempotency-Token}; any other answer ends it.
 */
final class Webhooks implements AutoCloseable {

  private static final int MAX_ATTEMPTS = 14;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
  private static final DateTimeFormatter DLR_TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmm").withZone(ZoneOffset.UTC);

  /**
   * One webhook on its way; small, because many may wait. What it says is put together when it
   * goes.
   *
   * @param status what a status callback tells; null for an inbound message
   * @param inboundUrl where an inbound message goes
   * @param copy whether it is the second of a duplicate, which meets no further fault
   */
  private record Delivery(
      Message message,
      @Nullable String status,
      @Nullable Integer errorCode,
      @Nullable String inboundUrl,
      boolean copy) {

    String what() {
      return status == null
          ? "inbound"
          : "status=" + status + (errorCode == null ? "" : " error=" + errorCode);
    }

    String url() {
      var url = status == null ? inboundUrl : message.statusCallback();
      return url == null ? "" : url;
    }

    /** The same for every attempt, also of a later run. */
    String idempotencyToken() {
      return UUID.nameUUIDFromBytes((message.sid + what()).getBytes(StandardCharsets.UTF_8))
          .toString();
    }

    Delivery asCopy() {
      return new Delivery(message, status, errorCode, inboundUrl, true);
    }
  }

  private final Ledger ledger;
  private final Accounts accounts;
  private final Faults faults;
  private final Crew crew;
  private final Agenda realTime;
  private final InTurn turns;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();

  Webhooks(Ledger ledger, Accounts accounts, Faults faults, Crew crew, Agenda realTime) {
    this.ledger = ledger;
    this.accounts = accounts;
    this.faults = faults;
    this.crew = crew;
    this.realTime = realTime;
    this.turns = new InTurn(crew::give);
  }

  /** Tells a status of an outbound message to its StatusCallback. */
  void status(Message message, String status, @Nullable Integer errorCode) {
    start(new Delivery(message, status, errorCode, null, false));
  }

  /** Tells an inbound message to the account's webhook. */
  void inbound(Message message, String url) {
    start(new Delivery(message, null, null, url, false));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  /**
   * First attempts about one message wait for each other; nobody may rely on it, and retries,
   * copies and delays break it.
   */
  private void start(Delivery delivery) {
    turns.give(delivery.message().sid, () -> begin(delivery));
  }

  private void begin(Delivery delivery) {
    if (faults.losesCallback()) {
      fault(delivery, "callback_lose");
      record(delivery, null, delivery.what() + " result=lost");
      return;
    }
    if (faults.duplicatesCallback()) {
      fault(delivery, "callback_duplicate");
      crew.give(() -> attempt(delivery.asCopy(), 1));
    }
    var delay = faults.callbackDelay();
    if (delay.isPositive()) {
      fault(delivery, "callback_delay");
      realTime.in(delay, () -> crew.give(() -> attempt(delivery, 1)));
    } else {
      attempt(delivery, 1);
    }
  }

  private void attempt(Delivery delivery, int attempt) {
    Integer code = post(delivery);
    if (Thread.currentThread().isInterrupted()) {
      return; // shutting down: a restart delivers it again
    }
    boolean fine = code != null && code / 100 == 2;
    boolean again = code == null || code / 100 == 5 || code == 429;
    var result = fine ? "ok" : !again ? "rejected" : attempt < MAX_ATTEMPTS ? "retry" : "given_up";
    record(
        delivery,
        code,
        delivery.what()
            + " attempt="
            + attempt
            + (delivery.copy() ? " copy=true" : "")
            + " result="
            + result);
    if (result.equals("retry")) {
      realTime.in(pause(attempt), () -> crew.give(() -> attempt(delivery, attempt + 1)));
    }
  }

  private static Duration pause(int attempt) {
    var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempt - 1, 10));
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }

  /** The status of the answer; null when there was none. */
  private @Nullable Integer post(Delivery delivery) {
    var account = accounts.find(delivery.message().account);
    if (account.isEmpty()) {
      return null;
    }
    var url = delivery.url();
    var params =
        delivery.status() == null
            ? inboundParams(delivery.message(), account.get())
            : statusParams(delivery.message(), delivery.status(), delivery.errorCode());
    try {
      var request =
          HttpRequest.newBuilder(URI.create(url))
              .timeout(Duration.ofSeconds(15))
              .header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
              .header("User-Agent", "TwilioProxy/1.1")
              .header("I-Twilio-Idempotency-Token", delivery.idempotencyToken())
              .header(
                  "X-Twilio-Signature",
                  TwilioSignature.sign(account.get().authToken(), url, params))
              .POST(BodyPublishers.ofString(params.encoded()))
              .build();
      return http.send(request, BodyHandlers.discarding()).statusCode();
    } catch (IOException | IllegalArgumentException _) {
      return null;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private static Form statusParams(Message message, String status, @Nullable Integer errorCode) {
    var params = new ArrayList<Field>();
    params.add(new Field("SmsSid", message.sid));
    params.add(new Field("SmsStatus", status));
    params.add(new Field("MessageStatus", status));
    params.add(new Field("To", message.to));
    params.add(new Field("MessageSid", message.sid));
    params.add(new Field("AccountSid", message.account));
    params.add(new Field("From", message.from));
    params.add(new Field("ApiVersion", Message.API_VERSION));
    if (message.messagingServiceSid != null) {
      params.add(new Field("MessagingServiceSid", message.messagingServiceSid));
    }
    if (errorCode != null) {
      params.add(new Field("ErrorCode", errorCode.toString()));
    }
    if (status.equals("delivered") || status.equals("undelivered")) {
      params.add(new Field("RawDlrDoneDate", DLR_TIME.format(message.updated())));
    }
    return new Form(params);
  }

  private static Form inboundParams(Message message, Account account) {
    var params = new ArrayList<Field>();
    params.add(new Field("ToCountry", "US"));
    params.add(new Field("ToState", ""));
    params.add(new Field("SmsMessageSid", message.sid));
    params.add(new Field("NumMedia", "0"));
    params.add(new Field("ToCity", ""));
    params.add(new Field("FromZip", ""));
    params.add(new Field("SmsSid", message.sid));
    params.add(new Field("FromState", ""));
    params.add(new Field("SmsStatus", "received"));
    params.add(new Field("FromCity", ""));
    params.add(new Field("Body", message.body));
    params.add(new Field("FromCountry", "US"));
    params.add(new Field("To", message.to));
    params.add(new Field("ToZip", ""));
    params.add(new Field("NumSegments", Integer.toString(message.segments())));
    params.add(new Field("MessageSid", message.sid));
    params.add(new Field("AccountSid", message.account));
    params.add(new Field("From", message.from));
    params.add(new Field("ApiVersion", Message.API_VERSION));
    if (account.advancedOptOut()) {
      // STOP, START or HELP, and only where Advanced Opt-Out has acted upon it
      SmsRules.keyword(message.body)
          .ifPresent(keyword -> params.add(new Field("OptOutType", keyword.name())));
    }
    return new Form(params);
  }

  private void record(Delivery delivery, @Nullable Integer code, String detail) {
    ledger.append(delivery.message().line(Kind.CALLBACK, code, detail));
  }

  private void fault(Delivery delivery, String name) {
    ledger.append(
        delivery.message().line(Kind.FAULT, null, "fault=" + name + " " + delivery.what()));
  }
}
