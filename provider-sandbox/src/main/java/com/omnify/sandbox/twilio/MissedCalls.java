package com.omnify.sandbox.twilio;

import com.omnify.sandbox.fault.Faults;
import com.omnify.sandbox.http.Form;
import com.omnify.sandbox.http.Form.Field;
import com.omnify.sandbox.ledger.Ledger;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.sandbox.ledger.LedgerEntry.Channel;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import com.omnify.sandbox.time.Agenda;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * People who call one of an account's numbers, and what Twilio's voice status callback says of it
 * when the call is over. A callback that fails is tried again a few times, with the same {@code
 * I-Twilio-Idempotency-Token}.
 */
public final class MissedCalls implements AutoCloseable {

  private static final int MAX_ATTEMPTS = 8;
  private static final DateTimeFormatter RFC_2822 =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss xx", Locale.US)
          .withZone(ZoneOffset.UTC);
  private static final Set<String> STATUSES =
      Set.of("no-answer", "busy", "canceled", "failed", "completed");

  /**
   * A call that came in.
   *
   * @param status how it ended, in Twilio's words
   * @param seconds how long they talked
   */
  private record InboundCall(
      String sid,
      Account account,
      String url,
      String person,
      String our,
      String status,
      int seconds) {

    Form params(Clock clock) {
      var fields = new ArrayList<Field>();
      fields.add(new Field("AccountSid", account.sid()));
      fields.add(new Field("ApiVersion", Message.API_VERSION));
      fields.add(new Field("CallSid", sid));
      fields.add(new Field("CallStatus", status));
      fields.add(new Field("CallDuration", Integer.toString(seconds)));
      fields.add(new Field("Duration", Integer.toString((seconds + 59) / 60)));
      fields.add(new Field("Called", our));
      fields.add(new Field("CalledCountry", "US"));
      fields.add(new Field("Caller", person));
      fields.add(new Field("CallerCountry", "US"));
      fields.add(new Field("CallbackSource", "call-progress-events"));
      fields.add(new Field("Direction", "inbound"));
      fields.add(new Field("From", person));
      fields.add(new Field("FromCountry", "US"));
      fields.add(new Field("SequenceNumber", "0"));
      fields.add(new Field("Timestamp", RFC_2822.format(clock.instant())));
      fields.add(new Field("To", our));
      fields.add(new Field("ToCountry", "US"));
      return new Form(fields);
    }

    LedgerEntry line(Kind kind, @Nullable Integer code, String detail) {
      return LedgerEntry.draft(
          kind,
          Channel.VOICE,
          // not the provider of messages, which would take these lines for its own
          "twilio-voice",
          account.sid(),
          null,
          account.clientId(),
          sid,
          our,
          person,
          null,
          code,
          detail,
          null);
    }
  }

  private final Clock clock;
  private final @Nullable String publicUrl;
  private final Accounts accounts;
  private final Faults faults;
  private final Agenda realTime;
  private final ExecutorService hands = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /**
   * @param publicUrl where the gateway is reached; null when none is known
   */
  public MissedCalls(
      Clock clock, @Nullable String publicUrl, Accounts accounts, Faults faults, Agenda realTime) {
    this.clock = clock;
    this.publicUrl = publicUrl;
    this.accounts = accounts;
    this.faults = faults;
    this.realTime = realTime;
  }

  /** Whether a registered account owns the number. */
  public boolean owns(String e164) {
    return accounts.all().stream().anyMatch(a -> a.numbers().contains(e164));
  }

  /**
   * A person has called, and the call is over.
   *
   * @param accountSid null: the account that owns the number
   * @return the SID of the call
   * @throws IllegalArgumentException when nobody can be told of it, or the status is none
   */
  public String called(
      Ledger ledger,
      @Nullable String accountSid,
      String person,
      String our,
      String status,
      int seconds) {
    if (!STATUSES.contains(status)) {
      throw new IllegalArgumentException("status is one of %s, not %s".formatted(STATUSES, status));
    }
    var account =
        accounts.all().stream()
            .filter(
                a -> accountSid == null ? a.numbers().contains(our) : a.sid().equals(accountSid))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no account owns %s; name one in \"account\"".formatted(our)));
    if (publicUrl == null || account.clientId() == null) {
      throw new IllegalArgumentException(
          "the account needs a client_id and the sandbox a public URL to know its webhook");
    }
    var call =
        new InboundCall(
            "CA" + UUID.randomUUID().toString().replace("-", ""),
            account,
            publicUrl + "/webhooks/twilio/" + account.clientId() + "/voice-status",
            person,
            our,
            status,
            seconds);
    ledger.awaitDurable(ledger.append(call.line(Kind.INBOUND, null, "by=hand call=" + status)));
    hands.execute(() -> begin(ledger, call));
    return call.sid();
  }

  @Override
  public void close() {
    hands.shutdownNow();
    http.shutdownNow();
  }

  private void begin(Ledger ledger, InboundCall call) {
    if (faults.losesCallback()) {
      ledger.append(call.line(Kind.FAULT, null, "fault=callback_lose status=" + call.status()));
      ledger.append(call.line(Kind.CALLBACK, null, "status=" + call.status() + " result=lost"));
      return;
    }
    var params = call.params(clock);
    if (faults.duplicatesCallback()) {
      ledger.append(
          call.line(Kind.FAULT, null, "fault=callback_duplicate status=" + call.status()));
      hands.execute(() -> attempt(ledger, call, params, MAX_ATTEMPTS));
    }
    attempt(ledger, call, params, 1);
  }

  private void attempt(Ledger ledger, InboundCall call, Form params, int attempt) {
    var code = post(call, params);
    if (Thread.currentThread().isInterrupted()) {
      return;
    }
    boolean fine = code != null && code / 100 == 2;
    boolean again = code == null || code / 100 == 5 || code == 429;
    var result = fine ? "ok" : !again ? "rejected" : attempt < MAX_ATTEMPTS ? "retry" : "given_up";
    ledger.append(
        call.line(
            Kind.CALLBACK,
            code,
            "status=" + call.status() + " attempt=" + attempt + " result=" + result));
    if (result.equals("retry")) {
      realTime.in(
          Duration.ofMillis(250L << Math.min(attempt, 6)),
          () -> {
            if (!hands.isShutdown()) {
              hands.execute(() -> attempt(ledger, call, params, attempt + 1));
            }
          });
    }
  }

  private @Nullable Integer post(InboundCall call, Form params) {
    try {
      var request =
          HttpRequest.newBuilder(URI.create(call.url()))
              .timeout(Duration.ofSeconds(15))
              .header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
              .header("User-Agent", "TwilioProxy/1.1")
              .header(
                  "I-Twilio-Idempotency-Token",
                  UUID.nameUUIDFromBytes(
                          (call.sid() + call.status()).getBytes(StandardCharsets.UTF_8))
                      .toString())
              .header(
                  "X-Twilio-Signature",
                  TwilioSignature.sign(call.account().authToken(), call.url(), params))
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
}
