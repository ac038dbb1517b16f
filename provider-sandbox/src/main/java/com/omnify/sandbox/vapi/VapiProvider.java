package com.omnify.sandbox.vapi;

import com.omnify.sandbox.fault.Faults;
import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.ledger.Ledger;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import com.omnify.sandbox.persona.policy.CallScript;
import com.omnify.sandbox.persona.policy.CallScript.Booking;
import com.omnify.sandbox.persona.policy.CallScript.Moment;
import com.omnify.sandbox.persona.policy.CallScript.Outcome;
import com.omnify.sandbox.persona.policy.CallScript.Said;
import com.omnify.sandbox.persona.policy.CallScript.Speaker;
import com.omnify.sandbox.persona.policy.CallScript.Transfer;
import com.omnify.sandbox.persona.policy.VoicePersona;
import com.omnify.sandbox.time.Agenda;
import com.omnify.sandbox.vapi.Call.Direction;
import com.omnify.sandbox.vapi.VapiAccount.OverLimit;
import com.omnify.sandbox.vapi.VapiError.Limits;
import com.omnify.sandbox.vapi.policy.Variables;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * VAPI without its HTTP door: takes calls, rings, lets people talk, tells the caller's server. What
 * it knows is rebuilt from the ledger after a restart, and a call of the last hour that was not
 * over goes on.
 */
