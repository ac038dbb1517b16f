package com.omnify.fleet;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The REST API as a customer's program uses it: with a key, and with the same idempotency key on a
 * retry.
 */
public final class Api {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** As long as services take to come back one after the other on a busy machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(5))
          .version(HttpClient.Version.HTTP_1_1)
          .build();
  private final String base;
  private final String key;

  public Api(String base, String key) {
    this.base = base;
    this.key = key;
  }

  /** The same place, somebody else. */
  public Api withKey(String otherKey) {
    return new Api(base, otherKey);
  }

  /**
   * What came back.
   *
   * @param body null where it was no JSON
   */
  public record Answer(int status, @Nullable JsonNode body, String text) {}

  /** One request, whatever its outcome. */
  public Answer send(String method, String path, Object body) {
    return exchange(
        method, path, body instanceof String s ? s : JSON.writeValueAsString(body), null);
  }

  public JsonNode get(String path) {
    return sure("GET", path, null, null);
  }

  public JsonNode post(String path, Object body) {
    return sure("POST", path, JSON.writeValueAsString(body), UUID.randomUUID().toString());
  }

  public JsonNode put(String path, Object body) {
    return sure("PUT", path, JSON.writeValueAsString(body), null);
  }

  public JsonNode patch(String path, Object body) {
    return sure("PATCH", path, JSON.writeValueAsString(body), null);
  }

  /** All items of a list, page by page. */
  public List<JsonNode> all(String path) {
    var items = new ArrayList<JsonNode>();
    String cursor = null;
    do {
      String separator = path.contains("?") ? "&" : "?";
      JsonNode page =
          get(path + separator + "limit=200" + (cursor == null ? "" : "&cursor=" + cursor));
      page.get("items").forEach(items::add);
      JsonNode next = page.get("next_cursor");
      cursor = next == null || next.isNull() ? null : next.asString();
    } while (cursor != null);
    return items;
  }

  /** Repeats while services restart under the test: 503 and refused connections are no answer. */
  private JsonNode sure(
      String method, String path, @Nullable String body, @Nullable String idempotencyKey) {
    RuntimeException last = new IllegalStateException("never tried");
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      try {
        Answer answer = exchange(method, path, body, idempotencyKey);
        if (answer.status() < 300) {
          JsonNode json = answer.body();
          return json == null ? JSON.nullNode() : json;
        }
        last =
            new IllegalStateException(
                method + " " + path + " → " + answer.status() + " " + answer.text());
        if (answer.status() == 409 && answer.text().contains("\"answer_lost\"")) {
          throw new AnswerLost(last.getMessage());
        }
        if (answer.status() < 500 && answer.status() != 409) {
          throw last;
        }
      } catch (Unreachable e) {
        last = e;
      }
      Pause.of(Duration.ofMillis(500));
    }
    throw last;
  }

  private Answer exchange(
      String method, String path, @Nullable String body, @Nullable String idempotencyKey) {
    var request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(60))
            .header("X-API-Key", key)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (idempotencyKey != null) {
      request.header("Idempotency-Key", idempotencyKey);
    }
    try {
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      String text = response.body();
      JsonNode json = text.startsWith("{") || text.startsWith("[") ? JSON.readTree(text) : null;
      return new Answer(response.statusCode(), json, text);
    } catch (IOException e) {
      throw new Unreachable(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** It was carried out, as the service itself says, but what it answered is gone. */
  public static final class AnswerLost extends RuntimeException {
    AnswerLost(@Nullable String message) {
      super(message);
    }
  }

  /** No answer came. */
  public static final class Unreachable extends RuntimeException {
    Unreachable(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
