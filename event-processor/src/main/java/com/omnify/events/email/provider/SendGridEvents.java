package com.omnify.events.email.provider;

import com.omnify.events.email.bounce.policy.BounceClass;
import com.omnify.events.email.provider.EmailEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** SendGrid's event webhook: a list of events, our custom arguments among their fields. */
public final class SendGridEvents {

  private static final int MOST = 10_000;

  private SendGridEvents() {}

  /** Empty where the body is no such list. */
  public static List<EmailEvent> read(byte[] body) {
    var events = new ArrayList<EmailEvent>();
    for (JsonNode event : Json.read(body)) {
      if (event.isObject() && events.size() < MOST) {
        events.add(event(event));
      }
    }
    return events;
  }

  private static EmailEvent event(JsonNode event) {
    String words = Json.text(event.path(event.has("reason") ? "reason" : "response"));
    EventDraft draft =
        new EventDraft(EmailProvider.SENDGRID, Json.text(event.path("email")))
            .key(Json.text(event.path("sg_event_id")))
            .at(Json.seconds(event.path("timestamp")))
            .messageId(Json.text(event.path("sg_message_id")))
            .detail(words)
            .metadata(event)
            .mailId(Json.text(event.path("smtp-id")));
    EventDraft read =
        switch (Json.text(event.path("event"))) {
          case "processed" -> draft.kind(Kind.QUEUED);
          case "deferred" -> draft.kind(Kind.DELAYED);
          case "delivered" -> draft.kind(Kind.DELIVERED);
          case "bounce" -> bounce(draft, event, words);
          case "dropped" -> dropped(draft, words);
          case "spamreport" -> draft.complained();
          case "unsubscribe", "group_unsubscribe" -> draft.kind(Kind.UNSUBSCRIBED);
          // what a mail program fetches by itself has arrived, and nobody has seen it
          case "open" ->
              draft.kind(
                  event.path("sg_machine_open").asBoolean(false) ? Kind.DELIVERED : Kind.OPENED);
          case "click" -> draft.kind(Kind.CLICKED);
          default -> draft;
        };
    return read.finished();
  }

  /** "Blocked" says nothing against the address. */
  private static EventDraft bounce(EventDraft draft, JsonNode event, String words) {
    draft.bounced(Json.text(event.path("status")), words);
    boolean blocked = Json.text(event.path("type")).equals("blocked");
    return blocked && draft.bounceClass() == BounceClass.HARD
        ? draft.failed(Kind.BOUNCED, BounceClass.SOFT, draft.status())
        : draft;
  }

  /** SendGrid's own lists: an address that bounced, complained or unsubscribed before. */
  private static EventDraft dropped(EventDraft draft, String reason) {
    String why = reason.toLowerCase(Locale.ROOT);
    if (why.contains("unsubscribed")) {
      return draft.kind(Kind.UNSUBSCRIBED);
    }
    if (why.contains("spam report")) {
      return draft.failed(Kind.REJECTED, BounceClass.FEEDBACK, "");
    }
    boolean address = why.contains("bounced address") || why.contains("invalid");
    boolean content = why.contains("spam content");
    return draft.failed(
        Kind.REJECTED,
        address ? BounceClass.HARD : content ? BounceClass.SPAM : BounceClass.SOFT,
        "");
  }
}
