package com.omnify.sandbox.vapi;

import com.omnify.sandbox.fault.Faults;
import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.ledger.Ledger;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import com.omnify.sandbox.time.Agenda;
import com.omnify.sandbox.time.InTurn;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Posts server messages as VAPI does: JSON, proven by a secret, within the server's own timeout,
 * tried again only as its backoff plan says. Messages of one call go one after another; retries,
 * copies and delays break that, and nobody may rely on it.
 */
final class Posts implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Posts.class);
  private static final int AT_A_TIME = 64;

  /**
   * One message on its way.
   *
   * @param what names it in the ledger
   * @param limit of the wait for an answer, where the kind of message has its own
   * @param answer takes what was answered, once; empty when nothing of use was
   */
  private record Post(
      Call call,
      Server server,
      String what,
      byte[] body,
      Optional<Duration> limit,
      Consumer<Optional<JsonNode>> answer,
      boolean copy) {

    Post asCopy() {
      return new Post(call, server, what, body, limit, _ -> {}, true);
    }
  }

  private record Answer(@Nullable Integer status, byte[] body) {}

  private final Ledger ledger;
  private final VapiAccounts accounts;
  private final Supplier<Faults> faults;
  private final Agenda realTime;
  private final Clock clock;
  private final InTurn turns;
  // the messages of calls whose order a fault turns round
  private final Map<String, List<Post>> held = new ConcurrentHashMap<>();
  private final ExecutorService hands = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore places = new Semaphore(AT_A_TIME);
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();

  Posts(
      Ledger ledger, VapiAccounts accounts, Supplier<Faults> faults, Agenda realTime, Clock clock) {
    this.ledger = ledger;
    this.accounts = accounts;
    this.faults = faults;
    this.realTime = realTime;
    this.turns = new InTurn(this::hand);
    this.clock = clock;
  }

  /** From now on the call's messages wait for its end and then go out last first. */
  void turnRound(Call call) {
    held.put(call.id, new ArrayList<>());
  }

  /** Lets go of what was held back. */
  void letGo(Call call) {
    var waiting = held.remove(call.id);
    if (waiting != null) {
      waiting.reversed().forEach(post -> turns.give(call.id, () -> begin(post)));
    }
  }

  /** Tells something. */
  void tell(Call call, Server server, String what, JsonNode body) {
    var post =
        new Post(
            call,
            server,
            what,
            Json.MAPPER.writeValueAsBytes(body),
            Optional.empty(),
            _ -> {},
            false);
    var waiting = held.get(call.id);
    if (waiting != null) {
      waiting.add(post);
    } else {
      turns.give(call.id, () -> begin(post));
    }
  }

  /** Asks something; the answer, or that there is none, is given to {@code then}. */
  void ask(
      Call call,
      Server server,
      String what,
      JsonNode body,
      Optional<Duration> limit,
      Consumer<Optional<JsonNode>> then) {
    var once = new AtomicBoolean();
    Consumer<Optional<JsonNode>> answer =
        reply -> {
          if (once.compareAndSet(false, true)) {
            then.accept(reply);
          }
        };
    var post =
        new Post(call, server, what, Json.MAPPER.writeValueAsBytes(body), limit, answer, false);
    turns.give(call.id, () -> begin(post));
  }

  int waiting() {
    return turns.size();
  }

  @Override
  public void close() {
    hands.shutdownNow();
    http.shutdownNow();
    try {
      if (!hands.awaitTermination(2, TimeUnit.SECONDS)) {
        log.warn("a server message did not let go within 2 s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void hand(Runnable work) {
    if (hands.isShutdown()) {
      return;
    }
    hands.execute(
        () -> {
          try {
            places.acquire();
            try {
              work.run();
            } finally {
              places.release();
            }
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException e) {
            if (!hands.isShutdown()) {
              log.error("a server message failed", e);
            }
          }
        });
  }

  private void begin(Post post) {
    if (faults.get().losesCallback()) {
      fault(post, "callback_lose");
      record(post, null, "status=" + post.what() + " result=lost");
      post.answer().accept(Optional.empty());
      return;
    }
    if (faults.get().duplicatesCallback()) {
      fault(post, "callback_duplicate");
      var copy = post.asCopy();
      hand(() -> attempt(copy, 1));
    }
    var delay = faults.get().callbackDelay();
    if (delay.isPositive()) {
      fault(post, "callback_delay");
      realTime.in(delay, () -> hand(() -> attempt(post, 1)));
    } else {
      attempt(post, 1);
    }
  }

  private void attempt(Post post, int attempt) {
    var answer = send(post);
    if (Thread.currentThread().isInterrupted()) {
      return; // shutting down: a restart tells it again
    }
    var code = answer.status();
    boolean fine = code != null && code / 100 == 2;
    boolean again =
        !fine
            && attempt <= post.server().retries()
            && (code == null || !post.server().notRetried().contains(code));
    var result =
        fine ? "ok" : again ? "retry" : code != null && code / 100 == 4 ? "rejected" : "given_up";
    record(
        post,
        code,
        "status="
            + post.what()
            + " attempt="
            + attempt
            + (post.copy() ? " copy=true" : "")
            + " result="
            + result);
    if (again) {
      realTime.in(post.server().pauseAfter(attempt), () -> hand(() -> attempt(post, attempt + 1)));
    } else {
      post.answer().accept(fine ? read(answer.body()) : Optional.empty());
    }
  }

  private static Optional<JsonNode> read(byte[] body) {
    try {
      return body.length == 0 ? Optional.empty() : Optional.of(Json.MAPPER.readTree(body));
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }

  private Answer send(Post post) {
    try {
      var request =
          HttpRequest.newBuilder(URI.create(post.server().url()))
              .timeout(post.limit().orElse(post.server().timeout()))
              .header("Content-Type", "application/json")
              .header("User-Agent", "Vapi/1.0")
              .header("X-Call-Id", post.call().id);
      prove(post, request);
      post.server().headers().forEach(request::setHeader);
      var response =
          http.send(
              request.POST(BodyPublishers.ofByteArray(post.body())).build(),
              BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), response.body());
    } catch (IOException | IllegalArgumentException _) {
      return new Answer(null, new byte[0]);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Answer(null, new byte[0]);
    }
  }

  private void prove(Post post, HttpRequest.Builder request) {
    var account = accounts.find(post.call().orgId);
    var own = post.server().secret();
    if (own != null) {
      request.setHeader("X-Vapi-Secret", own);
      return;
    }
    var secret = account.map(VapiAccount::serverSecret).orElse(null);
    var proof = account.map(VapiAccount::auth).orElse(null);
    if (secret == null || proof == null) {
      return;
    }
    switch (proof) {
      case SECRET -> request.setHeader("X-Vapi-Secret", secret);
      case BEARER -> request.setHeader("Authorization", "Bearer " + secret);
      case HMAC -> {
        var timestamp = Long.toString(clock.millis());
        request.setHeader("X-Timestamp", timestamp);
        request.setHeader("X-Signature", hmac(secret, timestamp, post.body()));
      }
    }
  }

  private static String hmac(String secret, String timestamp, byte[] body) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private void record(Post post, @Nullable Integer code, String detail) {
    ledger.append(post.call().line(Kind.CALLBACK, code, detail));
  }

  private void fault(Post post, String name) {
    ledger.append(post.call().line(Kind.FAULT, null, "fault=" + name + " status=" + post.what()));
  }
}
