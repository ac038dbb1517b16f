package com.omnify.realmail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.omnify.channels.ChannelWorkersApplication;
import com.omnify.events.EventProcessorApplication;
import com.omnify.model.Channel;
import com.omnify.model.DispatchKind;
import com.omnify.model.DispatchState;
import com.omnify.model.EmailMessageId;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.event.StepEvent.DispatchOpened;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.race.Service;
import com.omnify.testkit.Fixtures;
import com.omnify.testkit.OmnifyTest;
import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestKafka;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Files;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Our sender hands mail to a real relay, and what comes back finds its dispatch. Runs where the
 * mail servers are installed; not by its name a test of every run: {@code ./omnify test -- -pl
 * race-tests -am -Dtest=RealMailTrial -Dsurefire.failIfNoSpecifiedTests=false}.
 */
@OmnifyTest
class RealMailTrial {

  private static final Duration PATIENCE = Duration.ofSeconds(180);

  /** As an operator allows a relay of the own network. */
  private static final String RELAY_IS_OURS = "OMNIFY_INTERNAL_HOSTS=localhost,127.0.0.1";

  private static MailServers servers;
  private static ConfigurableApplicationContext channels;
  private static ConfigurableApplicationContext events;

  private final TestDatabase database;
  private final TestKafka kafka;
  private final Fixtures fixtures;

  RealMailTrial(TestDatabase database, TestKafka kafka, Fixtures fixtures) {
    this.database = database;
    this.kafka = kafka;
    this.fixtures = fixtures;
  }

  @BeforeAll
  static void start(TestDatabase database, TestKafka kafka) throws Exception {
    assumeThat(MailServers.installed()).as("postfix and dovecot, and being root").isTrue();
    servers = new MailServers();
    trustTheRelay();
    database.setFleetClock(Fixtures.NOON, 1);
    channels =
        Service.start(ChannelWorkersApplication.class, "channels", database, kafka, RELAY_IS_OURS);
    events =
        Service.start(EventProcessorApplication.class, "events", database, kafka, RELAY_IS_OURS);
  }

  @AfterAll
  static void stop() throws Exception {
    if (channels != null) {
      channels.close();
    }
    if (events != null) {
      events.close();
    }
    if (servers != null) {
      servers.close();
    }
  }

  /** As a JVM does whose trust store holds a company's own certificate. */
  private static void trustTheRelay() throws Exception {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (var in = Files.newInputStream(servers.certificateFile())) {
      store.setCertificateEntry(
          "relay", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    SSLContext.setDefault(context);
  }

  /** A client with a mailbox at the relay, which is where its returned mail arrives as well. */
  private ClientId client(String password, String tls) {
    ClientId client = fixtures.client();
    boolean right = password.equals(MailServers.PASSWORD) && tls.equals("starttls");
    var account =
        fixtures.account(
            client,
            "smtp",
            null,
            "{\"host\": \"localhost\", \"port\": %d, \"tls\": \"%s\", \"imap_host\": \"%s\", \"imap_port\": %d, \"imap_tls\": \"none\"}"
                .formatted(servers.submission, tls, right ? "127.0.0.1" : "", servers.imap));
    database
        .admin()
        .sql(
            "UPDATE provider_accounts SET account_sid = :user, auth_token = :password WHERE id = :id")
        .param("user", MailServers.SENDER)
        .param("password", password)
        .param("id", account.value())
        .update();
    fixtures.mailbox(client, account, MailServers.SENDER);
    return client;
  }

  /** A mail that is to go out now. */
  private DispatchRef mailTo(ClientId client, String address) {
    var sequence = fixtures.sequence(client, 1);
    database
        .admin()
        .sql(
            """
            UPDATE sequence_steps SET kind = 'email', content = jsonb_build_object(
              'subject', 'Your boiler, {{ first_name }}', 'text', 'Tuesday?', 'html', '<p>Tuesday?</p>')
            WHERE sequence_id = :sequence
            """)
        .param("sequence", sequence.id().value())
        .update();
    var contact = fixtures.contact(client);
    fixtures.email(client, contact, address);
    var enrollment = fixtures.enrollment(client, contact, sequence);
    var ref =
        new DispatchRef(
            client,
            contact,
            new DispatchId(Fixtures.id()),
            enrollment,
            sequence.id(),
            1,
            sequence.step(1),
            Channel.EMAIL,
            DispatchKind.STEP,
            1);
    database
        .admin()
        .sql("UPDATE enrollments SET open_dispatch_id = :id, attempt = 1 WHERE id = :enrollment")
        .param("id", ref.dispatchId().value())
        .param("enrollment", enrollment.value())
        .update();
    fixtures.insert(ref, DispatchState.READY);
    kafka.send(new DispatchOpened(Fixtures.eventId(), Instant.now(), ref));
    return ref;
  }

  private String column(DispatchRef ref, String expression) {
    return database
        .lines("SELECT %s FROM dispatches WHERE id = '%s'".formatted(expression, ref.dispatchId()))
        .getFirst();
  }

  private void awaitState(DispatchRef ref, String state) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(column(ref, "concat_ws(' ', state, error_code)")).startsWith(state));
  }

