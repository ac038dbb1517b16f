package com.omnify.sandbox.twilio;

import com.omnify.sandbox.fault.Faults;
import com.omnify.sandbox.ledger.Ledger;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import com.omnify.sandbox.persona.Personas;
import com.omnify.sandbox.persona.policy.Journey;
import com.omnify.sandbox.persona.policy.Journey.Station;
import com.omnify.sandbox.persona.policy.Persona;
import com.omnify.sandbox.persona.policy.ReplyPolicy;
import com.omnify.sandbox.persona.policy.ReplyPolicy.Reply;
import com.omnify.sandbox.time.Agenda;
import com.omnify.sandbox.time.Crew;
import com.omnify.sandbox.twilio.Conversations.Key;
import com.omnify.sandbox.twilio.Message.Direction;
import com.omnify.sandbox.twilio.policy.SmsRules;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Twilio without its HTTP door: takes messages, carries them to people, carries people's words
 * back. What it knows is rebuilt from the ledger after a restart, and what was on its way within
 * the last hour goes on.
 */
public final class TwilioProvider implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TwilioProvider.class);
  private static final Duration RESUMED = Duration.ofHours(1);
  private static final int MAX_PLANNED = 200_000;
  private static final long BYTES_A_PLAN = 400;
  private static final int HANDS = 32;

  /** Its place in the world: {@code publicUrl} null when no gateway is known. */
  public record Place(@Nullable String publicUrl, Clock clock, int maxMessages) {}

  private record Plan(Message message, Journey told, Key key, Optional<Reply> reply) {}

  private final Place place;
  private final Accounts accounts;
  private final Personas personas;
  private final Faults faults;
  private final Agenda fleetTime;
  private final Agenda realTime;
  private final Messages messages;
  private final Conversations conversations;
  private final Set<Key> optedOut = ConcurrentHashMap.newKeySet();
  private final Crew crew = new Crew(HANDS);
  private final Instant resumeFrom;
  // filled while the ledger is replayed, emptied by resume()
  private final Map<String, Plan> interrupted = new LinkedHashMap<>();
  private final Map<String, Message> untold = new LinkedHashMap<>();
  private final long maxPlanned =
      Math.min(MAX_PLANNED, Runtime.getRuntime().maxMemory() / 5 / BYTES_A_PLAN);
  private @Nullable Ledger ledger;
  private @Nullable Webhooks webhooks;

  public TwilioProvider(
      Place place,
      Accounts accounts,
      Personas personas,
      Faults faults,
      Agenda fleetTime,
      Agenda realTime) {
    this.place = place;
    this.accounts = accounts;
    this.personas = personas;
    this.faults = faults;
    this.fleetTime = fleetTime;
    this.realTime = realTime;
    this.messages = new Messages(place.maxMessages());
    this.conversations = new Conversations(place.maxMessages());
    this.resumeFrom = place.clock().instant().minus(RESUMED);
  }

  // ---- after a restart

  /** Takes in a line of an earlier run. */
  public void replay(LedgerEntry line) {
    if (!line.provider().equals(Message.PROVIDER)) {
      return;
    }
    switch (line.kind()) {
      case ACCEPTED -> replayAccepted(line);
      case INBOUND -> replayInbound(line);
      case CALLBACK -> replayCallback(line);
      case REFUSED, FAULT, ENDED -> {}
    }
  }

  /** Opens for business with the ledger that was replayed, and goes on with what was on its way. */
  public void resume(Ledger replayed) {
    this.ledger = replayed;
    this.webhooks = new Webhooks(replayed, accounts, faults, crew, realTime);
    interrupted.values().forEach(this::schedule);
    untold.values().forEach(message -> crew.give(() -> tell(message)));
    if (!interrupted.isEmpty() || !untold.isEmpty()) {
      log.info(
          "going on with {} messages and {} replies of the run before",
          interrupted.size(),
          untold.size());
    }
    interrupted.clear();
    untold.clear();
  }

  private void replayAccepted(LedgerEntry line) {
    var message = message(line, Direction.OUTBOUND, line.statusCallback());
    messages.add(message);
    var name = line.detail("persona");
    var persona = name == null ? personas.of(message.to) : Persona.of(name);
    var plan = plan(message, persona);
    if (message.created.isBefore(resumeFrom)) {
      var end = plan.told().stations().getLast();
      message.reached(end.status(), end.errorCode(), message.created.plusSeconds(10));
    } else {
      interrupted.put(message.sid, plan);
    }
  }

  private void replayInbound(LedgerEntry line) {
    var message = message(line, Direction.INBOUND, line.detail("via"));
    messages.add(message);
    heed(message);
    var replyTo = line.detail("reply_to");
    if (replyTo != null) {
      interrupted.computeIfPresent(
          replyTo,
          (_, plan) -> new Plan(plan.message(), plan.told(), plan.key(), Optional.empty()));
    }
    if (!message.created.isBefore(resumeFrom)) {
      untold.put(message.sid, message);
    }
  }

  private void replayCallback(LedgerEntry line) {
    if (line.sid() == null || "retry".equals(line.detail("result"))) {
      return;
    }
    var status = line.detail("status");
    if (status == null) {
      untold.remove(line.sid());
      return;
    }
    messages
        .find(line.sid())
        .ifPresent(
            message -> {
              var error = line.detail("error");
              message.reached(status, error == null ? null : Integer.valueOf(error), line.at());
            });
    interrupted.computeIfPresent(
        line.sid(),
        (_, plan) -> {
          var left = plan.told().stations().stream().filter(s -> !s.status().equals(status));
          return rest(plan, left.toList(), plan.reply());
        });
  }

  /** What is left of a plan; null when nothing is. */
  private static @Nullable Plan rest(Plan plan, List<Station> stations, Optional<Reply> reply) {
    return stations.isEmpty() && reply.isEmpty()
        ? null
        : new Plan(plan.message(), new Journey(stations), plan.key(), reply);
  }

  private static Message message(
      LedgerEntry line, Direction direction, @Nullable String statusCallback) {
    return new Message(
        orEmpty(line.sid()),
        orEmpty(line.account()),
        line.clientId(),
        direction,
        orEmpty(line.to()),
        orEmpty(line.from()),
        orEmpty(line.body()),
        null,
        statusCallback,
        line.at());
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  // ---- outbound

  /**
   * Waits a little while so much is on its way that no more should be taken, so that webhooks that
   * are slow slow down the sending rather than fail it.
   *
   * @return whether there is room now; if not, Twilio answers 20429
   */
  boolean awaitRoom() throws InterruptedException {
    for (int tries = 0; overloaded(); tries++) {
      if (tries == 40) {
        return false;
      }
      Thread.sleep(50);
    }
    return true;
  }

  private boolean overloaded() {
    return fleetTime.size() + realTime.size() + crew.size() > maxPlanned;
  }

  boolean hasOptedOut(String account, String our, String person) {
    return optedOut.contains(new Key(account, our, person));
  }

  Persona persona(String e164) {
    return personas.of(e164);
  }

  Message compose(
      Account account,
      SmsRules.Verdict.Fine sms,
      @Nullable String messagingServiceSid,
      @Nullable String statusCallback) {
    var clientId = Correlation.of(statusCallback).clientId();
    return new Message(
        sid(),
        account.sid(),
        clientId != null ? clientId : account.clientId(),
        Direction.OUTBOUND,
        sms.to(),
        sms.from(),
        sms.body(),
        messagingServiceSid,
        statusCallback,
        place.clock().instant());
  }

  /**
   * Takes a message: when this returns it is on disk, and it goes out whatever the caller is told.
   *
   * @param told the status the caller gets; null when it gets none
   */
  void accept(Message message, @Nullable Integer told) {
    var persona = personas.of(message.to);
    var book = book();
    long seq =
        book.append(
            message.line(
                Kind.ACCEPTED,
                told,
                "persona=" + persona.wire() + " segments=" + message.segments()));
    book.awaitDurable(seq);
    messages.add(message);
    schedule(plan(message, persona));
  }

  Optional<Message> find(String account, String sid) {
    return messages.find(sid).filter(m -> m.account.equals(account));
  }

  List<Message> list(Messages.Query query) {
    return messages.list(query);
  }

  private Plan plan(Message message, Persona persona) {
    var key = new Key(message.account, message.from, message.to);
    var exchange = conversations.received(key, message.callbackStart());
    var journey =
        Journey.of(persona, exchange.received(), personas.seed(), message.from, message.to);
    var reply =
        journey
            .arrival()
            .flatMap(
                arrival ->
                    ReplyPolicy.decide(persona, exchange, personas.talkativeness(), personas.seed())
                        .map(r -> new Reply(arrival.plus(r.after()), r.text())));
    if (reply.isPresent()) {
      conversations.said(key);
    }
    return new Plan(message, journey, key, reply);
  }

  private void schedule(Plan plan) {
    var told = plan.told();
    if (faults.reordersCallbacks()) {
      book().append(plan.message().line(Kind.FAULT, null, "fault=callback_reorder"));
      told = told.reversed();
    }
    for (var station : told.stations()) {
      fleetTime.in(station.after(), () -> reach(plan.message(), station));
    }
    plan.reply()
        .ifPresent(
            reply ->
                fleetTime.in(
                    reply.after(),
                    () -> crew.give(() -> say(plan.key(), reply.text(), plan.message()))));
  }

  private void reach(Message message, Station station) {
    message.reached(station.status(), station.errorCode(), place.clock().instant());
    if (message.statusCallback() != null) {
      door().status(message, station.status(), station.errorCode());
    }
  }

  // ---- inbound

  /**
   * A person writes now.
   *
   * @param account null to find it: the one that owns the number, or wrote last from it to the
   *     person
   * @return the SID of what was said
   * @throws IllegalArgumentException when no account can be told from the numbers
   */
  public String say(@Nullable String account, String person, String our, String text) {
    var sid =
        Optional.ofNullable(account)
            .or(() -> accountOf(our, person))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no account owns %s or has written from it to %s; name one in \"account\""
                            .formatted(our, person)));
    if (accounts.find(sid).isEmpty()) {
      throw new IllegalArgumentException("no such account: " + sid);
    }
    return say(new Key(sid, our, person), text, null);
  }

  /** The account whose conversation it is, otherwise the one that owns the number. */
  private Optional<String> accountOf(String our, String person) {
    var sids = accounts.all().stream();
    return sids.filter(a -> conversations.knows(new Key(a.sid(), our, person)))
        .findFirst()
        .or(() -> accounts.all().stream().filter(a -> a.numbers().contains(our)).findFirst())
        .map(Account::sid);
  }

  private String say(Key key, String text, @Nullable Message replyTo) {
    var via =
        replyTo != null && replyTo.callbackStart() != null
            ? replyTo.callbackStart()
            : conversations.statusCallback(key);
    var message =
        new Message(
            sid(),
            key.account(),
            client(key.account(), via),
            Direction.INBOUND,
            key.our(),
            key.person(),
            text,
            null,
            via,
            place.clock().instant());
    var detail =
        (replyTo == null ? "by=hand" : "by=persona reply_to=" + replyTo.sid)
            + (via == null ? "" : " via=" + via);
    var book = book();
    book.awaitDurable(book.append(message.line(Kind.INBOUND, null, detail)));
    messages.add(message);
    heed(message);
    tell(message);
    return message.sid;
  }

  private @Nullable String client(String account, @Nullable String via) {
    var registered = accounts.find(account).map(Account::clientId).orElse(null);
    return registered != null ? registered : Correlation.of(via).clientId();
  }

  /** What Twilio itself does about STOP and START, before anybody's webhook knows. */
  private void heed(Message message) {
    var key = new Key(message.account, message.to, message.from);
    SmsRules.keyword(message.body)
        .ifPresent(
            keyword -> {
              switch (keyword) {
                case STOP -> optedOut.add(key);
                case START -> optedOut.remove(key);
                case HELP -> {}
              }
            });
  }

  private void tell(Message message) {
    var url = accounts.find(message.account).map(a -> inboundUrl(a, message)).orElse(null);
    if (url == null) {
      var detail = "inbound result=lost reason=no_webhook_known";
      book().append(message.line(Kind.CALLBACK, null, detail));
    } else {
      door().inbound(message, url);
    }
  }

  private @Nullable String inboundUrl(Account account, Message message) {
    if (account.inboundUrl() != null) {
      return account.inboundUrl();
    }
    if (place.publicUrl() != null && account.clientId() != null) {
      return place.publicUrl() + "/webhooks/twilio/" + account.clientId() + "/inbound";
    }
    return message.correlation().inboundUrl();
  }

  /** The newest messages of all accounts, in and out, as Twilio shows them. */
  public List<Map<String, @Nullable Object>> newest(
      Optional<String> to, Optional<String> from, int limit) {
    var query =
        new Messages.Query(
            to, m -> from.isEmpty() || m.from.equals(from.get()), Optional.empty(), limit);
    return messages.list(query).stream().limit(limit).map(Message::resource).toList();
  }

  /** How much is planned, waiting and kept. */
  public Map<String, Integer> load() {
    return Map.of(
        "messages", messages.size(),
        "planned", fleetTime.size() + realTime.size(),
        "waiting", crew.size(),
        "opted_out", optedOut.size());
  }

  @Override
  public void close() {
    crew.close();
    if (webhooks != null) {
      webhooks.close();
    }
  }

  Ledger book() {
    if (ledger == null) {
      throw new IllegalStateException("not open yet");
    }
    return ledger;
  }

  private Webhooks door() {
    if (webhooks == null) {
      throw new IllegalStateException("not open yet");
    }
    return webhooks;
  }

  private static String sid() {
    return "SM" + UUID.randomUUID().toString().replace("-", "");
  }
}
