package com.omnify.sandbox;

import com.omnify.sandbox.fault.FaultSettings;
import com.omnify.sandbox.fault.Faults;
import com.omnify.sandbox.fault.Outcome;
import com.omnify.sandbox.http.Answer;
import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.http.Request;
import com.omnify.sandbox.ledger.Ledger;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.sandbox.persona.Personas;
import com.omnify.sandbox.persona.policy.VoicePersona;
import com.omnify.sandbox.time.Agenda;
import com.omnify.sandbox.twilio.Accounts;
import com.omnify.sandbox.twilio.E164;
import com.omnify.sandbox.twilio.MissedCalls;
import com.omnify.sandbox.vapi.VapiAccount;
import com.omnify.sandbox.vapi.VapiAccounts;
import com.omnify.sandbox.vapi.VapiApi;
import com.omnify.sandbox.vapi.VapiProvider;
import com.omnify.sandbox.vapi.VoicePersonas;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * All that has to do with calls: VAPI, the people who take and make calls, Twilio's voice status.
 *
 * <ul>
 *   <li>{@code GET /sandbox/vapi/accounts}, {@code PUT /sandbox/vapi/accounts/{org id}} {@code
 *       {"key","client_id","server_url","server_secret","auth","concurrency","over_limit","numbers":
 *       {id: {"number","assistant_id","server_url"}},"assistants": {id: assistant}}}
 *   <li>{@code GET /sandbox/vapi/calls?to=&limit=}
 *   <li>{@code GET|PUT /sandbox/vapi/faults}, {@code GET|PUT /sandbox/vapi/script}: switches of
 *       calls alone; until one is put they share those of messages
 *   <li>{@code GET|PUT /sandbox/vapi/personas/{e164}} {@code {"persona"}}, {@code PUT
 *       /sandbox/vapi/personas} {@code {e164: persona}}, {@code PUT /sandbox/vapi/personas/default}
 *       {@code {"persona": … | "mix"}}
 *   <li>{@code POST /sandbox/calls} {@code {"from","to","persona","status","seconds","account"}}: a
 *       person calls one of our numbers; with a status Twilio tells how it ended, without one VAPI
 *       answers
 * </ul>
 */
final class VoiceSide implements AutoCloseable {

  /**
   * What is remembered of it.
   *
   * @param faults of calls alone; null while they share those of messages
   */
  record Settings(
      List<VapiAccount> accounts,
      Map<String, VoicePersona> personas,
      @Nullable VoicePersona everyoneElse,
      @Nullable FaultSettings faults) {}

  private record AccountBody(
      @Nullable String key,
      @Nullable String clientId,
      @Nullable String serverUrl,
      @Nullable String serverSecret,
      VapiAccount.@Nullable Proof auth,
      int concurrency,
      VapiAccount.@Nullable OverLimit overLimit,
      @Nullable Map<String, VapiAccount.Number> numbers,
      @Nullable Map<String, JsonNode> assistants) {}

  private record PersonaBody(@Nullable String persona) {}

  private record CallBody(
      @Nullable String from,
      @Nullable String to,
      @Nullable String persona,
      @Nullable String status,
      int seconds,
      @Nullable String account) {}

  private final VapiAccounts accounts;
  private final VoicePersonas personas;
  // not the draws of messages: each channel's run can be repeated alone
  private final Faults ownFaults;
  private final VapiProvider provider;
  private final VapiApi api;
  private final MissedCalls missedCalls;
  private volatile boolean apart;
  private @Nullable Ledger ledger;

  VoiceSide(
      SandboxOptions options,
      Clock clock,
      Accounts twilioAccounts,
      Personas people,
      Faults faults,
      Agenda fleetTime,
      Agenda realTime,
      @Nullable Settings remembered) {
    this.accounts = new VapiAccounts(options.strict());
    this.personas = new VoicePersonas(people);
    this.ownFaults = new Faults(options.seed() + 3);
    Supplier<Faults> ofCalls = () -> apart ? ownFaults : faults;
    this.provider = new VapiProvider(clock, accounts, personas, ofCalls, fleetTime, realTime);
    this.api = new VapiApi(provider, accounts, ofCalls);
    this.missedCalls =
        new MissedCalls(clock, options.publicUrl(), twilioAccounts, faults, realTime);
    if (remembered != null) {
      remembered.accounts().forEach(accounts::register);
      remembered.personas().forEach(personas::register);
      personas.everyoneElse(remembered.everyoneElse());
      if (remembered.faults() != null) {
        faults(remembered.faults());
      }
    }
  }

  Settings settings() {
    return new Settings(
        accounts.registered(),
        personas.registered(),
        personas.everyoneElse(),
        apart ? ownFaults.settings() : null);
  }

  void replay(LedgerEntry line) {
    provider.replay(line);
  }

  void resume(Ledger replayed) {
    this.ledger = replayed;
    provider.resume(replayed);
  }

  boolean serves(String path) {
    return VapiApi.serves(path);
  }

  Answer handle(Request request) throws InterruptedException {
    return api.handle(request);
  }

  Map<String, Integer> load() {
    return provider.load();
  }

  void register(VapiAccount account) {
    accounts.register(account);
  }

  void persona(String e164, VoicePersona persona) {
    personas.register(e164, persona);
  }

  void everyoneElse(@Nullable VoicePersona persona) {
    personas.everyoneElse(persona);
  }

  /** From now on calls have switches of their own. */
  void faults(FaultSettings settings) {
    ownFaults.set(settings);
    apart = true;
  }

