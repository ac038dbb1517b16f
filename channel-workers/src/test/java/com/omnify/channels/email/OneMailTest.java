package com.omnify.channels.email;

import static com.omnify.channels.email.RawSmtp.CLOSE;
import static com.omnify.channels.email.RawSmtp.HANG;
import static com.omnify.channels.email.RawSmtp.RESET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.omnify.channels.breaker.policy.Signal;
import com.omnify.channels.compose.policy.MailText;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.ProviderAccount;
import com.omnify.channels.dispatch.Sender;
import com.omnify.channels.email.policy.Footer;
import com.omnify.channels.email.policy.Letter;
import com.omnify.channels.email.policy.SmtpServer;
import com.omnify.channels.email.policy.SmtpServer.Tls;
import com.omnify.channels.send.Attempt;
import com.omnify.channels.send.policy.SendResult;
import com.omnify.kit.net.OutwardSockets;
import com.omnify.model.FailureType;
import com.omnify.model.Provider;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.ProviderAccountId;
import com.omnify.testkit.Fixtures;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.JsonNodeFactory;

/** Whatever a mail server does, one mail is handed over at most once, and only certainties are. */
class OneMailTest {

  private static final DispatchKey KEY =
      new DispatchKey(new ClientId(Fixtures.id()), new DispatchId(Fixtures.id()));

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final OutwardSockets HERE = new OutwardSockets(false, Set.of("127.0.0.1"));

  private record Case(
      String name,
      Map<String, String> manners,
      Tls tls,
      int dots,
      Class<? extends SendResult> result,
      @Nullable FailureType failure) {

    Case(String moment, String manner, int dots, Class<? extends SendResult> result) {
      this(moment, manner, dots, result, null);
    }

    Case(
        String moment,
        String manner,
        int dots,
        Class<? extends SendResult> result,
        @Nullable FailureType failure) {
      this(moment + " " + manner, Map.of(moment, manner), Tls.NONE, dots, result, failure);
    }
  }

  private record Seen(Case wanted, int connections, int dots, boolean begun, SendResult result) {}

  private static final Class<? extends SendResult> ACCEPTED = SendResult.Accepted.class;
  private static final Class<? extends SendResult> REJECTED = SendResult.Rejected.class;
  private static final Class<? extends SendResult> NOT_SENT = SendResult.NotSent.class;
  private static final Class<? extends SendResult> UNKNOWN = SendResult.Unknown.class;

  private static final List<Case> CASES =
      List.of(
          new Case("DOT", "250 2.0.0 Ok: queued as 4Qx12", 1, ACCEPTED),
          new Case("DOT", "250 Great success", 1, ACCEPTED),
          new Case("DOT", RESET, 1, UNKNOWN),
          new Case("DOT", CLOSE, 1, UNKNOWN),
          new Case("DOT", HANG, 1, UNKNOWN),
          new Case("DOT", "451 4.3.0 try later", 1, REJECTED, FailureType.CAPACITY_EXHAUSTED),
          new Case("DOT", "554 5.7.1 spam", 1, REJECTED, FailureType.EMAIL_SPAM),
          new Case("DOT", "552 5.2.2 full", 1, REJECTED, FailureType.EMAIL_BOUNCED),
          new Case("DATA", "451 4.7.1 greylisted", 0, REJECTED, FailureType.CAPACITY_EXHAUSTED),
          new Case("DATA", "554 5.7.1 no", 0, REJECTED, FailureType.EMAIL_SPAM),
          new Case("DATA", RESET, 0, NOT_SENT),
          new Case("RCPT", "450 4.2.1 greylisted", 0, REJECTED, FailureType.CAPACITY_EXHAUSTED),
          new Case("RCPT", "550 5.1.1 nobody", 0, REJECTED, FailureType.EMAIL_BOUNCED),
          new Case("RCPT", "550 no such user", 0, REJECTED, FailureType.EMAIL_BOUNCED),
          new Case("RCPT", "550 5.7.1 policy", 0, REJECTED, FailureType.EMAIL_SPAM),
          new Case("RCPT", "501 5.1.3 syntax", 0, REJECTED, FailureType.EMAIL_BOUNCED),
          new Case("RCPT", RESET, 0, NOT_SENT),
          new Case("RCPT", HANG, 0, NOT_SENT),
          new Case("MAIL", "421 4.7.0 too much", 0, REJECTED, FailureType.CAPACITY_EXHAUSTED),
          new Case("MAIL", "451 4.3.2 later", 0, REJECTED, FailureType.CAPACITY_EXHAUSTED),
          new Case("MAIL", "550 5.7.60 not yours", 0, REJECTED, FailureType.ACCOUNT_PROBLEM),
          new Case("MAIL", "530 5.7.0 log in", 0, REJECTED, FailureType.ACCOUNT_PROBLEM),
          new Case(
              "MAIL",
              "530 5.7.0 Must issue a STARTTLS command first",
              0,
              REJECTED,
              FailureType.ACCOUNT_PROBLEM),
          new Case("MAIL", CLOSE, 0, NOT_SENT),
          new Case("GREETING", "554 go away", 0, NOT_SENT),
          new Case("GREETING", "421 busy", 0, NOT_SENT),
          new Case("GREETING", RESET, 0, NOT_SENT),
          new Case("no STARTTLS", Map.of(), Tls.STARTTLS, 0, NOT_SENT, null),
          new Case("no TLS there", Map.of(), Tls.TLS, 0, NOT_SENT, null));

