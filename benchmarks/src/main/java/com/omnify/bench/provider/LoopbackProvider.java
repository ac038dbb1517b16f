package com.omnify.bench.provider;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages over loopback HTTP as Twilio's Messages API does and answers at once, with one
 * thread: what it costs is not counted, but it is taken from the same machine. Everything that it
 * received it remembers, with the time.
 */
public final class LoopbackProvider implements AutoCloseable {

  private static final int REQUEST_AT_MOST = 16 * 1024;
  private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  // The shape of a real answer: parsing it is part of the sender's work.
  private static final String ANSWER =
      """
      {"account_sid": "AC00000000000000000000000000000000", "api_version": "2010-04-01", \
      "body": "Hello", "date_created": "Tue, 06 Jan 2026 12:00:00 +0000", "date_sent": null, \
      "date_updated": "Tue, 06 Jan 2026 12:00:00 +0000", "direction": "outbound-api", \
      "error_code": null, "error_message": null, "from": "+15550100000", \
      "messaging_service_sid": null, "num_media": "0", "num_segments": "1", "price": null, \
      "price_unit": "USD", "sid": "SM%032x", "status": "queued", \
      "subresource_uris": {"media": "/2010-04-01/Accounts/AC0/Messages/SM0/Media.json"}, \
      "to": "+15550100001", "uri": "/2010-04-01/Accounts/AC0/Messages/SM0.json"}""";

  /**
   * One request.
   *
   * @param to the recipient's number as digits
   * @param dispatch as its status callback names it
   */
  public record Received(long to, String dispatch, Instant at) {}

  private final ServerSocketChannel server;
  private final Selector selector;
  private final Thread thread;
  private final List<Received> received = new ArrayList<>();
  private long answers;

  private LoopbackProvider(ServerSocketChannel server, Selector selector) {
    this.server = server;
    this.selector = selector;
    this.thread = Thread.ofPlatform().name("provider").daemon(true).unstarted(this::serve);
  }

  /** Listens on a free port of 127.0.0.1. */
  public static LoopbackProvider start() throws IOException {
    var server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
    server.configureBlocking(false);
    var selector = Selector.open();
    server.register(selector, SelectionKey.OP_ACCEPT);
    var provider = new LoopbackProvider(server, selector);
    provider.thread.start();
    return provider;
  }

  /** Where it stands. */
  public URI address() {
    try {
      int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      return URI.create("http://127.0.0.1:" + port);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Forgets what it received so far. */
  public synchronized void forget() {
    received.clear();
  }

  /** How many requests it received since it forgot. */
  public synchronized int count() {
    return received.size();
  }

  /** All requests that it received since it forgot, in order. */
  public synchronized List<Received> received() {
    return List.copyOf(received);
  }

  private synchronized void remember(Received request) {
    received.add(request);
  }

  private void serve() {
    try {
      while (server.isOpen()) {
        selector.select(this::handle);
      }
    } catch (IOException | java.nio.channels.ClosedSelectorException e) {
      if (server.isOpen()) {
        throw new IllegalStateException("the provider broke down", e);
      }
    }
  }

  private void handle(SelectionKey key) {
    try {
      if (key.isAcceptable()) {
        SocketChannel connection = server.accept();
        if (connection != null) {
          connection.configureBlocking(false);
          connection.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
          connection.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(REQUEST_AT_MOST));
        }
        return;
      }
      var connection = (SocketChannel) key.channel();
      var buffer = (ByteBuffer) key.attachment();
      if (connection.read(buffer) < 0) {
        connection.close();
        return;
      }
      int end = endOfRequest(buffer);
      if (end < 0) {
        return;
      }
      String request = new String(buffer.array(), 0, end, StandardCharsets.ISO_8859_1);
      buffer.clear();
      remember(
          new Received(digits(request, "To=%2B"), word(request, "dispatch%3D", 36), Instant.now()));
      ByteBuffer answer = answer();
      while (answer.hasRemaining()) {
        // A kilobyte on a fresh socket: it always fits.
        connection.write(answer);
      }
    } catch (IOException e) {
      key.cancel();
      try {
        key.channel().close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
    }
  }

  private ByteBuffer answer() {
    String body = ANSWER.formatted(++answers);
    String head =
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n";
    return ByteBuffer.wrap((head + body).getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Behind the last byte of the request, or -1 while it is not there in full. */
  private static int endOfRequest(ByteBuffer buffer) {
    int head = indexOf(buffer.array(), buffer.position(), END_OF_HEAD);
    if (head < 0) {
      return -1;
    }
    String text =
        new String(buffer.array(), 0, head, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    int at = text.indexOf("content-length:");
    int length = at < 0 ? 0 : Integer.parseInt(text.substring(at + 15, lineEnd(text, at)).strip());
    int end = head + END_OF_HEAD.length + length;
    return end <= buffer.position() ? end : -1;
  }

  private static int lineEnd(String text, int from) {
    int end = text.indexOf('\r', from);
    return end < 0 ? text.length() : end;
  }

  private static int indexOf(byte[] bytes, int length, byte[] wanted) {
    for (int i = 0; i <= length - wanted.length; i++) {
      int n = 0;
      while (n < wanted.length && bytes[i + n] == wanted[n]) {
        n++;
      }
      if (n == wanted.length) {
        return i;
      }
    }
    return -1;
  }

  private static long digits(String request, String after) {
    int from = request.indexOf(after) + after.length();
    int to = from;
    while (to < request.length() && Character.isDigit(request.charAt(to))) {
      to++;
    }
    return from < after.length() || from == to ? 0 : Long.parseLong(request.substring(from, to));
  }

  private static @Nullable String find(String request, String after, int length) {
    int at = request.indexOf(after);
    int from = at + after.length();
    return at < 0 || from + length > request.length()
        ? null
        : request.substring(from, from + length);
  }

  private static String word(String request, String after, int length) {
    String found = find(request, after, length);
    return found == null ? "" : found;
  }

  @Override
  public void close() throws IOException {
    server.close();
    selector.close();
  }
}
