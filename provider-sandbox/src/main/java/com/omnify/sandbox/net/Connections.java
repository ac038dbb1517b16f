package com.omnify.sandbox.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of a server on plain sockets: a virtual thread for each, and no more than so
 * many.
 */
public final class Connections implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Connections.class);

  /** Serves one connection, on a thread of its own and free to block. */
  @FunctionalInterface
  public interface Talk {
    void with(Socket socket) throws IOException;
  }

  private final String protocol;
  private final int most;
  private final ServerSocket listener;
  private final Talk talk;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  private Connections(String protocol, int most, ServerSocket listener, Talk talk) {
    this.protocol = protocol;
    this.most = most;
    this.listener = listener;
    this.talk = talk;
  }

  /**
   * Listens; nothing is accepted before {@link #accept}.
   *
   * @param protocol for people
   * @param port 0 for any free one
   * @param backlog connections that may wait to be accepted
   * @param most open at once; further ones are closed at once
   */
  public static Connections listen(
      String protocol, String address, int port, int backlog, int most, Talk talk)
      throws IOException {
    var listener = new ServerSocket();
    listener.setReuseAddress(true);
    try {
      listener.bind(new InetSocketAddress(InetAddress.getByName(address), port), backlog);
    } catch (IOException e) {
      listener.close();
      throw new IOException(
          "cannot listen for %s on %s:%d: %s".formatted(protocol, address, port, e.getMessage()),
          e);
    }
    return new Connections(protocol, most, listener, talk);
  }

  /** Begins to accept. */
  public void accept() {
    Thread.ofPlatform().daemon().name(protocol + "-accept").start(this::acceptAll);
  }

  public int port() {
    return listener.getLocalPort();
  }

  public boolean stopping() {
    return stopping;
  }

  /** Takes no new connection; those that are open stay. */
  public void stop() throws IOException {
    stopping = true;
    listener.close();
  }

  @Override
  public void close() throws IOException {
    stop();
    for (var socket : open) {
      socket.close();
    }
  }

  private void acceptAll() {
    while (!stopping) {
      try {
        var socket = listener.accept();
        if (open.size() >= most) {
          socket.close();
          continue;
        }
        open.add(socket);
        Thread.ofVirtual().name(protocol + "-connection").start(() -> serve(socket));
      } catch (IOException e) {
        if (!stopping) {
          // out of file descriptors or a client that was gone at once: pause instead of spinning
          log.warn("{}: accept failed: {}", protocol, e.toString());
          pause();
        }
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      talk.with(socket);
    } catch (IOException e) {
      log.trace("connection ended: {}", e.toString());
    } catch (RuntimeException e) {
      if (!stopping) {
        log.error("a talk in {} failed", protocol, e);
      }
    } finally {
      open.remove(socket);
    }
  }
}
