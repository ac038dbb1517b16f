package com.omnify.sandbox.mail;

import com.omnify.sandbox.fault.Faults;
import com.omnify.sandbox.ledger.Ledger;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import com.omnify.sandbox.time.Agenda;
import com.omnify.sandbox.time.Crew;
import com.omnify.sandbox.time.InTurn;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Delivers an e-mail provider's webhooks: signed anew at each attempt, 15 s for an answer, no order
 * promised. A connection that fails, a 5xx, 408 or 429 is tried again with growing pauses for about
 * two minutes, always as the same event; any other answer ends it.
 */
final class Courier implements AutoCloseable {

  private static final int MAX_ATTEMPTS = 14;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  /** Makes the post of an attempt. */
  @FunctionalInterface
  interface Posts {
    Post of(int attempt);
  }

  /** Makes a ledger line about the thing that is told. */
  @FunctionalInterface
  interface Lines {
    LedgerEntry of(Kind kind, @Nullable Integer statusCode, String detail);
  }

  /**
   * Something to tell.
   *
   * @param turn what is told about one thing keeps its order, as long as nothing goes wrong
   * @param what begins the detail of its ledger lines
   */
  record Parcel(String turn, String what, String url, Posts posts, Lines lines) {}

  private final Ledger ledger;
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

  Courier(Ledger ledger, Faults faults, Crew crew, Agenda realTime) {
    this.ledger = ledger;
    this.faults = faults;
    this.crew = crew;
    this.realTime = realTime;
    this.turns = new InTurn(crew::give);
  }

  void deliver(Parcel parcel) {
    turns.give(parcel.turn(), () -> begin(parcel));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private void begin(Parcel parcel) {
    if (faults.losesCallback()) {
      fault(parcel, "callback_lose");
      record(parcel, null, parcel.what() + " result=lost");
      return;
    }
    if (faults.duplicatesCallback()) {
      fault(parcel, "callback_duplicate");
      crew.give(() -> attempt(parcel, 1, true));
    }
    var delay = faults.callbackDelay();
    if (delay.isPositive()) {
      fault(parcel, "callback_delay");
      realTime.in(delay, () -> crew.give(() -> attempt(parcel, 1, false)));
    } else {
      attempt(parcel, 1, false);
    }
  }

  private void attempt(Parcel parcel, int attempt, boolean copy) {
    Integer code = post(parcel, attempt);
    if (Thread.currentThread().isInterrupted()) {
      return; // shutting down: a restart delivers it again
    }
    boolean fine = code != null && code / 100 == 2;
    boolean again = code == null || code / 100 == 5 || code == 408 || code == 429;
    var result = fine ? "ok" : !again ? "rejected" : attempt < MAX_ATTEMPTS ? "retry" : "given_up";
    record(
        parcel,
        code,
        parcel.what() + " attempt=" + attempt + (copy ? " copy=true" : "") + " result=" + result);
    if (result.equals("retry")) {
      realTime.in(pause(attempt), () -> crew.give(() -> attempt(parcel, attempt + 1, copy)));
    }
  }

  private static Duration pause(int attempt) {
    var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempt - 1, 10));
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }

  /** The status of the answer; null when there was none. */
  private @Nullable Integer post(Parcel parcel, int attempt) {
    try {
      var post = parcel.posts().of(attempt);
      var request =
          HttpRequest.newBuilder(URI.create(parcel.url()))
              .timeout(Duration.ofSeconds(15))
              .header("Content-Type", post.contentType())
              .header("User-Agent", "ProviderSandbox/1.0");
      post.headers().forEach(request::header);
      return http.send(
              request.POST(BodyPublishers.ofByteArray(post.body())).build(),
              BodyHandlers.discarding())
          .statusCode();
    } catch (IOException | IllegalArgumentException _) {
      return null;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private void record(Parcel parcel, @Nullable Integer code, String detail) {
    ledger.append(parcel.lines().of(Kind.CALLBACK, code, detail));
  }

  private void fault(Parcel parcel, String name) {
    ledger.append(parcel.lines().of(Kind.FAULT, null, "fault=" + name + " " + parcel.what()));
  }
}
