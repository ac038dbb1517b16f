package com.omnify.channels.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.channels.send.Attempt;
import com.omnify.channels.send.OneShotHttp;
import com.omnify.channels.send.policy.SendResult;
import com.omnify.channels.sms.OneShots.Case;
import com.omnify.model.FailureType;
import com.omnify.model.id.ProviderAccountId;
import com.twilio.http.HttpMethod;
import com.twilio.http.NetworkHttpClient;
import com.twilio.http.Request;
import com.twilio.http.Response;
import com.twilio.http.TwilioRestClient;
import com.twilio.rest.api.v2010.account.MessageCreator;
import com.twilio.type.PhoneNumber;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One intent, one POST, whatever the provider does; and what is concluded from it. */
class OnePostTest {

  private static final String CREATED =
      "{\"sid\":\"SM11111111111111111111111111111111\",\"status\":\"queued\"}";

  private static String error(int code) {
    return "{\"code\":%d,\"message\":\"no\",\"status\":400}".formatted(code);
  }

  private static final List<Case> CASES =
      List.of(
          new Case("201", RawProvider.answering(201, CREATED), 1, SendResult.Accepted.class),
          new Case("200", RawProvider.answering(200, CREATED), 1, SendResult.Accepted.class),
          new Case("201, no JSON", RawProvider.answering(201, "ok"), 1, SendResult.Unknown.class),
          new Case(
              "400 (21211)",
              RawProvider.answering(400, error(21211)),
              1,
              SendResult.Rejected.class),
          new Case("401", RawProvider.answering(401, error(20003)), 1, SendResult.Rejected.class),
          new Case("404, no JSON", RawProvider.answering(404, "?"), 1, SendResult.Rejected.class),
          new Case("408", RawProvider.answering(408, error(20408)), 1, SendResult.Unknown.class),
          new Case("409", RawProvider.answering(409, error(20409)), 1, SendResult.Unknown.class),
          new Case(
              "429 (20429)",
              RawProvider.answering(429, error(20429)),
              1,
              SendResult.Rejected.class),
          new Case("500", RawProvider.answering(500, error(20500)), 1, SendResult.Unknown.class),
          new Case("503", RawProvider.answering(503, "busy"), 1, SendResult.Unknown.class),
          new Case("redirect 307", RawProvider.answering(307, ""), 1, SendResult.Unknown.class));

  @Test
  void onePostForEachIntent() throws Exception {
    try (var http = new OneShotHttp(64);
        var plain = new RawProvider(RawProvider.answering(400, ""))) {
      var sender = new TwilioSmsSender(http);
      try (var tries = new OneShots((address, attempt) -> sender.send(order(address), attempt))) {
        CASES.forEach(tries::at);
        OneShots.broken("{\"sid").forEach(tries::at);
        tries.atClosedPort();
        tries.atNobody("no such host", URI.create("http://api.twilio.invalid"));
        tries.atNobody(
            "no TLS there", URI.create(plain.address().toString().replace("http:", "https:")));
        tries.check("provider");
      }
    }
  }

  @Test
  void theSdkAloneSendsTheSameMessageAgain() throws Exception {
    var table =
        new StringBuilder("\n| provider | POSTs of the SDK's own client |\n| --- | --- |\n");
    for (int status : new int[] {429, 500, 503}) {
      try (var provider = new RawProvider(RawProvider.answering(status, error(20000 + status)))) {
        var stock =
            new NetworkHttpClient() {
              @Override
              public Response makeRequest(Request request) {
                return super.makeRequest(new Request(HttpMethod.POST, provider.address() + "/x"));
              }
            };
        var client = new TwilioRestClient.Builder("AC1", "t").httpClient(stock).build();
        try {
          new MessageCreator(new PhoneNumber("+15550001"), new PhoneNumber("+15550002"), "x")
              .create(client);
        } catch (RuntimeException expected) {
          // The count is what matters.
        }
        table.append("| %d | %d |\n".formatted(status, provider.posts.get()));
        assertThat(provider.posts.get()).isGreaterThan(1);
      }
    }
    System.out.println(table);
  }

  @Test
  void whatIsTooLateDoesNotBegin() throws Exception {
    try (var http = new OneShotHttp(4);
        var provider = new RawProvider(RawProvider.answering(201, CREATED))) {
      var late = new Attempt(System.nanoTime() - 1, () -> {});
      assertThat(new TwilioSmsSender(http).send(order(provider.address()), late))
          .isInstanceOfSatisfying(
              SendResult.NotSent.class, it -> assertThat(it.code()).isEqualTo("not_begun"));
      var calledOff = new Attempt(System.nanoTime() + 5_000_000_000L, () -> {});
      assertThat(calledOff.callOff()).isTrue();
      assertThat(new TwilioSmsSender(http).send(order(provider.address()), calledOff))
          .isInstanceOf(SendResult.NotSent.class);
      assertThat(provider.posts).hasValue(0);
    }
  }

  @Test
  void codesMeanFailures() throws Exception {
    try (var http = new OneShotHttp(4);
        var provider = new RawProvider(RawProvider.answering(400, error(21610)))) {
      var sender = new TwilioSmsSender(http);
      assertThat(
              OneShots.once(
                  (address, attempt) -> sender.send(order(address), attempt),
                  provider.address(),
                  new AtomicInteger()))
          .isEqualTo(new SendResult.Rejected(FailureType.RECIPIENT_OPTED_OUT, "21610", "no", null));
    }
  }

  private static SmsOrder order(URI address) {
    var account =
        new TwilioAccount(new ProviderAccountId(new UUID(1, 1)), "AC0", "secret", address);
    return new SmsOrder(
        account,
        "+15550100",
        "+15550199",
        "Hello äé + & =",
        URI.create("http://localhost:8080/webhooks/twilio/c/status?dispatch=d"));
  }
}
