package com.omnify.sandbox.resend;

import com.omnify.sandbox.fault.Faults;
import com.omnify.sandbox.fault.Outcome;
import com.omnify.sandbox.http.Answer;
import com.omnify.sandbox.http.Answer.Hangup;
import com.omnify.sandbox.http.Answer.Reply;
import com.omnify.sandbox.http.Answer.Reset;
import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.http.Request;
import com.omnify.sandbox.ledger.LedgerEntry;
import com.omnify.sandbox.ledger.LedgerEntry.Channel;
import com.omnify.sandbox.ledger.LedgerEntry.Kind;
import com.omnify.sandbox.mail.Mail;
import com.omnify.sandbox.mail.MailAccount;
import com.omnify.sandbox.mail.MailAccounts;
import com.omnify.sandbox.mail.MailProvider;
import com.omnify.sandbox.mail.MailProvider.MailView;
import com.omnify.sandbox.mail.MailReader;
import com.omnify.sandbox.mail.PostOffice;
import com.omnify.sandbox.mail.Vendor;
import com.omnify.sandbox.mail.mime.EncodedWords;
import com.omnify.sandbox.mail.mime.Headers;
import com.omnify.sandbox.mail.mime.Headers.Field;
import com.omnify.sandbox.mail.mime.ParsedMail;
import com.omnify.sandbox.mail.smtp.MailDrop.Envelope;
import com.omnify.sandbox.resend.Idempotency.Standing;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Resend's REST API as far as it is simulated: send one mail, look one up. */
public final class ResendApi {

