package com.omnify.events.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.omnify.events.email.bounce.policy.Bounces;
import com.omnify.events.email.message.policy.MailPart;
import com.omnify.events.email.reply.Replies;
import com.omnify.model.EmailMessageId;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Anyone can send anything: it is read in bounded time and never throws. */
class HostileMailTest {

  private static final LocalDate TODAY = LocalDate.of(2026, 11, 24);
  private static final Duration LIMIT = Duration.ofSeconds(3);

  private static final List<String> PIECES =
      List.of(
          "From: ",
          "MAILER-DAEMON@x.example",
          "\n",
          "\n\n",
          "\r\n",
          "> ",
          ">>>",
          "On Mon, May 4, 2026 at 9:12 AM ",
          "wrote:",
          "schrieb",
          "<",
          ">",
          "@",
          "a@b.example",
          "--",
          "-----Original Message-----",
          "Content-Type: ",
          "multipart/report; boundary=b",
          "--b\n",
          "--b--",
          "message/delivery-status",
          "message/rfc822",
          "Final-Recipient: rfc822; a@b.example",
          "Status: 5.1.1",
          "Action: failed",
          "550 5.1.1 ",
          "=?utf-8?B?",
          "=?=",
          "4pyT",
          "Content-Transfer-Encoding: base64\n",
          "quoted-printable",
          "=E2=9C=93",
          "=\n",
          "until ",
          "31/02/2026",
          "back on ",
          "Friday",
          "until Dec 99",
          "user ",
          "unknown ",
          "\u0000",
          "\ufeff",
          "é",
          "😀",
          " ",
          "\t",
          "(",
          "http://",
          "<div>",
          "<blockquote>",
          "</p>",
          "&nbsp;",
          "x".repeat(300),
          "Von: ",
          "Gesendet: ",
          "An: ",
          "Subject: Undelivered",
          "Auto-Submitted: auto-replied",
          "charset=utf-7",
          "charset=\"\"",
          "01930000-0000-");

  private static void readAll(String mail) {
    byte[] bytes = mail.getBytes(StandardCharsets.UTF_8);
    assertThat(Bounces.read(bytes, TODAY)).isNotEmpty();
    assertThat(Replies.visible(mail)).isNotNull();
    assertThat(Replies.visible("", mail)).isNotNull();
    assertThat(Replies.visible(MailPart.read(bytes))).isNotNull();
    assertThat(EmailMessageId.in(mail)).isNotNull();
  }

  @Test
  void mixedPiecesOfMail() {
    var random = new Random(20_261_124);
    assertTimeoutPreemptively(
        Duration.ofMinutes(5),
        () -> {
          for (int round = 0; round < 800; round++) {
            var mail = new StringBuilder();
            int pieces = random.nextInt(120);
            for (int n = 0; n < pieces; n++) {
              mail.append(PIECES.get(random.nextInt(PIECES.size())));
              if (random.nextInt(4) == 0) {
                mail.append('\n');
              }
            }
            readAll(mail.toString());
          }
        });
  }

  @Test
  void noise() {
    var random = new Random(7);
    for (int round = 0; round < 200; round++) {
      var bytes = new byte[random.nextInt(3_000)];
      random.nextBytes(bytes);
      assertThat(Bounces.read(bytes, TODAY)).isNotEmpty();
      readAll(new String(bytes, StandardCharsets.ISO_8859_1));
    }
  }

  /** Each of these makes a careless pattern or a recursion go wild. */
  static Stream<String> bombs() {
    String bounce = "From: MAILER-DAEMON@x.example\nSubject: Undelivered\n\n";
    return Stream.of(
        "on 1 wrote ".repeat(30_000),
        ("on 12:00 wrote ".repeat(25) + "\n").repeat(1_000),
        ("On 12:00 " + "<a@".repeat(100) + "\n").repeat(800),
        ("2026-11-24 " + "(@".repeat(150) + "\n").repeat(800),
        ("[@" + "@".repeat(300) + "\n").repeat(800),
        "> ".repeat(200_000),
        "-".repeat(300_000),
        "_".repeat(300_000),
        " ".repeat(300_000) + "x",
        ("From: a@b.example\nx\n").repeat(20_000),
        ("sent from " + " ".repeat(100) + "\n").repeat(3_000),
        bounce + ("user " + "a".repeat(60) + "@" + "b".repeat(120)).repeat(2_000),
        bounce + "user ".repeat(60_000),
        bounce + ("<" + "a".repeat(64) + "@b.example>: x\n").repeat(5_000),
        bounce + "a@b.example\n".repeat(50_000),
        bounce + "exceed".repeat(50_000),
        bounce + "1.".repeat(100_000),
        "Subject: " + "=?utf-8?Q?".repeat(30_000) + "\n\nx",
        "Subject: x\n" + " y\n".repeat(100_000) + "\nx",
        "X: y\n".repeat(100_000) + "\nx",
        "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n".repeat(100_000),
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n".repeat(30_000),
        "Content-Type: message/rfc822\n\n".repeat(50_000),
        "Content-Type: text/plain" + "; ".repeat(100_000) + "\n\nx",
        "Content-Type: text/html\n\n" + "<div><blockquote>".repeat(60_000),
        "Subject: Out of office\nAuto-Submitted: auto-replied\n\n"
            + "until back on return ".repeat(12_000),
        "Subject: Out of office\nAuto-Submitted: auto-replied\n\n"
            + "i am out of office if ".repeat(12_000),
        "Content-Type: message/delivery-status\n\n"
            + "Final-Recipient: rfc822; a@b.example\n\n".repeat(40_000),
        bounce + "Final-Recipient: x\n" + " ".repeat(100_000) + "\n".repeat(100_000));
  }

  @ParameterizedTest
  @MethodSource("bombs")
  void bombs(String bomb) {
    Duration used =
        assertTimeoutPreemptively(
            Duration.ofMinutes(2),
            () -> {
              // a busy machine makes no bomb
              var threads = ManagementFactory.getThreadMXBean();
              long before = threads.getCurrentThreadCpuTime();
              readAll(bomb);
              return Duration.ofNanos(threads.getCurrentThreadCpuTime() - before);
            });
    assertThat(used).isLessThan(LIMIT);
  }
}
