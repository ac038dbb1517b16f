package com.omnify.race;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A provider that accepts every message at once, and notes when it saw which. */
final class Provider implements AutoCloseable {

  /**
   * One POST as it arrived.
   *
   * @param firstByte by {@link System#nanoTime()}, when a thread here had read it: later than it
   *     was there
   * @param at the same by the wall clock
   * @param from the number it was sent from
   */
  record Received(long firstByte, Instant at, String from) {}

  private static final Pattern DISPATCH = Pattern.compile("dispatch%3D([0-9a-f-]{36})");
  private static final Pattern FROM = Pattern.compile("(?:^|&)From=%2B([0-9]+)");

  private final ServerSocket server;
  private final Map<UUID, Received> received = new ConcurrentHashMap<>();
  private final AtomicInteger repeated = new AtomicInteger();

  Provider() throws IOException {
    this.server = new ServerSocket(0, 600, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().name("provider").start(this::accept);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  @Nullable Received of(UUID dispatch) {
    return received.get(dispatch);
  }

  Map<UUID, Received> all() {
    return received;
  }

  /** POSTs for a dispatch that had one already. */
  int repeated() {
    return repeated.get();
  }

  void forget() {
    received.clear();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        // Platform threads: the senders' virtual ones must not wait for their turn behind these.
        Thread.ofPlatform().daemon().name("provider-connection").start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream(), 16_384);
      while (true) {
        int first = in.read();
        if (first < 0) {
          return;
        }
        long seen = System.nanoTime();
        Instant at = Instant.now();
        String head = (char) first + head(in);
        String body = new String(in.readNBytes(length(head)), StandardCharsets.US_ASCII);
        note(body, seen, at);
        answer(socket);
      }
    } catch (IOException e) {
      // The client closed an idle connection, or the test is over.
    }
  }

  private void note(String body, long seen, Instant at) {
    var dispatch = DISPATCH.matcher(body);
    var from = FROM.matcher(body);
    if (!dispatch.find() || !from.find()) {
      throw new IllegalStateException("No dispatch or sender in " + body);
    }
    var earlier =
        received.putIfAbsent(
            UUID.fromString(dispatch.group(1)), new Received(seen, at, "+" + from.group(1)));
    if (earlier != null) {
      repeated.incrementAndGet();
    }
  }

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder(600);
    int matched = 0;
    while (matched < 4) {
      int c = in.read();
      if (c < 0) {
        throw new IOException("broken off");
      }
      head.append((char) c);
      matched = c == "\r\n\r\n".charAt(matched) ? matched + 1 : c == '\r' ? 1 : 0;
    }
    return head.toString();
  }

  private static int length(String head) {
    String lower = head.toLowerCase(Locale.ROOT);
    int at = lower.indexOf("content-length:");
    return at < 0 ? 0 : Integer.parseInt(lower, at + 16, lower.indexOf('\r', at), 10);
  }

  private static void answer(Socket socket) throws IOException {
    String body =
        "{\"sid\":\"SM%s\",\"status\":\"queued\"}"
            .formatted(UUID.randomUUID().toString().replace("-", ""));
    String answer =
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(body.length(), body);
    socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
