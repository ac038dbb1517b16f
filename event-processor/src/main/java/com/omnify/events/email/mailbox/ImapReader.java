package com.omnify.events.email.mailbox;

import com.omnify.events.email.mailbox.Mailbox.Security;
import com.omnify.kit.net.OutwardSockets;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.search.FlagTerm;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import javax.net.SocketFactory;
import org.eclipse.angus.mail.imap.IMAPMessage;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Reads what is unread in an inbox and marks as read what has been taken. Nothing is waited for
 * longer than some seconds, and all of it has its time: jakarta-mail itself would wait for ever.
 */
@Component
class ImapReader {

  /** In one round; what is left comes in the next. */
  static final int MOST_AT_ONCE = 50;

  /** As much of a mail as is ever read. */
  private static final int LONGEST = 2 << 20;

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(15);

  /** All of it, however lively the server keeps the connection. */
  private static final Duration WHOLE = Duration.ofSeconds(60);

  private final OutwardSockets outward;
  private final Duration whole;

  @Autowired
  ImapReader(OutwardSockets outward) {
    this(outward, WHOLE);
  }

  ImapReader(OutwardSockets outward, Duration whole) {
    this.outward = outward;
    this.whole = whole;
  }

  /** What becomes of a mail. */
  interface Taker {
    /** False where it cannot be taken and would not the next time either. */
    boolean take(byte[] mail);
  }

  /**
   * Hands over the unread mails, the oldest first. One that was taken is marked read; one that
   * cannot be is flagged for a person too. If the taker throws, the rest stays unread.
   *
   * @param goesOn asked before each
   * @return whether more is unread
   * @throws MessagingException where the server cannot be reached or does not answer in time
   */
  boolean read(Mailbox mailbox, Taker taker, BooleanSupplier goesOn)
      throws MessagingException, IOException {
    try (var limit = new TimeLimit(whole)) {
      Session session =
          Session.getInstance(properties(mailbox.security(), outward.factory(limit::watch)));
      try (Store store = session.getStore(protocol(mailbox.security()))) {
        store.connect(mailbox.host(), mailbox.port(), mailbox.user(), mailbox.password());
        try (Folder inbox = store.getFolder("INBOX")) {
          inbox.open(Folder.READ_WRITE);
          Message[] unread = inbox.search(new FlagTerm(new Flags(Flags.Flag.SEEN), false));
          int count = 0;
          // Who is only slow, or has much, gets the next round for the rest.
          while (count < Math.min(unread.length, MOST_AT_ONCE)
              && goesOn.getAsBoolean()
              && !limit.halfOver()) {
            boolean taken = taker.take(bytes(unread[count]));
            if (!taken) {
              unread[count].setFlag(Flags.Flag.FLAGGED, true);
            }
            unread[count].setFlag(Flags.Flag.SEEN, true);
            count++;
          }
          return count > 0 && count < unread.length;
        }
      }
    }
  }

  private static byte[] bytes(Message message) throws MessagingException, IOException {
    try (InputStream mail = ((IMAPMessage) message).getMimeStream()) {
      return mail.readNBytes(LONGEST);
    }
  }

  private static String protocol(Security security) {
    return security == Security.TLS ? "imaps" : "imap";
  }

  private static Properties properties(Security security, SocketFactory sockets) {
    String prefix = "mail." + protocol(security) + ".";
    var properties = new Properties();
    properties.setProperty(prefix + "connectiontimeout", millis(CONNECT));
    properties.setProperty(prefix + "timeout", millis(ANSWER));
    properties.setProperty(prefix + "writetimeout", millis(ANSWER));
    properties.setProperty(prefix + "connectionpooltimeout", millis(ANSWER));
    properties.setProperty(prefix + "fetchsize", String.valueOf(256 << 10));
    // reading alone marks nothing: a mail is read when it has been taken
    properties.setProperty(prefix + "peek", "true");
    properties.setProperty(prefix + "ssl.checkserveridentity", "true");
    properties.put(prefix + "socketFactory", sockets);
    properties.setProperty(prefix + "socketFactory.fallback", "false");
    properties.put(prefix + "ssl.socketFactory", sockets);
    properties.setProperty(prefix + "ssl.socketFactory.fallback", "false");
    if (security == Security.STARTTLS) {
      properties.setProperty(prefix + "starttls.enable", "true");
      properties.setProperty(prefix + "starttls.required", "true");
    }
    return properties;
  }

  private static String millis(Duration duration) {
    return String.valueOf(duration.toMillis());
  }
}
