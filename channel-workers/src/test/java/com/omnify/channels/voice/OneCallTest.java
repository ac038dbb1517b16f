package com.omnify.channels.voice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.omnify.channels.compose.policy.CallScript;
import com.omnify.channels.send.Attempt;
import com.omnify.channels.send.OneShotHttp;
import com.omnify.channels.send.policy.SendResult;
import com.omnify.channels.sms.OneShots;
import com.omnify.channels.sms.OneShots.Case;
import com.omnify.channels.sms.RawProvider;
import java.io.BufferedInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** One intent, one POST, whatever VAPI does; and what is concluded from it. */
class OneCallTest {

  private static final CallScript SCRIPT = new CallScript(null, "Hi", "Be kind", null, null, 10);
  private static final String CREATED = "{\"id\":\"call-1\",\"status\":\"queued\"}";

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
          answering(307, "", SendResult.Unknown.class));

  @Test
  void onePostForEachIntent() throws Exception {
    try (var http = new OneShotHttp(64)) {
      var sender = new VapiCallSender(http);
      try (var tries =
          new OneShots(
              (address, attempt) -> sender.call(CallRequestTest.order(SCRIPT, address), attempt))) {
        CASES.forEach(tries::at);
        OneShots.broken("{\"id").forEach(tries::at);
        tries.atClosedPort();
        tries.check("VAPI");
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

  /** Each byte ends a silence, so that no silence is ever too long. */
  @Test
  void aListThatNeverEndsIsBrokenOff() throws Exception {
    RawProvider.Manners dripping =
        (socket, self) -> {
          self.readPost(new BufferedInputStream(socket.getInputStream()));
          var out = socket.getOutputStream();
          out.write("HTTP/1.1 200 X\r\nContent-Length: 9999\r\n\r\n".getBytes(UTF_8));
          while (true) {
            out.write(' ');
            out.flush();
            LockSupport.parkNanos(50_000_000);
          }
        };
    try (var http = new OneShotHttp(4);
        var provider = new RawProvider(dripping)) {
      var account = CallRequestTest.order(SCRIPT, provider.address()).account();
      var list = new VapiCallList(http, Duration.ofMillis(700));
      assertThat(
              assertTimeoutPreemptively(
                  Duration.ofSeconds(60),
                  () -> list.since(account, Instant.parse("2026-11-24T09:00:00Z"))))
          .isInstanceOfSatisfying(
              VapiCallList.Answer.Incomplete.class,
              it -> assertThat(it.why()).contains("no whole answer"));
    }
  }

  private static VapiCallList.Answer list(String body) throws Exception {
    try (var http = new OneShotHttp(4);
        var provider = new RawProvider(RawProvider.answering(200, body))) {
      var account = CallRequestTest.order(SCRIPT, provider.address()).account();
      return new VapiCallList(http).since(account, Instant.parse("2026-11-24T09:00:00Z"));
    }
  }
}
