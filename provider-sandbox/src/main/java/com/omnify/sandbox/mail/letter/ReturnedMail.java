package com.omnify.sandbox.mail.letter;

import com.omnify.sandbox.mail.mime.EncodedWords;
import com.omnify.sandbox.persona.policy.MailFailure;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;

/** Mail systems about mail: delivery reports (RFC 3464) and complaints (RFC 5965). */
public final class ReturnedMail {

  private static final String HOST = "mx.sandbox.test";
  private static final DateTimeFormatter RFC_5322 =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss xx", Locale.US)
          .withZone(ZoneOffset.UTC);

  /**
   * The mail that a report is about.
   *
   * @param queueId the server's name for it
   * @param returnPath who gets the report
   */
  public record Sent(
      String queueId,
      String returnPath,
      String from,
      String to,
      String subject,
      String text,
      String messageId,
      Instant dated) {}

  private ReturnedMail() {}

  /** Nothing more will be tried. */
  public static byte[] failed(UUID id, Sent sent, MailFailure failure, Instant now) {
    return report(
        id,
        sent,
        "Undelivered Mail Returned to Sender",
        """
        This is the mail system at host %s.

        I'm sorry to have to inform you that your message could not
        be delivered to one or more recipients. It's attached below.

        <%s>: host mx.%s said: %s (in reply to RCPT TO command)
        """
            .formatted(HOST, sent.to(), domain(sent.to()), failure.line()),
        "failed",
        "",
        failure,
        now);
  }

  /** It is tried again; nobody has to do anything. */
  public static byte[] delayed(UUID id, Sent sent, MailFailure failure, Instant now) {
    return report(
        id,
        sent,
        "Delayed Mail (still being retried)",
        """
        This is the mail system at host %s.

        ####################################################################
        # THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #
        ####################################################################

        Your message could not be delivered for some time.
        It will be retried until it is 5 days old.

        <%s>: host mx.%s said: %s
        """
            .formatted(HOST, sent.to(), domain(sent.to()), failure.line()),
        "delayed",
        "Will-Retry-Until: " + RFC_5322.format(now.plusSeconds(5 * 86_400)) + "\n",
        failure,
        now);
  }

  private static byte[] report(
      UUID id,
      Sent sent,
      String subject,
      String words,
      String action,
      String more,
      MailFailure failure,
      Instant now) {
    var boundary = "report." + id;
    return mail(
        """
        Return-Path: <>
        From: MAILER-DAEMON@%s (Mail Delivery System)
        To: %s
        Subject: %s
        Date: %s
        Message-ID: <%s@%s>
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
        \tboundary="%s"

        This is a MIME-encapsulated message.

        --%s
        Content-Description: Notification
        Content-Type: text/plain; charset=utf-8

        %s
        --%s
        Content-Description: Delivery report
        Content-Type: message/delivery-status

        Reporting-MTA: dns; %s
        X-Postfix-Queue-ID: %s
        Arrival-Date: %s

        Final-Recipient: rfc822; %s
        Original-Recipient: rfc822;%s
        Action: %s
        Status: %s
        Remote-MTA: dns; mx.%s
        Diagnostic-Code: smtp; %s
        %s
        --%s
        Content-Description: %s
        Content-Type: message/rfc822

        %s
        --%s--
        """
            .formatted(
                HOST,
                sent.returnPath(),
                subject,
                RFC_5322.format(now),
                id,
                HOST,
                boundary,
                boundary,
                words,
                boundary,
                HOST,
                sent.queueId(),
                RFC_5322.format(sent.dated()),
                sent.to(),
                sent.to(),
                action,
                failure.status(),
                domain(sent.to()),
                failure.line(),
                more,
                boundary,
                action.equals("delayed") ? "Delayed Message" : "Undelivered Message",
                original(sent),
                boundary));
  }

  /** The person called it spam; the mailbox provider tells the sender. */
  public static byte[] complaint(UUID id, Sent sent, Instant now) {
    var boundary = "feedback." + id;
    return mail(
        """
        Return-Path: <>
        From: feedback@%s
        To: %s
        Subject: FW: %s
        Date: %s
        Message-ID: <%s@%s>
        Auto-Submitted: auto-generated
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=feedback-report;
        \tboundary="%s"

        --%s
        Content-Type: text/plain; charset=utf-8

        This is an email abuse report for an email message with the message-id of
        %s received on %s.

        --%s
        Content-Type: message/feedback-report

        Feedback-Type: abuse
        User-Agent: ProviderSandbox/1.0
        Version: 1
        Original-Mail-From: <%s>
        Original-Rcpt-To: <%s>
        Arrival-Date: %s
        Reporting-MTA: dns; %s

        --%s
        Content-Type: message/rfc822

        %s
        --%s--
        """
            .formatted(
                HOST,
                sent.returnPath(),
                EncodedWords.encode(sent.subject()),
                RFC_5322.format(now),
                id,
                HOST,
                boundary,
                boundary,
                sent.messageId(),
                RFC_5322.format(sent.dated()),
                boundary,
                sent.returnPath(),
                sent.to(),
                RFC_5322.format(sent.dated()),
                HOST,
                boundary,
                original(sent),
                boundary));
  }

  private static String original(Sent sent) {
    return """
    Return-Path: <%s>
    From: %s
    To: %s
    Subject: %s
    Date: %s
    Message-ID: <%s>
    MIME-Version: 1.0
    Content-Type: text/plain; charset=UTF-8
    Content-Transfer-Encoding: 8bit

    %s
    """
        .formatted(
            sent.returnPath(),
            sent.from(),
            sent.to(),
            EncodedWords.encode(sent.subject()),
            RFC_5322.format(sent.dated()),
            sent.messageId(),
            sent.text());
  }

  private static String domain(String address) {
    return address.substring(address.lastIndexOf('@') + 1);
  }

  private static byte[] mail(String lines) {
    return lines.replace("\r\n", "\n").replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
  }
}
