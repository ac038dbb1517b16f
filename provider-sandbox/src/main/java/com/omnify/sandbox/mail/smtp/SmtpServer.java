package com.omnify.sandbox.mail.smtp;

import com.omnify.sandbox.mail.smtp.MailDrop.Envelope;
import com.omnify.sandbox.mail.smtp.MailDrop.Stage;
import com.omnify.sandbox.net.Connections;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;

/**
 * An ESMTP server on plain sockets, a virtual thread per connection. It is our own because the
 * faults that matter most to a sender, silence or a reset after the final dot, have to be made on
 * the socket.
 */
public final class SmtpServer implements AutoCloseable {

  private static final int BACKLOG = 1_024;
  private static final int MAX_CONNECTIONS = 512;
  // all mails that are being read at one time
  private static final int MAX_KIB_IN_HAND = 64 * 1024;

  private final Connections connections;

  private SmtpServer(Connections connections) {
    this.connections = connections;
  }

  /**
   * @param port 0 for any free one
   * @param tls with the certificate for STARTTLS
   */
  public static SmtpServer start(String address, int port, MailDrop drop, SSLContext tls)
      throws IOException {
    var room = new Semaphore(MAX_KIB_IN_HAND);
    var connections =
        Connections.listen(
            "SMTP",
            address,
            port,
            BACKLOG,
            MAX_CONNECTIONS,
            socket -> {
              var refused =
                  drop.refusal(Stage.CONNECT, new Envelope(Optional.empty(), "", List.of()));
              new SmtpSession(socket, drop, tls, room).run(refused);
            });
    connections.accept();
    return new SmtpServer(connections);
  }

  public int port() {
    return connections.port();
  }

  @Override
  public void close() throws IOException {
    connections.close();
  }
}
