package com.omnify.channels.email;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A mail server down at the socket. What it does at each verb is told it: a reply, or one of {@link
 * #RESET}, {@link #CLOSE}, {@link #HANG}, or a reply {@link #after} some time; otherwise it is
 * content.
 */
public final class RawSmtp implements AutoCloseable {

  public static final String RESET = "reset";
  public static final String CLOSE = "close";
  public static final String HANG = "hang";

  private static final String AFTER = "after ";

  /** A reply that takes its time. */
  public static String after(Duration pause, String reply) {
    return AFTER + pause.toMillis() + " " + reply;
  }

  private final ServerSocket server;
  private final Map<String, String> manners;
  private final List<String> extensions;

  /** Mails whose final dot has come, whatever was answered to it. */
  public final List<String> dots = new CopyOnWriteArrayList<>();

  public final List<String> commands = new CopyOnWriteArrayList<>();
  public final AtomicInteger connections = new AtomicInteger();

  /** Of those, how many still stand. */
  public final AtomicInteger open = new AtomicInteger();

  /**
   * @param manners by verb; {@code GREETING} and {@code DOT} stand for the moments without one
   */
  public RawSmtp(Map<String, String> manners, String... extensions) throws IOException {
    this.manners = manners;
    this.extensions = List.of(extensions);
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
  }

  public int port() {
    return server.getLocalPort();
  }

  private void serve() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        connections.incrementAndGet();
        open.incrementAndGet();
        Thread.ofVirtual()
            .start(
                () -> {
                  try (socket) {
                    talk(socket);
                  } catch (IOException e) {
                    // The client went away, or the test is over.
                  } finally {
                    open.decrementAndGet();
                  }
                });
      } catch (IOException e) {
        return;
      }
    }
  }

  private void talk(Socket socket) throws IOException {
    var in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    if (!react(socket, "GREETING", "220 raw ESMTP")) {
      return;
    }
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      commands.add(line);
      String verb = line.split("[ :]", 2)[0].toUpperCase(java.util.Locale.ROOT);
      switch (verb) {
        case "EHLO" -> {
          var reply = new ArrayList<>(List.of("raw"));
          reply.addAll(extensions);
          for (int i = 0; i < reply.size(); i++) {
            say(socket, "250" + (i == reply.size() - 1 ? " " : "-") + reply.get(i));
          }
        }
        case "DATA" -> {
          if (!react(socket, "DATA", "354 go on")) {
            return;
          }
          if (manners.getOrDefault("DATA", "354").startsWith("354") && !mail(socket, in)) {
            return;
          }
        }
        case "QUIT" -> {
          say(socket, "221 bye");
          return;
        }
        default -> {
          if (!react(socket, verb, "250 2.0.0 ok")) {
            return;
          }
        }
      }
    }
  }

  private boolean mail(Socket socket, BufferedReader in) throws IOException {
    var text = new StringBuilder();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.equals(".")) {
        dots.add(text.toString());
        return react(socket, "DOT", "250 2.0.0 Ok: queued as RAW" + dots.size() + "X");
      }
      text.append(line.startsWith(".") ? line.substring(1) : line).append('\n');
    }
    return false;
  }

  /** False where the connection is over. */
  private boolean react(Socket socket, String moment, String otherwise) throws IOException {
    switch (manners.getOrDefault(moment, otherwise)) {
      case RESET -> {
        socket.setSoLinger(true, 0);
        socket.close();
        return false;
      }
      case CLOSE -> {
        return false;
      }
      case HANG -> {
        while (!socket.isClosed() && !server.isClosed()) {
          LockSupport.parkNanos(50_000_000);
        }
        return false;
      }
      case String slow when slow.startsWith(AFTER) -> {
        String[] parts = slow.split(" ", 3);
        LockSupport.parkNanos(Duration.ofMillis(Long.parseLong(parts[1])).toNanos());
        say(socket, parts[2]);
      }
      case String reply -> say(socket, reply);
    }
    return true;
  }

  private static void say(Socket socket, String line) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
