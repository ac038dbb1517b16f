package com.omnify.launcher.demo;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A small client of a JSON API: problems become readable exceptions, a server that starts is waited
 * for.
 */
final class Rest implements AutoCloseable {

  /** Always the same text for the same thing: an idempotency key belongs to one text. */
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private static final int TRIES = 10;

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final String base;
  private final Map<String, String> headers;

  Rest(String base, Map<String, String> headers) {
    this.base = base;
    this.headers = Map.copyOf(headers);
  }

  /** The answer of a request that did not go well. */
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1;
    private final int status;

    Refused(int status, String message) {
      super(message);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return send("GET", path, null, null);
  }

  JsonNode put(String path, Object body) throws IOException, InterruptedException {
    return send("PUT", path, body, null);
  }

  JsonNode patch(String path, Object body) throws IOException, InterruptedException {
    return send("PATCH", path, body, null);
  }

  /**
   * Creates something once, however often it is asked.
   *
   * @param key the same for the same thing
   */
  JsonNode create(String path, Object body, String key) throws IOException, InterruptedException {
    return send("POST", path, body, key);
  }

  /** All items of a list, page by page. */
  List<JsonNode> all(String path) throws IOException, InterruptedException {
    var items = new ArrayList<JsonNode>();
    @Nullable String cursor = null;
    do {
      var page =
          get(
              path
                  + (path.contains("?") ? "&" : "?")
                  + "limit=100"
                  + (cursor == null
                      ? ""
                      : "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8)));
      page.path("items").forEach(items::add);
      cursor = text(page, "next_cursor");
    } while (cursor != null);
    return items;
  }

  static @Nullable String text(JsonNode json, String name) {
    var value = json.get(name);
    return value == null || value.isNull() ? null : value.asString();
  }

  /** The first item of each value of a field. */
  static Map<String, JsonNode> by(List<JsonNode> items, String field) {
    var found = new HashMap<String, JsonNode>();
    for (var item : items) {
      var value = text(item, field);
      if (value != null) {
        found.putIfAbsent(value, item);
      }
    }
    return found;
  }

  static String required(JsonNode json, String field) {
    return Objects.requireNonNull(
        text(json, field), () -> "the API answered without " + field + ": " + json);
  }

  private JsonNode send(
      String method, String path, @Nullable Object body, @Nullable String idempotencyKey)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(30))
            .header("Accept", "application/json");
    headers.forEach(request::header);
    if (idempotencyKey != null) {
      request.header("Idempotency-Key", idempotencyKey);
    }
    if (body == null) {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    } else {
      request
          .header("Content-Type", "application/json")
          .method(method, HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
    }
    for (int attempt = 1; ; attempt++) {
      try {
        var response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() < 300) {
          return response.body().isBlank()
              ? JSON.createObjectNode()
              : JSON.readTree(response.body());
        }
        boolean mayGetBetter =
            response.statusCode() == 429
                || response.statusCode() == 502
                || response.statusCode() == 503
                || response.statusCode() == 504;
        if (!mayGetBetter || attempt == TRIES) {
          throw new Refused(
              response.statusCode(),
              "%s %s was answered with %d: %s"
                  .formatted(method, path, response.statusCode(), problem(response.body())));
        }
      } catch (Refused e) {
        throw e;
      } catch (IOException e) {
        // every request here may be repeated: what creates something carries its key
        if (attempt == TRIES) {
          throw new IOException(base + " does not answer: " + e.getMessage(), e);
        }
      }
      TimeUnit.MILLISECONDS.sleep(250L * attempt);
    }
  }

  /** The title, the detail and the first field errors of a problem document. */
  private static String problem(String body) {
    try {
      var json = JSON.readTree(body);
      var words = new StringBuilder();
      for (var name : List.of("title", "detail")) {
        var value = text(json, name);
        if (value != null) {
          words.append(words.isEmpty() ? "" : ": ").append(value);
        }
      }
      var errors = json.path("errors");
      if (!errors.isEmpty()) {
        words.append(' ').append(errors);
      }
      return words.isEmpty() ? body : words.toString();
    } catch (JacksonException e) {
      return body.length() > 300 ? body.substring(0, 300) : body;
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
