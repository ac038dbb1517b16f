package com.omnify.sandbox.vapi;

import com.omnify.sandbox.fault.Faults;
import com.omnify.sandbox.fault.Outcome;
import com.omnify.sandbox.http.Answer;
import com.omnify.sandbox.http.Answer.Hangup;
import com.omnify.sandbox.http.Answer.Reply;
import com.omnify.sandbox.http.Answer.Reset;
import com.omnify.sandbox.http.Form;
import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.http.Request;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.sandbox.ledger.LedgerEntry.Channel;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import com.omnify.sandbox.vapi.VapiError.Limits;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** VAPI's REST API as far as it is simulated: calls (create, list, fetch), under {@code /vapi}. */
public final class VapiApi {

  private static final String PREFIX = "/vapi/";
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;

  private final VapiProvider provider;
  private final VapiAccounts accounts;
  private final Supplier<Faults> faults;

  public VapiApi(VapiProvider provider, VapiAccounts accounts, Supplier<Faults> faults) {
    this.provider = provider;
    this.accounts = accounts;
    this.faults = faults;
  }

  /** Whether the path belongs to VAPI. */
  public static boolean serves(String path) {
    return path.startsWith(PREFIX);
  }

  public Answer handle(Request request) throws InterruptedException {
    var account = accounts.authenticate(request.header("authorization"));
    if (account.isEmpty()) {
      return unauthorized(request);
    }
    var parts = request.segments();
    boolean calls = parts.size() >= 2 && parts.get(1).equals("call");
    var method = request.method();
    if (calls && parts.size() == 2 && method.equals("POST")) {
      return create(account.get(), request);
    }
    if (calls && parts.size() == 2 && method.equals("GET")) {
      return query(request, () -> list(account.get(), request));
    }
    if (calls && parts.size() == 3 && method.equals("GET")) {
      return query(request, () -> fetch(account.get(), parts.get(2)));
    }
    return VapiError.noSuchRoute(method, request.path().substring(PREFIX.length() - 1)).reply();
  }

  // ---- create

  private Answer create(VapiAccount account, Request request) throws InterruptedException {
    Thread.sleep(faults.get().latency());
    JsonNode body;
    try {
      body = Json.MAPPER.readTree(request.body());
    } catch (JacksonException e) {
      return refused(
          account,
          Json.MAPPER.createObjectNode(),
          VapiError.invalid(List.of("Unexpected token in JSON: " + e.getOriginalMessage())));
    }
    var outcome = faults.get().nextSend();
    if (!outcome.accepts()) {
      return failed(account, body, outcome);
    }
    var wrong = CallRules.check(body);
    if (!wrong.isEmpty()) {
      return refused(account, body, VapiError.invalid(wrong));
    }
    var unknown = unknown(account, body);
    if (unknown.isPresent()) {
      return refused(account, body, VapiError.invalid(List.of(unknown.get())));
    }
    var to = CallRules.number(body).orElseGet(() -> text(body.path("customer"), "number", ""));
    var limits = provider.takeLine(account);
    if (limits.blocked() && !provider.ends(account, limits)) {
      return refused(account, body, VapiError.overConcurrencyLimit(limits));
    }
    try {
      return accepted(provider.compose(account, body, to), outcome, limits);
    } catch (RuntimeException e) {
      if (!limits.blocked()) {
        provider.giveLineBack(account);
      }
      throw e;
    }
  }

  /** What the account has none of. */
  private static Optional<String> unknown(VapiAccount account, JsonNode body) {
    var number = text(body, "phoneNumberId", "");
    if (!number.isEmpty()
        && !account.allNumbers().isEmpty()
        && !account.allNumbers().containsKey(number)) {
      return Optional.of(
          "Couldn't Find Phone Number. `phoneNumberId` " + number + " Does Not Exist.");
    }
    var assistant = text(body, "assistantId", "");
    if (!assistant.isEmpty()
        && !account.allAssistants().isEmpty()
        && !account.allAssistants().containsKey(assistant)) {
      return Optional.of(
          "Couldn't Find Assistant. `assistantId` " + assistant + " Does Not Exist.");
    }
    return Optional.empty();
  }

