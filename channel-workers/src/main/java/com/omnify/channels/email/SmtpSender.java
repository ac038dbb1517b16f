package com.omnify.channels.email;

import com.omnify.channels.email.SmtpConnection.Failed;
import com.omnify.channels.email.policy.Letter;
import com.omnify.channels.email.policy.SmtpAnswer;
import com.omnify.channels.email.policy.SmtpServer;
import com.omnify.channels.send.Attempt;
import com.omnify.channels.send.policy.SendResult;
import com.omnify.kit.time.RealClock;
import com.omnify.model.FailureType;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Date;
import java.util.Properties;

/** Hands one mail over: what the server did not answer to is unknown. */
final class SmtpSender {

  /**
   * From the first byte to before the dot. Servers are slow on purpose, to strangers most of all;
   * but each mail in hand is a connection and a slot.
   */
  static final Duration LONGEST_TALK = Duration.ofSeconds(30);

  private static final String UTF_8 = StandardCharsets.UTF_8.name();

  private final SmtpConnections connections;
  private final RealClock clock;

  SmtpSender(SmtpConnections connections, RealClock clock) {
    this.connections = connections;
    this.clock = clock;
  }

  /** Begins to hand a mail over; its dot waits for an attempt. */
  SmtpHandover handOver(SmtpServer server, Letter letter) {
    return SmtpHandover.start(dot -> talk(server, letter, dot));
  }

  /** All in one go. */
  SendResult send(SmtpServer server, Letter letter, Attempt attempt) {
    SmtpHandover handover = handOver(server, letter);
    try {
      handover.await(LONGEST_TALK);
    } catch (InterruptedException e) {
      handover.drop();
      Thread.currentThread().interrupt();
    }
    return handover.send(attempt);
  }

  private SendResult talk(SmtpServer server, Letter letter, SmtpConnection.Dot dot) {
    SmtpConnection connection = null;
    try {
      MimeMessage message = mime(letter);
      var to = new InternetAddress(letter.to(), true);
      connection = connections.lease(server);
      String reply = connection.send(message, to, dot);
      connections.giveBack(server, connection);
      connection = null;
      return SmtpAnswer.accepted(reply, letter.messageId());
    } catch (Failed e) {
      return SmtpAnswer.read(e.seen());
    } catch (MessagingException | UnsupportedEncodingException e) {
      // Nothing was said to anybody yet.
      return new SendResult.Rejected(FailureType.BAD_REQUEST, "address", e.getMessage(), null);
    } finally {
      if (connection != null) {
        connection.drop();
      }
    }
  }

  MimeMessage mime(Letter letter) throws MessagingException, UnsupportedEncodingException {
    var message = new Mail(letter.messageId());
    message.setFrom(new InternetAddress(letter.from(), letter.fromName(), UTF_8));
    if (letter.replyTo() != null) {
      message.setReplyTo(new InternetAddress[] {new InternetAddress(letter.replyTo(), true)});
    }
    message.setRecipient(Message.RecipientType.TO, new InternetAddress(letter.to(), true));
    message.setSubject(letter.subject(), UTF_8);
    message.setSentDate(Date.from(clock.now()));
    for (var header : letter.headers().entrySet()) {
      message.setHeader(header.getKey(), fold(header.getKey(), header.getValue()));
    }
    if (letter.html() == null) {
      message.setText(letter.text(), UTF_8);
    } else {
      var text = new MimeBodyPart();
      text.setText(letter.text(), UTF_8);
      var html = new MimeBodyPart();
      html.setText(letter.html(), UTF_8, "html");
      message.setContent(new MimeMultipart("alternative", text, html));
    }
    message.saveChanges();
    return message;
  }

  /** Between words, as servers break what is longer where they like. */
  private static String fold(String name, String value) {
    return jakarta.mail.internet.MimeUtility.fold(name.length() + 2, value);
  }

  /** Its id is the dispatch's. */
  private static final class Mail extends MimeMessage {
    private final String messageId;

    Mail(String messageId) {
      super(Session.getInstance(new Properties()));
      this.messageId = messageId;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", messageId);
    }
  }
}
