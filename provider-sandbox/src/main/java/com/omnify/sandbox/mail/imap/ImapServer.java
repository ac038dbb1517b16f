package com.omnify.sandbox.mail.imap;

import com.omnify.sandbox.net.Connections;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * The mailboxes by IMAP (RFC 3501), as much of it as a program needs that collects mail: one folder
 * a user, found, read and marked. A virtual thread per connection.
 */
public final class ImapServer implements AutoCloseable {

  private static final int BACKLOG = 128;
  private static final int MAX_CONNECTIONS = 128;

  /** Who may read what. */
  @FunctionalInterface
  public interface Users {
    /** The mailbox's directory; empty when the name or the password is wrong. */
    Optional<Path> login(String user, String password);
  }

  private final Connections connections;

  private ImapServer(Connections connections) {
    this.connections = connections;
  }

  /**
   * @param port 0 for any free one
   * @param tls with the certificate for STARTTLS
   */
  public static ImapServer start(String address, int port, Users users, SSLContext tls)
      throws IOException {
    var connections =
        Connections.listen(
            "IMAP",
            address,
            port,
            BACKLOG,
            MAX_CONNECTIONS,
            socket -> new ImapSession(socket, users, tls).run());
    connections.accept();
    return new ImapServer(connections);
  }

  public int port() {
    return connections.port();
  }

  @Override
  public void close() throws IOException {
    connections.close();
  }
}
