package com.omnify.channels.voice;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.compose.policy.CallScript;
import com.omnify.channels.send.Attempt;
import com.omnify.channels.send.OneShotHttp;
import com.omnify.channels.send.policy.SendResult;
import com.omnify.channels.sms.RawProvider;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One intent, one POST, whatever VAPI does; and what is concluded from it. */
class OneCallTest {

  private static final CallScript SCRIPT = new CallScript(null, "Hi", "Be kind", null, null, 10);
  private static final String CREATED = "{\"id\":\"call-1\",\"status\":\"queued\"}";

  private record Case(
      String name, RawProvider.Manners manners, int posts, Class<? extends SendResult> result) {}

  private record Seen(Case wanted, int begun, int posts, SendResult result) {}

  private static Case answering(int status, String body, Class<? extends SendResult> result) {
    return new Case(
        status + " " + body.substring(0, Math.min(28, body.length())),
        RawProvider.answering(status, body),
        1,
        result);
  }

  private static String error(String message) {
    return "{\"message\":\"%s\",\"error\":\"?\"}".formatted(message);
  }

  private static final List<Case> CASES =
      List.of(
          answering(201, CREATED, SendResult.Accepted.class),
          answering(201, "ok", SendResult.Unknown.class),
          answering(400, error("customer.number must be valid"), SendResult.Rejected.class),
          answering(400, error("Over Concurrency Limit"), SendResult.Rejected.class),
          answering(401, error("Invalid Key"), SendResult.Rejected.class),
          answering(404, "?", SendResult.Rejected.class),
          answering(408, error("timeout"), SendResult.Unknown.class),
          answering(409, error("conflict"), SendResult.Unknown.class),
          answering(429, error("slow down"), SendResult.Rejected.class),
          answering(500, error("oops"), SendResult.Unknown.class),
          answering(503, "busy", SendResult.Unknown.class),
          answering(307, "", SendResult.Unknown.class),
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
                    .write("HTTP/1.1 201 X\r\nContent-Length: 500\r\n\r\n{\"id".getBytes());
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

  @Test
  void onePostForEachIntent() throws Exception {
    var seen = new ArrayList<Future<Seen>>();
    try (var http = new OneShotHttp(64);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var sender = new VapiCallSender(http);
      for (Case wanted : CASES) {
        seen.add(
            threads.submit(
                () -> {
                  try (var provider = new RawProvider(wanted.manners())) {
                    var begun = new AtomicInteger();
                    SendResult result = call(sender, provider.address(), begun);
                    return new Seen(wanted, begun.get(), provider.posts(), result);
                  }
                }));
      }
      int closedPort;
      try (var gone = new ServerSocket(0)) {
        closedPort = gone.getLocalPort();
      }
      var refused = new Case("refused", RawProvider.answering(0, ""), 0, SendResult.NotSent.class);
      seen.add(
          threads.submit(
              () -> {
                var begun = new AtomicInteger();
                URI nobody = URI.create("http://127.0.0.1:" + closedPort);
                return new Seen(refused, begun.get(), 0, call(sender, nobody, begun));
              }));
      var table =
          new StringBuilder(
              "\n| VAPI | POSTs begun | POSTs read | result |\n| --- | --- | --- | --- |\n");
      for (Future<Seen> one : seen) {
        Seen it = one.get();
        table.append(
            "| %s | %d | %d | %s |\n"
                .formatted(it.wanted().name(), it.begun(), it.posts(), it.result()));
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
  }

  @Test
  void whatIsTooLateDoesNotBegin() throws Exception {
    try (var http = new OneShotHttp(4);
        var provider = new RawProvider(RawProvider.answering(201, CREATED))) {
      var late = new Attempt(System.nanoTime() - 1, () -> {});
      assertThat(
              new VapiCallSender(http)
                  .call(CallRequestTest.order(SCRIPT, provider.address()), late))
          .isInstanceOfSatisfying(
              SendResult.NotSent.class, it -> assertThat(it.code()).isEqualTo("not_begun"));
      assertThat(provider.posts()).isZero();
    }
  }

  @Test
  void aListIsCompleteOrItProvesNothing() throws Exception {
    String call =
        """
        {"id": "%s", "type": "outboundPhoneCall", "name": "n", "createdAt": "2026-11-24T10:00:0%dZ",
         "customer": {"number": "+12065550199"}, "assistantOverrides": {"metadata": {"dispatch_id": "d"}}}
        """;
    assertThat(list("[" + call.formatted("a", 1) + "," + call.formatted("b", 2) + "]"))
        .isInstanceOfSatisfying(
            VapiCallList.Answer.Complete.class, it -> assertThat(it.calls()).hasSize(2));
    // The same full page again and again leads nowhere.
    String full = String.join(",", java.util.Collections.nCopies(100, call.formatted("a", 1)));
    for (String useless : List.of("[" + full + "]", "{}", "[{}]", "no JSON")) {
      assertThat(list(useless)).isInstanceOf(VapiCallList.Answer.Incomplete.class);
    }
  }

  private static VapiCallList.Answer list(String body) throws Exception {
    try (var http = new OneShotHttp(4);
        var provider = new RawProvider(RawProvider.answering(200, body))) {
      var account = CallRequestTest.order(SCRIPT, provider.address()).account();
      return new VapiCallList(http).since(account, Instant.parse("2026-11-24T09:00:00Z"));
    }
  }

  private static SendResult call(VapiCallSender sender, URI address, AtomicInteger begun) {
    var gone = new AtomicInteger();
    var attempt =
        new Attempt(System.nanoTime() + Duration.ofSeconds(5).toNanos(), gone::incrementAndGet);
    SendResult result = sender.call(CallRequestTest.order(SCRIPT, address), attempt);
    assertThat(gone).as("whoever holds the lock is told once, whatever happens").hasValue(1);
    if (attempt.begun()) {
      begun.incrementAndGet();
    }
    return result;
  }
}
