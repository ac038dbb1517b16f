package com.omnify.launcher.verify;

import com.omnify.launcher.verify.policy.Evidence.CallEnd;
import com.omnify.launcher.verify.policy.Evidence.LedgerAccept;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The sandbox's ledger, over HTTP or from its file. */
final class LedgerReader {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private LedgerReader() {}

  /** What the ledger holds that is compared. */
  record Ledger(List<LedgerAccept> accepts, List<CallEnd> callEnds) {
    static final Ledger NONE = new Ledger(List.of(), List.of());
  }

  /**
   * Reads the accepted requests and the ends of calls.
   *
   * @param source address of the sandbox ({@code http://…}) or path of a ledger file
   */
  static Ledger read(String source) throws IOException, InterruptedException {
    if (!source.startsWith("http://") && !source.startsWith("https://")) {
      try (var file = Files.newInputStream(Path.of(source))) {
        return parse(file);
      }
    }
    if (source.endsWith("/ledger")) {
      return fetch(source);
    }
    // the ends first: whatever has ended was accepted before
    var ends = fetch(source + "/ledger?kind=ended").callEnds();
    return new Ledger(fetch(source + "/ledger?kind=accepted").accepts(), ends);
  }

  private static Ledger fetch(String address) throws IOException, InterruptedException {
    try (var http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
      var response =
          http.send(
              HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(60)).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      try (var body = response.body()) {
        if (response.statusCode() != 200) {
          throw new IOException(address + " answered " + response.statusCode());
        }
        return parse(body);
      }
    } catch (java.net.ConnectException e) {
      throw new IOException("the sandbox at " + address + " does not answer", e);
    }
  }

  static Ledger parse(InputStream lines) throws IOException {
    var accepts = new ArrayList<LedgerAccept>();
    var ends = new ArrayList<CallEnd>();
    var reader = new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8));
    int number = 0;
    for (var line = reader.readLine(); line != null; line = reader.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        var json = JSON.readTree(line);
        if ("accepted".equals(text(json, "kind"))) {
          // ledgers from before there were channels name none
          var channel = text(json, "channel");
          accepts.add(
              new LedgerAccept(
                  json.path("seq").asLong(),
                  channel == null ? "sms" : channel,
                  text(json, "dispatch_id"),
                  text(json, "sid"),
                  text(json, "to"),
                  text(json, "from"),
                  "voice".equals(channel) ? firstWords(text(json, "body")) : text(json, "body"),
                  word(text(json, "detail"), "message_id"),
                  text(json, "subject")));
        } else if ("ended".equals(text(json, "kind"))) {
          var detail = text(json, "detail");
          var reason = word(detail, "ended");
          var seconds = word(detail, "seconds");
          ends.add(
              new CallEnd(
                  text(json, "dispatch_id"),
                  reason == null ? "" : reason,
                  seconds == null ? 0 : Integer.parseInt(seconds)));
        }
      } catch (JacksonException e) {
        throw new IOException("line " + number + " of the ledger is no JSON object", e);
      }
    }
    return new Ledger(accepts, ends);
  }

  /** Of a call the ledger keeps the whole request. */
  private static @Nullable String firstWords(@Nullable String request) {
    if (request == null) {
      return null;
    }
    var json = JSON.readTree(request);
    var own = text(json.path("assistantOverrides"), "firstMessage");
    return own != null ? own : text(json.path("assistant"), "firstMessage");
  }

  /** The value of {@code key=} in a line's detail. */
  private static @Nullable String word(@Nullable String detail, String key) {
    if (detail != null) {
      for (var word : detail.split(" ")) {
        if (word.startsWith(key + "=")) {
          return word.substring(key.length() + 1);
        }
      }
    }
    return null;
  }

  private static @Nullable String text(JsonNode json, String name) {
    var value = json.get(name);
    return value == null || value.isNull() ? null : value.asString();
  }
}
