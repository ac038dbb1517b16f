package com.omnify.sandbox;

import com.omnify.sandbox.fault.FaultSettings;
import com.omnify.sandbox.fault.Outcome;
import com.omnify.sandbox.http.Answer;
import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.http.Request;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import com.omnify.sandbox.persona.policy.EmailHabit;
import com.omnify.sandbox.persona.policy.Persona;
import com.omnify.sandbox.persona.policy.ReplyPolicy.Talkativeness;
import com.omnify.sandbox.twilio.Account;
import com.omnify.sandbox.twilio.E164;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sandbox's own REST side.
 *
 * <ul>
 *   <li>{@code GET /actuator/health[/readiness|/liveness]}
 *   <li>{@code GET /ledger?since=SEQ&kind=KIND}, {@code GET /ledger/summary}
 *   <li>{@code GET /sandbox} and {@code GET /sandbox/messages?to=&from=&limit=}
 *   <li>{@code GET /sandbox/accounts}, {@code PUT /sandbox/accounts/{sid}} {@code
 *       {"auth_token","client_id","numbers", "inbound_url","advanced_opt_out"}}
 *   <li>{@code GET|PUT /sandbox/personas/{e164 or address}} {@code {"persona"}}, {@code PUT
 *       /sandbox/personas} {@code {e164 or address: persona}}, {@code PUT
 *       /sandbox/personas/default} {@code {"persona": … | "mix"}}
 *   <li>{@code GET|PUT /sandbox/replies} {@code {"probability","every"}}
 *   <li>{@code GET|PUT /sandbox/clock} {@code {"rate","advance_seconds"}}
 *   <li>{@code GET|PUT /sandbox/faults}, all switches at once, those left out are off
 *   <li>{@code GET|PUT /sandbox/script}, a list of outcomes
 *   <li>{@code /sandbox/mail…}: see {@link com.omnify.sandbox.mail.PostOffice}
 *   <li>{@code POST /sandbox/inbound} {@code {"from","to","body","account"}}
 * </ul>
 */
final class Control {

  private record AccountBody(
      @Nullable String authToken,
      @Nullable String clientId,
      @Nullable Set<String> numbers,
      @Nullable String inboundUrl,
      boolean advancedOptOut) {}

  private record PersonaBody(@Nullable String persona) {}

  private record ClockBody(@Nullable Double rate, @Nullable Long advanceSeconds) {}

  private record InboundBody(
      @Nullable String from,
      @Nullable String to,
      @Nullable String body,
      @Nullable String account) {}

  private final Sandbox sandbox;

