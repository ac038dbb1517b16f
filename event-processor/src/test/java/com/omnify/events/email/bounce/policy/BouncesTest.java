package com.omnify.events.email.bounce.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.model.EmailMessageId;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BouncesTest {

  private static final LocalDate TODAY = LocalDate.of(2026, 11, 24);
  private static final DispatchId DISPATCH = DispatchId.of("01930000-0000-7000-8000-00000000000a");
  private static final String MESSAGE_ID =
      new EmailMessageId(
              DISPATCH, ClientId.of("01930000-0000-7000-8000-00000000000c"), "plumbing.example")
          .toString();

  private static List<BounceReport> read(String message) {
    return Bounces.read(message.getBytes(StandardCharsets.UTF_8), TODAY);
  }

  private static BounceReport one(String message) {
    List<BounceReport> reports = read(message);
    assertThat(reports).hasSize(1);
    return reports.getFirst();
  }

  private static String report(String groups, String returned) {
    return """
        Return-Path: <>
        From: Mail Delivery System <MAILER-DAEMON@mx.example>
        Subject: Undelivered Mail Returned to Sender
        Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

        --b1
        Content-Type: text/plain

        I could not deliver it.

        --b1
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example

        %s

        --b1
        Content-Type: message/rfc822

        %s
        From: Ada <ada@plumbing.example>
        To: bo@home.example
        Subject: Your boiler

        Hello
        --b1--
        """
        .formatted(groups, returned);
  }

  private static String group(String action, String status, String diagnostic) {
    return """
        Final-Recipient: rfc822; bo@home.example
        Action: %s
        Status: %s
        Diagnostic-Code: smtp; %s"""
        .formatted(action, status, diagnostic);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "5.1.1 | 550 5.1.1 unknown | hard",
        "5.1.2 | 550 bad domain | hard",
        "5.1.3 | 553 syntax | hard",
        "5.1.10 | 556 null MX | hard",
        "5.2.1 | 550 disabled | hard",
        "5.2.2 | 552 full | soft",
        "4.2.2 | 452 full | soft",
        "4.4.1 | 421 later | soft",
        "4.7.1 | 450 greylisted as spam | soft",
        "5.7.1 | 550 spam | spam",
        "5.7.26 | 550 user unknown | spam",
        "5.0.0 | 550 No such user here | hard",
        "5.0.0 | 550 5.7.1 not allowed | spam",
        "5.0.0 | 554 message content rejected as spam | spam",
        "5.0.0 | 552 mailbox is full | soft",
        "5.0.0 | 521 does not take mail | hard",
        "5.0.0 | 550 go away | soft",
        "5.1.1 | 552 5.2.2 over quota | soft",
        "5.1.8 | 553 sender domain does not exist | soft",
        "2.0.0 | 250 ok | none",
        "nonsense | nonsense | soft"
      })
  void theStatusDecides(String status, String diagnostic, String expected) {
    BounceReport report = one(report(group("failed", status, diagnostic), "X: y"));
    assertThat(report.bounceClass().label()).isEqualTo(expected);
    assertThat(report.recipient()).isEqualTo("bo@home.example");
  }

  @ParameterizedTest
  @ValueSource(strings = {"delayed", "Delayed", "delivered", "relayed", "expanded"})
  void onlyAFailureIsABounce(String action) {
    assertThat(one(report(group(action, "4.4.7", "5.1.1"), "X: y")).bounceClass())
        .isEqualTo(BounceClass.NONE);
  }

  @Test
  void everyRecipientHasAReport() {
    List<BounceReport> reports =
        read(
            report(
                group("failed", "5.1.1", "x")
                    + "\n\nFinal-Recipient: RFC822; <cy@home.example>\nAction: failed\nStatus: 4.2.2",
                "Message-ID: " + MESSAGE_ID));
    assertThat(reports)
        .extracting(BounceReport::recipient)
        .containsExactly("bo@home.example", "cy@home.example");
    assertThat(reports)
        .extracting(BounceReport::bounceClass)
        .containsExactly(BounceClass.HARD, BounceClass.SOFT);
    assertThat(reports).allSatisfy(report -> assertThat(report.dispatch()).contains(DISPATCH));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Message-ID: %m",
        "X-SMTPAPI: {\"unique_args\": {\"dispatch_id\": \"%d\"}}",
        "X-PM-Metadata-dispatch_id: %d",
        "X-Mailgun-Variables: {\"dispatch_id\":\"%d\"}",
        "X-SES-MESSAGE-TAGS: client_id=x, dispatch_id=%d"
      })
  void theDispatchIsNamedByTheReturnedMail(String header) {
    String line = header.replace("%m", MESSAGE_ID).replace("%d", DISPATCH.toString());
    assertThat(one(report(group("failed", "5.1.1", "x"), line)).dispatch()).contains(DISPATCH);
  }

  @Test
  void aReportInsideTheReturnedMailIsNotOurs() {
    String inner = report(group("failed", "5.1.1", "x"), "X: y").replace("b1", "b2");
    assertThat(one(report(group("delayed", "4.4.1", "later"), inner)).bounceClass())
        .isEqualTo(BounceClass.NONE);
  }

  @Test
  void qmailsWords() {
    List<BounceReport> reports =
        read(
            """
            From: MAILER-DAEMON@mx.example
            To: ada@plumbing.example
            Subject: failure notice

            Hi. This is the qmail-send program at mx.example.
            I'm afraid I wasn't able to deliver your message to the following addresses.

            <bo@home.example>:
            192.0.2.1 does not like recipient.
            Remote host said: 550 No such user here
            Giving up on 192.0.2.1.

            <cy@home.example>:
            mailbox is full

            --- Below this line is a copy of the message.

            Return-Path: <ada@plumbing.example>
            Message-ID: %s
            To: bo@home.example
            """
                .formatted(MESSAGE_ID));
    assertThat(reports)
        .extracting(BounceReport::recipient)
        .containsExactly("bo@home.example", "cy@home.example");
    assertThat(reports)
        .extracting(BounceReport::bounceClass)
        .containsExactly(BounceClass.HARD, BounceClass.SOFT);
    assertThat(reports.getFirst().dispatch()).contains(DISPATCH);
  }

  @Test
  void eximsWords() {
    BounceReport report =
        one(
            """
            X-Failed-Recipients: bo@home.example
            Auto-Submitted: auto-replied
            From: Mail Delivery System <Mailer-Daemon@mx.example>
            Subject: Mail delivery failed: returning message to sender

            This message was created automatically by mail delivery software.

              bo@home.example
                host mx.home.example [192.0.2.1]
                SMTP error from remote mail server after RCPT TO:<bo@home.example>:
                550 5.1.1 <bo@home.example>: Recipient address rejected

            ------ This is a copy of the message, including all the headers. ------

            Message-Id: %s
            """
                .formatted(MESSAGE_ID));
    assertThat(report.status()).isEqualTo("5.1.1");
    assertThat(report.bounceClass()).isEqualTo(BounceClass.HARD);
    assertThat(report.dispatch()).contains(DISPATCH);
  }

  @Test
  void eximsWarningIsNoBounce() {
    assertThat(
            one("""
                    From: Mail Delivery System <Mailer-Daemon@mx.example>
                    Auto-Submitted: auto-replied
                    Subject: Warning: message 1abc delayed 24 hours

                    The address to which the message has not yet been delivered is:

                      bo@home.example

                    No action is required on your part. Delivery attempts will continue.
                    """)
                .bounceClass())
        .isEqualTo(BounceClass.NONE);
  }

  @Test
  void exchangesWords() {
    BounceReport report =
        one(
            """
            From: System Administrator <postmaster@home.example>
            To: ada@plumbing.example
            Subject: Undeliverable: Your boiler

            Your message did not reach some or all of the intended recipients.

                  bo@home.example on 5/4/2026 9:12 AM
                        The e-mail account does not exist at the organization this message was sent to.
            """);
    assertThat(report.recipient()).isEqualTo("bo@home.example");
    assertThat(report.bounceClass()).isEqualTo(BounceClass.HARD);
  }

  @Test
  void theReasonMayStandBeforeTheAddress() {
    BounceReport report =
        one(
            """
            From: NotesServer Administrator <notes@home.example>
            To: ada@plumbing.example
            Subject: DELIVERY FAILURE: User not listed

            ------- Failure Reasons  --------

            User not listed in public Name & Address Book
            bo@home.example

            ------- Returned Message --------

            Message-ID: %s
            To: bo@home.example
            """
                .formatted(MESSAGE_ID));
    assertThat(report.recipient()).isEqualTo("bo@home.example");
    assertThat(report.bounceClass()).isEqualTo(BounceClass.HARD);
    assertThat(report.dispatch()).contains(DISPATCH);
  }

  @Test
  void openSmtpdsWords() {
    BounceReport report =
        one(
            """
            From: Mailer Daemon <MAILER-DAEMON@mx.example>
            To: ada@plumbing.example
            Subject: Delivery status notification: error

                Hi!

                An error has occurred while attempting to deliver a message for
                the following list of recipients:

            bo@home.example: 550 Requested action not taken: mailbox unavailable

                Below is a copy of the original message:

            Message-ID: %s
            """
                .formatted(MESSAGE_ID));
    assertThat(report.bounceClass()).isEqualTo(BounceClass.HARD);
    assertThat(report.dispatch()).contains(DISPATCH);
  }

  @Test
  void microsoftsComplaintIsFeedback() {
    BounceReport report =
        one(
            """
            From: staff@hotmail.example
            Subject: complaint about message
            Content-Type: multipart/mixed; boundary=x

            --x
            Content-Type: message/rfc822

            X-HmXmrOriginalRecipient: <bo@home.example>
            Message-ID: %s
            --x--
            """
                .formatted(MESSAGE_ID));
    assertThat(report.bounceClass()).isEqualTo(BounceClass.FEEDBACK);
    assertThat(report.recipient()).isEqualTo("bo@home.example");
    assertThat(report.dispatch()).contains(DISPATCH);
  }

  @Test
  void aComplaintIsFeedback() {
    BounceReport report =
        one(
            """
            From: <feedback@isp.example>
            Content-Type: multipart/report; report-type=feedback-report; boundary=x

            --x
            Content-Type: message/feedback-report

            Feedback-Type: abuse
            Version: 1
            Original-Rcpt-To: <bo@home.example>

            --x
            Content-Type: text/rfc822-headers

            Message-ID: %s
            To: bo@home.example
            --x--
            """
                .formatted(MESSAGE_ID));
    assertThat(report.bounceClass()).isEqualTo(BounceClass.FEEDBACK);
    assertThat(report.recipient()).isEqualTo("bo@home.example");
    assertThat(report.dispatch()).contains(DISPATCH);
  }

  @Test
  void praiseIsNone() {
    assertThat(
            one("""
                    Content-Type: multipart/report; report-type=feedback-report; boundary=x

                    --x
                    Content-Type: message/feedback-report

                    Feedback-Type: not-spam
                    Original-Rcpt-To: <bo@home.example>
                    --x--
                    """)
                .bounceClass())
        .isEqualTo(BounceClass.NONE);
  }

  @Test
  void anAutomaticReplyNamesItsDispatch() {
    BounceReport report =
        one(
            "From: Bo <bo@home.example>\nAuto-Submitted: auto-replied\nIn-Reply-To: %s\nSubject: Away\n\nI am away"
                .formatted(MESSAGE_ID));
    assertThat(report.bounceClass()).isEqualTo(BounceClass.AUTO_REPLY);
    assertThat(report.recipient()).isEqualTo("bo@home.example");
    assertThat(report.dispatch()).contains(DISPATCH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n\n",
        "From: Bo <bo@home.example>\nSubject: Re: Your boiler\n\nIt could not be delivered, the man said. 550 5.1.1",
        "From: Bo <bo@home.example>\nSubject: Undeliverable love\n\nSend it to cy@home.example: 5.1.1",
        "From: Bo <bo@home.example>\nSubject: Re: x\n\nI got this:\nFinal-Recipient: rfc822; cy@home.example\nAction: failed\nStatus: 5.1.1",
        "Content-Type: multipart/report; boundary=\"\"\n\n--\n--\n",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=x\n\n--x\n"
            + "Content-Type: message/disposition-notification\n\nDisposition: manual-action; displayed\n--x--"
      })
  void anythingElseIsNone(String message) {
    BounceReport report = one(message);
    assertThat(report.bounceClass()).isEqualTo(BounceClass.NONE);
  }
}
