package com.omnify.channels.email;

import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.ProviderAccount;
import com.omnify.channels.email.policy.Letter;
import com.omnify.channels.email.policy.ResendAnswer;
import com.omnify.channels.send.Attempt;
import com.omnify.channels.send.OneShotHttp;
import com.omnify.channels.send.Troubles;
import com.omnify.channels.send.policy.SendResult;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends one mail by one POST to Resend. The key of the request is the dispatch's id and its bytes
 * follow from the dispatch alone, so the same request a second time would change nothing.
 */
final class ResendSender {

  private static final String OWN_ADDRESS = "https://api.resend.com";

  private static final JsonMapper JSON = JsonMapper.shared();

  private final OneShotHttp http;

  ResendSender(OneShotHttp http) {
    this.http = http;
  }

  SendResult send(ProviderAccount account, DispatchKey key, Letter letter, Attempt attempt) {
    Answer answer = Answer.NONE;
    String text = null;
    try {
      answer =
          ScopedValue.where(Attempt.CURRENT, attempt)
              .call(() -> read(http.execute(request(account, key, letter))));
      text = answer.message();
    } catch (IOException | RuntimeException e) {
      text = e.getMessage();
      if (attempt.trouble() == null) {
        attempt.failed(e);
      }
    } finally {
      attempt.over();
    }
    Throwable trouble = attempt.trouble();
    return ResendAnswer.read(
        new ResendAnswer.Seen(
            attempt.begun(),
            trouble == null ? attempt.status() : null,
            attempt.retryAfter(),
            answer.id(),
            answer.name(),
            trouble == null ? null : Troubles.code(trouble),
            text));
  }

  private static ClassicHttpRequest request(
      ProviderAccount account, DispatchKey key, Letter letter) {
    String base = Objects.requireNonNullElse(account.baseUrl(), OWN_ADDRESS).toString();
    return ClassicRequestBuilder.post(base.replaceAll("/+$", "") + "/emails")
        .addHeader(HttpHeaders.AUTHORIZATION, "Bearer " + account.secret())
        .addHeader(HttpHeaders.ACCEPT, "application/json")
        .addHeader(HttpHeaders.USER_AGENT, "omnify-sequencer")
        .addHeader("Idempotency-Key", key.id().toString())
        .setEntity(
            new StringEntity(
                JSON.writeValueAsString(body(key, letter)), ContentType.APPLICATION_JSON))
        .build();
  }

  private static Map<String, Object> body(DispatchKey key, Letter letter) {
    var body = new LinkedHashMap<String, Object>();
    body.put(
        "from",
        letter.fromName().isEmpty()
            ? letter.from()
            : "\"%s\" <%s>"
                .formatted(letter.fromName().replaceAll("[\"\\\\<>]", ""), letter.from()));
    body.put("to", List.of(letter.to()));
    if (letter.replyTo() != null) {
      body.put("reply_to", letter.replyTo());
    }
    body.put("subject", letter.subject());
    body.put("text", letter.text());
    if (letter.html() != null) {
      body.put("html", letter.html());
    }
    var headers = new java.util.TreeMap<String, String>(letter.headers());
    headers.put("Message-ID", letter.messageId());
    body.put("headers", headers);
    body.put(
        "tags",
        List.of(
            Map.of("name", "dispatch_id", "value", key.id().toString()),
            Map.of("name", "client_id", "value", key.client().toString())));
    return body;
  }

  private record Answer(@Nullable String id, @Nullable String name, @Nullable String message) {
    static final Answer NONE = new Answer(null, null, null);
  }

  private static Answer read(OneShotHttp.Answer answer) {
    try {
      JsonNode json = JSON.readTree(answer.body());
      return new Answer(
          json.path("id").stringValue(null),
          json.path("name").stringValue(null),
          json.path("message").stringValue(null));
    } catch (JacksonException e) {
      return Answer.NONE;
    }
  }
}