  private Answer accepted(Call call, Outcome outcome, Limits limits) throws InterruptedException {
    var shown = (ObjectNode) call.shown();
    shown.set("subscriptionLimits", Json.MAPPER.valueToTree(limits.json()));
    var reply = Json.reply(201, shown);
    if (outcome != Outcome.OK) {
      provider.book().append(call.line(Kind.FAULT, null, "fault=" + outcome.wire()));
    }
    return switch (outcome) {
      case ACCEPT_THEN_500 -> {
        provider.accept(call, 500, limits);
        yield VapiError.serverError().reply();
      }
      case RESET_AFTER -> {
        provider.accept(call, null, limits);
        yield new Reset();
      }
      case DROP_AFTER -> {
        provider.accept(call, null, limits);
        yield new Hangup();
      }
      case HANG_AFTER -> {
        provider.accept(call, null, limits);
        hang();
        yield reply;
      }
      default -> {
        provider.accept(call, 201, limits);
        yield reply;
      }
    };
  }

  private Answer refused(VapiAccount account, JsonNode body, VapiError error) {
    provider.book().append(line(Kind.REFUSED, account, body, error.status(), error.words()));
    return error.reply();
  }

  private Answer failed(VapiAccount account, JsonNode body, Outcome outcome)
      throws InterruptedException {
    boolean dropped = outcome == Outcome.RESET_BEFORE || outcome == Outcome.HANG_BEFORE;
    provider
        .book()
        .append(
            line(
                Kind.FAULT,
                account,
                body,
                null,
                "fault=" + outcome.wire() + (dropped ? " request=dropped" : "")));
    return switch (outcome) {
      case BAD_REQUEST -> refused(account, body, VapiError.badRequest());
      case TOO_MANY_REQUESTS -> refused(account, body, VapiError.tooManyRequests());
      case SERVER_ERROR -> refused(account, body, VapiError.serverError());
      case UNAVAILABLE -> refused(account, body, VapiError.unavailable());
      case RESET_BEFORE -> new Reset();
      default -> {
        hang();
        yield VapiError.unavailable().reply();
      }
    };
  }

  private void hang() throws InterruptedException {
    Thread.sleep(Duration.ofSeconds(faults.get().settings().hangSeconds()));
  }

  private Answer unauthorized(Request request) {
    if (request.method().equals("POST")) {
      JsonNode body;
      try {
        body = Json.MAPPER.readTree(request.body());
      } catch (JacksonException _) {
        body = Json.MAPPER.createObjectNode();
      }
      provider.book().append(line(Kind.REFUSED, null, body, 401, "Invalid Key"));
    }
    return VapiError.unauthorized().reply();
  }

  private static LedgerEntry line(
      Kind kind,
      @Nullable VapiAccount account,
      JsonNode body,
      @Nullable Integer status,
      String detail) {
    var overrides = body.path("assistantOverrides");
    var url =
        text(
            overrides.path("server"),
            "url",
            text(body.path("assistant").path("server"), "url", ""));
    var correlation = Correlation.of(body, overrides.path("metadata"), url.isEmpty() ? null : url);
    return LedgerEntry.draft(
        kind,
        Channel.VOICE,
        Call.PROVIDER,
        account == null ? null : account.orgId(),
        correlation.dispatchId(),
        correlation.clientId() != null || account == null
            ? correlation.clientId()
            : account.clientId(),
        null,
        text(body.path("customer"), "number", ""),
        text(body, "phoneNumberId", ""),
        null,
        status,
        detail,
        null);
  }

  private static String text(JsonNode object, String name, String otherwise) {
    var value = object.path(name);
    return value.isString() ? value.asString() : otherwise;
  }

