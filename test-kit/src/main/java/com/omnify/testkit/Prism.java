package com.omnify.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Prism between a caller and a provider: a request that breaks the provider's own description is
 * refused with 422 (401 without credentials) and goes no further, an answer that breaks it becomes
 * a 500.
 */
public final class Prism implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(3);

  private final Process process;
  private final int port;
  private final Path log;

  private Prism(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /**
   * Starts one; the first time, Prism is installed by npm.
   *
   * @param upstream the provider; paths of the description follow it
   */
  public static Prism inFrontOf(URI upstream, Path openApi)
      throws IOException, InterruptedException {
    Path home = NpmTools.installed();
    int port = freePort();
    Path log = Files.createTempFile("prism", ".log");
    log.toFile().deleteOnExit();
    Process process =
        new ProcessBuilder(
                List.of(
                    home.resolve("node_modules/.bin/prism").toString(),
                    "proxy",
                    "-h",
                    "127.0.0.1",
                    "-p",
                    "" + port,
                    "--errors",
                    openApi.toString(),
                    upstream.toString()))
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    var prism = new Prism(process, port, log);
    long end = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < end && !process.waitFor(200, TimeUnit.MILLISECONDS)) {
      if (prism.listens()) {
        return prism;
      }
    }
    prism.close();
    throw new IllegalStateException("Prism did not start: " + prism.log());
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private boolean listens() {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Where callers find the provider behind it. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** All that it wrote down. */
  public String log() throws IOException {
    return Files.readString(log);
  }

  /** How many requests and answers it did not let through. */
  public long refused() throws IOException {
    return log().lines().filter(line -> line.contains("Request terminated with error")).count();
  }

  @Override
  public void close() {
    process.destroy();
  }
}
