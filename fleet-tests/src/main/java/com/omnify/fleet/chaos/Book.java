package com.omnify.fleet.chaos;

import com.omnify.fleet.chaos.policy.Channel;
import com.omnify.fleet.chaos.policy.Evidence.LedgerAccept;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The sandbox's ledger, sorted by client: one page for each crowd. */
final class Book {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** How a webhook is called that tells what became of a mail, or that a call is over. */
  private static final Pattern END =
      Pattern.compile("status=(delivered|bounced|ended|end-of-call-report) ");

  /** What the providers put down about one client. */
  static final class Page {
    private final Map<Channel, List<LedgerAccept>> accepts = new EnumMap<>(Channel.class);
    private final Set<String> told = new HashSet<>();
    private final Map<String, Long> faults = new TreeMap<>();
    private long posts;

    List<LedgerAccept> accepts(Channel channel) {
      return List.copyOf(accepts.getOrDefault(channel, List.of()));
    }

    long accepted() {
      return accepts.values().stream().mapToLong(List::size).sum();
    }

    /** Dispatches whose end was told, and somebody took it in. */
    Set<String> told() {
      return Set.copyOf(told);
    }

    /** Faults that really happened, by name. */
    Map<String, Long> faults() {
      return Map.copyOf(faults);
    }

    /** Requests to send that reached the provider, whatever became of them. */
    long posts() {
      return posts;
    }
  }

  private final Map<String, Page> pages = new HashMap<>();

  static Book read(String sandboxUrl) {
    var book = new Book();
    var request =
        HttpRequest.newBuilder(URI.create(sandboxUrl + "/ledger"))
            .timeout(Duration.ofMinutes(3))
            .build();
    try (var http = HttpClient.newHttpClient();
        var body = http.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
        var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          book.take(JSON.readTree(line));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("the ledger cannot be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return book;
  }

  private void take(JsonNode line) {
    String client = text(line, "client_id");
    Page page = pages.computeIfAbsent(client == null ? "" : client, _ -> new Page());
    switch (String.valueOf(text(line, "kind"))) {
      case "accepted" -> {
        page.posts++;
        page.accepts
            .computeIfAbsent(channel(line), _ -> new ArrayList<>())
            .add(new LedgerAccept(line.path("seq").asLong(), text(line, "dispatch_id")));
      }
      case "callback" -> {
        String detail = String.valueOf(text(line, "detail"));
        String dispatch = text(line, "dispatch_id");
        if (dispatch != null && detail.endsWith("result=ok") && END.matcher(detail).lookingAt()) {
          page.told.add(dispatch);
        }
      }
      case "refused" -> page.posts++;
      case "fault" -> {
        String detail = String.valueOf(text(line, "detail"));
        String name = detail.split(" ", 2)[0].replace("fault=", "");
        if (channel(line) != Channel.SMS) {
          name = channel(line).title() + " " + name;
        }
        page.faults.merge(name, 1L, Long::sum);
        if (detail.contains("request=dropped")) {
          page.posts++;
        }
      }
      default -> {}
    }
  }

  private static Channel channel(JsonNode line) {
    return Channel.named(String.valueOf(text(line, "channel"))).orElse(Channel.SMS);
  }

  private static @Nullable String text(JsonNode line, String name) {
    JsonNode value = line.get(name);
    return value == null || value.isNull() ? null : value.asString();
  }

  Page page(String clientId) {
    return pages.getOrDefault(clientId, new Page());
  }

  /** Messages that the provider took from whoever is not among these. */
  long acceptedOfOthers(List<String> clientIds) {
    return pages.entrySet().stream()
        .filter(entry -> !clientIds.contains(entry.getKey()))
        .mapToLong(entry -> entry.getValue().accepted())
        .sum();
  }
}