  Control(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  Answer handle(Request request) {
    var parts = request.segments();
    var first = parts.isEmpty() ? "" : parts.getFirst();
    return switch (first) {
      case "actuator" -> health(request, parts);
      case "ledger" -> ledger(request, parts);
      case "sandbox" -> sandbox(request, parts);
      default -> notFound(request);
    };
  }

  private Answer health(Request request, List<String> parts) {
    if (parts.size() < 2 || !parts.get(1).equals("health")) {
      return notFound(request);
    }
    boolean up = sandbox.ledger().healthy();
    return Json.reply(up ? 200 : 503, Map.of("status", up ? "UP" : "DOWN"));
  }

  private Answer ledger(Request request, List<String> parts) {
    if (!request.method().equals("GET")) {
      return methodNotAllowed("GET");
    }
    if (parts.size() == 2 && parts.get(1).equals("summary")) {
      return Json.reply(200, sandbox.ledger().summary());
    }
    if (parts.size() != 1) {
      return notFound(request);
    }
    long since = request.query().text("since").map(Long::parseLong).orElse(0L);
    var kind = request.query().text("kind").map(Control::kind).orElse(null);
    return new Answer.Stream(
        200,
        "application/x-ndjson",
        out ->
            sandbox
                .ledger()
                .forEachLine(
                    since,
                    kind,
                    line -> {
                      try {
                        out.write(line.getBytes(StandardCharsets.ISO_8859_1));
                        out.write('\n');
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      }
                    }));
  }

  private static Kind kind(String wire) {
    return Arrays.stream(Kind.values())
        .filter(k -> k.wire().equals(wire))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "kind is accepted, refused, callback, inbound, ended or fault, not " + wire));
  }

  private Answer sandbox(Request request, List<String> parts) {
    boolean put = request.method().equals("PUT");
    boolean get = request.method().equals("GET");
    if (parts.size() == 1) {
      return get ? overview() : methodNotAllowed("GET");
    }
    if (parts.get(1).equals("mail")) {
      return sandbox.mail().control(request);
    }
    var elsewhere =
        sandbox.voice().control(request, parts).or(() -> sandbox.asked().control(request, parts));
    if (elsewhere.isPresent()) {
      if (put) {
        sandbox.save();
      }
      return elsewhere.get();
    }
    var what = parts.get(1) + (parts.size() > 2 ? "/*" : "");
    return switch (what) {
      case "messages" -> get ? messages(request) : methodNotAllowed("GET");
      case "accounts" -> get ? accounts() : methodNotAllowed("GET");
      case "accounts/*" -> put ? account(parts.get(2), request) : methodNotAllowed("PUT");
      case "personas" -> put ? personas(request) : methodNotAllowed("PUT");
      case "personas/*" -> {
        if (put) {
          setPersona(parts.get(2), request);
        } else if (!get) {
          yield methodNotAllowed("GET, PUT");
        }
        yield persona(parts.get(2));
      }
      case "replies" -> {
        if (put) {
          sandbox.talkativeness(Json.read(request.body(), Talkativeness.class));
        } else if (!get) {
          yield methodNotAllowed("GET, PUT");
        }
        yield Json.reply(200, sandbox.personas().talkativeness());
      }
      case "clock" -> {
        if (put) {
          setClock(request);
        } else if (!get) {
          yield methodNotAllowed("GET, PUT");
        }
        yield Json.reply(200, Map.of("rate", sandbox.fleetTime().rate()));
      }
      case "faults" -> {
        if (put) {
          sandbox.faults(Json.read(request.body(), FaultSettings.class));
        } else if (!get) {
          yield methodNotAllowed("GET, PUT");
        }
        yield Json.reply(200, sandbox.faultSwitches().settings());
      }
      case "script" -> {
        if (put) {
          sandbox.script(Json.read(request.body(), Outcome[].class));
        } else if (!get) {
          yield methodNotAllowed("GET, PUT");
        }
        yield Json.reply(200, sandbox.faultSwitches().script());
      }
      case "inbound" ->
          request.method().equals("POST") ? inbound(request) : methodNotAllowed("POST");
      default -> notFound(request);
    };
  }

  private Answer overview() {
    var body = new LinkedHashMap<String, @Nullable Object>();
    body.put("clock_rate", sandbox.fleetTime().rate());
    body.put("seed", sandbox.personas().seed());
    body.put("public_url", sandbox.options().publicUrl());
    body.put("smtp_port", sandbox.mail().port());
    body.put("accounts", sandbox.accounts().all().size());
    body.put("personas_registered", sandbox.personas().registered().size());
    body.put("max_messages", sandbox.options().affordableMessages());
    body.putAll(sandbox.provider().load());
    body.putAll(sandbox.voice().load());
    return Json.reply(200, body);
  }

  private Answer messages(Request request) {
    int limit = request.query().text("limit").map(Integer::parseInt).orElse(50);
    var found =
        sandbox
            .provider()
            .newest(
                request.query().text("to"),
                request.query().text("from"),
                Math.clamp(limit, 1, 1_000));
    return Json.reply(200, Map.of("messages", found));
  }

  private Answer accounts() {
    var shown =
        sandbox.accounts().all().stream()
            .map(
                a -> {
                  var body = new LinkedHashMap<String, @Nullable Object>();
                  body.put("sid", a.sid());
                  body.put("client_id", a.clientId());
                  body.put("numbers", a.numbers());
                  body.put("inbound_url", a.inboundUrl());
                  body.put("advanced_opt_out", a.advancedOptOut());
                  body.put("registered", a.registered());
                  return body;
                })
            .toList();
    return Json.reply(200, Map.of("accounts", shown));
  }

  private Answer account(String sid, Request request) {
    var body = Json.read(request.body(), AccountBody.class);
    if (body.authToken() == null) {
      return Json.problem(400, "auth_token is missing", "it signs the account's webhooks");
    }
    sandbox.register(
        new Account(
            sid,
            body.authToken(),
            body.clientId(),
            body.numbers() == null ? Set.of() : body.numbers(),
            body.inboundUrl(),
            body.advancedOptOut(),
            true));
    return Json.reply(200, Map.of("sid", sid));
  }

  private Answer personas(Request request) {
    var all = new LinkedHashMap<String, Persona>();
    var mail = new LinkedHashMap<String, EmailHabit>();
    Json.read(request.body(), Map.class)
        .forEach(
            (who, persona) -> {
              if (isMail(who.toString())) {
                mail.put(who.toString(), EmailHabit.of(persona.toString()));
              } else {
                all.put(number(who.toString()), Persona.of(persona.toString()));
              }
            });
    sandbox.personas(all);
    sandbox.mailPersonas(mail);
    return Json.reply(200, Map.of("registered", all.size() + mail.size()));
  }

  private void setPersona(String who, Request request) {
    var persona = Json.read(request.body(), PersonaBody.class).persona();
    if (persona == null) {
      throw new IllegalArgumentException("persona is missing");
    }
    if (isMail(who)) {
      sandbox.mailPersona(who, EmailHabit.of(persona));
    } else if (!who.equals("default")) {
      sandbox.persona(number(who), Persona.of(persona));
    } else {
      sandbox.everyoneElse(persona.equals("mix") ? null : Persona.of(persona));
    }
  }

  private Answer persona(String who) {
    if (who.equals("default")) {
      var everyone = sandbox.personas().everyoneElse();
      return Json.reply(200, Map.of("persona", everyone == null ? "mix" : everyone.wire()));
    }
    if (isMail(who)) {
      return Json.reply(
          200, Map.of("address", who, "persona", sandbox.personas().mailbox(who).wire()));
    }
    var number = number(who);
    return Json.reply(
        200, Map.of("number", number, "persona", sandbox.personas().of(number).wire()));
  }

  private void setClock(Request request) {
    var body = Json.read(request.body(), ClockBody.class);
    if (body.rate() == null && body.advanceSeconds() == null) {
      throw new IllegalArgumentException("give a rate, or advance_seconds, or both");
    }
    if (body.rate() != null) {
      sandbox.clockRate(body.rate());
    }
    if (body.advanceSeconds() != null) {
      if (body.advanceSeconds() < 0) {
        throw new IllegalArgumentException("time does not go back: advance_seconds is 0 or more");
      }
      sandbox.advance(Duration.ofSeconds(body.advanceSeconds()));
    }
  }

  private Answer inbound(Request request) {
    var body = Json.read(request.body(), InboundBody.class);
    var from = number(Optional.ofNullable(body.from()).orElse(""));
    var to = Optional.ofNullable(body.to()).orElse("");
    if (to.isBlank() || body.body() == null) {
      return Json.problem(400, "from, to and body are needed", null);
    }
    var sid = sandbox.provider().say(body.account(), from, E164.of(to).orElse(to), body.body());
    return Json.reply(202, Map.of("sid", sid));
  }

  private static boolean isMail(String who) {
    return who.indexOf('@') > 0;
  }

  private static String number(String text) {
    return E164.of(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s' is not a phone number; write it like +14155550100".formatted(text)));
  }

  private static Answer methodNotAllowed(String allowed) {
    return Json.problem(405, "Method not allowed", "allowed: " + allowed);
  }

  private static Answer notFound(Request request) {
    return Json.problem(404, "Not found", request.path() + " is nothing here; see GET /sandbox");
  }
}