  @Test
  void oneMailForEachIntent() throws Exception {
    var seen = new ArrayList<Future<Seen>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Case wanted : CASES) {
        seen.add(threads.submit(() -> tried(wanted)));
      }
      int closedPort;
      try (var gone = new ServerSocket(0)) {
        closedPort = gone.getLocalPort();
      }
      var refused = new Case("refused", "", 0, NOT_SENT);
      seen.add(
          threads.submit(
              () -> {
                var begun = attempt();
                var result = send(server("127.0.0.1", closedPort, Tls.NONE, null), begun);
                return new Seen(refused, 0, 0, begun.begun(), result);
              }));
      var dns = new Case("no such host", "", 0, NOT_SENT);
      seen.add(
          threads.submit(
              () -> {
                var begun = attempt();
                var result = send(server("mail.invalid", 25, Tls.NONE, null), begun);
                return new Seen(dns, 0, 0, begun.begun(), result);
              }));
      var table =
          new StringBuilder(
              "\n| server | connections | dots read | result |\n| --- | --- | --- | --- |\n");
      for (Future<Seen> one : seen) {
        Seen it = one.get();
        table.append(
            "| %s | %d | %d | %s |\n"
                .formatted(
                    it.wanted().name(),
                    it.connections(),
                    it.dots(),
                    it.result().toString().lines().findFirst().orElseThrow()));
      }
      System.out.println(table);
      for (Future<Seen> one : seen) {
        Seen it = one.get();
        String name = it.wanted().name();
        assertThat(it.result()).as(name).isInstanceOf(it.wanted().result());
        assertThat(it.dots()).as(name).isEqualTo(it.wanted().dots());
        assertThat(it.begun()).as(name).isEqualTo(it.wanted().dots() == 1);
        if (it.result() instanceof SendResult.Rejected(FailureType failure, _, _, _)) {
          assertThat(failure).as(name).isEqualTo(it.wanted().failure());
        }
      }
    }
  }

  private static Seen tried(Case wanted) throws Exception {
    try (var raw = new RawSmtp(wanted.manners())) {
      var attempt = attempt();
      var here = Thread.currentThread();
      boolean hangs = wanted.manners().containsValue(HANG);
      if (hangs) {
        // As the poster does with what takes too long.
        Thread.ofVirtual()
            .start(
                () -> {
                  while (raw.commands.stream().noneMatch(line -> line.startsWith("RCPT"))
                      || wanted.dots() > raw.dots.size()) {
                    java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
                  }
                  here.interrupt();
                });
      }
      SendResult result = send(server("127.0.0.1", raw.port(), wanted.tls(), null), attempt);
      return new Seen(wanted, raw.connections.get(), raw.dots.size(), attempt.begun(), result);
    }
  }

  @Test
  void wrongCredentialsAreTheAccountsProblem() throws Exception {
    try (var raw = new RawSmtp(Map.of("AUTH", "535 5.7.8 who are you"), "AUTH PLAIN LOGIN")) {
      var attempt = attempt();
      assertThat(send(server("127.0.0.1", raw.port(), Tls.NONE, "me"), attempt))
          .isInstanceOfSatisfying(
              SendResult.Rejected.class,
              it -> {
                assertThat(it.failure()).isEqualTo(FailureType.ACCOUNT_PROBLEM);
                assertThat(it.code()).isEqualTo("5.7.8");
              });
      assertThat(attempt.begun()).isFalse();
    }
    try (var raw = new RawSmtp(Map.of("AUTH", "454 4.7.0 later"), "AUTH PLAIN LOGIN")) {
      assertThat(send(server("127.0.0.1", raw.port(), Tls.NONE, "me"), attempt()))
          .isInstanceOf(SendResult.NotSent.class);
    }
  }

  /** A client names its server: none may lead into the network that this service stands in. */
  @ParameterizedTest
  @EnumSource(Tls.class)
  void aServerInsideIsNotConnectedTo(Tls tls) throws Exception {
    try (var raw = new RawSmtp(Map.of());
        var connections = new SmtpConnections("[127.0.0.1]", new OutwardSockets(false, Set.of()))) {
      for (String host : List.of("127.0.0.1", "localhost", "2130706433")) {
        var result =
            new SmtpSender(connections, Instant::now)
                .send(server(host, raw.port(), tls, "me"), letter(Provider.SMTP, "Hi"), attempt());
        assertThat(result)
            .isInstanceOfSatisfying(
                SendResult.Rejected.class,
                it -> {
                  assertThat(it.failure()).isEqualTo(FailureType.ACCOUNT_PROBLEM);
                  assertThat(it.code()).isEqualTo("address_refused");
                });
      }
      assertThat(raw.connections).hasValue(0);
    }
  }

  @Test
  void whatIsTooLateGetsNoDot() throws Exception {
    try (var raw = new RawSmtp(Map.of())) {
      var late = new Attempt(System.nanoTime() - 1, () -> {});
      assertThat(send(server("127.0.0.1", raw.port(), Tls.NONE, null), late))
          .isInstanceOfSatisfying(
              SendResult.NotSent.class, it -> assertThat(it.code()).isEqualTo("not_begun"));
      assertThat(raw.dots).isEmpty();
    }
  }

  /** However slow: an attempt is needed for the dot alone. */
  @Test
  void aSlowServerTakesItsTimeBeforeTheAttempt() throws Exception {
    try (var raw = new RawSmtp(Map.of("RCPT", RawSmtp.after(Duration.ofMillis(500), "250 ok")));
        var connections = new SmtpConnections("[127.0.0.1]", HERE)) {
      var handover = handOver(connections, raw);
      handover.await(PATIENCE);
      assertThat(raw.commands).anyMatch(line -> line.startsWith("DATA"));
      assertThat(raw.dots).isEmpty();
      var gone = new AtomicInteger();
      var attempt = new Attempt(System.nanoTime() + PATIENCE.toNanos(), gone::incrementAndGet);
      assertThat(handover.send(attempt)).isEqualTo(new SendResult.Accepted("RAW1X"));
      assertThat(gone).hasValue(1);
      assertThat(raw.dots).hasSize(1);
    }
  }

  @Test
  void aServerThatIsTooSlowHasFailed() throws Exception {
    try (var raw = new RawSmtp(Map.of("RCPT", HANG));
        var connections = new SmtpConnections("[127.0.0.1]", HERE)) {
      var handover = handOver(connections, raw);
      await().atMost(PATIENCE).until(() -> raw.commands.toString().contains("RCPT"));
      handover.await(Duration.ofMillis(1));
      var attempt = attempt();
      assertThat(handover.send(attempt))
          .isInstanceOfSatisfying(
              SendResult.NotSent.class,
              it -> {
                assertThat(it.code()).isEqualTo("slow_server");
                assertThat(Signal.of(it)).isInstanceOf(Signal.Fails.class);
              });
      assertThat(attempt.begun()).isFalse();
    }
  }

  /** As where the person has opted out since. */
  @Test
  void whatIsLetGoBeforeItsDotIsNoMail() throws Exception {
    try (var raw = new RawSmtp(Map.of());
        var connections = new SmtpConnections("[127.0.0.1]", HERE)) {
      var handover = handOver(connections, raw);
      handover.await(PATIENCE);
      handover.drop();
      // The server has heard the end of the connection, and no dot before it.
      await().atMost(PATIENCE).until(() -> raw.open.get() == 0);
      assertThat(raw.dots).isEmpty();
    }
  }

  private static SmtpHandover handOver(SmtpConnections connections, RawSmtp raw) {
    return new SmtpSender(connections, Instant::now)
        .handOver(
            server("127.0.0.1", raw.port(), Tls.NONE, null), letter(Provider.SMTP, "Tuesday"));
  }

  @Test
  void connectionsAreUsedAgain() throws Exception {
    try (var raw = new RawSmtp(Map.of());
        var connections = new SmtpConnections("[127.0.0.1]", HERE)) {
      var server = server("127.0.0.1", raw.port(), Tls.NONE, null);
      var sender = new SmtpSender(connections, Instant::now);
      for (int n = 0; n < 3; n++) {
        assertThat(sender.send(server, letter(Provider.SMTP, "Hi"), attempt()))
            .isInstanceOf(SendResult.Accepted.class);
      }
      assertThat(raw.connections).hasValue(1);
      assertThat(raw.dots).hasSize(3);
    }
  }

  /** A name or a subject from outside must not become a header or another recipient. */
  @Test
  void theMailIsWhatItShouldBe() throws Exception {
    try (var raw = new RawSmtp(Map.of())) {
      String evil = "Grüße, Ada\r\nBcc: everyone@example.com";
      assertThat(
              send(
                  server("127.0.0.1", raw.port(), Tls.NONE, null),
                  attempt(),
                  Provider.SENDGRID,
                  evil))
          .isEqualTo(new SendResult.Accepted("RAW1X"));
      var mail =
          new MimeMessage(
              Session.getInstance(new Properties()),
              new ByteArrayInputStream(raw.dots.getFirst().getBytes(StandardCharsets.ISO_8859_1)));
      assertThat(mail.getSubject()).isEqualTo("Grüße, Ada Bcc: everyone@example.com");
      assertThat(mail.getHeader("Bcc")).isNull();
      assertThat(mail.getAllRecipients()).hasSize(1);
      assertThat(mail.getMessageID())
          .isEqualTo("<%s.%s@plumbing.example>".formatted(KEY.id(), KEY.client()));
      assertThat(mail.getHeader("List-Unsubscribe", null))
          .isEqualTo("<https://omnify.example/u/token>");
      assertThat(mail.getHeader("List-Unsubscribe-Post", null))
          .isEqualTo("List-Unsubscribe=One-Click");
      assertThat(mail.getHeader("X-SMTPAPI", null).replaceAll("\\s+", " "))
          .contains("\"dispatch_id\": \"" + KEY.id() + "\"");
      var parts = (MimeMultipart) mail.getContent();
      assertThat((String) parts.getBodyPart(0).getContent())
          .contains("Hello Ada")
          .contains("1 Main St")
          .contains("https://omnify.example/u/token");
      assertThat((String) parts.getBodyPart(1).getContent())
          .contains("<b>Hello</b>")
          .contains("1 Main St")
          .contains("href=\"https://omnify.example/u/token\"");
      assertThat(raw.commands).filteredOn(line -> line.startsWith("RCPT")).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Provider.class,
      names = {"POSTMARK", "MAILGUN", "SES", "SENDGRID"})
  void vendorsAreToldWhichDispatchItIs(Provider provider) {
    assertThat(letter(provider, "Hi").headers().toString())
        .contains(KEY.id().toString(), KEY.client().toString());
  }

  private static Attempt attempt() {
    return new Attempt(System.nanoTime() + TimeUnit.SECONDS.toNanos(30), () -> {});
  }

  private static SmtpServer server(String host, int port, Tls tls, @Nullable String user) {
    return new SmtpServer(host, port, tls, user, "secret");
  }

  private static SendResult send(SmtpServer server, Attempt attempt) {
    return send(server, attempt, Provider.SMTP, "Hi");
  }

  private static SendResult send(
      SmtpServer server, Attempt attempt, Provider provider, String subject) {
    try (var connections = new SmtpConnections("[127.0.0.1]", HERE)) {
      return new SmtpSender(connections, Instant::now)
          .send(server, letter(provider, subject), attempt);
    }
  }

  private static Letter letter(Provider provider, String subject) {
    var account =
        new ProviderAccount(
            new ProviderAccountId(Fixtures.id()),
            provider,
            "",
            "secret",
            null,
            null,
            JsonNodeFactory.instance.objectNode());
    var mailbox =
        new Sender.Mailbox(
            KEY.client(),
            Fixtures.id(),
            "hello@plumbing.example",
            "Rainier Plumbing",
            null,
            5,
            100,
            null,
            account);
    return Letters.of(
        KEY,
        mailbox,
        "ada@example.com",
        new MailText(subject, "Hello Ada", "<html><body><b>Hello</b> Ada</body></html>"),
        new Footer("Rainier Plumbing", "1 Main St\nSeattle", "https://omnify.example/u/token"));
  }
}
