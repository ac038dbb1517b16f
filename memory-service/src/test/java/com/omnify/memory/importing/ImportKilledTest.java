package com.omnify.memory.importing;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.memory.MemoryApplication;
import com.omnify.model.id.ClientId;
import com.omnify.testkit.OmnifyTest;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestFleet;
import com.omnify.testkit.TestTokens;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A service that dies by {@code kill -9} in the middle of a file, and one that comes after it. */
@OmnifyTest
class ImportKilledTest {

  private static final int ROWS = 20_000;

  private final HttpClient http = HttpClient.newHttpClient();

  private Process service(int port, Path log) throws IOException {
    var command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            MemoryApplication.class.getName(),
            "--omnify.topic-prefix=" + TestFleet.kafka().prefix());
    command.environment().put("OMNIFY_DB_URL", TestFleet.database().jdbcUrl());
    command.environment().put("OMNIFY_DB_USER", "omnify_memory");
    command.environment().put("OMNIFY_DB_PASSWORD", TestDatabase.SERVICE_PASSWORD);
    command.environment().put("OMNIFY_KAFKA", TestFleet.kafka().bootstrapServers());
    command.environment().put("OMNIFY_TOKEN_SECRET", TestTokens.SECRET);
    command.environment().put("SERVER_PORT", "" + port);
    command.environment().put("SERVER_ADDRESS", "127.0.0.1");
    command
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return command.start();
  }

  private JsonNode post(int port, ClientId client, String path, String type, String body)
      throws Exception {
    var answer =
        http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
                .header("Authorization", TestTokens.bearer(client, "member"))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return JsonMapper.shared().readTree(answer.body());
  }

  private void awaitUp(int port, Process process, File log) {
    Awaitility.await("the service, see " + log)
        .atMost(Duration.ofSeconds(90))
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(
            () ->
                process.isAlive()
                    && http.send(
                                HttpRequest.newBuilder(
                                        URI.create("http://127.0.0.1:" + port + "/actuator/health"))
                                    .build(),
                                HttpResponse.BodyHandlers.ofString())
                            .statusCode()
                        == 200);
  }

  private static List<String> lines(String sql) {
    return TestFleet.database().lines(sql);
  }

  @Test
  void whatIsKilledHalfWayGoesOnWithoutDoubles(@TempDir Path directory) throws Exception {
    ClientId client = TestFleet.fixtures().client();
    var csv = new StringBuilder("phone,email,name\n");
    for (int n = 0; n < ROWS; n++) {
      // every hundredth row is bad, and every thousandth repeats an earlier one
      String phone =
          n % 100 == 7 ? "12" : "+1206%07d".formatted(5_550_000 - (n % 1_000 == 9 ? n - 1 : n));
      csv.append(phone).append(",,Person ").append(n).append('\n');
    }
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path log = directory.resolve("service.log");
    Process first = service(port, log);
    JsonNode uploaded;
    try {
      awaitUp(port, first, log.toFile());
      uploaded = post(port, client, "/imports", "text/csv", csv.toString());
      post(
          port,
          client,
          "/imports/" + uploaded.get("id").asString() + "/start",
          "application/json",
          "{\"mapping\": {\"phone\": \"phone\", \"name\": \"full_name\"}}");
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> rowsRead() > 0);
    } finally {
      first.destroyForcibly().waitFor();
    }
    long when = rowsRead();
    assertThat(when).as("rows read when it was killed").isBetween(1_000L, ROWS - 1_000L);
    // half a minute of waiting for the dead one is no part of what is tried here
    TestFleet.database().admin().sql("UPDATE omnify.imports SET lease_until = now()").update();
    Process second = service(port, log);
    try {
      awaitUp(port, second, log.toFile());
      Awaitility.await()
          .atMost(90, TimeUnit.SECONDS)
          .until(() -> lines("SELECT state FROM omnify.imports").equals(List.of("done")));
    } finally {
      second.destroyForcibly().waitFor();
    }
    assertThat(
            lines(
                "SELECT rows_read, created, merged, bad, created + updated + unchanged + skipped + merged + bad"
                    + " FROM omnify.imports"))
        .containsExactly(ROWS + "|19780|20|200|" + ROWS);
    assertThat(lines("SELECT count(*), count(DISTINCT phone) FROM omnify.contacts"))
        .containsExactly("19780|19780");
    assertThat(lines("SELECT count(DISTINCT file_row) FROM omnify.import_faults"))
        .containsExactly("200");
    assertThat(
            lines(
                "SELECT count(*) FROM omnify.contacts c LEFT JOIN omnify.imports i ON i.id = c.import_id"
                    + " WHERE i.id IS NULL"))
        .containsExactly("0");
  }

  private static long rowsRead() {
    return Long.parseLong(lines("SELECT rows_read FROM omnify.imports").getFirst());
  }
}
