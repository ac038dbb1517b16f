package com.omnify.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.omnify.sandbox.fault.FaultSettings.Switches;
import com.omnify.sandbox.fault.Outcome;
import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.http.Request;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.sandbox.ledger.LedgerEntry.Channel;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import com.omnify.sandbox.mail.MailAccount;
import com.omnify.sandbox.mail.Refusals.Rule;
import com.omnify.sandbox.mail.Vendor;
import com.omnify.sandbox.mail.smtp.MailDrop.Stage;
import com.omnify.sandbox.persona.policy.EmailHabit;
import com.omnify.sandbox.persona.policy.Persona;
import com.omnify.sandbox.persona.policy.ReplyPolicy.Talkativeness;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.search.FlagTerm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.angus.mail.imap.IMAPMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class MailTest {

  private static final String ANN = "ann@people.example";
  private static final String ACCOUNT = "0197f000-0000-7000-8000-0000000000aa";

  @TempDir Path data;
  private Gateway gateway;
  private Sandbox sandbox;

  @BeforeEach
  void start() throws IOException {
    gateway = new Gateway();
    open();
  }

  @AfterEach
  void stop() throws IOException {
    sandbox.close();
    gateway.close();
  }

  private void open() throws IOException {
    sandbox =
        Sandbox.start(
            SandboxOptions.in(data)
                .withPublicUrl(gateway.url())
                .withEveryoneElse(Persona.UNREACHABLE)
                .withClockRate(1_000));
  }

  private void account(Vendor vendor, String user, String webhookSecret) {
    sandbox
        .mail()
        .register(
            new MailAccount(
                ACCOUNT,
                vendor,
                user,
                "secret",
                Gateway.CLIENT,
                webhookSecret,
                null,
                null,
                null,
                true));
  }

  private SmtpTalk talk(String user) throws IOException {
    return new SmtpTalk(sandbox.mail().port()).begin(user, "secret");
  }

  private String send(String user, String dispatch, String... more) throws IOException {
    try (var talk = talk(user)) {
      return talk.send(ANN, SmtpTalk.mail(dispatch, ANN, more));
    }
  }

  private List<LedgerEntry> accepted() {
    return sandbox.ledger().entries(Kind.ACCEPTED);
  }

  private List<Request> posts(String door) {
    return gateway.received().stream().filter(r -> r.path().endsWith("/" + door)).toList();
  }

  private static JsonNode json(Request request) {
    return Json.MAPPER.readTree(request.body());
  }

  // ---- SMTP

  @Test
  void whatIsTakenStandsInTheLedgerWithItsDispatch() throws IOException {
    var dispatch = SmtpTalk.dispatch();
    try (var talk = new SmtpTalk(sandbox.mail().port())) {
      assertThat(talk.reply()).startsWith("220 ");
      talk.write("EHLO test.example\r\n");
      assertThat(talk.reply()).startsWith("250 AUTH");
      var mail = SmtpTalk.mail(dispatch, ANN).replace("shall we", ".shall we");
      // all commands at once, a line of the text with a dot in front
      talk.write("MAIL FROM:<bounces@shop.example> SIZE=400\r\nRCPT TO:<" + ANN + ">\r\nDATA\r\n");
      assertThat(List.of(talk.reply(), talk.reply(), talk.reply()))
          .extracting(line -> line.substring(0, 3))
          .containsExactly("250", "250", "354");
      assertThat(talk.say(mail.replace("\r\n.", "\r\n..") + "\r\n.")).startsWith("250 ");
      assertThat(talk.say("QUIT")).startsWith("221");
    }

    assertThat(accepted())
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.channel()).isEqualTo(Channel.EMAIL);
              assertThat(line.dispatchId()).isEqualTo(dispatch);
              assertThat(line.clientId()).isEqualTo(Gateway.CLIENT);
              assertThat(line.to()).isEqualTo(ANN);
              assertThat(line.from()).isEqualTo("hello@shop.example");
              assertThat(line.subject()).isEqualTo("Your quote");
              assertThat(line.body()).isEqualTo("Hi Ann,\n.shall we come by on Tuesday?");
              assertThat(line.statusCode()).isEqualTo(250);
            });
  }

  @Test
  void theSameDispatchTwiceIsADuplicate() throws IOException {
    var dispatch = SmtpTalk.dispatch();
    send("", dispatch);
    send("", dispatch);
    send("", SmtpTalk.dispatch());
    var summary = sandbox.ledger().summary();
    assertThat(summary.duplicateDispatches()).isEqualTo(1);
    assertThat(summary.acceptedByChannel()).containsEntry("email", 3L);
  }

  @Test
  void jakartaMailOverTlsWithPasswordAndTwoParts() throws Exception {
    account(Vendor.SENDGRID, "apikey", "");
    var properties = new Properties();
    properties.put("mail.smtp.host", "127.0.0.1");
    properties.put("mail.smtp.port", Integer.toString(sandbox.mail().port()));
    properties.put("mail.smtp.auth", "true");
    properties.put("mail.smtp.starttls.required", "true");
    properties.put("mail.smtp.ssl.trust", "*");
    properties.put("mail.smtp.ssl.checkserveridentity", "false");
    properties.put("mail.smtp.timeout", "20000");
    var dispatch = SmtpTalk.dispatch();
    var message = new MimeMessage(Session.getInstance(properties));
    message.setFrom(new InternetAddress("hello@shop.example", "Café Süd"));
    message.setRecipient(RecipientType.TO, new InternetAddress(ANN));
    message.setSubject(
        "Grüße – your quote №7, and a long subject that has to be folded 🙂", "UTF-8");
    message.setHeader("X-SMTPAPI", "{\"unique_args\":{\"dispatch_id\":\"" + dispatch + "\"}}");
    var text = new MimeBodyPart();
    text.setText("Hi Ann,\n\nça va? Zażółć.\n-- \nThe shop", "UTF-8");
    var html = new MimeBodyPart();
    html.setText("<p>Hi Ann</p>", "UTF-8", "html");
    message.setContent(new MimeMultipart("alternative", text, html));
    Transport.send(message, "apikey", "secret");

    assertThat(accepted())
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.provider()).isEqualTo("sendgrid");
              assertThat(line.account()).isEqualTo(ACCOUNT);
              assertThat(line.dispatchId()).isEqualTo(dispatch);
              assertThat(line.subject())
                  .isEqualTo("Grüße – your quote №7, and a long subject that has to be folded 🙂");
              assertThat(line.body()).isEqualTo("Hi Ann,\n\nça va? Zażółć.\n-- \nThe shop");
            });
  }

  @Test
  void aKnownNameNeedsItsPassword() throws IOException {
    account(Vendor.MAILGUN, "postmaster@shop.example", "key");
    try (var talk = new SmtpTalk(sandbox.mail().port())) {
      talk.reply();
      talk.say("EHLO test.example");
      var wrong = "\0postmaster@shop.example\0guess";
      assertThat(
              talk.say(
                  "AUTH PLAIN "
                      + Base64.getEncoder().encodeToString(wrong.getBytes(StandardCharsets.UTF_8))))
          .startsWith("535");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OK,                250, 1",
    "BAD_REQUEST,       554, 0",
    "TOO_MANY_REQUESTS, 450, 0",
    "SERVER_ERROR,      451, 0",
    "UNAVAILABLE,       421, 0",
    "ACCEPT_THEN_500,   '',  1",
    "RESET_BEFORE,      '',  0",
    "RESET_AFTER,       '',  1",
    "DROP_AFTER,        '',  1",
    "HANG_BEFORE,       421, 0",
    "HANG_AFTER,        250, 1",
  })
  void everyOutcomeAfterTheDotLeavesExactlyWhatItSays(Outcome outcome, String code, int count)
      throws IOException {
    sandbox.mail().faults(new Switches().hangSeconds(1).settings());
    sandbox.mail().script(outcome);
    String reply;
    try {
      reply = send("", SmtpTalk.dispatch());
    } catch (IOException reset) {
      reply = "";
    }
    assertThat(reply).startsWith(code);
    assertThat(reply.isEmpty()).isEqualTo(code.isEmpty());
    assertThat(accepted()).hasSize(count);
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  void everyStageCanRefuse(Stage stage) throws IOException {
    sandbox.mail().refusals(new Rule(stage, 450, "4.2.1 Not now", null, 1L, null, false));
    try (var talk = new SmtpTalk(sandbox.mail().port())) {
      var heard =
          List.of(
              talk.reply(),
              talk.say("EHLO test.example"),
              talk.send(ANN, SmtpTalk.mail(SmtpTalk.dispatch(), ANN)));
      assertThat(heard.stream().anyMatch(line -> line.equals("450 4.2.1 Not now")))
          .isEqualTo(stage != Stage.MAIL);
    } catch (IOException ended) {
      assertThat(stage).isEqualTo(Stage.CONNECT);
    }
    assertThat(accepted()).isEmpty();
    assertThat(sandbox.ledger().entries(Kind.REFUSED))
        .singleElement()
        .extracting(LedgerEntry::statusCode)
        .isEqualTo(450);
    assertThat(send("", SmtpTalk.dispatch())).startsWith("250");
  }

  @Test
  void greylistingLetsTheSecondTryPass() throws IOException {
    sandbox.mail().refusals(new Rule(Stage.RCPT, 451, null, null, null, null, true));
    var dispatch = SmtpTalk.dispatch();
    assertThat(send("", dispatch)).startsWith("451 4.7.1 Greylisted");
    assertThat(send("", dispatch)).startsWith("250");
    assertThat(accepted()).hasSize(1);
  }

  // ---- what becomes of it

  @Test
  void sendGridTellsABounceSignedAndTriesAgain() throws Exception {
    account(Vendor.SENDGRID, "apikey", "");
    sandbox.mailPersona(ANN, EmailHabit.NO_MAILBOX);
    gateway.answer(503);
    var dispatch = SmtpTalk.dispatch();
    send("apikey", dispatch, "X-SMTPAPI: {\"unique_args\":{\"dispatch_id\":\"" + dispatch + "\"}}");

    await().atMost(Duration.ofSeconds(30)).until(() -> posts("events").size() == 3);
    var first = posts("events").getFirst();
    assertThat(first.path())
        .isEqualTo("/webhooks/sendgrid/" + Gateway.CLIENT + "/" + ACCOUNT + "/events");
    var events = posts("events").stream().map(r -> json(r).get(0)).toList();
    assertThat(
            events.stream().map(e -> e.get("sg_event_id").asString()).collect(Collectors.toSet()))
        .hasSize(2);
    var bounce =
        events.stream()
            .filter(e -> e.get("event").asString().equals("bounce"))
            .findFirst()
            .orElseThrow();
    assertThat(bounce.get("status").asString()).isEqualTo("5.1.1");
    assertThat(bounce.get("dispatch_id").asString()).isEqualTo(dispatch);
    assertThat(bounce.get("smtp-id").asString()).startsWith("<" + dispatch + ".");
    for (var post : posts("events")) {
      assertThat(signedBySendGrid(post)).isTrue();
    }
  }

  private boolean signedBySendGrid(Request post) throws Exception {
    var key =
        KeyFactory.getInstance("EC")
            .generatePublic(
                new X509EncodedKeySpec(Base64.getDecoder().decode(sandbox.mail().sendGridKey())));
    var verifier = Signature.getInstance("SHA256withECDSA");
    verifier.initVerify(key);
    verifier.update(
        post.header("X-Twilio-Email-Event-Webhook-Timestamp")
            .orElseThrow()
            .getBytes(StandardCharsets.UTF_8));
    verifier.update(post.body());
    return verifier.verify(
        Base64.getDecoder()
            .decode(post.header("X-Twilio-Email-Event-Webhook-Signature").orElseThrow()));
  }

  @Test
  void webhooksAreLostAndDoubledBySwitch() throws IOException {
    account(Vendor.POSTMARK, "token", "hook:pass");
    sandbox.mailPersona(ANN, EmailHabit.OPENS);
    sandbox.mail().faults(new Switches().duplicateCallbacks(1).settings());
    send("token", SmtpTalk.dispatch());
    await().atMost(Duration.ofSeconds(30)).until(() -> posts("events").size() == 4);
    assertThat(posts("events").stream().map(r -> json(r).get("RecordType").asString()))
        .containsExactlyInAnyOrder("Delivery", "Delivery", "Open", "Open");
    assertThat(posts("events"))
        .allSatisfy(
            post ->
                assertThat(post.header("authorization"))
                    .hasValue(
                        "Basic "
                            + Base64.getEncoder()
                                .encodeToString("hook:pass".getBytes(StandardCharsets.UTF_8))));
    sandbox.mail().faults(new Switches().loseCallbacks(1).settings());
    send("token", SmtpTalk.dispatch());
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> sandbox.ledger().summary().callbacks().lost() == 2);
    assertThat(posts("events")).hasSize(4);
  }

  @Test
  void mailgunSignsTimestampAndToken() throws Exception {
    account(Vendor.MAILGUN, "postmaster", "signing-key");
    sandbox.mailPersona(ANN, EmailHabit.BUSY);
    send("postmaster", SmtpTalk.dispatch());
    await().atMost(Duration.ofSeconds(30)).until(() -> posts("events").size() >= 3);
    sandbox.advance(Duration.ofHours(7));
    await().atMost(Duration.ofSeconds(30)).until(() -> posts("events").size() == 4);
    var last = json(posts("events").getLast());
    assertThat(last.at("/event-data/severity").asString()).isEqualTo("permanent");
    assertThat(last.at("/event-data/delivery-status/enhanced-code").asString()).isEqualTo("4.4.7");
    var signature = last.get("signature");
    var mac =
        hmac(
            "signing-key".getBytes(StandardCharsets.UTF_8),
            signature.get("timestamp").asString() + signature.get("token").asString());
    assertThat(signature.get("signature").asString()).isEqualTo(HexFormat.of().formatHex(mac));
    assertThat(signature.get("token").asString()).hasSize(50);
  }

  private static byte[] hmac(byte[] key, String text) throws Exception {
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void anAnswerQuotesWhatItAnswers() throws Exception {
    account(Vendor.SENDGRID, "apikey", "");
    sandbox.talkativeness(new Talkativeness(1, 1));
    sandbox.mailPersona(ANN, EmailHabit.QUESTIONER);
    var dispatch = SmtpTalk.dispatch();
    send("apikey", dispatch, "Reply-To: inbox@shop.example");
    sandbox.advance(Duration.ofDays(1));

    await().atMost(Duration.ofSeconds(30)).until(() -> posts("inbound").size() == 1);
    var post = posts("inbound").getFirst();
    assertThat(signedBySendGrid(post)).isTrue();
    var said = sandbox.ledger().entries(Kind.INBOUND).getFirst();
    assertThat(said.to()).isEqualTo("inbox@shop.example");
    assertThat(said.from()).isEqualTo(ANN);
    assertThat(said.subject()).isEqualTo("Re: Your quote");
    assertThat(post.text())
        .contains("name=\"envelope\"")
        .contains("In-Reply-To: <" + dispatch + "." + Gateway.CLIENT + "@shop.example>")
        .contains(said.body())
        .contains("<hello@shop.example> wrote:")
        .contains("> shall we come by on Tuesday?");
    assertThat(said.body()).doesNotContain("wrote:");
  }

  @Test
  void aMachineAnswersWhileSomebodyIsAway() throws IOException {
    account(Vendor.MAILGUN, "postmaster", "signing-key");
    sandbox.mailPersona(ANN, EmailHabit.OUT_OF_OFFICE);
    send("postmaster", SmtpTalk.dispatch());
    await().atMost(Duration.ofSeconds(30)).until(() -> posts("inbound").size() == 1);
    var form = posts("inbound").getFirst().form();
    assertThat(form.first("recipient")).hasValue("hello@shop.example");
    assertThat(form.first("Auto-Submitted")).hasValue("auto-replied");
    assertThat(form.first("body-plain").orElseThrow())
        .containsPattern("(back|return).* on \\w+, December \\d");
    // one answer a sender, however much it writes
    send("postmaster", SmtpTalk.dispatch());
    await().atMost(Duration.ofSeconds(30)).until(() -> posts("events").size() == 4);
    assertThat(posts("inbound")).hasSize(1);
  }

  @Test
  void withoutAProviderReturnedMailLiesInTheMailbox() throws IOException {
    sandbox.mailPersona(ANN, EmailHabit.MAILBOX_FULL);
    var dispatch = SmtpTalk.dispatch();
    send("", dispatch);
    var box = data.resolve("mailboxes/anonymous/new");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.exists(box) && box.toFile().list().length == 1);
    try (var files = Files.list(box)) {
      var report = Files.readString(files.findFirst().orElseThrow());
      assertThat(report)
          .startsWith("Return-Path: <>\r\n")
          .contains("report-type=delivery-status")
          .contains("\r\nFinal-Recipient: rfc822; " + ANN + "\r\n")
          .contains("\r\nAction: failed\r\nStatus: 5.2.2\r\n")
          .contains("\r\nMessage-ID: <" + dispatch + ".");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theMailboxIsReadByImapOnceEach(boolean tls) throws Exception {
    account(Vendor.SMTP, "hello@shop.example", "");
    sandbox.mailPersona(ANN, EmailHabit.BUSY);
    send("hello@shop.example", SmtpTalk.dispatch());
    sandbox.advance(Duration.ofHours(7));
    var box = data.resolve("mailboxes/" + ACCOUNT + "/new");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.exists(box) && box.toFile().list().length == 3);

    assertThat(unread(tls))
        .hasSize(3)
        .allSatisfy(mail -> assertThat(mail).contains("Final-Recipient: rfc822; " + ANN));
    assertThat(unread(tls)).isEmpty();
  }

  /** Reads what is unread as a program does that looks in now and then. */
  private List<String> unread(boolean tls) throws Exception {
    var properties = new Properties();
    properties.put("mail.imap.peek", "true");
    properties.put("mail.imap.fetchsize", "500");
    properties.put("mail.imap.timeout", "20000");
    properties.put("mail.imap.starttls.enable", Boolean.toString(tls));
    properties.put("mail.imap.starttls.required", Boolean.toString(tls));
    properties.put("mail.imap.ssl.trust", "*");
    properties.put("mail.imap.ssl.checkserveridentity", "false");
    var read = new ArrayList<String>();
    try (var store = Session.getInstance(properties).getStore("imap")) {
      store.connect("127.0.0.1", sandbox.mail().imapPort(), "hello@shop.example", "secret");
      try (var inbox = store.getFolder("INBOX")) {
        inbox.open(Folder.READ_WRITE);
        for (var mail : inbox.search(new FlagTerm(new Flags(Flags.Flag.SEEN), false))) {
          try (var bytes = ((IMAPMessage) mail).getMimeStream()) {
            read.add(new String(bytes.readAllBytes(), StandardCharsets.UTF_8));
          }
          mail.setFlag(Flags.Flag.SEEN, true);
        }
      }
    }
    return read;
  }

  @Test
  void thePersonPressesUnsubscribe() throws IOException {
    sandbox.mailPersona(ANN, EmailHabit.UNSUBSCRIBER);
    send(
        "",
        SmtpTalk.dispatch(),
        "List-Unsubscribe: <mailto:out@shop.example>, <" + gateway.url() + "/u/token>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click");
    sandbox.advance(Duration.ofHours(4));
    await().atMost(Duration.ofSeconds(30)).until(() -> posts("token").size() == 1);
    assertThat(posts("token").getFirst().method()).isEqualTo("POST");
    assertThat(posts("token").getFirst().form().first("List-Unsubscribe")).hasValue("One-Click");
  }

  @Test
  void aRestartGoesOnWithWhatWasOnItsWay() throws IOException {
    account(Vendor.SENDGRID, "apikey", "");
    sandbox.clockRate(0.001);
    sandbox.mailPersona(ANN, EmailHabit.OPENS);
    var key = sandbox.mail().sendGridKey();
    send("apikey", SmtpTalk.dispatch());
    assertThat(posts("events")).isEmpty();
    sandbox.close();
    open();
    sandbox.advance(Duration.ofDays(1));
    await().atMost(Duration.ofSeconds(30)).until(() -> posts("events").size() == 3);
    assertThat(
            posts("events").stream()
                .map(r -> json(r).get(0).get("event").asString())
                .collect(Collectors.toSet()))
        .isEqualTo(Set.of("processed", "delivered", "open"));
    assertThat(sandbox.mail().sendGridKey()).isEqualTo(key);
  }

  // ---- by hand

  @Test
  void whatIsSaidByHandAnswersTheLastMail() throws IOException {
    account(Vendor.POSTMARK, "token", "hook:pass");
    var dispatch = SmtpTalk.dispatch();
    send("token", dispatch);
    sandbox.mail().say(ANN, "hello@shop.example", "Yes please");
    await().atMost(Duration.ofSeconds(30)).until(() -> posts("inbound").size() == 1);
    var mail = json(posts("inbound").getFirst());
    assertThat(mail.at("/FromFull/Email").asString()).isEqualTo(ANN);
    assertThat(mail.get("TextBody").asString()).startsWith("Yes please\n\nOn ");
    assertThat(mail.get("Headers").toString()).contains("In-Reply-To").contains(dispatch);
  }
}
