package com.omnify.sandbox.twilio;

import com.omnify.sandbox.fault.Faults;
import com.omnify.sandbox.fault.Outcome;
import com.omnify.sandbox.http.Answer;
import com.omnify.sandbox.http.Answer.Hangup;
import com.omnify.sandbox.http.Answer.Reply;
import com.omnify.sandbox.http.Answer.Reset;
import com.omnify.sandbox.http.Form;
import com.omnify.sandbox.http.Form.Field;
import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.http.Request;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import com.omnify.sandbox.persona.policy.Persona;
import com.omnify.sandbox.twilio.policy.SmsRules;
import com.omnify.sandbox.twilio.policy.SmsRules.Draft;
import com.omnify.sandbox.twilio.policy.SmsRules.Verdict;
import com.omnify.sandbox.twilio.policy.TwilioError;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Twilio's REST API as far as it is simulated: Messages (create, list, fetch) and Lookup v2. */
public final class TwilioApi {

  private static final int DEFAULT_PAGE = 50;
  private static final int MAX_PAGE = 1_000;

  private final TwilioProvider provider;
  private final Accounts accounts;
  private final Faults faults;

  public TwilioApi(TwilioProvider provider, Accounts accounts, Faults faults) {
    this.provider = provider;
    this.accounts = accounts;
    this.faults = faults;
  }

  /** Whether the path belongs to Twilio. */
  public static boolean serves(String path) {
    return path.startsWith("/2010-04-01/") || path.startsWith("/v2/");
  }

  public Answer handle(Request request) throws InterruptedException {
    var account = accounts.authenticate(request.header("authorization"));
    if (account.isEmpty()) {
      return unauthorized(request);
    }
    var parts = request.segments();
    if (parts.size() == 3 && parts.get(0).equals("v2") && parts.get(1).equals("PhoneNumbers")) {
      return request.method().equals("GET")
          ? query(request, () -> Lookup.answer(parts.get(2), request.query(), provider::persona))
          : error(TwilioError.methodNotAllowed());
    }
    boolean messages =
        parts.size() >= 4 && parts.get(1).equals("Accounts") && parts.get(3).startsWith("Messages");
    if (!messages) {
      return error(TwilioError.notFound(request.path()));
    }
    if (!parts.get(2).equals(account.get().sid())) {
      return unauthorized(request);
    }
    if (parts.size() == 4 && parts.get(3).equals("Messages.json")) {
      return switch (request.method()) {
        case "POST" -> send(account.get(), request);
        case "GET" -> query(request, () -> list(account.get(), request));
        default -> error(TwilioError.methodNotAllowed());
      };
    }
    if (parts.size() == 5 && parts.get(3).equals("Messages") && parts.get(4).endsWith(".json")) {
      var sid = parts.get(4).substring(0, parts.get(4).length() - ".json".length());
      return request.method().equals("GET")
          ? query(request, () -> fetch(account.get(), sid, request))
          : error(TwilioError.methodNotAllowed());
    }
    return error(TwilioError.notFound(request.path()));
  }

  // ---- create

  private Answer send(Account account, Request request) throws InterruptedException {
    Thread.sleep(faults.latency());
    var form = request.form();
    var draft =
        new Draft(
            form.text("To").orElse(null),
            form.text("To").flatMap(E164::of).orElse(null),
            form.text("From").orElse(null),
            form.text("MessagingServiceSid").orElse(null),
            form.text("Body").orElse(null),
            form.text("StatusCallback").orElse(null),
            form.text("MediaUrl").isPresent() || form.text("ContentSid").isPresent());
    var outcome = faults.nextSend();
    if (!outcome.accepts()) {
      return failed(account, draft, outcome);
    }
    if (!provider.awaitRoom()) {
      return refused(account, draft, TwilioError.tooManyRequests());
    }
    return switch (SmsRules.check(draft, senders(account))) {
      case Verdict.Wrong wrong -> refused(account, draft, wrong.error());
      case Verdict.Fine fine -> {
        if (provider.persona(fine.to()) == Persona.INVALID) {
          yield refused(account, draft, SmsRules.noSuchNumber(fine.to()));
        }
        if (provider.hasOptedOut(account.sid(), fine.from(), fine.to())) {
          yield refused(account, draft, SmsRules.optedOut());
        }
        yield accepted(account, draft, fine, outcome);
      }
    };
  }

  private static SmsRules.Senders senders(Account account) {
    return new SmsRules.Senders(
        account.numbers(), account.numbers().stream().sorted().findFirst().orElse("+15005550006"));
  }

