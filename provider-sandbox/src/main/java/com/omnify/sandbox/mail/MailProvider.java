package com.omnify.sandbox.mail;

import com.omnify.sandbox.fault.Faults;
import com.omnify.sandbox.http.Form;
import com.omnify.sandbox.http.Form.Field;
import com.omnify.sandbox.ledger.Ledger;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.sandbox.ledger.LedgerEntry.Channel;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import com.omnify.sandbox.mail.Courier.Parcel;
import com.omnify.sandbox.mail.MailAccount.Returns;
import com.omnify.sandbox.mail.Threads.Key;
import com.omnify.sandbox.mail.letter.Letter;
import com.omnify.sandbox.mail.letter.Letter.Answered;
import com.omnify.sandbox.mail.letter.ReturnedMail;
import com.omnify.sandbox.mail.mime.Headers;
import com.omnify.sandbox.mail.mime.ParsedMail;
import com.omnify.sandbox.mail.smtp.MailDrop.Envelope;
import com.omnify.sandbox.mail.smtp.MailDrop.Stage;
import com.omnify.sandbox.mail.smtp.SmtpReply;
import com.omnify.sandbox.persona.Personas;
import com.omnify.sandbox.persona.policy.MailJourney;
import com.omnify.sandbox.persona.policy.MailJourney.Station;
import com.omnify.sandbox.persona.policy.MailJourney.Station.What;
import com.omnify.sandbox.persona.policy.MailReplyPolicy;
import com.omnify.sandbox.time.Agenda;
import com.omnify.sandbox.time.Crew;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An e-mail provider without its doors: takes mail, carries it to people, tells what becomes of it,
 * brings what people and mail systems answer. What it knows is rebuilt from the ledger after a
 * restart, and what was on its way within the last hour goes on.
 */