  /** What becomes of the next calls to be placed; they have switches of their own from now on. */
  void script(List<Outcome> outcomes) {
    ownFaults.script(outcomes);
    apart = true;
  }

  /** A person calls a number that VAPI answers. */
  String callIn(String person, String our, @Nullable VoicePersona persona) {
    return provider.callIn(person, our, persona);
  }

  /** A person called a number that Twilio answers, or rather did not. */
  String missed(@Nullable String account, String person, String our, String status, int seconds) {
    var book = ledger;
    if (book == null) {
      throw new IllegalStateException("not open yet");
    }
    return missedCalls.called(book, account, person, our, status, seconds);
  }

  /** Its part of the REST side; empty for what is none of it. */
  Optional<Answer> control(Request request, List<String> parts) {
    var what =
        String.join("/", parts.subList(1, Math.min(3, parts.size())))
            + (parts.size() > 3 ? "/*" : "");
    var route = request.method() + " " + what;
    return switch (route) {
      case "GET vapi/accounts" -> Optional.of(shownAccounts());
      case "PUT vapi/accounts/*" -> Optional.of(setAccount(parts.get(3), request));
      case "GET vapi/calls" -> Optional.of(calls(request));
      case "GET vapi/faults" -> Optional.of(Json.reply(200, ownFaults.settings()));
      case "PUT vapi/faults" -> {
        faults(Json.read(request.body(), FaultSettings.class));
        yield Optional.of(Json.reply(200, ownFaults.settings()));
      }
      case "GET vapi/script" -> Optional.of(Json.reply(200, ownFaults.script()));
      case "PUT vapi/script" -> {
        script(List.of(Json.read(request.body(), Outcome[].class)));
        yield Optional.of(Json.reply(200, ownFaults.script()));
      }
      case "PUT vapi/personas" -> Optional.of(setPersonas(request));
      case "GET vapi/personas/*" -> Optional.of(shownPersona(parts.get(3)));
      case "PUT vapi/personas/*" -> Optional.of(setPersona(parts.get(3), request));
      case "POST calls" -> Optional.of(call(request));
      default -> Optional.empty();
    };
  }

  private Answer shownAccounts() {
    var shown =
        accounts.all().stream()
            .map(
                a -> {
                  var body = new LinkedHashMap<String, @Nullable Object>();
                  body.put("org_id", a.orgId());
                  body.put("client_id", a.clientId());
                  body.put("server_url", a.serverUrl());
                  body.put("concurrency", a.concurrency());
                  body.put("over_limit", a.overLimit());
                  body.put("numbers", a.numbers());
                  body.put("registered", a.registered());
                  return body;
                })
            .toList();
    return Json.reply(200, Map.of("accounts", shown));
  }

  private Answer setAccount(String id, Request request) {
    try {
      UUID.fromString(id);
    } catch (IllegalArgumentException _) {
      return Json.problem(400, "the organisation's id is a UUID", id);
    }
    var body = Json.read(request.body(), AccountBody.class);
    if (body.key() == null) {
      return Json.problem(400, "key is missing", "it is the bearer token of the account's calls");
    }
    register(
        new VapiAccount(
            id,
            body.key(),
            body.clientId(),
            body.serverUrl(),
            body.serverSecret(),
            body.auth(),
            body.concurrency(),
            body.overLimit(),
            body.numbers(),
            body.assistants(),
            true));
    return Json.reply(200, Map.of("org_id", id));
  }

  private Answer calls(Request request) {
    int limit = request.query().text("limit").map(Integer::parseInt).orElse(50);
    return Json.reply(
        200,
        Map.of("calls", provider.newest(request.query().text("to"), Math.clamp(limit, 1, 500))));
  }

  private Answer setPersonas(Request request) {
    var all = new LinkedHashMap<String, VoicePersona>();
    Json.read(request.body(), Map.class)
        .forEach(
            (number, persona) ->
                all.put(number(number.toString()), VoicePersona.of(persona.toString())));
    all.forEach(personas::register);
    return Json.reply(200, Map.of("registered", all.size()));
  }

  private Answer setPersona(String who, Request request) {
    var persona = Json.read(request.body(), PersonaBody.class).persona();
    if (persona == null) {
      throw new IllegalArgumentException("persona is missing");
    }
    if (who.equals("default")) {
      everyoneElse(persona.equals("mix") ? null : VoicePersona.of(persona));
    } else {
      persona(number(who), VoicePersona.of(persona));
    }
    return shownPersona(who);
  }

  private Answer shownPersona(String who) {
    var persona =
        who.equals("default") ? personas.everyoneElse() : personas.registered(number(who));
    return Json.reply(200, Map.of("persona", persona == null ? "mix" : persona.wire()));
  }

  private Answer call(Request request) {
    var body = Json.read(request.body(), CallBody.class);
    var from = number(body.from() == null ? "" : body.from());
    var to = number(body.to() == null ? "" : body.to());
    var persona = body.persona() == null ? null : VoicePersona.of(body.persona());
    if (body.status() != null) {
      return Json.reply(
          202, Map.of("sid", missed(body.account(), from, to, body.status(), body.seconds())));
    }
    return Json.reply(202, Map.of("id", callIn(from, to, persona)));
  }

  private static String number(String text) {
    return E164.of(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s' is not a phone number; write it like +14155550100".formatted(text)));
  }

  @Override
  public void close() {
    provider.close();
    missedCalls.close();
  }
}