  // ---- queries

  private interface Query {
    Reply answer();
  }

  private Answer query(Request request, Query query) throws InterruptedException {
    Thread.sleep(faults.get().settings().onQueries() ? faults.get().latency() : Duration.ZERO);
    var outcome = faults.get().nextQuery();
    if (outcome != Outcome.OK) {
      provider
          .book()
          .append(
              LedgerEntry.draft(
                  Kind.FAULT,
                  Channel.VOICE,
                  Call.PROVIDER,
                  null,
                  null,
                  null,
                  null,
                  null,
                  null,
                  null,
                  null,
                  "fault=query_" + outcome.wire() + " path=" + request.path(),
                  null));
    }
    return switch (outcome) {
      case OK -> query.answer();
      case BAD_REQUEST -> VapiError.badRequest().reply();
      case TOO_MANY_REQUESTS -> VapiError.tooManyRequests().reply();
      case SERVER_ERROR, ACCEPT_THEN_500 -> VapiError.serverError().reply();
      case UNAVAILABLE -> VapiError.unavailable().reply();
      case RESET_BEFORE, RESET_AFTER -> new Reset();
      case DROP_AFTER -> new Hangup();
      case HANG_BEFORE, HANG_AFTER -> {
        hang();
        yield query.answer();
      }
    };
  }

  private Reply fetch(VapiAccount account, String id) {
    return provider
        .find(account.orgId(), id)
        .map(call -> Json.reply(200, call.shown()))
        .orElseGet(() -> VapiError.noSuchCall(id).reply());
  }

  /** The account's calls, newest first. There is no paging: a caller moves its time bounds. */
  private Reply list(VapiAccount account, Request request) {
    var query = request.query();
    try {
      int limit = query.text("limit").map(Integer::parseInt).orElse(DEFAULT_LIMIT);
      if (limit < 0 || limit > MAX_LIMIT) {
        return VapiError.invalid(List.of("limit must not be greater than " + MAX_LIMIT)).reply();
      }
      var found = provider.list(filter(account, query), limit);
      return Json.reply(200, found.stream().map(Call::shown).toList());
    } catch (NumberFormatException e) {
      return VapiError.invalid(List.of("limit must be a number")).reply();
    } catch (DateTimeParseException e) {
      return VapiError.invalid(List.of("not an ISO 8601 date: " + e.getParsedString())).reply();
    }
  }

  private Predicate<Call> filter(VapiAccount account, Form query) {
    Predicate<Call> filter = call -> call.orgId.equals(account.orgId());
    long lag = faults.get().settings().listLagMs();
    if (lag > 0) {
      var visible = Instant.now().minusMillis(lag);
      filter = filter.and(call -> call.created.isBefore(visible));
    }
    var number = query.text("phoneNumberId");
    if (number.isPresent()) {
      filter = filter.and(call -> number.get().equals(call.phoneNumberId));
    }
    var assistant = query.text("assistantId");
    if (assistant.isPresent()) {
      filter = filter.and(call -> assistant.get().equals(call.assistantId));
    }
    var id = query.text("id");
    if (id.isPresent()) {
      filter = filter.and(call -> call.id.equals(id.get()));
    }
    filter = filter.and(bound(query, "createdAtGt", (at, bound) -> at.isAfter(bound)));
    filter = filter.and(bound(query, "createdAtGe", (at, bound) -> !at.isBefore(bound)));
    filter = filter.and(bound(query, "createdAtLt", (at, bound) -> at.isBefore(bound)));
    return filter.and(bound(query, "createdAtLe", (at, bound) -> !at.isAfter(bound)));
  }

  private static Predicate<Call> bound(
      Form query, String name, BiPredicate<Instant, Instant> holds) {
    var text = query.text(name);
    if (text.isEmpty()) {
      return _ -> true;
    }
    var bound = Instant.parse(text.get());
    return call -> holds.test(call.created, bound);
  }
}
