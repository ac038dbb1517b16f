package com.omnify.channels.voice;

import com.omnify.channels.send.Attempt;
import com.omnify.channels.send.OneShotHttp;
import com.omnify.channels.send.Troubles;
import com.omnify.channels.send.policy.SendResult;
import com.omnify.channels.voice.policy.VapiAnswer;
import java.io.IOException;
import java.util.stream.Collectors;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Places one call with one POST. */
final class VapiCallSender {

  /** Names as VAPI writes them, in camel case. */
  private static final JsonMapper JSON = JsonMapper.shared();

  private final OneShotHttp http;

  VapiCallSender(OneShotHttp http) {
    this.http = http;
  }

  /**
   * Makes the attempt and waits for its end, at most as long as connecting and reading may take.
   * Never throws: whatever happens is a result.
   */
  SendResult call(CallOrder order, Attempt attempt) {
    JsonNode answer = JSON.createObjectNode();
    String text = null;
    try {
      answer = ScopedValue.where(Attempt.CURRENT, attempt).call(() -> exchange(order));
      text = message(answer.path("message"));
    } catch (IOException | RuntimeException e) {
      text = e.getMessage();
      if (attempt.trouble() == null) {
        attempt.failed(e);
      }
    } finally {
      // Whoever waits for its request must not wait for what will never come.
      attempt.over();
    }
    Throwable trouble = attempt.trouble();
    return VapiAnswer.read(
        new VapiAnswer.Seen(
            attempt.begun(),
            // An answer that broke off in its middle is no answer.
            trouble == null ? attempt.status() : null,
            attempt.retryAfter(),
            answer.path("id").stringValue(null),
            answer.path("subscriptionLimits").path("concurrencyBlocked").booleanValue(false),
            text,
            trouble == null ? null : Troubles.code(trouble)));
  }

  private JsonNode exchange(CallOrder order) throws IOException {
    String body = JSON.writeValueAsString(CallRequest.of(order));
    return read(
        http.execute(
                authorized(order.account(), ClassicRequestBuilder.post(order.account().at("/call")))
                    .setEntity(new StringEntity(body, ContentType.APPLICATION_JSON))
                    .build())
            .body());
  }

  static ClassicRequestBuilder authorized(VapiAccount account, ClassicRequestBuilder request) {
    return request
        .addHeader(HttpHeaders.AUTHORIZATION, "Bearer " + account.privateKey())
        .addHeader(HttpHeaders.ACCEPT, "application/json")
        .addHeader(HttpHeaders.USER_AGENT, "omnify-sequencer");
  }

  /** An answer that is no JSON says nothing. */
  private static JsonNode read(String body) {
    try {
      return body.isBlank() ? JSON.createObjectNode() : JSON.readTree(body);
    } catch (JacksonException e) {
      return JSON.createObjectNode();
    }
  }

  /** One sentence, or one for each field that is wrong. */
  private static @Nullable String message(JsonNode message) {
    return message.isArray()
        ? message.valueStream().map(each -> each.asString("")).collect(Collectors.joining("; "))
        : message.stringValue(null);
  }
}
