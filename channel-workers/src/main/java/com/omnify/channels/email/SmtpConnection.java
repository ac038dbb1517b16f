package com.omnify.channels.email;

import com.omnify.channels.email.policy.SmtpAnswer;
import com.omnify.channels.email.policy.SmtpPhase;
import com.omnify.channels.email.policy.SmtpServer;
import com.omnify.channels.send.Attempt;
import com.omnify.channels.send.Troubles;
import com.omnify.kit.net.OutwardSockets;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a server that takes mail. It knows how far a mail has come, and asks the attempt
 * before the dot that ends it: up to there nobody has it, and from there on somebody may.
 */
final class SmtpConnection extends SMTPTransport {

  /** A server that does not take a connection by then will not take it. */
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  /** The longest silence before the dot. */
  static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

  /** And after it: many look through a mail before they take it. */
  static final Duration DOT_TIMEOUT = Duration.ofSeconds(60);

  private static final ScheduledExecutorService WRITE_TIMERS =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("smtp-write-timeouts").factory());

  private final RawSockets sockets;
  private volatile SmtpPhase phase = SmtpPhase.CONNECT;
  private volatile @Nullable Dot dot;
  private volatile @Nullable Attempt attempt;

  /** What ends a mail. */
  interface Dot {
    /**
     * All but the dot has been handed over. Waits for who makes the attempt.
     *
     * @throws IOException where it must not end
     */
    Attempt leave() throws IOException;
  }

  /** Could not be made, or broke off before the dot. */
  static final class Failed extends Exception {
    private final transient SmtpAnswer.Seen seen;

    Failed(SmtpAnswer.Seen seen, @Nullable Throwable cause) {
      super(seen.phase() + ": " + seen.trouble(), cause);
      this.seen = seen;
    }

    SmtpAnswer.Seen seen() {
      return seen;
    }
  }

  private SmtpConnection(Session session, RawSockets sockets) {
    super(session, new URLName("smtp", null, -1, null, null, null));
    this.sockets = sockets;
  }

  /**
   * Connects, protects and authenticates.
   *
   * @param greeting the name by which we greet
   */
  static SmtpConnection open(SmtpServer server, String greeting, OutwardSockets outward)
      throws Failed {
    var sockets = new RawSockets(outward);
    var connection =
        new SmtpConnection(Session.getInstance(settings(server, greeting, sockets)), sockets);
    try {
      connection.connect(server.host(), server.port(), server.user(), server.password());
      return connection;
    } catch (MessagingException | RuntimeException e) {
      throw new Failed(connection.seen(e), e);
    }
  }

  private static Properties settings(SmtpServer server, String greeting, RawSockets sockets) {
    var settings = new Properties();
    settings.put("mail.smtp.connectiontimeout", Long.toString(CONNECT_TIMEOUT.toMillis()));
    settings.put("mail.smtp.timeout", Long.toString(READ_TIMEOUT.toMillis()));
    settings.put("mail.smtp.writetimeout", Long.toString(READ_TIMEOUT.toMillis()));
    settings.put("mail.smtp.executor.writetimeout", WRITE_TIMERS);
    settings.put("mail.smtp.socketFactory", sockets.factory());
    settings.put("mail.smtp.socketFactory.fallback", "false");
    settings.put("mail.smtp.ssl.socketFactory.fallback", "false");
    settings.put("mail.smtp.ssl.checkserveridentity", "true");
    settings.put("mail.smtp.localhost", greeting);
    // Whoever closes must not wait for a farewell.
    settings.put("mail.smtp.quitwait", "false");
    settings.put("mail.smtp.auth", Boolean.toString(server.user() != null));
    switch (server.tls()) {
      case NONE -> {}
      case STARTTLS -> {
        settings.put("mail.smtp.starttls.enable", "true");
        settings.put("mail.smtp.starttls.required", "true");
      }
      case TLS -> {
        settings.put("mail.smtp.ssl.enable", "true");
        settings.put("mail.smtp.ssl.socketFactory", sockets.factory());
      }
    }
    return settings;
  }

  /**
   * Hands one mail over.
   *
   * @param end asked before the dot
   * @return what the server said when it took it
   */
  String send(Message message, Address to, Dot end) throws Failed {
    dot = end;
    phase = SmtpPhase.MAIL;
    try {
      sendMessage(message, new Address[] {to});
      return getLastServerResponse();
    } catch (MessagingException | RuntimeException e) {
      throw new Failed(seen(e), e);
    } finally {
      dot = null;
      attempt = null;
    }
  }

  @Override
  protected void rcptTo() throws MessagingException {
    phase = SmtpPhase.RCPT;
    super.rcptTo();
  }

  @Override
  protected OutputStream data() throws MessagingException {
    phase = SmtpPhase.DATA;
    OutputStream out = super.data();
    phase = SmtpPhase.CONTENT;
    return out;
  }

  @Override
  protected void finishData() throws IOException, MessagingException {
    Dot end = dot;
    if (end == null) {
      throw new IOException("Nobody makes this attempt");
    }
    Attempt making = end.leave();
    attempt = making;
    making.begin();
    phase = SmtpPhase.DOT;
    sockets.readTimeout(DOT_TIMEOUT);
    super.finishData();
    sockets.readTimeout(READ_TIMEOUT);
  }

  /** Called when the dot is with the operating system. */
  @Override
  protected int readServerResponse() throws MessagingException {
    Attempt making = attempt;
    if (phase == SmtpPhase.DOT && making != null) {
      making.written();
    }
    return super.readServerResponse();
  }

  private SmtpAnswer.Seen seen(Exception e) {
    boolean refusedUs = e instanceof AuthenticationFailedException;
    SmtpPhase reached = refusedUs && phase == SmtpPhase.CONNECT ? SmtpPhase.AUTH : phase;
    String reply = getLastServerResponse();
    // An old reply must not stand for the one that never came; what broke off tells of itself.
    String trouble = trouble(e);
    // "Must issue a STARTTLS command first" is an answer, not a connection without TLS.
    boolean answered = reached != SmtpPhase.CONNECT && trouble.equals("tls") && replied(e);
    boolean brokeOff = !trouble.equals("error") && !refusedUs && !answered;
    int code = brokeOff || reached == SmtpPhase.CONTENT ? 0 : getLastReturnCode();
    boolean refused = code >= 400 && code < 600;
    return new SmtpAnswer.Seen(
        reached,
        refused ? code : 0,
        refused ? reply : e.getMessage(),
        code == -1 && !brokeOff ? "reset" : trouble);
  }

  /** Whether it stands for a reply of the server. */
  private static boolean replied(Exception e) {
    return e instanceof SMTPSendFailedException || e instanceof SMTPAddressFailedException;
  }

  private static String trouble(Throwable e) {
    Throwable cause = e;
    while (cause != null) {
      String code = Troubles.code(cause);
      if (!code.equals("error")) {
        return cause instanceof SocketTimeoutException
                && String.valueOf(cause.getMessage())
                    .toLowerCase(java.util.Locale.ROOT)
                    .contains("connect")
            ? "connect_timeout"
            : code;
      }
      Throwable next =
          cause instanceof MessagingException it && it.getNextException() != null
              ? it.getNextException()
              : cause.getCause();
      cause = next == cause ? null : next;
    }
    return String.valueOf(e.getMessage()).contains("STARTTLS") ? "tls" : "error";
  }

  /** Ends it at once; a server that hears no QUIT loses nothing. */
  void drop() {
    try {
      close();
    } catch (MessagingException | RuntimeException e) {
      // It is gone, which is all that was wanted.
    }
  }
}
