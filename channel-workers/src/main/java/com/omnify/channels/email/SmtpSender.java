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
import java.util.Date;
import java.util.Properties;

/** Hands one mail over in one go: what the server did not answer to is unknown. */
final class SmtpSender {

  private static final String UTF_8 = StandardCharsets.UTF_8.name();

  private final SmtpConnections connections;
  private final RealClock clock;

  SmtpSender(SmtpConnections connections, RealClock clock) {
    this.connections = connections;
    this.clock = clock;
  }

  SendResult send(SmtpServer server, Letter letter, Attempt attempt) {
    SmtpConnection connection = null;
    try {
      MimeMessage message = mime(letter);
      var to = new InternetAddress(letter.to(), true);
      connection = connections.lease(server);
      String reply = connection.send(message, to, attempt);
      connections.giveBack(server, connection);
      connection = null;
      return SmtpAnswer.accepted(reply, letter.messageId());
    } catch (Failed e) {
      return SmtpAnswer.read(e.seen());
    } catch (MessagingException | UnsupportedEncodingException e) {
      // Nothing was said to anybody yet.
      return new SendResult.Rejected(FailureType.BAD_REQUEST, "address", e.getMessage(), null);
    } catch (RuntimeException e) {
      return attempt.begun()
          ? new SendResult.Unknown("error", e.getMessage())
          : new SendResult.NotSent("error", e.getMessage());
    } finally {
      // Whoever waits for its request must not wait for what will never come.
      attempt.over();
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
