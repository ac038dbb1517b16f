package com.omnify.events.email.provider;

import com.omnify.events.email.bounce.policy.BounceClass;
import com.omnify.events.email.bounce.policy.BounceStatus;
import com.omnify.events.email.message.policy.MailAddresses;
import com.omnify.events.email.provider.EmailEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Resend's webhooks: one event a post, named by the {@code svix-id}, our metadata as tags. */
public final class ResendEvents {

  private static final int MOST = 1_000;

  private ResendEvents() {}

  /**
   * One event a recipient; empty where the body is no such event.
   *
   * @param id the header {@code svix-id}
   */
  public static List<EmailEvent> read(String id, byte[] body) {
    JsonNode event = Json.read(body);
    String type = Json.text(event.path("type"));
    JsonNode data = event.path("data");
    var events = new ArrayList<EmailEvent>();
    if (!type.startsWith("email.") || !data.isObject()) {
      return events;
    }
    for (JsonNode to : data.path("to")) {
      if (events.size() < MOST) {
        events.add(event(id, MailAddresses.first(Json.text(to)), type, event, data).finished());
      }
    }
    return events;
  }

  private static EventDraft event(
      String id, String recipient, String type, JsonNode event, JsonNode data) {
    EventDraft draft =
        new EventDraft(EmailProvider.RESEND, recipient)
            .key(id + ":" + recipient)
            .at(Json.instant(event.path("created_at")))
            .messageId(Json.text(data.path("email_id")))
            .metadata(Json.pairs(data.path("tags")))
            .mailId(Json.text(data.path("message_id")));
    for (JsonNode header : data.path("headers")) {
      if (Json.text(header.path("name")).equalsIgnoreCase("message-id")) {
        draft.mailId(Json.text(header.path("value")));
      }
    }
    return switch (type) {
      case "email.sent" -> draft.kind(Kind.SENT);
      case "email.scheduled" -> draft.kind(Kind.QUEUED);
      case "email.delivered" -> draft.kind(Kind.DELIVERED);
      case "email.delivery_delayed" -> draft.kind(Kind.DELAYED);
      case "email.bounced" -> bounce(draft, data.path("bounce"));
      case "email.complained" -> draft.complained();
      case "email.failed" ->
          draft
              .failed(Kind.REJECTED, BounceClass.SOFT, "")
              .detail(Json.text(data.path("failed").path("reason")));
      case "email.suppressed" ->
          draft
              .failed(Kind.REJECTED, BounceClass.HARD, "")
              .detail(Json.text(data.path("suppressed").path("message")));
      case "email.opened" -> draft.kind(Kind.OPENED);
      case "email.clicked" -> draft.kind(Kind.CLICKED);
      default -> draft;
    };
  }

  private static EventDraft bounce(EventDraft draft, JsonNode bounce) {
    String words = Json.text(bounce.path("message"));
    String type = Json.text(bounce.path("type"));
    BounceStatus verdict = BounceStatus.of("", words);
    draft.detail(words);
    if (!verdict.code().isEmpty()) {
      return draft.failed(Kind.BOUNCED, verdict.bounceClass(), verdict.code());
    }
    return draft.failed(
        Kind.BOUNCED, type.equals("Permanent") ? BounceClass.HARD : BounceClass.SOFT, "");
  }
}
