package com.omnify.events.email.provider;

import com.omnify.events.email.bounce.policy.BounceClass;
import com.omnify.events.email.bounce.policy.BounceStatus;
import com.omnify.events.email.provider.EmailEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * SES by SNS: notifications and published events, one event a recipient. Our metadata are the
 * mail's tags; where it has none its Message-ID names the dispatch.
 */
public final class SesEvents {

  private static final int MOST = 1_000;

  private SesEvents() {}

  /** Of the notification that SNS posts; empty where it is none of SES. */
  public static List<EmailEvent> read(byte[] body) {
    JsonNode envelope = Json.read(body);
    JsonNode event = Json.read(Json.text(envelope.path("Message")));
    String type = Json.text(event.path(event.has("eventType") ? "eventType" : "notificationType"));
    if (type.isEmpty()) {
      return List.of();
    }
    String id = Json.text(envelope.path("MessageId"));
    var events = new ArrayList<EmailEvent>();
    switch (type) {
      case "Bounce" -> {
        JsonNode bounce = event.path("bounce");
        for (JsonNode one : bounce.path("bouncedRecipients")) {
          events.add(bounce(draft(id, address(one), event, bounce), bounce, one).finished());
        }
      }
      case "Complaint" -> {
        JsonNode complaint = event.path("complaint");
        boolean praise = Json.text(complaint.path("complaintFeedbackType")).equals("not-spam");
        for (JsonNode one : complaint.path("complainedRecipients")) {
          EventDraft draft =
              draft(id, address(one), event, complaint)
                  .detail(Json.text(complaint.path("complaintFeedbackType")));
          events.add((praise ? draft : draft.complained()).finished());
        }
      }
      case "Delivery" -> {
        JsonNode delivery = event.path("delivery");
        recipients(delivery.path("recipients"), event)
            .forEach(
                recipient ->
                    events.add(
                        draft(id, recipient, event, delivery)
                            .kind(Kind.DELIVERED)
                            .detail(Json.text(delivery.path("smtpResponse")))
                            .finished()));
      }
      case "DeliveryDelay" -> {
        JsonNode delay = event.path("deliveryDelay");
        for (JsonNode one : delay.path("delayedRecipients")) {
          events.add(
              draft(id, address(one), event, delay)
                  .kind(Kind.DELAYED)
                  .detail(Json.text(one.path("diagnosticCode")))
                  .finished());
        }
      }
      default ->
          recipients(event.path("none"), event)
              .forEach(recipient -> events.add(other(id, recipient, event, type).finished()));
    }
    return events.size() > MOST ? List.copyOf(events.subList(0, MOST)) : events;
  }

  private static EventDraft other(String id, String recipient, JsonNode event, String type) {
    JsonNode about = event.path(type.toLowerCase(Locale.ROOT));
    EventDraft draft = draft(id, recipient, event, about);
    return switch (type) {
      case "Send" -> draft.kind(Kind.SENT);
      case "Reject" ->
          draft.failed(Kind.REJECTED, BounceClass.SPAM, "").detail(Json.text(about.path("reason")));
      case "Rendering Failure" -> draft.failed(Kind.REJECTED, BounceClass.SOFT, "");
      case "Open" -> draft.kind(Kind.OPENED);
      case "Click" -> draft.kind(Kind.CLICKED);
      case "Subscription" -> draft.kind(Kind.UNSUBSCRIBED);
      default -> draft;
    };
  }

  private static EventDraft draft(String id, String recipient, JsonNode event, JsonNode about) {
    JsonNode mail = event.path("mail");
    EventDraft draft =
        new EventDraft(EmailProvider.SES, recipient)
            .key(id + ":" + recipient.toLowerCase(Locale.ROOT))
            .at(Json.instant(about.path("timestamp")))
            .messageId(Json.text(mail.path("messageId")))
            .metadata(mail.path("tags"));
    for (JsonNode header : mail.path("headers")) {
      if (Json.text(header.path("name")).equalsIgnoreCase("message-id")) {
        draft.mailId(Json.text(header.path("value")));
      }
    }
    return draft;
  }

  private static EventDraft bounce(EventDraft draft, JsonNode bounce, JsonNode recipient) {
    String words = Json.text(recipient.path("diagnosticCode"));
    String kind = Json.text(bounce.path("bounceType"));
    String detail = Json.text(bounce.path("bounceSubType"));
    draft.detail(words.isEmpty() ? kind + ": " + detail : words);
    BounceStatus verdict = BounceStatus.of(Json.text(recipient.path("status")), words);
    if (detail.equals("ContentRejected") || detail.equals("AttachmentRejected")) {
      return draft.failed(Kind.BOUNCED, BounceClass.SPAM, verdict.code());
    }
    if (verdict.bounceClass() == BounceClass.SPAM || !verdict.code().isEmpty()) {
      return draft.failed(Kind.BOUNCED, verdict.bounceClass(), verdict.code());
    }
    return draft.failed(
        Kind.BOUNCED, kind.equals("Permanent") ? BounceClass.HARD : BounceClass.SOFT, "");
  }

  private static Stream<String> recipients(JsonNode list, JsonNode event) {
    JsonNode recipients = list.isArray() ? list : event.path("mail").path("destination");
    return recipients.valueStream().map(Json::text).limit(MOST);
  }

  private static String address(JsonNode recipient) {
    return Json.text(recipient.path("emailAddress"));
  }
}
