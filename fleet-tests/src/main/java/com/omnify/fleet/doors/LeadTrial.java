package com.omnify.fleet.doors;

import com.omnify.fleet.Fleet;
import com.omnify.fleet.Pause;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * From a lead posted at the gateway to its first SMS accepted by the provider. The posts come at an
 * even pace whatever the answers do, and a lead's time begins when it was due to be posted.
 */
final class LeadTrial {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration GOAL = Duration.ofSeconds(1);
  private static final int WARM_UP = 300;

  private final Fleet fleet;
  private final PrintStream out;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  LeadTrial(Fleet fleet, PrintStream out) {
    this.fleet = fleet;
    this.out = out;
  }

  boolean run(int leads, int perSecond) throws Exception {
    var client = Setup.client(fleet);
    Setup.senders(fleet, client);
    Setup.answersLeads(client);
    List<String> phones = Setup.existing(fleet, WARM_UP + leads);
    // the virtual machines of seven services learn what the work is
    post(client, phones, 0, WARM_UP, Math.max(1, perSecond / 5));
    await(client, WARM_UP);
    Map<String, Instant> posted = post(client, phones, WARM_UP, leads, perSecond);
    Map<String, Instant> accepted = await(client, WARM_UP + leads);
    long[] millis =
        posted.entrySet().stream()
            .filter(lead -> accepted.containsKey(lead.getKey()))
            .mapToLong(
                lead -> Duration.between(lead.getValue(), accepted.get(lead.getKey())).toMillis())
            .sorted()
            .toArray();
    boolean all = millis.length == leads;
    out.printf(
        "%n%d leads at %d a second, posted → first SMS accepted, in ms: p50 %d, p90 %d, p99 %d, max %d%s%n",
        leads,
        perSecond,
        at(millis, 0.5),
        at(millis, 0.9),
        at(millis, 0.99),
        at(millis, 1),
        all ? "" : "; " + (leads - millis.length) + " WERE NOT ANSWERED");
    parts(client);
    return all && at(millis, 0.99) < GOAL.toMillis();
  }

  private Map<String, Instant> post(
      Setup.Client client, List<String> phones, int from, int count, int perSecond)
      throws InterruptedException {
    Map<String, Instant> posted = new HashMap<>();
    var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    long start = System.nanoTime();
    for (int n = 0; n < count; n++) {
      long due = start + Duration.ofSeconds(n).toNanos() / perSecond;
      long wait = due - System.nanoTime();
      if (wait > 0) {
        Pause.of(Duration.ofNanos(wait));
      }
      String phone = phones.get(from + n);
      posted.put(phone, Instant.now().minusNanos(Math.max(0, System.nanoTime() - due)));
      HttpRequest request = request(client, from + n, phone);
      answers.add(
          http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
              .thenCompose(answer -> again(request, answer)));
    }
    for (var answer : answers) {
      if (answer.join().statusCode() >= 300) {
        throw new IllegalStateException("a lead was refused: " + answer.join().body());
      }
    }
    return posted;
  }

  private HttpRequest request(Setup.Client client, int lead, String phone) {
    return HttpRequest.newBuilder(URI.create(fleet.gateway() + "/api/v1/leads"))
        .header("X-API-Key", client.key())
        .header("Content-Type", "application/json")
        .POST(
            HttpRequest.BodyPublishers.ofString(
                JSON.writeValueAsString(
                    Map.of(
                        "lead_id",
                        "lead-" + lead,
                        "form",
                        "roof",
                        "full_name",
                        "Ann " + lead,
                        "phone",
                        phone))))
        .build();
  }

  /** As a sender does who is told to come again: once more; its time goes on. */
  private CompletableFuture<HttpResponse<String>> again(
      HttpRequest request, HttpResponse<String> answer) {
    return answer.statusCode() == 503
        ? http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
            .orTimeout(30, TimeUnit.SECONDS)
        : CompletableFuture.completedFuture(answer);
  }

  private Map<String, Instant> await(Setup.Client client, int count) throws IOException {
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    Map<String, Instant> accepted = new HashMap<>();
    while (accepted.size() < count && System.nanoTime() < end) {
      Pause.of(Duration.ofMillis(500));
      accepted = accepted(client);
    }
    return accepted;
  }

  /** When each number's first message was accepted, by the provider's own account. */
  private Map<String, Instant> accepted(Setup.Client client) throws IOException {
    try {
      var lines =
          http.send(
                  HttpRequest.newBuilder(URI.create(fleet.sandboxUrl() + "/ledger?kind=accepted"))
                      .build(),
                  HttpResponse.BodyHandlers.ofLines())
              .body();
      Map<String, Instant> accepted = new ConcurrentHashMap<>();
      lines.forEach(
          line -> {
            JsonNode entry = JSON.readTree(line);
            if (client.id().equals(entry.path("client_id").asString(""))) {
              accepted.putIfAbsent(
                  entry.get("to").asString(), Instant.parse(entry.get("at").asString()));
            }
          });
      return accepted;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Where the time goes, by what the services wrote down. */
  private void parts(Setup.Client client) throws SQLException, IOException {
    String sql =
        """
        SELECT percentile_disc(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM c.created_at - l.received_at)),
          percentile_disc(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM e.created_at - c.created_at)),
          percentile_disc(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM d.created_at - e.created_at)),
          percentile_disc(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM d.fenced_at - d.created_at)),
          percentile_disc(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM d.finished_at - d.fenced_at))
        FROM leads l JOIN contacts c ON c.client_id = l.client_id AND c.id = l.contact_id
        JOIN enrollments e ON e.client_id = l.client_id AND e.contact_id = c.id
        JOIN dispatches d ON d.client_id = l.client_id AND d.enrollment_id = e.id
        WHERE l.client_id = ?::uuid
        """;
    List<String> names =
        List.of(
            "lead stored → contact",
            "contact → enrolled",
            "enrolled → dispatch",
            "dispatch → fence",
            "fence → accepted");
    try (Connection db = fleet.database();
        var statement = db.prepareStatement(sql)) {
      statement.setString(1, client.id());
      try (var row = statement.executeQuery()) {
        row.next();
        for (int n = 0; n < names.size(); n++) {
          Object[] seconds = (Object[]) row.getArray(n + 1).getArray();
          out.printf(
              "  %-24s p50 %4.0f ms, p99 %4.0f ms%n",
              names.get(n),
              Double.parseDouble(seconds[0].toString()) * 1000,
              Double.parseDouble(seconds[1].toString()) * 1000);
        }
      }
    }
  }

  private static long at(long[] sorted, double part) {
    return sorted.length == 0
        ? Long.MAX_VALUE
        : sorted[(int) Math.min(sorted.length - 1L, Math.round(part * sorted.length))];
  }
}
