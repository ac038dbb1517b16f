package com.omnify.events.email.provider;

import com.omnify.events.email.bounce.policy.BounceClass;
import com.omnify.events.email.bounce.policy.BounceStatus;
import com.omnify.events.email.provider.EmailEvent.Kind;
import com.omnify.model.EmailMessageId;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** An event while its provider's payload is read. */
final class EventDraft {

  private final EmailProvider provider;
  private final String recipient;
  private String key = "";
  private Kind kind = Kind.OTHER;
  private Optional<Instant> at = Optional.empty();
  private BounceClass bounceClass = BounceClass.NONE;
  private String status = "";
  private String detail = "";
  private String messageId = "";
  private Optional<DispatchId> dispatch = Optional.empty();
  private Optional<ClientId> client = Optional.empty();

  EventDraft(EmailProvider provider, String recipient) {
    this.provider = provider;
    this.recipient = recipient;
  }

  EventDraft key(String key) {
    this.key = key;
    return this;
  }

  EventDraft kind(Kind kind) {
    this.kind = kind;
    return this;
  }

  EventDraft at(Optional<Instant> at) {
    this.at = at;
    return this;
  }

  EventDraft detail(String detail) {
    this.detail = detail;
    return this;
  }

  EventDraft messageId(String messageId) {
    this.messageId = messageId;
    return this;
  }

  /** A failure, judged by the status and the words of the server that refused. */
  EventDraft bounced(String status, String words) {
    BounceStatus verdict = BounceStatus.of(status, words);
    return failed(Kind.BOUNCED, verdict.bounceClass(), verdict.code());
  }

  EventDraft failed(Kind kind, BounceClass bounceClass, String status) {
    this.kind = kind;
    this.bounceClass = bounceClass;
    this.status = status;
    return this;
  }

  EventDraft complained() {
    return failed(Kind.COMPLAINED, BounceClass.FEEDBACK, "");
  }

  BounceClass bounceClass() {
    return bounceClass;
  }

  String status() {
    return status;
  }

  /** Where our metadata stands: {@code dispatch_id} and {@code client_id}, each a text. */
  EventDraft metadata(JsonNode metadata) {
    Optional<DispatchId> named = Json.uuid(metadata.path("dispatch_id")).map(DispatchId::new);
    dispatch = named.isPresent() ? named : dispatch;
    Optional<ClientId> of = Json.uuid(metadata.path("client_id")).map(ClientId::new);
    client = of.isPresent() ? of : client;
    return this;
  }

  /** Where the mail's own Message-ID is given; our metadata, if any, beats it. */
  EventDraft mailId(String messageIdHeader) {
    Optional<EmailMessageId> ours = EmailMessageId.in(messageIdHeader);
    dispatch = dispatch.or(() -> ours.map(EmailMessageId::dispatch));
    client = client.or(() -> ours.map(EmailMessageId::client));
    return this;
  }

  EmailEvent finished() {
    return new EmailEvent(
        provider,
        key,
        kind,
        recipient,
        at,
        bounceClass,
        status,
        detail,
        messageId,
        dispatch,
        client);
  }
}
