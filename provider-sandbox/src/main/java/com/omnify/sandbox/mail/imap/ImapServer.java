package com.omnify.sandbox.mail.imap;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mailboxes by IMAP (RFC 3501), as much of it as a program needs that collects mail: one folder
 * a user, found, read and marked. A virtual thread per connection.
 */
public final class ImapServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ImapServer.class);
  private static final int MAX_CONNECTIONS = 128;

  /** Who may read what. */
  @FunctionalInterface
  public interface Users {
    /** The mailbox's directory; empty when the name or the password is wrong. */
    Optional<Path> login(String user, String password);
  }

  private final ServerSocket listener;
  private final Users users;
  private final SSLContext tls;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  private ImapServer(ServerSocket listener, Users users, SSLContext tls) {
    this.listener = listener;
    this.users = users;
    this.tls = tls;
  }

  /**
   * @param port 0 for any free one
   * @param tls with the certificate for STARTTLS
   */
  public static ImapServer start(String address, int port, Users users, SSLContext tls)
      throws IOException {
    var listener = new ServerSocket();
    listener.setReuseAddress(true);
    try {
      listener.bind(new InetSocketAddress(InetAddress.getByName(address), port), 128);
    } catch (IOException e) {
      listener.close();
      throw new IOException(
          "cannot listen for IMAP on %s:%d: %s".formatted(address, port, e.getMessage()), e);
    }
    var server = new ImapServer(listener, users, tls);
    Thread.ofPlatform().daemon().name("imap-accept").start(server::acceptAll);
    return server;
  }

  public int port() {
    return listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    stopping = true;
    listener.close();
    for (var socket : open) {
      socket.close();
    }
  }

  private void acceptAll() {
    while (!stopping) {
      try {
        var socket = listener.accept();
        if (open.size() >= MAX_CONNECTIONS) {
          socket.close();
          continue;
        }
        open.add(socket);
        Thread.ofVirtual().name("imap-connection").start(() -> serve(socket));
      } catch (IOException e) {
        if (!stopping) {
          log.warn("accept failed: {}", e.toString());
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
      new ImapSession(socket, users, tls).run();
    } catch (IOException e) {
      log.trace("connection ended: {}", e.toString());
    } catch (RuntimeException e) {
      if (!stopping) {
        log.error("an IMAP talk failed", e);
      }
    } finally {
      open.remove(socket);
    }
  }
}
