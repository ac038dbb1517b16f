package com.omnify.sandbox.http;

import com.omnify.sandbox.http.Answer.Hangup;
import com.omnify.sandbox.http.Answer.Reply;
import com.omnify.sandbox.http.Answer.Reset;
import com.omnify.sandbox.http.Answer.Stream;
import com.omnify.sandbox.net.Connections;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small HTTP/1.1 server on plain sockets, a virtual thread per connection. It exists because the
 * JDK's server never hands out the socket, and a connection reset, the fault that matters most to a
 * sender, can only be made on the socket.
 */
public final class WireServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WireServer.class);
  private static final int BACKLOG = 1_024;
  private static final int MAX_CONNECTIONS = 2_048;
  private static final int MAX_LINE = 16 * 1024;
  private static final int MAX_HEADERS = 100;
  private static final int MAX_BODY = 8 * 1024 * 1024;
  private static final Duration IDLE = Duration.ofSeconds(65);

  /** Answers one request; called on a virtual thread and free to block. */
  @FunctionalInterface
  public interface Handler {
    Answer handle(Request request) throws InterruptedException;
  }

  private final Handler handler;
  private final Connections connections;
  private final AtomicInteger busy = new AtomicInteger();

  private WireServer(String address, int port, Handler handler) throws IOException {
    this.handler = handler;
    this.connections =
        Connections.listen("HTTP", address, port, BACKLOG, MAX_CONNECTIONS, this::serve);
  }

  /**
   * @param port 0 for any free one
   */
  public static WireServer start(String address, int port, Handler handler) throws IOException {
    var server = new WireServer(address, port, handler);
    server.connections.accept();
    return server;
  }

  public int port() {
    return connections.port();
  }

  /** Takes no new connection, lets requests in work end for up to 2 s, then closes everything. */
  @Override
  public void close() throws IOException {
    connections.stop();
    long deadline = System.nanoTime() + Duration.ofSeconds(2).toNanos();
    while (busy.get() > 0 && System.nanoTime() < deadline) {
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    connections.close();
  }

  private void serve(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) IDLE.toMillis());
    var in = new BufferedInputStream(socket.getInputStream(), 8 * 1024);
    var out = new BufferedOutputStream(socket.getOutputStream(), 8 * 1024);
    while (!connections.stopping() && serveOne(socket, in, out)) {
      // keep-alive: the next request on the same connection
    }
  }

  /** Returns whether the connection stays open. */
  private boolean serveOne(Socket socket, InputStream in, OutputStream out) throws IOException {
    Request request;
    boolean keepAlive;
    try {
      var line = readLine(in);
      if (line == null) {
        return false;
      }
      if (line.isEmpty()) {
        return true; // a stray CRLF between requests is allowed by RFC 9112
      }
      var parts = line.split(" ");
      if (parts.length != 3 || !parts[2].startsWith("HTTP/1.")) {
        throw new Malformed(400, "not an HTTP/1.1 request line");
      }
      var headers = readHeaders(in);
      var connection = headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
      keepAlive =
          parts[2].equals("HTTP/1.1")
              ? !connection.contains("close")
              : connection.contains("keep-alive");
      if (headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
        out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
      }
      var body = readBody(in, headers);
      request = request(parts[0], parts[1], headers, body);
    } catch (SocketTimeoutException | EOFException _) {
      return false;
    } catch (Malformed e) {
      write(out, Json.problem(e.status, "Bad request", e.getMessage()), false, false);
      return false;
    }
    busy.incrementAndGet();
    try {
      return answer(socket, out, request, keepAlive);
    } finally {
      busy.decrementAndGet();
    }
  }

  private boolean answer(Socket socket, OutputStream out, Request request, boolean keepAlive)
      throws IOException {
    boolean head = request.method().equals("HEAD");
    switch (handled(request)) {
      case Reply reply -> write(out, reply, keepAlive, head);
      case Stream stream -> write(out, stream, keepAlive, head);
      case Hangup _ -> {
        return false;
      }
      case Reset _ -> {
        // a lingering close of zero seconds sends RST instead of FIN
        socket.setSoLinger(true, 0);
        return false;
      }
    }
    return keepAlive;
  }

  private Answer handled(Request request) {
    try {
      return handler.handle(request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Hangup();
    } catch (Json.BadJson | IllegalArgumentException e) {
      return Json.problem(400, "Bad request", e.getMessage());
    } catch (RuntimeException e) {
      log.error("{} {} failed", request.method(), request.path(), e);
      return Json.problem(500, "The sandbox failed", e.toString());
    }
  }

  private static Request request(
      String method, String target, Map<String, String> headers, byte[] body) throws Malformed {
    try {
      int q = target.indexOf('?');
      var path = q < 0 ? target : target.substring(0, q);
      if (path.startsWith("http://") || path.startsWith("https://")) {
        int slash = path.indexOf('/', path.indexOf("//") + 2);
        path = slash < 0 ? "/" : path.substring(slash);
      }
      // in a path a plus is a plus, as in /v2/PhoneNumbers/+14155550100
      path = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
      var query = Form.parse(q < 0 ? "" : target.substring(q + 1));
      return new Request(method, path, query, headers, body);
    } catch (IllegalArgumentException e) {
      throw new Malformed(400, "the target has a malformed escape: " + e.getMessage());
    }
  }

  private static Map<String, String> readHeaders(InputStream in) throws IOException, Malformed {
    var headers = new HashMap<String, String>();
    for (int n = 0; ; n++) {
      var line = readLine(in);
      if (line == null) {
        throw new EOFException();
      }
      if (line.isEmpty()) {
        return headers;
      }
      int colon = line.indexOf(':');
      if (n >= MAX_HEADERS || colon < 1) {
        throw new Malformed(400, n >= MAX_HEADERS ? "too many headers" : "a header without colon");
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
  }

  private static byte[] readBody(InputStream in, Map<String, String> headers)
      throws IOException, Malformed {
    var length = headers.get("content-length");
    boolean chunked = headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked");
    if (chunked && length != null) {
      throw new Malformed(400, "both Content-Length and Transfer-Encoding");
    }
    if (chunked) {
      return readChunks(in);
    }
    return length == null ? new byte[0] : readExactly(in, size(length, 10));
  }

  private static byte[] readChunks(InputStream in) throws IOException, Malformed {
    var body = new ByteArrayOutputStream();
    while (true) {
      var line = readLine(in);
      if (line == null) {
        throw new EOFException();
      }
      int semicolon = line.indexOf(';');
      int size = size(semicolon < 0 ? line : line.substring(0, semicolon), 16);
      if (size == 0) {
        readHeaders(in); // trailers
        return body.toByteArray();
      }
      if (body.size() + size > MAX_BODY) {
        throw new Malformed(413, "the body is larger than 8 MiB");
      }
      body.write(readExactly(in, size));
      readLine(in);
    }
  }

  private static int size(String text, int radix) throws Malformed {
    try {
      int size = Integer.parseUnsignedInt(text.strip(), radix);
      if (size < 0 || size > MAX_BODY) {
        throw new Malformed(413, "the body is larger than 8 MiB");
      }
      return size;
    } catch (NumberFormatException e) {
      throw new Malformed(400, "not a length: " + text);
    }
  }

  private static byte[] readExactly(InputStream in, int size) throws IOException {
    var bytes = in.readNBytes(size);
    if (bytes.length < size) {
      throw new EOFException();
    }
    return bytes;
  }

  private static @Nullable String readLine(InputStream in) throws IOException, Malformed {
    var line = new ByteArrayOutputStream(128);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        return null;
      }
      if (line.size() >= MAX_LINE) {
        throw new Malformed(431, "a request or header line is longer than 16 KiB");
      }
      line.write(c);
    }
    var text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  private static void write(OutputStream out, Reply reply, boolean keepAlive, boolean head)
      throws IOException {
    var headers = head(reply.status(), reply.contentType(), keepAlive);
    reply.headers().forEach((k, v) -> headers.append(k).append(": ").append(v).append("\r\n"));
    if (reply.status() != 204) {
      headers.append("Content-Length: ").append(reply.body().length).append("\r\n");
    }
    out.write(headers.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    if (!head) {
      out.write(reply.body());
    }
    out.flush();
  }

  private static void write(OutputStream out, Stream stream, boolean keepAlive, boolean head)
      throws IOException {
    var headers = head(stream.status(), stream.contentType(), keepAlive);
    headers.append("Transfer-Encoding: chunked\r\n\r\n");
    out.write(headers.toString().getBytes(StandardCharsets.ISO_8859_1));
    if (!head) {
      var chunks = new BufferedOutputStream(new Chunks(out), 32 * 1024);
      stream.body().writeTo(chunks);
      chunks.flush();
      out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    }
    out.flush();
  }

  private static StringBuilder head(int status, String contentType, boolean keepAlive) {
    return new StringBuilder("HTTP/1.1 ")
        .append(status)
        .append(' ')
        .append(reason(status))
        .append("\r\nContent-Type: ")
        .append(contentType)
        .append("\r\nConnection: ")
        .append(keepAlive ? "keep-alive" : "close")
        .append("\r\n");
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 201 -> "Created";
      case 202 -> "Accepted";
      case 204 -> "No Content";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 429 -> "Too Many Requests";
      case 500 -> "Internal Server Error";
      case 503 -> "Service Unavailable";
      default -> "Status";
    };
  }

  /** Each write is one chunk. */
  private static final class Chunks extends OutputStream {
    private final OutputStream out;

    Chunks(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return; // an empty chunk would end the body
      }
      out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      out.write(bytes, offset, length);
      out.write('\r');
      out.write('\n');
    }
  }

  private static final class Malformed extends Exception {
    final int status;

    Malformed(int status, String message) {
      super(message);
      this.status = status;
    }
  }
}
