package com.omnify.channels.sms;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** A provider down at the socket, so that it can break off wherever it likes. */
public final class RawProvider implements AutoCloseable {

  /** What it does to every connection. */
  public interface Manners {
    void meet(Socket socket, RawProvider self) throws IOException, InterruptedException;
  }

  private final ServerSocket server;
  private final Manners manners;
  final AtomicInteger posts = new AtomicInteger();

  public RawProvider(Manners manners) throws IOException {
    this.manners = manners;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
  }

  /** How many it has read. */
  public int posts() {
    return posts.get();
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual()
            .start(
                () -> {
                  try (socket) {
                    manners.meet(socket, this);
                  } catch (IOException | InterruptedException e) {
                    // The client went away, or the test is over.
                  }
                });
      } catch (IOException e) {
        return;
      }
    }
  }

  public static Manners answering(int status, String body) {
    return (socket, self) -> {
      var in = new BufferedInputStream(socket.getInputStream());
      while (self.readPost(in)) {
        self.answer(socket, status, body);
      }
    };
  }

  /** Reads one whole request; false at the end of the connection. */
  public boolean readPost(InputStream in) throws IOException {
    String head = readHead(in);
    if (head.isEmpty()) {
      return false;
    }
    if (head.startsWith("POST ")) {
      posts.incrementAndGet();
    }
    for (String line : head.split("\r\n")) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        in.readNBytes(Integer.parseInt(line.substring(15).strip()));
      }
    }
    return true;
  }

  private static String readHead(InputStream in) throws IOException {
    var head = new StringBuilder();
    int c;
    while (head.indexOf("\r\n\r\n") < 0 && (c = in.read()) >= 0) {
      head.append((char) c);
    }
    return head.toString();
  }

  void answer(Socket socket, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(status, bytes.length);
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  public static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