public final class MailProvider implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(MailProvider.class);
  private static final Duration RESUMED = Duration.ofHours(1);
  private static final int MAX_PLANNED = 100_000;
  private static final long BYTES_A_PLAN = 1_500;
  private static final int HANDS = 24;
  private static final int MAX_KEPT = 3_000;
  private static final int MAX_KEPT_WHOLE = 100;
  private static final int MAX_WHOLE = 64 * 1024;

  /**
   * Its place in the world.
   *
   * @param publicUrl null when no gateway is known
   * @param mailboxes directory of the mailboxes
   */
  public record Place(
      @Nullable String publicUrl, Clock clock, int maxConversations, Path mailboxes) {}

  private record Answer(Duration after, Letter letter, boolean byHand) {}

  private record Plan(Mail mail, MailJourney told, List<Answer> answers) {}

  private final Place place;
  private final MailAccounts accounts;
  private final Personas personas;
  private final Faults faults;
  private final Agenda fleetTime;
  private final Agenda realTime;
  private final VendorPosts posts;
  private final Mailboxes mailboxes;
  private final Threads threads;
  private final Crew crew = new Crew(HANDS);
  private final Instant resumeFrom;
  private final long maxPlanned =
      Math.min(MAX_PLANNED, Runtime.getRuntime().maxMemory() / 5 / BYTES_A_PLAN);
  private final LinkedHashMap<String, Mail> kept = new LinkedHashMap<>();
  private final LinkedHashMap<String, byte[]> whole = new LinkedHashMap<>();
  private final Map<String, String> lastStatus = new LinkedHashMap<>();
  // filled while the ledger is replayed, emptied by resume()
  private final LinkedHashMap<String, Plan> interrupted = new LinkedHashMap<>();
  private @Nullable Ledger ledger;
  private @Nullable Courier courier;

  MailProvider(
      Place place,
      MailAccounts accounts,
      Personas personas,
      Faults faults,
      Agenda fleetTime,
      Agenda realTime,
      SigningKey key) {
    this.place = place;
    this.accounts = accounts;
    this.personas = personas;
    this.faults = faults;
    this.fleetTime = fleetTime;
    this.realTime = realTime;
    this.posts = new VendorPosts(key);
    this.mailboxes = new Mailboxes(place.mailboxes());
    this.threads = new Threads(place.maxConversations());
    this.resumeFrom = place.clock().instant().minus(RESUMED);
  }

  // ---- after a restart

  /** Takes in a line of an earlier run. */
  void replay(LedgerEntry line) {
    if (line.channel() != Channel.EMAIL || !Vendor.isOne(line.provider())) {
      return;
    }
    switch (line.kind()) {
      case ACCEPTED -> {
        var mail = Mail.of(line).shortened();
        keep(mail, new byte[0]);
        var plan = plan(mail);
        if (!mail.created().isBefore(resumeFrom)) {
          interrupted.put(mail.sid(), plan);
          if (interrupted.size() > maxPlanned / 2) {
            interrupted.pollFirstEntry(); // the eldest: most has happened to it already
          }
        }
      }
      case CALLBACK -> replayCallback(line);
      case INBOUND -> {
        var replyTo = line.detail("reply_to");
        if (replyTo != null) {
          interrupted.computeIfPresent(
              replyTo, (_, plan) -> new Plan(plan.mail(), plan.told(), List.of()));
        }
      }
      case REFUSED, FAULT, ENDED -> {}
    }
  }

  private void replayCallback(LedgerEntry line) {
    var status = line.detail("status");
    if (status == null || line.sid() == null || "retry".equals(line.detail("result"))) {
      return;
    }
    interrupted.computeIfPresent(
        line.sid(),
        (_, plan) -> {
          var left = new ArrayList<>(plan.told().stations());
          left.stream()
              .filter(s -> s.what().wire().equals(status))
              .findFirst()
              .ifPresent(left::remove);
          return new Plan(plan.mail(), new MailJourney(left), plan.answers());
        });
  }

  /** Opens for business with the ledger that was replayed, and goes on with what was on its way. */
  void resume(Ledger replayed) {
    this.ledger = replayed;
    this.courier = new Courier(replayed, faults, crew, realTime);
    interrupted.values().forEach(this::schedule);
    if (!interrupted.isEmpty()) {
      log.info("going on with {} mails of the run before", interrupted.size());
    }
    interrupted.clear();
  }

  // ---- outbound

  /** Waits a little while so much is on its way that no more should be taken. */
  public boolean awaitRoom() throws InterruptedException {
    for (int tries = 0; fleetTime.size() + realTime.size() + crew.size() > maxPlanned; tries++) {
      if (tries == 40) {
        return false;
      }
      Thread.sleep(50);
    }
    return true;
  }

  /**
   * Takes a mail: when this returns it is on disk, and it goes out whatever the sender is told.
   *
   * @param told the code the sender gets; null when it gets none
   * @param more what the line's detail says besides; empty for nothing
   */
  public void accept(Mail mail, byte[] bytes, @Nullable Integer told, String more) {
    var habit = personas.mailbox(mail.to());
    var book = book();
    long seq =
        book.append(
            mail.line(
                Kind.ACCEPTED,
                told,
                "persona="
                    + habit.wire()
                    + " "
                    + mail.memo()
                    + (more.isEmpty() ? "" : " " + more)));
    book.awaitDurable(seq);
    var kept = mail.shortened();
    keep(kept, bytes);
    schedule(plan(kept));
  }

  /** A talk that ended before there was a mail. */
  void refused(Envelope envelope, Stage stage, SmtpReply reply) {
    var login = envelope.login();
    var account = login.flatMap(accounts::find);
    book()
        .append(
            LedgerEntry.draft(
                Kind.REFUSED,
                Channel.EMAIL,
                account.map(MailAccount::vendor).orElse(Vendor.SMTP).wire(),
                login.orElse(null),
                null,
                account.map(MailAccount::clientId).orElse(null),
                null,
                envelope.to().isEmpty() ? null : String.join(", ", envelope.to()),
                envelope.from().isEmpty() ? null : envelope.from(),
                null,
                reply.code(),
                "stage=" + stage.name().toLowerCase(Locale.ROOT) + " " + reply.text(),
                null));
  }

  private synchronized void keep(Mail mail, byte[] bytes) {
    kept.put(mail.sid(), mail);
    if (kept.size() > MAX_KEPT) {
      lastStatus.remove(kept.pollFirstEntry().getKey());
    }
    if (bytes.length > 0 && bytes.length <= MAX_WHOLE) {
      whole.put(mail.sid(), bytes);
      if (whole.size() > MAX_KEPT_WHOLE) {
        whole.pollFirstEntry();
      }
    }
  }

  /** One of the newest mails. */
  public synchronized Optional<MailView> find(String sid) {
    return Optional.ofNullable(kept.get(sid)).map(this::view);
  }

  /** The bytes of one of the very newest mails. */
  synchronized Optional<byte[]> whole(String sid) {
    return Optional.ofNullable(whole.get(sid)).map(byte[]::clone);
  }

  /** The newest mails, newest first. */
  synchronized List<MailView> newest(Optional<String> to, int limit) {
    return kept.sequencedValues().reversed().stream()
        .filter(m -> to.isEmpty() || m.to().equalsIgnoreCase(to.get()))
        .limit(limit)
        .map(this::view)
        .toList();
  }

  /**
   * A mail as the provider shows it.
   *
   * @param lastEvent what became of it last
   */
  public record MailView(
      String sid,
      String account,
      Vendor vendor,
      @Nullable String clientId,
      @Nullable String dispatchId,
      String returnPath,
      String from,
      String replyTo,
      String to,
      String subject,
      String text,
      String messageId,
      @Nullable String unsubscribe,
      Instant created,
      String lastEvent) {}

  private MailView view(Mail mail) {
    return new MailView(
        mail.sid(),
        mail.account(),
        mail.vendor(),
        mail.clientId(),
        mail.dispatchId(),
        mail.returnPath(),
        mail.from(),
        mail.replyTo(),
        mail.to(),
        mail.subject(),
        mail.text(),
        mail.messageId(),
        mail.unsubscribe(),
        mail.created(),
        lastStatus.getOrDefault(mail.sid(), "accepted"));
  }

  private Plan plan(Mail mail) {
    var habit = personas.mailbox(mail.to());
    var key = new Key(mail.account(), mail.from(), mail.to());
    var exchange = threads.received(key);
    var journey =
        MailJourney.of(habit, exchange.received(), personas.seed(), mail.from(), mail.to());
    var answers = new ArrayList<Answer>();
    var about =
        new Answered(mail.from(), mail.subject(), mail.text(), mail.messageId(), mail.dated());
    journey
        .reading()
        .flatMap(
            read ->
                MailReplyPolicy.decide(habit, exchange, personas.talkativeness(), personas.seed())
                    .map(
                        reply -> {
                          var after = read.plus(reply.after());
                          return new Answer(
                              after,
                              Letter.reply(
                                  id(mail, "reply"),
                                  mail.to(),
                                  mail.replyTo(),
                                  reply.text(),
                                  about,
                                  mail.dated().plus(after)),
                              true);
                        }))
        .ifPresent(
            answer -> {
              threads.said(key);
              answers.add(answer);
            });
    journey
        .arrival()
        .map(arrival -> arrival.plus(MailReplyPolicy.awayAfter()))
        .flatMap(
            after -> {
              var date = mail.dated().plus(after);
              return MailReplyPolicy.away(
                      habit, exchange, date.atZone(ZoneOffset.UTC).toLocalDate(), personas.seed())
                  .map(
                      away ->
                          new Answer(
                              after,
                              Letter.away(
                                  id(mail, "away"),
                                  mail.to(),
                                  mail.replyTo(),
                                  away.text(),
                                  about,
                                  date),
                              false));
            })
        .ifPresent(answers::add);
    return new Plan(mail, journey, answers);
  }

  private static UUID id(Mail mail, String what) {
    return UUID.nameUUIDFromBytes((mail.sid() + " " + what).getBytes(StandardCharsets.UTF_8));
  }

  private void schedule(Plan plan) {
    var mail = plan.mail();
    var told = plan.told();
    if (faults.reordersCallbacks()) {
      book().append(mail.line(Kind.FAULT, null, "fault=callback_reorder"));
      told = told.reversed();
    }
    boolean crowded = fleetTime.size() > maxPlanned / 2;
    for (var station : told.stations()) {
      if (crowded && station.what() == What.OPENED) {
        continue; // hours away on a slow clock: what is read late must not hold up what is sent
      }
      fleetTime.in(station.after(), () -> reach(mail, station));
    }
    for (var answer : plan.answers()) {
      fleetTime.in(answer.after(), () -> crew.give(() -> answer(mail, answer)));
    }
  }

  private void reach(Mail mail, Station station) {
    synchronized (this) {
      if (kept.containsKey(mail.sid())) {
        lastStatus.put(mail.sid(), station.what().wire());
      }
    }
    var account = accounts.find(mail.account());
    var link = mail.unsubscribe();
    if (station.what() == What.UNSUBSCRIBED && link != null && ours(link)) {
      pressUnsubscribe(mail, link);
      return;
    }
    var happening = Happening.of(mail, station, place.clock().instant());
    var way = account.map(MailAccount::way).orElse(Returns.MAILBOX);
    boolean mailSystemSpeaks =
        switch (station.what()) {
          case BOUNCED, DEFERRED -> way != Returns.EVENT;
          case COMPLAINED -> way == Returns.MAILBOX;
          case PROCESSED, DELIVERED, OPENED, CLICKED, UNSUBSCRIBED -> false;
        };
    if (mailSystemSpeaks) {
      crew.give(() -> report(happening, account, way));
    } else {
      account.ifPresent(a -> tell(happening, a));
    }
  }

  /** Only a gateway that is ours, or this machine, is ever called because of a mail's text. */
  private boolean ours(String link) {
    try {
      var host = URI.create(link).getHost();
      return (place.publicUrl() != null && link.startsWith(place.publicUrl() + "/"))
          || "127.0.0.1".equals(host)
          || "localhost".equals(host);
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /** As a mail program does when its button is pressed (RFC 8058). */
  private void pressUnsubscribe(Mail mail, String link) {
    var form = new Form(List.of(new Field("List-Unsubscribe", "One-Click")));
    var post =
        new Post(
            "application/x-www-form-urlencoded",
            Map.of(),
            form.encoded().getBytes(StandardCharsets.UTF_8));
    door()
        .deliver(
            new Parcel(
                mail.sid(), "status=unsubscribed via=one_click", link, _ -> post, mail::line));
  }

  private void tell(Happening happening, MailAccount account) {
    var mail = happening.mail();
    var url = url(account, account.eventsUrl(), "events");
    if (url == null || posts.event(happening, account, 1, happening.at()).isEmpty()) {
      return;
    }
    door()
        .deliver(
            new Parcel(
                mail.sid(),
                "status="
                    + happening.what().wire()
                    + (happening.failure() == null ? "" : " error=" + happening.failure().status()),
                url,
                attempt ->
                    posts.event(happening, account, attempt, place.clock().instant()).orElseThrow(),
                mail::line));
  }

  private @Nullable String url(MailAccount account, @Nullable String given, String door) {
    if (given != null) {
      return given;
    }
    return place.publicUrl() == null || account.clientId() == null
        ? null
        : "%s/webhooks/%s/%s/%s/%s"
            .formatted(
                place.publicUrl(), account.vendor().wire(), account.clientId(), account.id(), door);
  }

  /** A mail system writes to the return path. */
  private void report(Happening happening, Optional<MailAccount> account, Returns way) {
    var mail = happening.mail();
    if (mail.returnPath().isEmpty()) {
      return;
    }
    var sent =
        new ReturnedMail.Sent(
            mail.sid(),
            mail.returnPath(),
            mail.from(),
            mail.to(),
            mail.subject(),
            mail.text(),
            mail.messageId(),
            mail.dated());
    // in the sender's time, as what is answered was
    var now = mail.dated().plus(Duration.between(mail.created(), happening.at()));
    var id = happening.id();
    var bytes =
        switch (happening.what()) {
          case DEFERRED -> ReturnedMail.delayed(id, sent, happening.because(), now);
          case COMPLAINED -> ReturnedMail.complaint(id, sent, now);
          default -> ReturnedMail.failed(id, sent, happening.because(), now);
        };
    var parsed = ParsedMail.read(bytes);
    var headers = parsed.headers();
    var letter =
        new Letter(
            headers.text("Message-ID").replaceAll("[<>]", ""),
            ParsedMail.address(headers.text("From").replaceAll("\\(.*\\)", "")),
            mail.returnPath(),
            headers.text("Subject"),
            parsed.text(),
            "",
            null,
            List.of(new Headers.Field("Auto-Submitted", "auto-replied")),
            now);
    var what =
        "status="
            + happening.what().wire()
            + (happening.failure() == null ? "" : " error=" + happening.failure().status());
    if (way == Returns.MAILBOX || account.isEmpty()) {
      mailboxes.put(mail.account(), id, bytes);
      book().append(mail.line(Kind.CALLBACK, null, what + " via=mailbox result=ok"));
    } else {
      post(account.get(), letter, bytes, mail.sid(), what + " via=inbound", mail::line);
    }
  }

  // ---- inbound

  private void answer(Mail mail, Answer answer) {
    bring(
        mail.account(),
        mail.vendor(),
        mail.clientId(),
        answer.letter(),
        (answer.byHand() ? "by=persona" : "by=machine") + " reply_to=" + mail.sid());
  }

  /**
   * A person writes to us now.
   *
   * @param account id of the account whose address it is; null to find who wrote last to the person
   * @param subject null for an answer to the last mail
   * @return id of what was said
   */
  String say(
      @Nullable String account, String person, String our, @Nullable String subject, String text) {
    var last = lastTo(person, our);
    var owner = account != null ? account : last.map(Mail::account).orElse(null);
    if (owner == null) {
      throw new IllegalArgumentException(
          "nobody has written from %s to %s; name an account in \"account\""
              .formatted(our, person));
    }
    var known = accounts.find(owner);
    var id = UUID.randomUUID();
    var now = place.clock().instant();
    var letter =
        last.filter(_ -> subject == null)
            .map(
                mail ->
                    Letter.reply(
                        id,
                        person,
                        our,
                        text,
                        new Answered(
                            mail.from(),
                            mail.subject(),
                            mail.text(),
                            mail.messageId(),
                            mail.dated()),
                        mail.dated().plus(Duration.between(mail.created(), now))))
            .orElseGet(
                () ->
                    Letter.first(id, person, our, subject == null ? "Hello" : subject, text, now));
    bring(
        owner,
        known.map(MailAccount::vendor).or(() -> last.map(Mail::vendor)).orElse(Vendor.SMTP),
        known.map(MailAccount::clientId).orElse(last.map(Mail::clientId).orElse(null)),
        letter,
        "by=hand");
    return letter.id();
  }

  private synchronized Optional<Mail> lastTo(String person, String our) {
    return kept.sequencedValues().reversed().stream()
        .filter(
            m ->
                m.to().equalsIgnoreCase(person)
                    && (m.from().equalsIgnoreCase(our) || m.replyTo().equalsIgnoreCase(our)))
        .findFirst();
  }

  private void bring(
      String accountId, Vendor vendor, @Nullable String clientId, Letter letter, String detail) {
    var account = accounts.find(accountId);
    Courier.Lines lines =
        (kind, code, words) ->
            LedgerEntry.draft(
                    kind,
                    Channel.EMAIL,
                    vendor.wire(),
                    accountId,
                    null,
                    clientId,
                    letter.id(),
                    letter.to(),
                    letter.from(),
                    kind == Kind.INBOUND ? letter.words() : null,
                    code,
                    words,
                    null)
                .about(letter.subject());
    var book = book();
    book.awaitDurable(book.append(lines.of(Kind.INBOUND, null, detail)));
    if (account.isPresent() && account.get().vendor().postsInbound()) {
      post(account.get(), letter, null, letter.id(), "inbound", lines);
    } else {
      mailboxes.put(
          accountId,
          UUID.nameUUIDFromBytes(letter.id().getBytes(StandardCharsets.UTF_8)),
          letter.bytes());
      book.append(lines.of(Kind.CALLBACK, null, "inbound via=mailbox result=ok"));
    }
  }

  private void post(
      MailAccount account,
      Letter letter,
      byte @Nullable [] raw,
      String turn,
      String what,
      Courier.Lines lines) {
    var url = url(account, account.inboundUrl(), "inbound");
    if (url == null) {
      book().append(lines.of(Kind.CALLBACK, null, what + " result=lost reason=no_webhook_known"));
      return;
    }
    door()
        .deliver(
            new Parcel(
                turn,
                what,
                url,
                attempt ->
                    posts
                        .inbound(letter, raw, account, attempt, place.clock().instant())
                        .orElseThrow(),
                lines));
  }

  Path mailboxes() {
    return mailboxes.root();
  }

  /** Where an account's mail lies that nobody posts. */
  Path mailbox(String account) {
    return mailboxes.of(account);
  }

  @Override
  public void close() {
    crew.close();
    if (courier != null) {
      courier.close();
    }
  }

  public Ledger book() {
    if (ledger == null) {
      throw new IllegalStateException("not open yet");
    }
    return ledger;
  }

  private Courier door() {
    if (courier == null) {
      throw new IllegalStateException("not open yet");
    }
    return courier;
  }
}
