package com.omnify.events.email.provider;

import com.omnify.events.email.bounce.policy.BounceClass;
import com.omnify.events.email.provider.EmailEvent.Kind;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Mailgun's webhooks: one event a post, its signature beside it, ours under user variables. */
public final class MailgunEvents {

  private MailgunEvents() {}

  /** Empty where the body is no such event. */
  public static List<EmailEvent> read(byte[] body) {
    JsonNode event = Json.read(body).path("event-data");
    if (!event.isObject()) {
      return List.of();
    }
    JsonNode status = event.path("delivery-status");
    String words =
        (Json.text(status.path("code"))
                + " "
                + Json.text(status.path("enhanced-code"))
                + " "
                + Json.text(status.path("message"))
                + " "
                + Json.text(status.path("description")))
            .strip();
    String messageId = Json.text(event.path("message").path("headers").path("message-id"));
    EventDraft draft =
        new EventDraft(EmailProvider.MAILGUN, Json.text(event.path("recipient")))
            .key(Json.text(event.path("id")))
            .at(Json.seconds(event.path("timestamp")))
            .messageId(messageId)
            .detail(words)
            .metadata(event.path("user-variables"))
            .mailId(messageId);
    EventDraft read =
        switch (Json.text(event.path("event"))) {
          case "accepted" -> draft.kind(Kind.QUEUED);
          case "delivered" -> draft.kind(Kind.DELIVERED);
          case "failed" -> failed(draft, event, words);
          case "rejected" -> draft.failed(Kind.REJECTED, BounceClass.SPAM, "");
          case "complained" -> draft.complained();
          case "unsubscribed" -> draft.kind(Kind.UNSUBSCRIBED);
          case "opened" -> draft.kind(Kind.OPENED);
          case "clicked" -> draft.kind(Kind.CLICKED);
          default -> draft;
        };
    return List.of(read.finished());
  }

  private static EventDraft failed(EventDraft draft, JsonNode event, String words) {
    if (Json.text(event.path("severity")).equals("temporary")) {
      return draft.kind(Kind.DELAYED);
    }
    return switch (Json.text(event.path("reason"))) {
      case "suppress-bounce" -> draft.failed(Kind.REJECTED, BounceClass.HARD, "");
      case "suppress-complaint" -> draft.failed(Kind.REJECTED, BounceClass.FEEDBACK, "");
      case "suppress-unsubscribe" -> draft.kind(Kind.UNSUBSCRIBED);
      default -> draft.bounced("", words);
    };
  }
}
