package com.omnify.sandbox.mail.smtp;

import com.omnify.sandbox.mail.smtp.MailDrop.Envelope;
import com.omnify.sandbox.mail.smtp.MailDrop.Stage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An ESMTP server on plain sockets, a virtual thread per connection. It is our own because the
 * faults that matter most to a sender, silence or a reset after the final dot, have to be made on
 * the socket.
 */
public final class SmtpServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SmtpServer.class);
  private static final int MAX_CONNECTIONS = 512;
  // all mails that are being read at one time
  private static final int MAX_KIB_IN_HAND = 64 * 1024;

  private final ServerSocket listener;
  private final MailDrop drop;
  private final SSLContext tls;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Semaphore room = new Semaphore(MAX_KIB_IN_HAND);
  private volatile boolean stopping;

  private SmtpServer(ServerSocket listener, MailDrop drop, SSLContext tls) {
    this.listener = listener;
    this.drop = drop;
    this.tls = tls;
  }

  /**
   * @param port 0 for any free one
   * @param tls with the certificate for STARTTLS
   */
  public static SmtpServer start(String address, int port, MailDrop drop, SSLContext tls)
      throws IOException {
    var listener = new ServerSocket();
    listener.setReuseAddress(true);
    try {
      listener.bind(new InetSocketAddress(InetAddress.getByName(address), port), 1_024);
    } catch (IOException e) {
      listener.close();
      throw new IOException(
          "cannot listen for SMTP on %s:%d: %s".formatted(address, port, e.getMessage()), e);
    }
    var server = new SmtpServer(listener, drop, tls);
    Thread.ofPlatform().daemon().name("smtp-accept").start(server::acceptAll);
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
        Thread.ofVirtual().name("smtp-connection").start(() -> serve(socket));
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
      var refused = drop.refusal(Stage.CONNECT, new Envelope(Optional.empty(), "", List.of()));
      new SmtpSession(socket, drop, tls, room).run(refused);
    } catch (IOException e) {
      log.trace("connection ended: {}", e.toString());
    } catch (RuntimeException e) {
      if (!stopping) {
        log.error("an SMTP talk failed", e);
      }
    } finally {
      open.remove(socket);
    }
  }
}
