package com.omnify.events.email.provider;

import com.omnify.events.email.bounce.policy.BounceClass;
import com.omnify.events.email.bounce.policy.BounceStatus;
import com.omnify.events.email.provider.EmailEvent.Kind;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Postmark's webhooks: one event a post, our metadata under {@code Metadata}. */
public final class PostmarkEvents {

  private PostmarkEvents() {}

  /** Empty where the body is no such event. */
  public static List<EmailEvent> read(byte[] body) {
    JsonNode event = Json.read(body);
    String type = Json.text(event.path("RecordType"));
    if (type.isEmpty()) {
      return List.of();
    }
    String recipient = Json.text(event.path(event.has("Recipient") ? "Recipient" : "Email"));
    String messageId = Json.text(event.path("MessageID"));
    String at = when(event, type);
    // only bounces and complaints have an id of their own
    String id = Json.text(event.path("ID"));
    EventDraft draft =
        new EventDraft(EmailProvider.POSTMARK, recipient)
            .key(type + ":" + (id.isEmpty() ? messageId + ":" + recipient + ":" + at : id))
            .at(Json.instant(event.path(field(type))))
            .messageId(messageId)
            .detail(Json.text(event.path("Details")))
            .metadata(event.path("Metadata"));
    EventDraft read =
        switch (type) {
          case "Delivery" -> draft.kind(Kind.DELIVERED);
          case "Bounce" -> bounce(draft, event);
          case "SpamComplaint" -> draft.complained();
          case "Open" -> draft.kind(Kind.OPENED);
          case "Click" -> draft.kind(Kind.CLICKED);
          case "SubscriptionChange" -> subscription(draft, event);
          default -> draft;
        };
    return List.of(read.finished());
  }

  private static EventDraft bounce(EventDraft draft, JsonNode event) {
    String words = Json.text(event.path("Details"));
    BounceStatus verdict = BounceStatus.of("", words);
    return switch (Json.text(event.path("Type"))) {
      // the server's own word that it is about us beats Postmark's type
      case "HardBounce", "BadEmailAddress" ->
          draft.failed(
              Kind.BOUNCED,
              verdict.bounceClass() == BounceClass.SPAM ? BounceClass.SPAM : BounceClass.HARD,
              verdict.code());
      case "SoftBounce", "Transient", "DnsError", "Undeliverable", "AddressChange" ->
          draft.failed(Kind.BOUNCED, BounceClass.SOFT, verdict.code());
      case "SpamNotification", "Blocked", "DMARCPolicy", "VirusNotification", "ISPContentBlock" ->
          draft.failed(Kind.BOUNCED, BounceClass.SPAM, verdict.code());
      case "SpamComplaint" -> draft.complained();
      case "AutoResponder", "ChallengeVerification" ->
          draft.failed(Kind.AUTO_REPLIED, BounceClass.AUTO_REPLY, "");
      case "Unsubscribe" -> draft.kind(Kind.UNSUBSCRIBED);
      case "ManuallyDeactivated", "SMTPApiError", "InboundError", "TemplateRenderingFailed" ->
          draft.failed(Kind.REJECTED, BounceClass.SOFT, verdict.code());
      case "Subscribe", "OpenRelayTest" -> draft;
      default -> draft.bounced("", words);
    };
  }

  private static EventDraft subscription(EventDraft draft, JsonNode event) {
    if (!event.path("SuppressSending").asBoolean(false)) {
      return draft;
    }
    return switch (Json.text(event.path("SuppressionReason"))) {
      case "HardBounce" -> draft.failed(Kind.BOUNCED, BounceClass.HARD, "");
      case "SpamComplaint" -> draft.complained();
      default -> draft.kind(Kind.UNSUBSCRIBED);
    };
  }

  private static String when(JsonNode event, String type) {
    return Json.text(event.path(field(type)));
  }

  private static String field(String type) {
    return switch (type) {
      case "Delivery" -> "DeliveredAt";
      case "Bounce", "SpamComplaint" -> "BouncedAt";
      case "SubscriptionChange" -> "ChangedAt";
      default -> "ReceivedAt";
    };
  }
}
