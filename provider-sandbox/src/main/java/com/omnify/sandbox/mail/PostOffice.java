package com.omnify.sandbox.mail;

import com.omnify.sandbox.fault.FaultSettings;
import com.omnify.sandbox.fault.Faults;
import com.omnify.sandbox.fault.Outcome;
import com.omnify.sandbox.http.Answer;
import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.http.Request;
import com.omnify.sandbox.ledger.Ledger;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.sandbox.mail.MailAccount.Returns;
import com.omnify.sandbox.mail.Refusals.Rule;
import com.omnify.sandbox.mail.imap.ImapServer;
import com.omnify.sandbox.mail.smtp.SelfSigned;
import com.omnify.sandbox.mail.smtp.SmtpServer;
import com.omnify.sandbox.persona.Personas;
import com.omnify.sandbox.time.Agenda;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All of e-mail: the doors by SMTP and IMAP, the provider behind them, and its switches.
 *
 * <ul>
 *   <li>{@code GET /sandbox/mail}: where SMTP and IMAP listen, the key that SendGrid's webhooks are
 *       signed with
 *   <li>{@code GET /sandbox/mail/accounts}, {@code PUT /sandbox/mail/accounts/{id}} {@code
 *       {"vendor","username","secret","client_id","webhook_secret","events_url","inbound_url",
 *       "returns"}}
 *   <li>{@code GET|PUT /sandbox/mail/faults}, {@code GET|PUT /sandbox/mail/script}: as for SMS, of
 *       what comes after the final dot, of Resend's API, and of the webhooks
 *   <li>{@code GET|PUT /sandbox/mail/refusals}: replies of the SMTP server before that
 *   <li>{@code GET /sandbox/mail/messages?to=&limit=}, {@code …/messages/{sid}}, {@code
 *       …/messages/{sid}/raw}
 *   <li>{@code POST /sandbox/mail/inbound} {@code {"from","to","subject","text","account"}}
 * </ul>
 */
public final class PostOffice implements AutoCloseable {

  /** What is remembered over a restart. */
  public record Settings(FaultSettings faults, List<MailAccount> accounts, List<Rule> refusals) {}

  /**
   * What it is built with.
   *
   * @param data directory of its key and of the mailboxes
   */
  public record Setup(
      @Nullable String publicUrl,
      Path data,
      long seed,
      boolean strict,
      int maxConversations,
      Personas personas,
      Agenda fleetTime,
      Agenda realTime,
      Clock clock) {}

  private record AccountBody(
      @Nullable Vendor vendor,
      @Nullable String username,
      @Nullable String secret,
      @Nullable String clientId,
      @Nullable String webhookSecret,
      @Nullable String eventsUrl,
      @Nullable String inboundUrl,
      @Nullable Returns returns) {}

  private record InboundBody(
      @Nullable String from,
      @Nullable String to,
      @Nullable String subject,
      @Nullable String text,
      @Nullable String account) {}

  private final MailAccounts accounts;
  private final Faults faults;
  private final Refusals refusals;
  private final SigningKey key;
  private final MailProvider provider;
  private final SmtpDoor door;
  private final Clock clock;
  private Runnable save = () -> {};
  private @Nullable SmtpServer smtp;
  private @Nullable ImapServer imap;

  private PostOffice(Setup setup, SigningKey key) {
    this.key = key;
    this.clock = setup.clock();
    this.accounts = new MailAccounts(setup.strict());
    // not the draws of SMS: each channel's run can be repeated alone
    this.faults = new Faults(setup.seed() + 1);
    this.refusals = new Refusals(setup.seed() + 2);
    this.provider =
        new MailProvider(
            new MailProvider.Place(
                setup.publicUrl(),
                setup.clock(),
                // what SMS may take is reckoned from the heap; this is a tenth of that
                Math.max(1_000, setup.maxConversations() / 10),
                setup.data().resolve("mailboxes")),
            accounts,
            setup.personas(),
            faults,
            setup.fleetTime(),
            setup.realTime(),
            key);
    this.door = new SmtpDoor(provider, accounts, faults, refusals, setup.clock());
  }

  public static PostOffice in(Setup setup) throws IOException {
    return new PostOffice(setup, SigningKey.in(setup.data().resolve("mail-key.json")));
  }

  /** Sets all as it was. */
  public void remember(Settings settings) {
    settings.accounts().forEach(accounts::register);
    faults.set(settings.faults());
    refusals.set(settings.refusals());
  }

  public Settings settings() {
    return new Settings(faults.settings(), List.copyOf(accounts.registered()), refusals.rules());
  }

  /** Calls this whenever a setting has changed. */
  public void whenChanged(Runnable saving) {
    this.save = saving;
  }

  /** Takes in a line of an earlier run. */
  public void replay(LedgerEntry line) {
    provider.replay(line);
  }

  /**
   * Opens the doors.
   *
   * @param smtpPort 0 for any free one
   * @param imapPort 0 for any free one
   * @throws IOException when a port is taken
   */
  public void open(String address, int smtpPort, int imapPort, Ledger ledger) throws IOException {
    var tls = SelfSigned.context("sandbox.test", clock.instant());
    smtp = SmtpServer.start(address, smtpPort, door, tls);
    imap =
        ImapServer.start(
            address,
            imapPort,
            (user, password) -> accounts.login(user, password).map(provider::mailbox),
            tls);
    provider.resume(ledger);
  }

  /** The port of IMAP. */
  public int imapPort() {
    if (imap == null) {
      throw new IllegalStateException("not open yet");
    }
    return imap.port();
  }

  /** The port of SMTP. */
  public int port() {
    if (smtp == null) {
      throw new IllegalStateException("not open yet");
    }
    return smtp.port();
  }