public final class VapiProvider implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(VapiProvider.class);
  private static final Duration RESUMED = Duration.ofHours(1);
  private static final long BYTES_A_CALL = 4_000;
  // VAPI waits no longer for the assistant of a call that is ringing
  private static final Duration ASSISTANT_REQUEST = Duration.ofMillis(7_500);

  // stands among what an earlier run has told for the line in the ledger
  private static final String WRITTEN_DOWN = "ended in the ledger";
  private static final Set<String> MANY = Set.of("transcript", "conversation-update");

  private final Clock clock;
  private final VapiAccounts accounts;
  private final VoicePersonas personas;
  private final Supplier<Faults> faults;
  private final Agenda fleetTime;
  private final Agenda realTime;
  private final Calls calls;
  private final AtomicInteger toolCalls = new AtomicInteger();
  private final Instant resumeFrom;
  // filled while the ledger is replayed, emptied by resume()
  private final Map<String, Call> interrupted = new LinkedHashMap<>();
  private final Map<String, Set<String>> told = new HashMap<>();
  private @Nullable Ledger ledger;
  private @Nullable Posts posts;

  public VapiProvider(
      Clock clock,
      VapiAccounts accounts,
      VoicePersonas personas,
      Supplier<Faults> faults,
      Agenda fleetTime,
      Agenda realTime) {
    this.clock = clock;
    this.accounts = accounts;
    this.personas = personas;
    this.faults = faults;
    this.fleetTime = fleetTime;
    this.realTime = realTime;
    long fits = Runtime.getRuntime().maxMemory() / 10 / BYTES_A_CALL;
    this.calls = new Calls((int) Math.clamp(fits, 100, 100_000));
    this.resumeFrom = clock.instant().minus(RESUMED);
  }

  // ---- after a restart

  /** Takes in a line of an earlier run. */
  public void replay(LedgerEntry line) {
    var id = line.sid();
    if (!line.provider().equals(Call.PROVIDER) || id == null) {
      return;
    }
    switch (line.kind()) {
      case ACCEPTED -> replayAccepted(line, id);
      case CALLBACK -> {
        var status = line.detail("status");
        // of a transcript there are many under one name; they are told again
        boolean once = status != null && !MANY.contains(status);
        if (status != null && once && !"retry".equals(line.detail("result"))) {
          told.computeIfPresent(
              id,
              (_, before) -> {
                before.add(status);
                return before;
              });
          if (status.equals("end-of-call-report")) {
            forget(id);
          }
        }
      }
      case ENDED -> replayEnded(id);
      case INBOUND, REFUSED, FAULT -> {}
    }
  }

  /** What is left of a call that ended is to tell of it, if anybody wants to hear. */
  private void replayEnded(String id) {
    var call = interrupted.get(id);
    var before = told.get(id);
    if (call == null || before == null) {
      return;
    }
    if (call.server() == null || !call.assistant().wants("end-of-call-report")) {
      forget(id);
    } else {
      before.add(WRITTEN_DOWN);
    }
  }

  private void replayAccepted(LedgerEntry line, String id) {
    var org = orEmpty(line.account());
    var body = line.body();
    if (body == null) {
      return;
    }
    // one that was taken as it came is known again once it shows its key
    var account = accounts.find(org).orElseGet(() -> VapiAccount.of(org, "unknown", null));
    var request = Json.MAPPER.readTree(body);
    var call =
        new Call(
            id,
            account,
            Direction.OUTBOUND,
            orEmpty(line.to()),
            orEmpty(line.from()),
            phoneNumberId(request),
            request,
            line.at());
    call.answeredBy(assistant(account, request), server(account, request));
    var persona = line.detail("persona");
    plan(call, persona == null ? null : VoicePersona.of(persona));
    calls.add(call);
    interrupted.put(id, call);
    told.put(id, new HashSet<>());
    if (call.created.isBefore(resumeFrom) || line.detail("blocked") != null) {
      forget(id);
    }
  }

  /** Takes a call for over that has told its end, or is too old to go on. */
  private void forget(String id) {
    told.remove(id);
    var call = interrupted.remove(id);
    if (call != null) {
      for (var moment : call.script().moments()) {
        if (moment instanceof Said said) {
          say(call, said);
        }
      }
      finish(call);
      call.shrink();
    }
  }

  /** Opens for business with the ledger that was replayed, and goes on with what was not over. */
  public void resume(Ledger replayed) {
    this.ledger = replayed;
    this.posts = new Posts(replayed, accounts, faults, realTime, clock);
    for (var call : interrupted.values()) {
      call.toldBefore(told.getOrDefault(call.id, Set.of()));
      calls.begin(call.orgId, Integer.MAX_VALUE);
      start(call);
    }
    if (!interrupted.isEmpty()) {
      log.info("going on with {} calls of the run before", interrupted.size());
    }
    interrupted.clear();
    told.clear();
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  // ---- outbound

  /** A call that was found to be in order, not taken yet. */
  Call compose(VapiAccount account, JsonNode request, String to) {
    var id = phoneNumberId(request);
    var our =
        id == null
            ? request.path("phoneNumber").path("twilioPhoneNumber").asString("")
            : account.number(id).map(VapiAccount.Number::number).orElse(id);
    var call =
        new Call(
            UUID.randomUUID().toString(),
            account,
            Direction.OUTBOUND,
            to,
            our,
            id,
            request,
            clock.instant().truncatedTo(ChronoUnit.MILLIS));
    call.answeredBy(assistant(account, request), server(account, request));
    return call;
  }

  /**
   * Takes a free line.
   *
   * @return how many lines there were before, and whether this call got one
   */
  Limits takeLine(VapiAccount account) {
    int limit = account.concurrency();
    int free = Math.max(0, limit - calls.running(account.orgId()));
    return new Limits(!calls.begin(account.orgId(), limit), limit, free);
  }

  /** Gives back a line that was not used. */
  void giveLineBack(VapiAccount account) {
    calls.finish(account.orgId());
  }

  /**
   * Takes a call: when this returns it is on disk, and the phone will ring whatever the caller is
   * told.
   *
   * @param toldStatus the status the caller gets; null when it gets none
   */
  void accept(Call call, @Nullable Integer toldStatus, Limits limits) {
    var persona = plan(call, null);
    var book = book();
    long seq =
        book.append(
            call.line(
                Kind.ACCEPTED,
                toldStatus,
                "persona=" + persona.wire() + (limits.blocked() ? " blocked=true" : "")));
    book.awaitDurable(seq);
    calls.add(call);
    if (limits.blocked()) {
      // it never had a line to give back
      calls.begin(call.orgId, Integer.MAX_VALUE);
      call.follow(
          new CallScript(
              Optional.empty(),
              Optional.empty(),
              List.of(),
              Duration.ofMillis(50),
              "call.start.error-subscription-concurrency-limit-reached",
              "",
              Outcome.NOTHING));
    }
    start(call);
  }

  boolean ends(VapiAccount account, Limits limits) {
    return limits.blocked() && account.overLimit() == OverLimit.END;
  }

  private static @Nullable String phoneNumberId(JsonNode request) {
    var id = request.path("phoneNumberId");
    return id.isString() ? id.asString() : null;
  }

  private static Assistant assistant(VapiAccount account, JsonNode request) {
    var saved = account.allAssistants().get(request.path("assistantId").asString(""));
    return Assistant.of(
        saved == null ? Json.MAPPER.createObjectNode() : saved,
        request.path("assistant"),
        request.path("assistantOverrides"),
        request.path("customer").path("assistantOverrides"));
  }

  private static @Nullable Server server(VapiAccount account, JsonNode request) {
    return server(account, phoneNumberId(request), assistant(account, request));
  }

  /** The assistant's, otherwise the number's, otherwise the organisation's. */
  private static @Nullable Server server(
      VapiAccount account, @Nullable String phoneNumberId, Assistant assistant) {
    var own = assistant.server();
    if (own != null) {
      return own;
    }
    var ofNumber =
        phoneNumberId == null
            ? null
            : account.number(phoneNumberId).map(VapiAccount.Number::serverUrl).orElse(null);
    var url = ofNumber != null ? ofNumber : account.serverUrl();
    return url == null ? null : Server.at(url);
  }

  // ---- how a call goes

  private VoicePersona plan(Call call, @Nullable VoicePersona known) {
    int nth = calls.next(call.our, call.person);
    var persona = known != null ? known : personas.of(call.our, call.person, nth);
    var assistant = call.assistant();
    var variables = call.variables();
    call.follow(
        CallScript.of(
            persona,
            new CallScript.Call(
                call.our,
                call.person,
                nth,
                Variables.render(assistant.text("firstMessage"), variables),
                Variables.render(assistant.text("voicemailMessage"), variables),
                assistant.transferDestination().isPresent(),
                assistant.longest()),
            personas.seed()));
    return persona;
  }

  private void start(Call call) {
    if (faults.get().reordersCallbacks()) {
      book().append(call.line(Kind.FAULT, null, "fault=callback_reorder"));
      door().turnRound(call);
    }
    var script = call.script();
    tellStatus(call, Duration.ZERO); // queued
    if (script.ringing().isEmpty()) {
      end(call, Duration.ZERO);
      return;
    }
    var ringing = script.ringing().get();
    after(
        Duration.ZERO,
        ringing,
        () -> {
          call.reached("ringing", ringing);
          tellStatus(call, ringing);
          answer(call, ringing);
        });
  }

  private void answer(Call call, Duration ringing) {
    var answered = call.script().answered();
    if (answered.isEmpty()) {
      end(call, ringing);
      return;
    }
    after(
        ringing,
        answered.get(),
        () -> {
          call.reached("in-progress", answered.get());
          tellStatus(call, answered.get());
          goOn(call, 0, answered.get());
        });
  }

  /** Plans the next moment; a moment that waits for an answer holds up those after it. */
  private void goOn(Call call, int next, Duration now) {
    var moments = call.script().moments();
    if (next >= moments.size()) {
      end(call, now);
      return;
    }
    var moment = moments.get(next);
    after(now, moment.at(), () -> live(call, moment, () -> goOn(call, next + 1, moment.at())));
  }

  private void live(Call call, Moment moment, Runnable then) {
    switch (moment) {
      case Said said -> {
        say(call, said);
        tellSaid(call, said);
        then.run();
      }
      case Transfer transfer -> {
        call.reached("forwarding", transfer.at());
        tellStatus(call, transfer.at());
        then.run();
      }
      case Booking booking -> book(call, booking, then);
    }
  }

  private void end(Call call, Duration now) {
    var script = call.script();
    after(
        now,
        script.ended(),
        () -> {
          finish(call);
          calls.finish(call.orgId);
          if (!call.wasTold(WRITTEN_DOWN)) {
            book().append(call.line(Kind.ENDED, null, ended(call)));
          }
          tellStatus(call, script.ended());
          tell(call, "end-of-call-report", () -> Payloads.report(call, script.ended()));
          door().letGo(call);
          call.shrink();
        });
  }

  private static void finish(Call call) {
    var script = call.script();
    script.answered().ifPresent(at -> call.reached("in-progress", at));
    call.over(script.endedReason(), script.ended());
  }

  private static String ended(Call call) {
    return "ended=%s seconds=%d answered=%s"
        .formatted(call.endedReason(), call.seconds(), call.started() != null);
  }

  private void after(Duration now, Duration then, Runnable work) {
    fleetTime.in(then.minus(now), work);
  }

  private void say(Call call, Said said) {
    call.said(
        said.who() == Speaker.ASSISTANT ? "bot" : "user", said.at(), said.length(), said.text());
  }

  private void tellSaid(Call call, Said said) {
    if (call.assistant().wantsTranscripts()) {
      var entry = call.entries().getLast();
      tell(call, "transcript", () -> Payloads.transcript(call, entry));
    }
    if (call.assistant().wants("conversation-update")) {
      tell(call, "conversation-update", () -> Payloads.conversationUpdate(call, said.at()));
    }
  }

  // ---- the booking tool

  private void book(Call call, Booking booking, Runnable then) {
    var server = call.server();
    var tool = call.assistant().bookingTool().or(() -> assumed(call));
    if (tool.isEmpty() || server == null || !call.assistant().wants("tool-calls")) {
      confirm(call, booking, "I have noted that down. A colleague will confirm it.");
      then.run();
      return;
    }
    // the same for every telling of this call
    var id = "call_" + call.id.replace("-", "").substring(0, 24);
    var name = tool.get().path("function").path("name").asString();
    var arguments = Arguments.of(tool.get(), call, booking, clock.instant());
    var extra = Json.MAPPER.createObjectNode();
    extra
        .putArray("toolCalls")
        .addObject()
        .put("id", id)
        .put("type", "function")
        .putObject("function")
        .put("name", name)
        .put("arguments", Json.MAPPER.writeValueAsString(arguments));
    call.happened("tool_calls", booking.at(), "", extra);
    if (call.wasTold("tool-calls")) {
      confirm(call, booking, "Your appointment is booked.");
      then.run();
      return;
    }
    boolean asParameters = toolCalls.incrementAndGet() % 2 == 0;
    var ownServer = Server.of(tool.get().path("server"));
    door()
        .ask(
            call,
            ownServer == null ? server : ownServer,
            "tool-calls",
            Payloads.toolCalls(call, booking.at(), id, tool.get(), arguments, asParameters),
            Optional.empty(),
            reply -> {
              var result = reply.flatMap(r -> result(r, id));
              if (result.isEmpty()) {
                // the assistant had nothing to say for a while
                tell(call, "hang", () -> Payloads.hang(call, booking.at()));
              }
              var outcome = Json.MAPPER.createObjectNode();
              outcome.put("toolCallId", id);
              outcome.put("name", name);
              outcome.put("result", result.orElse("No result returned."));
              call.happened("tool_call_result", booking.at(), "", outcome);
              confirm(
                  call,
                  booking,
                  result.isPresent()
                      ? "Your appointment is booked."
                      : "I could not reach the calendar. A colleague will confirm it.");
              then.run();
            });
  }

  /** A saved assistant has tools that only its owner knows; it is taken to be able to book. */
  private static Optional<JsonNode> assumed(Call call) {
    if (!call.assistant().isSavedElsewhere()) {
      return Optional.empty();
    }
    var tool = Json.MAPPER.createObjectNode();
    tool.put("type", "function");
    tool.putObject("function").put("name", Assistant.DEFAULT_BOOKING_TOOL);
    return Optional.of(tool);
  }

  private void confirm(Call call, Booking booking, String words) {
    call.said("bot", booking.at().plusMillis(900), Duration.ofMillis(3_000), words);
  }

  /** The result for our tool call, wherever the answer puts it; an error is none. */
  private static Optional<String> result(JsonNode reply, String toolCallId) {
    var answer = reply.has("messageResponse") ? reply.path("messageResponse") : reply;
    for (var result : answer.path("results")) {
      if (result.path("toolCallId").asString("").equals(toolCallId)) {
        var value = result.path("result");
        return value.isMissingNode() || value.isNull()
            ? Optional.empty()
            : Optional.of(value.isString() ? value.asString() : value.toString());
      }
    }
    return Optional.empty();
  }

  // ---- inbound

  /**
   * A person calls one of the organisations' numbers.
   *
   * @param persona how they behave; null for who is registered
   * @return the id of the call
   * @throws IllegalArgumentException when nobody registered the number
   */
  public String callIn(String person, String our, @Nullable VoicePersona persona) {
    var account =
        accounts
            .owning(our)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no VAPI account has the number %s; PUT /sandbox/vapi/accounts/{id} with it"
                            .formatted(our)));
    var number =
        account.allNumbers().entrySet().stream()
            .filter(e -> e.getValue().number().equals(our))
            .findFirst()
            .orElseThrow();
    var request = Json.MAPPER.createObjectNode();
    if (number.getValue().assistantId() != null) {
      request.put("assistantId", number.getValue().assistantId());
    }
    var call =
        new Call(
            UUID.randomUUID().toString(),
            account,
            Direction.INBOUND,
            person,
            our,
            number.getKey(),
            request,
            clock.instant().truncatedTo(ChronoUnit.MILLIS));
    call.reached("ringing", Duration.ZERO);
    var who = assistant(account, request);
    call.answeredBy(who, server(account, number.getKey(), who));
    var book = book();
    book.awaitDurable(book.append(call.line(Kind.INBOUND, null, "by=hand")));
    calls.add(call);
    if (!calls.begin(account.orgId(), account.concurrency())) {
      calls.begin(account.orgId(), Integer.MAX_VALUE);
      refuse(call, "call.start.error-subscription-concurrency-limit-reached");
    } else if (number.getValue().assistantId() != null) {
      talk(call, persona);
    } else {
      askForAssistant(account, call, persona);
    }
    return call.id;
  }

  private void askForAssistant(VapiAccount account, Call call, @Nullable VoicePersona persona) {
    var server = call.server();
    if (server == null) {
      refuse(call, "call-start-error-neither-assistant-nor-server-set");
      return;
    }
    door()
        .ask(
            call,
            server,
            "assistant-request",
            Payloads.assistantRequest(call, clock.instant()),
            Optional.of(ASSISTANT_REQUEST),
            reply -> {
              if (reply.isEmpty()) {
                refuse(call, "assistant-request-failed");
                return;
              }
              var answer =
                  reply.get().has("messageResponse")
                      ? reply.get().path("messageResponse")
                      : reply.get();
              if (answer.path("error").isString()) {
                refuse(call, "assistant-request-returned-error");
              } else if (answer.path("destination").isObject()) {
                refuse(call, "assistant-request-returned-forwarding-phone-number");
              } else if (!answer.path("assistant").isObject()
                  && !answer.path("assistantId").isString()) {
                refuse(call, "assistant-request-returned-no-assistant");
              } else if (!CallRules.assistant(answer).isEmpty()) {
                refuse(call, "assistant-request-returned-invalid-assistant");
              } else {
                var who = assistant(account, answer);
                var where = server(account, call.phoneNumberId, who);
                call.answeredBy(who, where == null ? server : where);
                talk(call, persona);
              }
            });
  }

  /** The assistant picks up at once; from there on it is a call like any other. */
  private void talk(Call call, @Nullable VoicePersona persona) {
    plan(call, persona != null ? persona : VoicePersona.INTERESTED);
    var script = call.script();
    if (script.answered().isEmpty()) {
      refuse(call, "customer-ended-call");
      return;
    }
    var ringing = script.ringing().orElse(Duration.ZERO);
    after(Duration.ZERO, ringing, () -> answer(call, ringing));
  }

  private void refuse(Call call, String reason) {
    call.follow(
        new CallScript(
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Duration.ofMillis(500),
            reason,
            "",
            Outcome.NOTHING));
    end(call, Duration.ZERO);
  }

  // ---- telling

  private void tellStatus(Call call, Duration at) {
    tell(call, call.status(), "status-update", () -> Payloads.status(call, at));
  }

  private void tell(Call call, String what, Supplier<JsonNode> body) {
    tell(call, what, what, body);
  }

  private void tell(Call call, String what, String type, Supplier<JsonNode> body) {
    var server = call.server();
    boolean wanted = type.equals("transcript") || call.assistant().wants(type);
    if (server != null && wanted && !call.wasTold(what)) {
      door().tell(call, server, what, body.get());
    }
  }

  // ---- queries

  Optional<Call> find(String orgId, String id) {
    return calls.find(id).filter(c -> c.orgId.equals(orgId));
  }

  List<Call> list(Predicate<Call> filter, int limit) {
    return calls.list(filter, limit);
  }

  /** The newest calls of all organisations, as VAPI shows them. */
  public List<JsonNode> newest(Optional<String> person, int limit) {
    return calls.list(c -> person.isEmpty() || c.person.equals(person.get()), limit).stream()
        .map(Call::shown)
        .toList();
  }

  /** How much is kept and lives. */
  public Map<String, Integer> load() {
    return Map.of("calls", calls.size(), "calls_living", calls.living());
  }

  @Override
  public void close() {
    if (posts != null) {
      posts.close();
    }
  }

  Ledger book() {
    if (ledger == null) {
      throw new IllegalStateException("not open yet");
    }
    return ledger;
  }

  private Posts door() {
    if (posts == null) {
      throw new IllegalStateException("not open yet");
    }
    return posts;
  }
}
