package com.omnify.channels;

import com.omnify.sandbox.SandboxMain;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.testkit.TestJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;

/** A sandbox in a process of its own. */
final class SandboxProcess implements AutoCloseable {

  private final Process process;
  private final Path data;
  private final int port;

  private SandboxProcess(Process process, Path data, int port) {
    this.process = process;
    this.data = data;
    this.port = port;
  }

  static SandboxProcess start() throws IOException {
    Path data = Files.createTempDirectory("channels-sandbox");
    int port = freePort();
    var process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx128m",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    SandboxMain.class.getName(),
                    "--port",
                    String.valueOf(port),
                    "--data",
                    data.toString(),
                    "--default-persona",
                    "silent"))
            .redirectErrorStream(true)
            .redirectOutput(data.resolve("sandbox.log").toFile())
            .start();
    var sandbox = new SandboxProcess(process, data, port);
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(sandbox::answers);
    sandbox.warmUp();
    return sandbox;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean answers() throws IOException {
    if (!process.isAlive()) {
      throw new IllegalStateException(Files.readString(data.resolve("sandbox.log")));
    }
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Its first answers take longer than any later ones. */
  private void warmUp() throws IOException {
    String account = "AC" + "0".repeat(32);
    var request =
        HttpRequest.newBuilder(
                URI.create(address() + "/2010-04-01/Accounts/" + account + "/Messages.json"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder()
                        .encodeToString((account + ":token").getBytes(StandardCharsets.UTF_8)))
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "To=%2B12065550199&From=%2B14255550199&Body=warm+up"))
            .build();
    try (var http = HttpClient.newHttpClient()) {
      for (int n = 0; n < 50; n++) {
        http.send(request, HttpResponse.BodyHandlers.discarding());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  String address() {
    return "http://127.0.0.1:" + port;
  }

  /** How often it took something for each dispatch. */
  Map<String, Integer> accepted() throws IOException {
    var counts = new TreeMap<String, Integer>();
    for (String line : Files.readAllLines(data.resolve("ledger.ndjson"))) {
      var entry = TestJson.MAPPER.readValue(line, LedgerEntry.class);
      if (entry.kind() == LedgerEntry.Kind.ACCEPTED && entry.dispatchId() != null) {
        counts.merge(entry.dispatchId(), 1, Integer::sum);
      }
    }
    return counts;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
