package com.omnify.channels.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.send.Attempt;
import com.omnify.channels.send.policy.SendResult;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One intent each against providers that behave in all kinds of ways, all at once: how many POSTs
 * were begun and read, and what is concluded.
 */
public final class OneShots implements AutoCloseable {

  /**
   * A way to behave.
   *
   * @param posts that reach the provider
   */
  public record Case(
      String name, RawProvider.Manners manners, int posts, Class<? extends SendResult> result) {}

  /** Sends to whoever is at that address. */
  @FunctionalInterface
  public interface Sending {
    SendResult to(URI provider, Attempt attempt);
  }

  private record Seen(Case wanted, int begun, int posts, SendResult result) {}

  private final Sending sending;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<Seen>> seen = new ArrayList<>();

  public OneShots(Sending sending) {
    this.sending = sending;
  }

  /**
   * Where the connection breaks, or nothing is said.
   *
   * @param answer how a created thing's JSON begins
   */
  public static List<Case> broken(String answer) {
    return List.of(
        new Case(
            "reset before reading",
            (socket, _) -> RawProvider.reset(socket),
            0,
            SendResult.Unknown.class),
        new Case(
            "reset after reading",
            (socket, self) -> {
              self.readPost(socket.getInputStream());
              RawProvider.reset(socket);
            },
            1,
            SendResult.Unknown.class),
        new Case(
            "closed in the answer",
            (socket, self) -> {
              self.readPost(socket.getInputStream());
              socket
                  .getOutputStream()
                  .write(("HTTP/1.1 201 X\r\nContent-Length: 500\r\n\r\n" + answer).getBytes());
            },
            1,
            SendResult.Unknown.class),
        new Case(
            "timeout (no answer)",
            (socket, self) -> {
              self.readPost(socket.getInputStream());
              self.readPost(socket.getInputStream());
            },
            1,
            SendResult.Unknown.class));
  }

  /** Tries a provider that behaves so. */
  public void at(Case wanted) {
    seen.add(
        threads.submit(
            () -> {
              try (var provider = new RawProvider(wanted.manners())) {
                return seen(wanted, provider.address(), provider);
              }
            }));
  }

  /** Tries an address at which nothing can be begun. */
  public void atNobody(String name, URI address) {
    var wanted = new Case(name, RawProvider.answering(0, ""), 0, SendResult.NotSent.class);
    seen.add(threads.submit(() -> seen(wanted, address, null)));
  }

  /** Tries a port that is closed. */
  public void atClosedPort() throws IOException {
    int closed;
    try (var gone = new ServerSocket(0)) {
      closed = gone.getLocalPort();
    }
    atNobody("refused", URI.create("http://127.0.0.1:" + closed));
  }

  private Seen seen(Case wanted, URI address, @Nullable RawProvider provider) {
    var begun = new AtomicInteger();
    SendResult result = once(sending, address, begun);
    return new Seen(wanted, begun.get(), provider == null ? 0 : provider.posts(), result);
  }

  /** One attempt; whoever holds the lock must be told once. */
  static SendResult once(Sending sending, URI address, AtomicInteger begun) {
    var gone = new AtomicInteger();
    var attempt =
        new Attempt(System.nanoTime() + Duration.ofSeconds(5).toNanos(), gone::incrementAndGet);
    SendResult result = sending.to(address, attempt);
    assertThat(gone).as("whoever holds the lock is told once, whatever happens").hasValue(1);
    if (attempt.begun()) {
      begun.incrementAndGet();
    }
    return result;
  }

  /** Prints what was seen, and asserts that it is what was wanted. */
  public void check(String provider) throws Exception {
    var table =
        new StringBuilder("\n| " + provider + " | POSTs begun | POSTs read | result |\n")
            .append("| --- | --- | --- | --- |\n");
    for (Future<Seen> one : seen) {
      Seen it = one.get();
      table.append(
          "| %s | %d | %d | %s |\n"
              .formatted(
                  it.wanted().name(),
                  it.begun(),
                  it.posts(),
                  it.result().toString().lines().findFirst().orElseThrow()));
    }
    System.out.println(table);
    for (Future<Seen> one : seen) {
      Seen it = one.get();
      assertThat(it.result()).as(it.wanted().name()).isInstanceOf(it.wanted().result());
      assertThat(it.posts()).as(it.wanted().name()).isEqualTo(it.wanted().posts());
      assertThat(it.begun())
          .as(it.wanted().name())
          .isEqualTo(it.result() instanceof SendResult.NotSent ? 0 : 1);
    }
  }

  @Override
  public void close() {
    threads.close();
  }
}
