package com.omnify.events.email.door;

import com.omnify.events.email.bounce.policy.BounceClass;
import com.omnify.events.email.bounce.policy.BounceReport;
import com.omnify.events.email.provider.EmailEvent;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody authenticated says about one mail of ours, whoever it is.
 *
 * @param source the provider, or the mailbox it lay in
 * @param key the same for every repetition, unique within the source
 * @param recipient lower case, or empty
 * @param status enhanced status code, or empty
 * @param believed whether a complaint is believed about whom we have no mail of: a provider's word
 *     is, a mail's is not, since anybody can write one
 */
record MailReport(
    String source,
    String key,
    EmailEvent.Kind kind,
    BounceClass bounceClass,
    String status,
    String detail,
    String recipient,
    Optional<Instant> at,
    String providerMessageId,
    Optional<DispatchId> dispatch,
    Optional<ClientId> client,
    boolean believed) {

  static MailReport of(EmailEvent event) {
    return new MailReport(
        event.provider().wire(),
        event.key().isBlank() ? "unnamed:" + ReceiptKeys.digest(event.toString()) : event.key(),
        event.kind(),
        event.bounceClass(),
        event.status(),
        event.detail(),
        event.recipient().strip().toLowerCase(Locale.ROOT),
        event.at(),
        event.providerMessageId(),
        event.dispatch(),
        event.client(),
        true);
  }

  /** Of a mail that a server or a feedback loop sent back. */
  static MailReport of(String source, String mailKey, BounceReport report) {
    return new MailReport(
        source,
        mailKey + ":" + report.recipient(),
        kind(report),
        report.bounceClass(),
        report.status(),
        report.diagnostic(),
        report.recipient().strip().toLowerCase(Locale.ROOT),
        Optional.empty(),
        "",
        report.dispatch(),
        Optional.empty(),
        false);
  }

  private static EmailEvent.Kind kind(BounceReport report) {
    return switch (report.bounceClass()) {
      case HARD, SOFT, SPAM -> EmailEvent.Kind.BOUNCED;
      case FEEDBACK -> EmailEvent.Kind.COMPLAINED;
      case AUTO_REPLY -> EmailEvent.Kind.AUTO_REPLIED;
      case NONE ->
          switch (report.action()) {
            case "delayed" -> EmailEvent.Kind.DELAYED;
            case "delivered" -> EmailEvent.Kind.DELIVERED;
            case "relayed", "expanded" -> EmailEvent.Kind.SENT;
            default -> EmailEvent.Kind.OTHER;
          };
    };
  }

  Consequence consequence() {
    return Consequence.of(kind, bounceClass, status);
  }

  /** As it stands in the webhook log. */
  Map<String, Object> payload() {
    var payload = new LinkedHashMap<String, Object>();
    payload.put("event", kind.wire());
    if (bounceClass != BounceClass.NONE) {
      payload.put("class", bounceClass.label());
    }
    put(payload, "status", status);
    put(payload, "detail", detail);
    put(payload, "recipient", recipient);
    at.ifPresent(time -> payload.put("at", time.toString()));
    return payload;
  }

  private static void put(Map<String, Object> payload, String name, String value) {
    if (!value.isEmpty()) {
      payload.put(name, Texts.storable(value));
    }
  }
}
