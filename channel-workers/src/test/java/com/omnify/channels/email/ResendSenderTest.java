package com.omnify.channels.email;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.ProviderAccount;
import com.omnify.channels.email.policy.Letter;
import com.omnify.channels.send.Attempt;
import com.omnify.channels.send.OneShotHttp;
import com.omnify.channels.send.policy.SendResult;
import com.omnify.model.FailureType;
import com.omnify.model.Provider;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.ProviderAccountId;
import com.omnify.testkit.Fixtures;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.JsonNodeFactory;

class ResendSenderTest {

  private static final DispatchKey KEY =
      new DispatchKey(new ClientId(Fixtures.id()), new DispatchId(Fixtures.id()));

  private final List<String> keys = new CopyOnWriteArrayList<>();
  private final List<String> bodies = new CopyOnWriteArrayList<>();

  private SendResult send(int status, String answer) throws Exception {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/resend/emails",
        exchange -> {
          keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    try (var http = new OneShotHttp(4)) {
      var account =
          new ProviderAccount(
              new ProviderAccountId(Fixtures.id()),
              Provider.RESEND,
              "",
              "re_key",
              URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/resend"),
              null,
              JsonNodeFactory.instance.objectNode());
      var letter =
          new Letter(
              "hello@plumbing.example",
              "Rainier Plumbing",
              null,
              "ada@example.com",
              "Hi",
              "Hello",
              null,
              "<1.2@plumbing.example>",
              Map.of("List-Unsubscribe", "<https://omnify.example/u/t>"));
      var attempt = new Attempt(System.nanoTime() + TimeUnit.SECONDS.toNanos(30), () -> {});
      return new ResendSender(http).send(account, KEY, letter, attempt);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void theSameDispatchIsTheSameRequest() throws Exception {
    assertThat(send(200, "{\"id\":\"em_1\"}")).isEqualTo(new SendResult.Accepted("em_1"));
    assertThat(send(200, "{\"id\":\"em_1\"}")).isEqualTo(new SendResult.Accepted("em_1"));
    assertThat(keys).containsExactly(KEY.id().toString(), KEY.id().toString());
    assertThat(bodies.get(0)).isEqualTo(bodies.get(1)).contains("\"dispatch_id\"", "/u/t");
  }

  @ParameterizedTest
  @CsvSource({
    "401, ACCOUNT_PROBLEM",
    "403, ACCOUNT_PROBLEM",
    "422, BAD_REQUEST",
    "429, CAPACITY_EXHAUSTED"
  })
  void refusalsAreCertain(int status, FailureType failure) throws Exception {
    assertThat(send(status, "{\"name\":\"x\",\"message\":\"no\"}"))
        .isEqualTo(new SendResult.Rejected(failure, "http_" + status, "x: no", null));
  }

  @ParameterizedTest
  @CsvSource({"408", "409", "500", "503", "200"})
  void whatMayBeUnderWayIsUnknown(int status) throws Exception {
    assertThat(send(status, "?")).isInstanceOf(SendResult.Unknown.class);
    assertThat(bodies).hasSize(1);
  }
}