  private Answer accepted(Account account, Draft draft, Verdict.Fine fine, Outcome outcome)
      throws InterruptedException {
    var message =
        provider.compose(account, fine, draft.messagingServiceSid(), draft.statusCallback());
    var reply = Json.reply(201, message.resource());
    if (outcome != Outcome.OK) {
      provider.book().append(message.line(Kind.FAULT, null, "fault=" + outcome.wire()));
    }
    return switch (outcome) {
      case ACCEPT_THEN_500 -> {
        provider.accept(message, 500);
        yield error(TwilioError.serverError());
      }
      case RESET_AFTER -> {
        provider.accept(message, null);
        yield new Reset();
      }
      case DROP_AFTER -> {
        provider.accept(message, null);
        yield new Hangup();
      }
      case HANG_AFTER -> {
        provider.accept(message, null);
        hang();
        yield reply;
      }
      default -> {
        provider.accept(message, 201);
        yield reply;
      }
    };
  }

  private Answer refused(Account account, Draft draft, TwilioError error) {
    provider
        .book()
        .append(
            line(
                Kind.REFUSED,
                account,
                draft,
                error.status(),
                error.code() + " " + error.message()));
    return error(error);
  }

  private Answer failed(Account account, Draft draft, Outcome outcome) throws InterruptedException {
    boolean dropped = outcome == Outcome.RESET_BEFORE || outcome == Outcome.HANG_BEFORE;
    var book = provider.book();
    book.append(
        line(
            Kind.FAULT,
            account,
            draft,
            null,
            "fault=" + outcome.wire() + (dropped ? " request=dropped" : "")));
    return switch (outcome) {
      case BAD_REQUEST -> refused(account, draft, TwilioError.badRequest());
      case TOO_MANY_REQUESTS -> refused(account, draft, TwilioError.tooManyRequests());
      case SERVER_ERROR -> refused(account, draft, TwilioError.serverError());
      case UNAVAILABLE -> refused(account, draft, TwilioError.unavailable());
      case RESET_BEFORE -> new Reset();
      default -> {
        hang();
        yield error(TwilioError.unavailable());
      }
    };
  }

  private void hang() throws InterruptedException {
    Thread.sleep(Duration.ofSeconds(faults.settings().hangSeconds()));
  }

  private static LedgerEntry line(
      Kind kind, Account account, Draft draft, @Nullable Integer status, String detail) {
    var correlation = Correlation.of(draft.statusCallback());
    return LedgerEntry.draft(
        kind,
        LedgerEntry.Channel.SMS,
        Message.PROVIDER,
        account.sid(),
        correlation.dispatchId(),
        correlation.clientId() != null ? correlation.clientId() : account.clientId(),
        null,
        draft.to(),
        draft.from(),
        draft.body(),
        status,
        detail,
        null);
  }

  private Answer unauthorized(Request request) {
    if (request.method().equals("POST")) {
      var form = request.form();
      var correlation = Correlation.of(form.text("StatusCallback").orElse(null));
      provider
          .book()
          .append(
              LedgerEntry.draft(
                  Kind.REFUSED,
                  LedgerEntry.Channel.SMS,
                  Message.PROVIDER,
                  null,
                  correlation.dispatchId(),
                  correlation.clientId(),
                  null,
                  form.text("To").orElse(null),
                  form.text("From").orElse(null),
                  form.text("Body").orElse(null),
                  401,
                  "20003 Authenticate",
                  null));
    }
    var error = TwilioError.authenticate();
    var reply = error(error);
    return new Reply(
        reply.status(),
        reply.contentType(),
        Map.of("WWW-Authenticate", "Basic realm=\"Twilio API\""),
        reply.body());
  }

  // ---- queries

  private interface Query {
    Reply answer();
  }

