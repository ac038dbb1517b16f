package com.omnify.events.realmail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.omnify.model.EmailMessageId;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifySpringTest;
import com.omnify.testkit.TestFleet;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Mail by real mail servers, where they are installed; not by its name a test of every run: {@code
 * ./omnify test -- -pl event-processor -am -Dtest=RealMailTrial
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@OmnifySpringTest(service = "events")
class RealMailTrial {

  private static MailServers servers;

  @BeforeAll
  static void startServers() throws Exception {
    assumeThat(MailServers.installed()).as("postfix and dovecot, and being root").isTrue();
    servers = new MailServers();
  }

  @AfterAll
  static void stopServers() throws Exception {
    if (servers != null) {
      servers.close();
    }
  }

  private final Fixtures fixtures = TestFleet.fixtures();
  private final ClientId client = fixtures.client();

  /** An accepted mail, as the worker leaves it. */
  private DispatchRef mailTo(String address) {
    var contact = fixtures.contact(client);
    fixtures.email(client, contact, address);
    var sequence = fixtures.sequence(client, 1);
    var enrollment = fixtures.enrollment(client, contact, sequence);
    DispatchRef dispatch = fixtures.dispatch(client, contact, enrollment, sequence, 1);
    TestFleet.database()
        .admin()
        .sql(
            """
            UPDATE omnify.dispatches SET channel = 'email', state = 'accepted', identity = :to WHERE id = :id
            """)
        .param("to", address)
        .param("id", dispatch.dispatchId().value())
        .update();
    TestFleet.database()
        .admin()
        .sql(
            """
            INSERT INTO omnify.contact_interactions (client_id, id, contact_id, channel, direction, identity, own_address,
              content_body, occurred_at)
            VALUES (:client, :id, :contact, 'email', 'outbound', :to, 'office@sender.test', 'Tuesday?', now())
            """)
        .param("client", client.value())
        .param("id", dispatch.dispatchId().value())
        .param("contact", contact.value())
        .param("to", address)
        .update();
    return dispatch;
  }

  private String messageId(DispatchId dispatch) {
    return new EmailMessageId(dispatch, client, "sender.test").toString();
  }

  private static Session session(boolean startTls) {
    var properties = new Properties();
    properties.setProperty("mail.smtp.auth", "true");
    properties.setProperty("mail.smtp.starttls.enable", String.valueOf(startTls));
    properties.setProperty("mail.smtp.starttls.required", String.valueOf(startTls));
    properties.setProperty("mail.smtp.ssl.trust", "127.0.0.1");
    properties.setProperty("mail.smtp.from", MailServers.BOUNCES);
    for (String timeout : List.of("connectiontimeout", "timeout", "writetimeout")) {
      properties.setProperty("mail.smtp." + timeout, "10000");
      properties.setProperty("mail.imap." + timeout, "10000");
    }
    return Session.getInstance(properties);
  }

  private void send(Session session, String user, String password, MimeMessage mail)
      throws MessagingException {
    try (var relay = session.getTransport("smtp")) {
      relay.connect("127.0.0.1", servers.submission, user, password);
      mail.saveChanges();
      relay.sendMessage(mail, mail.getAllRecipients());
    }
  }

  private static MimeMessage mail(
      Session session, String from, String to, String messageId, String text)
      throws MessagingException {
    var mail =
        new MimeMessage(session) {
          @Override
          protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", messageId);
          }
        };
    mail.setFrom(new InternetAddress(from));
    mail.setRecipient(Message.RecipientType.TO, new InternetAddress(to));
    mail.setSubject("Your boiler");
    mail.setText(text);
    return mail;
  }

  @Test
  void returnedMailFindsItsDispatchAndAnAnswerItsMail() throws Exception {
    var account =
        fixtures.account(
            client,
            "smtp",
            null,
            "{\"host\": \"127.0.0.1\", \"imap_host\": \"127.0.0.1\", \"imap_port\": %d, \"imap_tls\": \"none\", \"imap_user\": \"%s\"}"
                .formatted(servers.imap, MailServers.BOUNCES));
    TestFleet.database()
        .admin()
        .sql("UPDATE omnify.provider_accounts SET webhook_secret = :password WHERE id = :id")
        .param("password", MailServers.PASSWORD)
        .param("id", account.value())
        .update();
    Session session = session(true);
    // the relay wants both
    MimeMessage refused =
        mail(session, MailServers.SENDER, MailServers.JANE, "<x@sender.test>", "x");
    assertThatThrownBy(
            () -> send(session(false), MailServers.SENDER, MailServers.PASSWORD, refused))
        .isInstanceOf(MessagingException.class);
    assertThatThrownBy(() -> send(session, MailServers.SENDER, "wrong", refused))
        .isInstanceOf(AuthenticationFailedException.class);

    Map<String, String> expected = new LinkedHashMap<>();
    expected.put(MailServers.JANE, "delivered to its mailbox");
    expected.put("nobody@home.test", "undelivered email_bounced 5.1.1");
    expected.put(MailServers.FULL, "undelivered email_bounced 5.2.2");
    expected.put("jane@spam.test", "undelivered email_spam 5.7.1");
    expected.put("jane@busy.test", "undelivered email_bounced 4.7.1");
    expected.put("jane@down.test", "undelivered email_bounced 4.4.1");
    var sent = new LinkedHashMap<String, DispatchRef>();
    for (String address : expected.keySet()) {
      DispatchRef dispatch = mailTo(address);
      sent.put(address, dispatch);
      send(
          session,
          MailServers.SENDER,
          MailServers.PASSWORD,
          mail(session, MailServers.SENDER, address, messageId(dispatch.dispatchId()), "Tuesday?"));
    }
    DispatchRef toJane = sent.get(MailServers.JANE);
    assertThat(arrived(session, MailServers.JANE)).contains(messageId(toJane.dispatchId()));
    MimeMessage answer =
        mail(
            session,
            MailServers.JANE,
            MailServers.BOUNCES,
            "<answer@home.test>",
            "Yes, at ten\n\nOn 5/4/26 9:12 AM, Office wrote:\n> Tuesday?");
    answer.setHeader("In-Reply-To", messageId(toJane.dispatchId()));
    send(session, MailServers.JANE, MailServers.PASSWORD, answer);

    try (var deliveries = TestFleet.kafka().events(Topic.DELIVERIES, DeliveryEvent.class);
        var inbound = TestFleet.kafka().events(Topic.INBOUND, InboundEvent.class)) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(180))
          .untilAsserted(
              () -> {
                assertThat(
                        deliveries.all(DeliveryEvent.DeliveryReported.class).stream()
                            .filter(each -> each.status().isFailure()))
                    .hasSize(5);
                assertThat(inbound.all(InboundEvent.ReplyReceived.class)).hasSize(1);
              });
      for (var each : expected.entrySet()) {
        DispatchRef dispatch = sent.get(each.getKey());
        List<String> reports =
            deliveries.all(DeliveryEvent.DeliveryReported.class).stream()
                .filter(report -> report.dispatch().dispatchId().equals(dispatch.dispatchId()))
                .map(RealMailTrial::words)
                .toList();
        System.out.printf(
            "Real mail to %s: %s%n",
            each.getKey(), reports.isEmpty() ? each.getValue() : String.join(", ", reports));
        if (each.getKey().equals(MailServers.JANE)) {
          assertThat(reports).isEmpty();
        } else {
          assertThat(reports).last().isEqualTo(each.getValue());
          // "delayed" comes first where the relay tries again, and is no bounce
          assertThat(reports.subList(0, reports.size() - 1)).allMatch("queued"::equals);
        }
      }
      InboundEvent.ReplyReceived reply = inbound.all(InboundEvent.ReplyReceived.class).getFirst();
      assertThat(reply.inReplyTo()).isEqualTo(toJane.dispatchId());
      assertThat(reply.contactId()).isEqualTo(toJane.contactId());
    }
    assertThat(
            TestFleet.database()
                .lines(
                    "SELECT content_body FROM omnify.contact_interactions WHERE direction = 'inbound' AND client_id = '"
                        + client
                        + "'"))
        .containsExactly("Yes, at ten");
    System.out.println("Real mail: jane's answer belongs to the mail it names");
  }

  private static String words(DeliveryEvent.DeliveryReported report) {
    return report.status().wire()
        + (report.failure() == null ? "" : " " + report.failure().wire() + " " + report.code());
  }

  private List<String> arrived(Session session, String user) throws Exception {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              try (var store = session.getStore("imap")) {
                store.connect("127.0.0.1", servers.imap, user, MailServers.PASSWORD);
                try (Folder inbox = store.getFolder("INBOX")) {
                  inbox.open(Folder.READ_ONLY);
                  var ids = new ArrayList<String>();
                  for (Message each : inbox.getMessages()) {
                    ids.add(each.getHeader("Message-ID")[0]);
                  }
                  return ids;
                }
              }
            },
            ids -> !ids.isEmpty());
  }
}