  private static final String ROOT = "resend";
  private static final int MAX_RECIPIENTS = 50;
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_-]{1,256}");

  private final MailProvider provider;
  private final MailAccounts accounts;
  private final Faults faults;
  private final Clock clock;
  private final Idempotency idempotency = new Idempotency();

  public ResendApi(PostOffice office, Clock clock) {
    this.provider = office.provider();
    this.accounts = office.accounts();
    this.faults = office.faultSwitches();
    this.clock = clock;
  }

  /** Whether the path belongs to Resend. */
  public static boolean serves(String path) {
    return path.equals("/" + ROOT) || path.startsWith("/" + ROOT + "/");
  }

  /** Takes in a line of an earlier run. */
  public void replay(LedgerEntry line) {
    if (line.kind() != Kind.ACCEPTED || line.channel() != Channel.EMAIL || line.sid() == null) {
      return;
    }
    var key = line.detail("idempotency");
    var body = line.detail("request");
    if (key != null && body != null) {
      idempotency.done(
          UUID.fromString(key), UUID.fromString(body), UUID.fromString(line.sid()), line.at());
    }
  }

  public Answer handle(Request request) throws InterruptedException {
    var bearer =
        request.header("authorization").filter(h -> h.regionMatches(true, 0, "Bearer ", 0, 7));
    if (bearer.isEmpty()) {
      return error(401, "missing_api_key", "Missing API Key");
    }
    var account = accounts.bearer(Vendor.RESEND, bearer.get().substring(7).strip());
    if (account.isEmpty()) {
      return error(403, "invalid_api_key", "API key is invalid");
    }
    var parts = request.segments();
    if (parts.size() == 2 && parts.get(1).equals("emails")) {
      return request.method().equals("POST")
          ? send(account.get(), request)
          : error(405, "method_not_allowed", "Method is not allowed for the requested path");
    }
    if (parts.size() == 3 && parts.get(1).equals("emails") && request.method().equals("GET")) {
      return provider
          .find(parts.get(2))
          .filter(mail -> mail.account().equals(account.get().id()))
          .<Answer>map(mail -> Json.reply(200, shown(mail)))
          .orElseGet(() -> error(404, "not_found", "Email not found"));
    }
    return error(404, "not_found", "The requested endpoint does not exist");
  }

  private static Map<String, @Nullable Object> shown(MailView mail) {
    var body = new LinkedHashMap<String, @Nullable Object>();
    body.put("object", "email");
    body.put("id", mail.sid());
    body.put("to", List.of(mail.to().split(", ")));
    body.put("from", mail.from());
    body.put("created_at", mail.created().toString());
    body.put("subject", mail.subject());
    body.put("text", mail.text());
    body.put("last_event", mail.lastEvent());
    return body;
  }

  // ---- send

  private Answer send(MailAccount account, Request request) throws InterruptedException {
    Thread.sleep(faults.latency());
    var outcome = faults.nextSend();
    var key = request.header("idempotency-key").orElse(null);
    if (key != null && (key.isBlank() || key.length() > 256)) {
      return refused(
          account,
          400,
          "invalid_idempotency_key",
          "The idempotency key must be between 1-256 characters");
    }
    var draft = draft(account, request, key);
    if (draft.fault() != null) {
      return refused(account, 422, draft.fault().name(), draft.fault().message());
    }
    var mail = draft.mail();
    if (!outcome.accepts()) {
      return failed(mail, outcome);
    }
    if (key == null) {
      return provider.awaitRoom() ? accept(mail, request.body(), outcome, "") : busy(mail);
    }
    var scoped = Idempotency.digest(account.id() + "\n" + key);
    var body = Idempotency.digest(request.body());
    return switch (idempotency.claim(scoped, body, clock.instant())) {
      case Standing.Other _ ->
          refused(
              account,
              409,
              "invalid_idempotent_request",
              "Same idempotency key used with a different request payload");
      case Standing.InWork _ ->
          refused(
              account,
              409,
              "concurrent_idempotent_requests",
              "Same idempotency key used while original request is still in progress");
      case Standing.Done(UUID sid) -> answer(sid.toString(), outcome);
      case Standing.Full _ -> busy(mail);
      case Standing.Mine _ -> {
        if (!provider.awaitRoom()) {
          idempotency.free(scoped);
          yield busy(mail);
        }
        try {
          take(mail, request.body(), outcome, "idempotency=" + scoped + " request=" + body);
        } catch (RuntimeException e) {
          idempotency.free(scoped);
          throw e;
        }
        idempotency.done(scoped, body, UUID.fromString(mail.sid()), mail.created());
        yield answer(mail.sid(), outcome);
      }
    };
  }

  private Answer accept(Mail mail, byte[] body, Outcome outcome, String more)
      throws InterruptedException {
    take(mail, body, outcome, more);
    return answer(mail.sid(), outcome);
  }

  private void take(Mail mail, byte[] body, Outcome outcome, String more) {
    if (outcome != Outcome.OK) {
      provider.book().append(mail.line(Kind.FAULT, null, "fault=" + outcome.wire()));
    }
    Integer told =
        switch (outcome) {
          case OK -> 200;
          case ACCEPT_THEN_500 -> 500;
          default -> null;
        };
    provider.accept(mail, body, told, more);
  }

  private Answer answer(String sid, Outcome outcome) throws InterruptedException {
    var reply = Json.reply(200, Map.of("id", sid));
    return switch (outcome) {
      case ACCEPT_THEN_500 -> serverError();
      case RESET_AFTER -> new Reset();
      case DROP_AFTER -> new Hangup();
      case HANG_AFTER -> {
        Thread.sleep(Duration.ofSeconds(faults.settings().hangSeconds()));
        yield reply;
      }
      default -> reply;
    };
  }

  private Answer failed(Mail mail, Outcome outcome) throws InterruptedException {
    boolean dropped = outcome == Outcome.RESET_BEFORE || outcome == Outcome.HANG_BEFORE;
    provider
        .book()
        .append(
            mail.line(
                Kind.FAULT, null, "fault=" + outcome.wire() + (dropped ? " request=dropped" : "")));
    return switch (outcome) {
      case BAD_REQUEST ->
          refused(mail, error(400, "validation_error", "The request was refused by a switch"));
      case TOO_MANY_REQUESTS -> busy(mail);
      case SERVER_ERROR -> refused(mail, serverError());
      case UNAVAILABLE ->
          refused(mail, error(503, "service_unavailable", "The service is unavailable"));
      case RESET_BEFORE -> new Reset();
      default -> {
        Thread.sleep(Duration.ofSeconds(faults.settings().hangSeconds()));
        yield error(503, "service_unavailable", "The service is unavailable");
      }
    };
  }

  private Answer busy(Mail mail) {
    return refused(
        mail,
        error(
            429,
            "rate_limit_exceeded",
            "Too many requests. Please limit the number of requests per second"));
  }

  private Answer refused(Mail mail, Reply reply) {
    provider.book().append(mail.line(Kind.REFUSED, reply.status(), "refused by a switch"));
    return reply;
  }

  private Answer refused(MailAccount account, int status, String name, String message) {
    provider
        .book()
        .append(
            LedgerEntry.draft(
                Kind.REFUSED,
                Channel.EMAIL,
                Vendor.RESEND.wire(),
                account.id(),
                null,
                account.clientId(),
                null,
                null,
                null,
                null,
                status,
                name + " " + message,
                null));
    return error(status, name, message);
  }

  private static Reply serverError() {
    return error(500, "internal_server_error", "An unexpected error occurred");
  }

  private static Reply error(int status, String name, String message) {
    var body = new LinkedHashMap<String, Object>();
    body.put("statusCode", status);
    body.put("name", name);
    body.put("message", message);
    return Json.reply(status, body);
  }

  // ---- the request

  private record Fault(String name, String message) {}

  private record Draft(Mail mail, @Nullable Fault fault) {}

  private Draft draft(MailAccount account, Request request, @Nullable String key) {
    JsonNode body;
    try {
      body = Json.MAPPER.readTree(request.body());
    } catch (JacksonException _) {
      body = Json.MAPPER.createObjectNode();
    }
    var to = list(body.path("to"));
    var from = text(body.path("from"));
    var fields = new ArrayList<Field>();
    fields.add(new Field("From", EncodedWords.encode(from)));
    fields.add(new Field("Subject", EncodedWords.encode(text(body.path("subject")))));
    list(body.path("reply_to")).stream()
        .findFirst()
        .ifPresent(reply -> fields.add(new Field("Reply-To", EncodedWords.encode(reply))));
    body.path("headers")
        .forEachEntry(
            (name, value) -> fields.add(new Field(name, EncodedWords.encode(text(value)))));
    var tags = new ArrayList<String>();
    boolean goodTags = true;
    for (var tag : body.path("tags")) {
      var name = text(tag.path("name"));
      var value = text(tag.path("value"));
      goodTags &= TAG.matcher(name).matches() && TAG.matcher(value).matches();
      tags.add(name + "=" + value);
    }
    if (tags.stream().noneMatch(t -> t.startsWith("dispatch_id="))) {
      named(key).ifPresent(id -> tags.add("dispatch_id=" + id));
    }
    if (!tags.isEmpty()) {
      // Resend sends by SES, and this is how its tags travel
      fields.add(new Field("X-SES-MESSAGE-TAGS", String.join(", ", tags)));
    }
    var html = text(body.path("html"));
    var parsed =
        new ParsedMail(new Headers(fields), text(body.path("text")), html.isEmpty() ? null : html);
    var sender = ParsedMail.address(from);
    var mail =
        MailReader.read(
            new Envelope(
                Optional.of(account.id()), sender, to.stream().map(ParsedMail::address).toList()),
            parsed,
            account,
            clock.instant());
    return new Draft(mail, fault(body, from, to, goodTags, parsed));
  }

  private static @Nullable Fault fault(
      JsonNode body, String from, List<String> to, boolean goodTags, ParsedMail mail) {
    if (!body.isObject()) {
      return new Fault("validation_error", "The request body is not valid JSON");
    }
    if (from.isBlank() || to.isEmpty() || text(body.path("subject")).isEmpty()) {
      return new Fault(
          "missing_required_field",
          "Missing `%s` field."
              .formatted(from.isBlank() ? "from" : to.isEmpty() ? "to" : "subject"));
    }
    if (ParsedMail.address(from).indexOf('@') < 1) {
      return new Fault(
          "invalid_from_address",
          "Invalid `from` field. The email address needs to follow the `email@example.com` or"
              + " `Name <email@example.com>` format.");
    }
    if (to.size() > MAX_RECIPIENTS
        || to.stream().anyMatch(a -> ParsedMail.address(a).indexOf('@') < 1)) {
      return new Fault("validation_error", "Invalid `to` field.");
    }
    if (mail.text().isEmpty() && mail.html() == null) {
      return new Fault("validation_error", "Missing `html` or `text` field.");
    }
    return goodTags
        ? null
        : new Fault(
            "validation_error",
            "Tags should only contain ASCII letters, numbers, underscores, or dashes.");
  }

  /** A dispatch may be named by the key alone. */
  private static Optional<String> named(@Nullable String key) {
    try {
      return key == null ? Optional.empty() : Optional.of(UUID.fromString(key).toString());
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static List<String> list(JsonNode node) {
    if (node.isString()) {
      return List.of(node.asString());
    }
    var all = new ArrayList<String>();
    node.forEach(item -> all.add(text(item)));
    return all;
  }

  private static String text(JsonNode node) {
    return node.isString() ? node.asString() : "";
  }
}
