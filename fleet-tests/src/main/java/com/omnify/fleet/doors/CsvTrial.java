package com.omnify.fleet.doors;

import com.omnify.fleet.Fleet;
import com.omnify.fleet.Pause;
import com.omnify.launcher.fleet.Memory;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A large file through the gateway, one row in a hundred bad; and a smaller one, killed half-way.
 */
final class CsvTrial {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Fleet fleet;
  private final PrintStream out;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  CsvTrial(Fleet fleet, PrintStream out) {
    this.fleet = fleet;
    this.out = out;
  }

  boolean run(int rows) throws Exception {
    boolean whole = once(rows, false);
    boolean killed = once(Math.max(20_000, rows / 10), true);
    return whole && killed;
  }

  private boolean once(int rows, boolean kill) throws Exception {
    var client = Setup.client(fleet);
    Path file = Files.createTempFile("omnify-doors", ".csv");
    try {
      write(file, rows);
      out.printf(
          "%n%,d rows, %.1f MiB, 1 in 100 bad%s%n",
          rows, Files.size(file) / 1048576.0, kill ? ", memory-service killed half-way" : "");
      long started = System.nanoTime();
      JsonNode uploaded =
          JSON.readTree(
              http.send(
                      request(client, "/api/v1/imports?file_name=people.csv", "text/csv")
                          .POST(HttpRequest.BodyPublishers.ofFile(file))
                          .build(),
                      HttpResponse.BodyHandlers.ofString())
                  .body());
      String path = "/api/v1/imports/" + uploaded.get("id").asString();
      out.printf("  uploaded in %.1f s%n", seconds(started));
      long from = System.nanoTime();
      client
          .api()
          .post(
              path + "/start",
              Map.of(
                  "mapping",
                  Map.of(
                      "First name",
                      "first_name",
                      "Last name",
                      "last_name",
                      "Phone",
                      "phone",
                      "E-mail",
                      "email",
                      "Roof",
                      "custom.roof_type")));
      JsonNode now = watch(client, path, rows, kill, from);
      double took = seconds(from);
      out.printf("  %,d rows in %.1f s: %,.0f rows/s%n", rows, took, rows / took);
      drained(from);
      return right(client, now, path, rows);
    } finally {
      Files.delete(file);
    }
  }

  private JsonNode watch(Setup.Client client, String path, int rows, boolean kill, long from) {
    boolean toKill = kill;
    long next = 0;
    while (true) {
      JsonNode now = client.api().get(path);
      long read = now.get("rows_read").asLong();
      if (read >= next) {
        out.printf(
            "  %6.1f s  %,10d rows; memory-service %s, gateway %s%n",
            seconds(from), read, rss("memory-service"), rss("web-console"));
        next = read + rows / 10;
      }
      if (!now.get("ended_at").isNull()) {
        return now;
      }
      if (toKill && read > rows / 3) {
        toKill = false;
        fleet.kill("memory-service");
        out.printf("  %6.1f s  killed with -9 after %,d rows%n", seconds(from), read);
      }
      Pause.of(Duration.ofMillis(200));
    }
  }

  private String rss(String member) {
    try {
      return "%d MiB".formatted(Memory.of(fleet.pid(member)) >> 20);
    } catch (RuntimeException e) {
      return "down";
    }
  }

  /** Until everyone has been told of the contacts. */
  private void drained(long from) throws Exception {
    try (Connection db = fleet.database();
        var count = db.prepareStatement("SELECT count(*) FROM memory_outbox")) {
      while (true) {
        try (var row = count.executeQuery()) {
          row.next();
          if (row.getLong(1) == 0) {
            out.printf("  all events on Kafka after %.1f s%n", seconds(from));
            return;
          }
        }
        Pause.of(Duration.ofMillis(200));
      }
    }
  }

  private boolean right(Setup.Client client, JsonNode now, String path, int rows) throws Exception {
    int bad = rows / 100;
    long listed =
        http.send(
                request(client, path + "/errors", "application/json").GET().build(),
                HttpResponse.BodyHandlers.ofLines())
            .body()
            .count();
    long people;
    long phones;
    try (Connection db = fleet.database();
        var count =
            db.prepareStatement(
                "SELECT count(*), count(DISTINCT phone) FROM contacts WHERE client_id = ?::uuid")) {
      count.setString(1, client.id());
      try (var row = count.executeQuery()) {
        row.next();
        people = row.getLong(1);
        phones = row.getLong(2);
      }
    }
    out.printf(
        "  created %,d, bad %,d, listed in the error file %,d; contacts %,d with %,d numbers%n",
        now.get("created").asLong(), now.get("bad").asLong(), listed - 1, people, phones);
    boolean right =
        now.get("state").asString().equals("done")
            && now.get("rows_read").asLong() == rows
            && now.get("bad").asLong() == bad
            && listed - 1 == bad
            && people == rows - bad
            && phones == people;
    out.println(right ? "  as it should be" : "  NOT AS IT SHOULD BE: " + now);
    return right;
  }

  private HttpRequest.Builder request(Setup.Client client, String path, String type) {
    return HttpRequest.newBuilder(URI.create(fleet.gateway() + path))
        .header("X-API-Key", client.key())
        .header("Content-Type", type)
        .timeout(Duration.ofMinutes(10));
  }

  private static void write(Path file, int rows) throws IOException {
    try (BufferedWriter csv = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      csv.write("First name,Last name,Phone,E-mail,Roof\n");
      for (int n = 0; n < rows; n++) {
        String phone = Setup.phone(n);
        // what people get wrong: too few digits, no address at all, another one's number
        String wrong =
            switch (n / 100 % 3) {
              case 0 -> phone.substring(0, 6) + ",p" + n + "@example.com";
              case 1 -> phone + ",not an address";
              default -> ",";
            };
        csv.write("Ann,Person " + n + ",");
        csv.write(n % 100 == 99 ? wrong : phone + ",p" + n + "@example.com");
        csv.write(n % 3 == 0 ? ",\"slate, grey\"\n" : ",tile\n");
      }
    }
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
