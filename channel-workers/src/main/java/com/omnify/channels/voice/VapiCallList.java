package com.omnify.channels.voice;

import com.omnify.channels.send.OneShotHttp;
import com.omnify.channels.voice.policy.FoundCall;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Which calls VAPI has placed. */
final class VapiCallList {

  /** Each brings its transcript along. */
  private static final int PAGE_SIZE = 100;

  /** So many calls since a fence are not one account's; the list is then not complete. */
  private static final int MOST_PAGES = 50;

  /** All pages together; whoever waits for them has others to ask about. */
  private static final Duration WHOLE = Duration.ofSeconds(60);

  private static final JsonMapper JSON = JsonMapper.shared();

  private final OneShotHttp http;
  private final Duration whole;

  VapiCallList(OneShotHttp http) {
    this(http, WHOLE);
  }

  /**
   * @param whole the longest that all pages may take together
   */
  VapiCallList(OneShotHttp http, Duration whole) {
    this.http = http;
    this.whole = whole;
  }

  /** The answer to the question. */
  sealed interface Answer {

    /** All there is. */
    record Complete(List<FoundCall> calls) implements Answer {}

    /** Not all, or nothing: this proves nothing. */
    record Incomplete(String why) implements Answer {}
  }

  /**
   * Asks for every call since a time, from whichever number of the account: another sender counts
   * too.
   */
  Answer since(VapiAccount account, Instant since) {
    long end = System.nanoTime() + whole.toNanos();
    try {
      var found = new LinkedHashMap<String, FoundCall>();
      Instant until = null;
      for (int pages = 1; pages <= MOST_PAGES; pages++) {
        Duration left = Duration.ofNanos(end - System.nanoTime());
        if (!left.isPositive()) {
          return new Answer.Incomplete("not all pages within " + whole.toSeconds() + " s");
        }
        List<FoundCall> page = page(account, since, until, left);
        int before = found.size();
        page.forEach(call -> found.put(call.id(), call));
        if (page.size() < PAGE_SIZE) {
          return new Answer.Complete(new ArrayList<>(found.values()));
        }
        if (found.size() == before) {
          return new Answer.Incomplete("its pages do not lead on");
        }
        // The newest come first. Those of the same moment as the last come again, and are known.
        until = page.stream().map(FoundCall::createdAt).min(Instant::compareTo).orElseThrow();
      }
      return new Answer.Incomplete("more than " + MOST_PAGES + " pages");
    } catch (IOException | RuntimeException e) {
      return new Answer.Incomplete(String.valueOf(e.getMessage()));
    }
  }

  private List<FoundCall> page(
      VapiAccount account, Instant since, @Nullable Instant until, Duration atMost)
      throws IOException {
    String query =
        "limit="
            + PAGE_SIZE
            + "&createdAtGe="
            + encoded(since)
            + (until == null ? "" : "&createdAtLe=" + encoded(until));
    URI uri = URI.create(account.at("/call") + "?" + query);
    OneShotHttp.Answer answer =
        http.ask(
            VapiCallSender.authorized(account, ClassicRequestBuilder.get(uri)).build(), atMost);
    if (answer.status() != 200) {
      throw new IllegalStateException("HTTP " + answer.status());
    }
    JsonNode list = JSON.readTree(answer.body());
    if (!list.isArray()) {
      throw new IllegalStateException("the answer is no list");
    }
    return list.valueStream().map(VapiCallList::call).toList();
  }

  private static FoundCall call(JsonNode call) {
    String id = call.path("id").stringValue(null);
    String created = call.path("createdAt").stringValue(null);
    if (id == null || created == null) {
      throw new IllegalStateException("a call without id or date");
    }
    String dispatch = dispatch(call.path("assistantOverrides"));
    return new FoundCall(
        id,
        call.path("name").stringValue(null),
        dispatch == null ? dispatch(call.path("assistant")) : dispatch,
        call.path("customer").path("number").stringValue(null),
        "inboundPhoneCall".equals(call.path("type").stringValue(null)),
        Instant.parse(created));
  }

  private static @Nullable String dispatch(JsonNode assistant) {
    return assistant.path("metadata").path("dispatch_id").stringValue(null);
  }

  private static String encoded(Instant at) {
    return URLEncoder.encode(at.toString(), StandardCharsets.UTF_8);
  }
}
