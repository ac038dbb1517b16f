package com.omnify.model.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.omnify.model.Channel;
import com.omnify.model.OutcomeKind;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EventId;
import com.omnify.model.id.InteractionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What people say to us, and do. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(InboundEvent.ReplyReceived.class),
  @JsonSubTypes.Type(InboundEvent.UnknownSenderWrote.class),
  @JsonSubTypes.Type(InboundEvent.OptOutReceived.class),
  @JsonSubTypes.Type(InboundEvent.OptInReceived.class),
  @JsonSubTypes.Type(InboundEvent.CallMissed.class),
  @JsonSubTypes.Type(InboundEvent.OutcomeReported.class)
})
public sealed interface InboundEvent extends Event {

  @Override
  default Topic topic() {
    return Topic.INBOUND;
  }

  /**
   * A contact wrote.
   *
   * @param inReplyTo the latest outbound on that channel to that identity, if there was one
   */
  @JsonTypeName("reply.received.v1")
  record ReplyReceived(
      EventId eventId,
      Instant at,
      ClientId clientId,
      ContactId contactId,
      Channel channel,
      InteractionId interactionId,
      @Nullable DispatchId inReplyTo)
      implements InboundEvent {
    @Override
    public String key() {
      return contactId.toString();
    }
  }

  /**
   * Someone without a contact wrote.
   *
   * @param identityHash lower-case hex SHA-256 of client id and identity
   */
  @JsonTypeName("unknown_sender.wrote.v1")
  record UnknownSenderWrote(
      EventId eventId,
      Instant at,
      ClientId clientId,
      Channel channel,
      InteractionId interactionId,
      String identityHash)
      implements InboundEvent {
    @Override
    public String key() {
      return identityHash;
    }
  }

  /**
   * A contact said stop; the suppression is committed already. One event for each contact with that
   * identity.
   */
  @JsonTypeName("opt_out.received.v1")
  record OptOutReceived(
      EventId eventId,
      Instant at,
      ClientId clientId,
      ContactId contactId,
      Channel channel,
      @Nullable InteractionId interactionId)
      implements InboundEvent {
    @Override
    public String key() {
      return contactId.toString();
    }
  }

  /** A contact said start: the suppression of that channel is lifted already. */
  @JsonTypeName("opt_in.received.v1")
  record OptInReceived(
      EventId eventId,
      Instant at,
      ClientId clientId,
      ContactId contactId,
      Channel channel,
      @Nullable InteractionId interactionId)
      implements InboundEvent {
    @Override
    public String key() {
      return contactId.toString();
    }
  }

  /**
   * Somebody called and nobody took it.
   *
   * @param contactId null until memory-service has found or made one, which it says by {@code
   *     contact.resolved.v1}
   * @param channel always voice
   * @param interactionId of the call
   * @param identityHash lower-case hex SHA-256 of client id and identity
   */
  @JsonTypeName("call.missed.v1")
  record CallMissed(
      EventId eventId,
      Instant at,
      ClientId clientId,
      @Nullable ContactId contactId,
      Channel channel,
      InteractionId interactionId,
      String identityHash)
      implements InboundEvent {
    @Override
    public String key() {
      return contactId == null ? identityHash : contactId.toString();
    }
  }

  /**
   * A contact did what a sequence is for.
   *
   * @param dispatchId by which dispatch, where that is known
   * @param source who says so, as a code: {@code booking_tool}
   * @param interactionId in the course of what it happened
   * @param valueMicros millionths of {@code currency}, null where no value was given
   */
  @JsonTypeName("outcome.reported.v1")
  record OutcomeReported(
      EventId eventId,
      Instant at,
      ClientId clientId,
      ContactId contactId,
      @Nullable DispatchId dispatchId,
      OutcomeKind kind,
      String source,
      @Nullable InteractionId interactionId,
      @Nullable Long valueMicros,
      @Nullable String currency)
      implements InboundEvent {
    @Override
    public String key() {
      return contactId.toString();
    }
  }
}