  /** Makes an account known; from now on its secret is checked. */
  public void register(MailAccount account) {
    accounts.register(account);
    save.run();
  }

  /** Replaces all fault switches. */
  public void faults(FaultSettings settings) {
    faults.set(settings);
    save.run();
  }

  /** Forces the outcomes of the next mails. */
  public void script(Outcome... outcomes) {
    faults.script(List.of(outcomes));
  }

  /** Replaces the replies that SMTP gives on purpose before it takes a mail. */
  public void refusals(Rule... rules) {
    refusals.set(List.of(rules));
    save.run();
  }

  /** The public half of the key that SendGrid's webhooks are signed with. */
  public String sendGridKey() {
    return key.publicKey();
  }

  public MailProvider provider() {
    return provider;
  }

  public MailAccounts accounts() {
    return accounts;
  }

  public Faults faultSwitches() {
    return faults;
  }

  /** The REST side, everything under {@code /sandbox/mail}. */
  public Answer control(Request request) {
    var parts = request.segments();
    var what = parts.size() > 2 ? parts.get(2) : "";
    var name = parts.size() > 3 ? parts.get(3) : null;
    var door = request.method() + " " + what + (name == null ? "" : "/*");
    return switch (door) {
      case "GET " -> overview();
      case "GET accounts" -> Json.reply(200, Map.of("accounts", shown()));
      case "PUT accounts/*" -> account(name == null ? "" : name, request);
      case "GET faults" -> Json.reply(200, faults.settings());
      case "PUT faults" -> {
        faults(Json.read(request.body(), FaultSettings.class));
        yield Json.reply(200, faults.settings());
      }
      case "GET script" -> Json.reply(200, faults.script());
      case "PUT script" -> {
        script(Json.read(request.body(), Outcome[].class));
        yield Json.reply(200, faults.script());
      }
      case "GET refusals" -> Json.reply(200, refusals.rules());
      case "PUT refusals" -> {
        refusals(Json.read(request.body(), Rule[].class));
        yield Json.reply(200, refusals.rules());
      }
      case "GET messages" -> {
        int limit = request.query().text("limit").map(Integer::parseInt).orElse(50);
        yield Json.reply(
            200,
            Map.of(
                "messages",
                provider.newest(request.query().text("to"), Math.clamp(limit, 1, 1_000))));
      }
      case "GET messages/*" -> message(name == null ? "" : name, parts.size() > 4);
      case "POST inbound" -> inbound(request);
      default -> Json.problem(404, "Not found", request.path() + " is nothing here");
    };
  }

  private Answer overview() {
    var body = new LinkedHashMap<String, @Nullable Object>();
    body.put("smtp_port", port());
    body.put("imap_port", imapPort());
    body.put("starttls", true);
    body.put("sendgrid_public_key", key.publicKey());
    body.put("resend_path", "/resend");
    body.put("mailboxes", provider.mailboxes().toAbsolutePath().toString());
    body.put("accounts", accounts.registered().size());
    return Json.reply(200, body);
  }

  private List<Map<String, @Nullable Object>> shown() {
    return accounts.registered().stream().map(this::shown).toList();
  }

  private Map<String, @Nullable Object> shown(MailAccount account) {
    var body = new LinkedHashMap<String, @Nullable Object>();
    body.put("id", account.id());
    body.put("vendor", account.vendor());
    body.put("username", account.username());
    body.put("client_id", account.clientId());
    body.put("events_url", account.eventsUrl());
    body.put("inbound_url", account.inboundUrl());
    body.put("returns", account.way());
    if (account.vendor() == Vendor.SENDGRID) {
      body.put("webhook_public_key", key.publicKey());
    }
    return body;
  }

  private Answer account(String id, Request request) {
    var body = Json.read(request.body(), AccountBody.class);
    if (body.vendor() == null || body.secret() == null) {
      return Json.problem(400, "vendor and secret are needed", "the secret is password or API key");
    }
    var account =
        new MailAccount(
            id,
            body.vendor(),
            body.username() == null ? "" : body.username(),
            body.secret(),
            body.clientId(),
            body.webhookSecret(),
            body.eventsUrl(),
            body.inboundUrl(),
            body.returns(),
            true);
    register(account);
    return Json.reply(200, shown(account));
  }

  private Answer message(String sid, boolean raw) {
    if (raw) {
      return provider
          .whole(sid)
          .<Answer>map(bytes -> new Answer.Reply(200, "message/rfc822", Map.of(), bytes))
          .orElseGet(() -> Json.problem(404, "Not found", "only the newest mails are kept whole"));
    }
    return provider
        .find(sid)
        .<Answer>map(mail -> Json.reply(200, mail))
        .orElseGet(() -> Json.problem(404, "Not found", "no mail of late is called " + sid));
  }

  private Answer inbound(Request request) {
    var body = Json.read(request.body(), InboundBody.class);
    var from = Optional.ofNullable(body.from()).orElse("");
    var to = Optional.ofNullable(body.to()).orElse("");
    if (from.indexOf('@') < 1 || to.indexOf('@') < 1 || body.text() == null) {
      return Json.problem(400, "from, to and text are needed", "both are e-mail addresses");
    }
    var id = provider.say(body.account(), from, to, body.subject(), body.text());
    return Json.reply(202, Map.of("message_id", id));
  }

  /** A person writes to us; see {@code POST /sandbox/mail/inbound}. */
  public String say(String person, String our, String text) {
    return provider.say(null, person, our, null, text);
  }

  @Override
  public void close() throws IOException {
    if (smtp != null) {
      smtp.close();
    }
    if (imap != null) {
      imap.close();
    }
    provider.close();
  }
}