  private Answer query(Request request, Query query) throws InterruptedException {
    Thread.sleep(faults.settings().onQueries() ? faults.latency() : Duration.ZERO);
    var outcome = faults.nextQuery();
    if (outcome != Outcome.OK) {
      provider
          .book()
          .append(
              LedgerEntry.draft(
                  Kind.FAULT,
                  LedgerEntry.Channel.SMS,
                  Message.PROVIDER,
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
      case BAD_REQUEST -> error(TwilioError.badRequest());
      case TOO_MANY_REQUESTS -> error(TwilioError.tooManyRequests());
      case SERVER_ERROR, ACCEPT_THEN_500 -> error(TwilioError.serverError());
      case UNAVAILABLE -> error(TwilioError.unavailable());
      case RESET_BEFORE, RESET_AFTER -> new Reset();
      case DROP_AFTER -> new Hangup();
      case HANG_BEFORE, HANG_AFTER -> {
        hang();
        yield query.answer();
      }
    };
  }

  private Reply fetch(Account account, String sid, Request request) {
    return provider
        .find(account.sid(), sid)
        .map(message -> Json.reply(200, message.resource()))
        .orElseGet(() -> error(TwilioError.notFound(request.path())));
  }

  /**
   * A page of the account's messages, newest first. {@code next_page_uri} carries the filters and a
   * token; a caller that follows it sees every message once, also while new ones arrive.
   */
  private Reply list(Account account, Request request) {
    var query = request.query();
    int size = number(query, "PageSize", DEFAULT_PAGE);
    if (size < 1) {
      return error(new TwilioError(400, 20001, "PageSize must be at least 1"));
    }
    size = Math.min(size, MAX_PAGE);
    int page = number(query, "Page", 0);
    Predicate<Message> filter;
    try {
      filter = filter(account, query);
    } catch (DateTimeParseException e) {
      return error(new TwilioError(400, 20001, "Not a date: " + e.getParsedString()));
    }
    var token = query.text("PageToken").map(t -> t.startsWith("PA") ? t.substring(2) : t);
    var to = query.text("To").map(t -> E164.of(t).orElse(t));
    var found = provider.list(new Messages.Query(to, filter, token, size));
    boolean more = found.size() > size;
    var shown = more ? found.subList(0, size) : found;

    var body = new LinkedHashMap<String, @Nullable Object>();
    body.put("messages", shown.stream().map(Message::resource).toList());
    body.put("page", page);
    body.put("page_size", size);
    body.put("start", page * size);
    body.put("end", page * size + Math.max(0, shown.size() - 1));
    body.put("uri", request.path() + "?" + paging(query, size, page, query.text("PageToken")));
    body.put("first_page_uri", request.path() + "?" + paging(query, size, 0, Optional.empty()));
    body.put("previous_page_uri", null);
    body.put(
        "next_page_uri",
        more
            ? request.path()
                + "?"
                + paging(query, size, page + 1, Optional.of("PA" + shown.getLast().sid))
            : null);
    return Json.reply(200, body);
  }

  private Predicate<Message> filter(Account account, Form query) {
    Predicate<Message> filter = m -> m.account.equals(account.sid());
    long lag = faults.settings().listLagMs();
    if (lag > 0) {
      var visible = Instant.now().minusMillis(lag);
      filter = filter.and(m -> m.created.isBefore(visible));
    }
    var from = query.text("From");
    if (from.isPresent()) {
      filter = filter.and(m -> m.from.equals(from.get()));
    }
    var on = query.text("DateSent");
    if (on.isPresent()) {
      var start = time(on.get());
      filter =
          filter.and(
              sent(at -> !at.isBefore(start) && at.isBefore(start.plus(Duration.ofDays(1)))));
    }
    var after = query.text("DateSent>");
    if (after.isPresent()) {
      var start = time(after.get());
      filter = filter.and(sent(at -> !at.isBefore(start)));
    }
    var before = query.text("DateSent<");
    if (before.isPresent()) {
      // a bare day is meant whole
      var end =
          time(before.get()).plus(before.get().length() == 10 ? Duration.ofDays(1) : Duration.ZERO);
      filter = filter.and(sent(at -> at.isBefore(end)));
    }
    return filter;
  }

  private static Predicate<Message> sent(Predicate<Instant> when) {
    return message -> message.sent().filter(when).isPresent();
  }

  /**
   * A day, or a time with zone, or (as Twilio's own SDK sends it) a time without one, which is
   * meant in UTC.
   */
  private static Instant time(String text) {
    if (text.length() == 10) {
      return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
    return text.length() == "2026-01-31T23:59:59".length()
        ? LocalDateTime.parse(text).toInstant(ZoneOffset.UTC)
        : OffsetDateTime.parse(text).toInstant();
  }

  private static int number(Form query, String name, int otherwise) {
    try {
      return query.text(name).map(Integer::valueOf).orElse(otherwise);
    } catch (NumberFormatException _) {
      return otherwise;
    }
  }

  private static String paging(Form query, int size, int page, Optional<String> token) {
    List<Field> fields = new ArrayList<>();
    for (var field : query.fields()) {
      if (!List.of("Page", "PageSize", "PageToken").contains(field.name())) {
        fields.add(field);
      }
    }
    fields.add(new Field("PageSize", Integer.toString(size)));
    fields.add(new Field("Page", Integer.toString(page)));
    token.ifPresent(t -> fields.add(new Field("PageToken", t)));
    return new Form(fields).encoded();
  }

  static Reply error(TwilioError error) {
    var body = new LinkedHashMap<String, Object>();
    body.put("code", error.code());
    body.put("message", error.message());
    body.put("more_info", error.moreInfo());
    body.put("status", error.status());
    return Json.reply(error.status(), body);
  }
}