  private static String messageId(DispatchRef ref) {
    return EmailMessageId.of(ref.dispatchId(), ref.clientId(), MailServers.SENDER).toString();
  }

  @Test
  void whatTheRelayRefusesIsNotSent() {
    for (var attempt :
        Map.of(
                "a wrong password", client("wrong", "starttls"),
                "no STARTTLS", client(MailServers.PASSWORD, "none"))
            .entrySet()) {
      DispatchRef ref = mailTo(attempt.getValue(), MailServers.JANE);
      awaitState(ref, "rejected");
      String seen = column(ref, "concat_ws(' ', state, failure, error_code)");
      System.out.printf("Real mail with %s: %s%n", attempt.getKey(), seen);
      assertThat(seen).startsWith("rejected account_problem 5");
    }
  }

  @Test
  void returnedMailFindsItsDispatchAndAnAnswerItsMail() throws Exception {
    ClientId client = client(MailServers.PASSWORD, "starttls");
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put(MailServers.JANE, "delivered to its mailbox");
    expected.put("nobody@home.test", "undelivered email_bounced 5.1.1");
    expected.put(MailServers.FULL, "undelivered email_bounced 5.2.2");
    expected.put("jane@spam.test", "undelivered email_spam 5.7.1");
    expected.put("jane@busy.test", "undelivered email_bounced 4.7.1");
    expected.put("jane@down.test", "undelivered email_bounced 4.4.1");
    var sent = new LinkedHashMap<String, DispatchRef>();
    try (var deliveries = kafka.events(Topic.DELIVERIES, DeliveryEvent.class);
        var inbound = kafka.events(Topic.INBOUND, InboundEvent.class)) {
      expected.keySet().forEach(address -> sent.put(address, mailTo(client, address)));
      for (DispatchRef ref : sent.values()) {
        awaitState(ref, "accepted");
      }
      DispatchRef toJane = sent.get(MailServers.JANE);
      Session session = session();
      MimeMessage arrived = arrived(session);
      assertThat(arrived.getHeader("Message-ID")).containsExactly(messageId(toJane));
      assertThat(arrived.getHeader("List-Unsubscribe-Post"))
          .containsExactly("List-Unsubscribe=One-Click");
      assertThat(arrived.getHeader("Received")[1])
          .as("encrypted and authenticated")
          .contains("ESMTPSA");
      // her own mail program, not ours
      answer(session, messageId(toJane));

      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(
                        deliveries.all(DeliveryEvent.DeliveryReported.class).stream()
                            .filter(each -> each.status().isFailure()))
                    .hasSize(5);
                assertThat(inbound.all(InboundEvent.ReplyReceived.class)).hasSize(1);
              });
      for (var each : expected.entrySet()) {
        DispatchRef ref = sent.get(each.getKey());
        List<String> reports =
            deliveries.all(DeliveryEvent.DeliveryReported.class).stream()
                .filter(report -> report.dispatch().equals(ref))
                .map(RealMailTrial::words)
                .toList();
        System.out.printf(
            "Real mail to %s: accepted by the relay as %s, %s%n",
            each.getKey(),
            column(ref, "provider_id"),
            reports.isEmpty() ? each.getValue() : String.join(", ", reports));
        if (each.getKey().equals(MailServers.JANE)) {
          assertThat(reports).isEmpty();
        } else {
          assertThat(reports).containsOnlyOnce(each.getValue());
          // "delayed", where the relay tries again, is no bounce, however late it is read
          assertThat(reports).allMatch(it -> it.equals(each.getValue()) || it.equals("queued"));
          // and the sender has heard of it
          Awaitility.await()
              .atMost(PATIENCE)
              .untilAsserted(
                  () ->
                      assertThat(
                              column(
                                  ref,
                                  "concat_ws(' ', state, delivery_status, failure, error_code)"))
                          .isEqualTo("accepted " + each.getValue()));
        }
      }
      InboundEvent.ReplyReceived reply = inbound.all(InboundEvent.ReplyReceived.class).getFirst();
      assertThat(reply.inReplyTo()).isEqualTo(toJane.dispatchId());
      assertThat(reply.contactId()).isEqualTo(toJane.contactId());
    }
    assertThat(
            database.lines(
                "SELECT content_body FROM contact_interactions WHERE direction = 'inbound' AND client_id = '%s'"
                    .formatted(client)))
        .containsExactly("Yes, at ten");
    System.out.println("Real mail: jane's answer belongs to the mail it names");
  }

  private static String words(DeliveryEvent.DeliveryReported report) {
    return report.status().wire()
        + (report.failure() == null ? "" : " " + report.failure().wire() + " " + report.code());
  }

  private static Session session() {
    var properties = new Properties();
    properties.setProperty("mail.smtp.auth", "true");
    properties.setProperty("mail.smtp.starttls.required", "true");
    properties.setProperty("mail.smtp.ssl.trust", "127.0.0.1");
    for (String timeout : List.of("connectiontimeout", "timeout", "writetimeout")) {
      properties.setProperty("mail.smtp." + timeout, "10000");
      properties.setProperty("mail.imap." + timeout, "10000");
    }
    return Session.getInstance(properties);
  }

  private static void answer(Session session, String messageId) throws MessagingException {
    var mail = new MimeMessage(session);
    mail.setFrom(new InternetAddress(MailServers.JANE));
    mail.setRecipient(Message.RecipientType.TO, new InternetAddress(MailServers.SENDER));
    mail.setSubject("Re: Your boiler");
    mail.setText("Yes, at ten\n\nOn 5/4/26 9:12 AM, Office wrote:\n> Tuesday?");
    mail.setHeader("In-Reply-To", messageId);
    mail.saveChanges();
    try (var relay = session.getTransport("smtp")) {
      relay.connect("127.0.0.1", servers.submission, MailServers.JANE, MailServers.PASSWORD);
      relay.sendMessage(mail, mail.getAllRecipients());
    }
  }

  /** What lies in her mailbox first. */
  private static MimeMessage arrived(Session session) {
    var found = new ArrayList<MimeMessage>();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              try (var store = session.getStore("imap")) {
                store.connect("127.0.0.1", servers.imap, MailServers.JANE, MailServers.PASSWORD);
                try (Folder inbox = store.getFolder("INBOX")) {
                  inbox.open(Folder.READ_ONLY);
                  if (inbox.getMessageCount() > 0) {
                    found.add(new MimeMessage((MimeMessage) inbox.getMessage(1)));
                  }
                }
              }
              return !found.isEmpty();
            });
    return found.getFirst();
  }
}
