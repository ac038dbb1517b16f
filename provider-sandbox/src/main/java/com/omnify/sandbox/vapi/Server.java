package com.omnify.sandbox.vapi;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Where the messages of a call go, and how.
 *
 * @param secret of this server alone; null: the organisation's
 * @param headers sent along
 * @param retries how often a message is tried again; none by default, as at VAPI
 * @param notRetried answers after which it is not
 */
record Server(
    String url,
    @Nullable String secret,
    Map<String, String> headers,
    Duration timeout,
    int retries,
    Duration pause,
    boolean growing,
    Set<Integer> notRetried) {

  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(20);

  static Server at(String url) {
    return new Server(url, null, Map.of(), DEFAULT_TIMEOUT, 0, Duration.ZERO, false, Set.of());
  }

  /** From a {@code server} object with a url; null without one. */
  static @Nullable Server of(JsonNode json) {
    var url = json.path("url").asString("");
    if (url.isEmpty()) {
      return null;
    }
    var headers = new LinkedHashMap<String, String>();
    json.path("headers")
        .properties()
        .forEach(e -> headers.put(e.getKey(), e.getValue().asString("")));
    var plan = json.path("backoffPlan");
    var excluded = new TreeSet<Integer>();
    plan.path("excludedStatusCodes").forEach(code -> excluded.add(code.asInt(0)));
    return new Server(
        url,
        json.path("secret").isString() ? json.path("secret").asString() : null,
        headers,
        json.path("timeoutSeconds").isNumber()
            ? Duration.ofMillis((long) (json.path("timeoutSeconds").asDouble() * 1_000))
            : DEFAULT_TIMEOUT,
        plan.path("maxRetries").asInt(0),
        Duration.ofMillis((long) (plan.path("baseDelaySeconds").asDouble(0) * 1_000)),
        plan.path("type").asString("fixed").equals("exponential"),
        excluded);
  }

  /** How long to wait after so many attempts, real time. */
  Duration pauseAfter(int attempts) {
    return growing ? pause.multipliedBy(1L << Math.min(attempts - 1, 10)) : pause;
  }
}
