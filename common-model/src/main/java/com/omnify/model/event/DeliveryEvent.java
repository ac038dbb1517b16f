package com.omnify.model.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.omnify.model.CallDisposition;
import com.omnify.model.DeliveryStatus;
import com.omnify.model.EngagementKind;
import com.omnify.model.FailureType;
import com.omnify.model.HoldReason;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.EventId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of a dispatch. {@link DeliveryReported}, {@link CallEnded} and {@link
 * EngagementReported} are said by event-processor, all others by the channel workers, once each.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(DeliveryEvent.DispatchAccepted.class),
  @JsonSubTypes.Type(DeliveryEvent.DispatchRejected.class),
  @JsonSubTypes.Type(DeliveryEvent.DispatchNotSent.class),
  @JsonSubTypes.Type(DeliveryEvent.DispatchUnknown.class),
  @JsonSubTypes.Type(DeliveryEvent.DispatchQuarantined.class),
  @JsonSubTypes.Type(DeliveryEvent.DispatchCancelled.class),
  @JsonSubTypes.Type(DeliveryEvent.DispatchExpired.class),
  @JsonSubTypes.Type(DeliveryEvent.DispatchGivenBack.class),
  @JsonSubTypes.Type(DeliveryEvent.DeliveryReported.class),
  @JsonSubTypes.Type(DeliveryEvent.CallEnded.class),
  @JsonSubTypes.Type(DeliveryEvent.EngagementReported.class)
})
public sealed interface DeliveryEvent extends Event {

  DispatchRef dispatch();

  @Override
  default ClientId clientId() {
    return dispatch().clientId();
  }

  @Override
  default String key() {
    return dispatch().contactId().toString();
  }

  @Override
  default Topic topic() {
    return Topic.DELIVERIES;
  }

  /**
   * The provider took it.
   *
   * @param providerId the provider's id of the message
   * @param segments SMS segments billed, 0 on other channels
   * @param costMicros millionths of the client's currency, 0 where no price is known
   */
  @JsonTypeName("dispatch.accepted.v1")
  record DispatchAccepted(
      EventId eventId,
      Instant at,
      DispatchRef dispatch,
      @Nullable String providerId,
      int segments,
      long costMicros)
      implements DeliveryEvent {}

  /**
   * The provider refused it; nothing was sent.
   *
   * @param code the provider's code, for people
   */
  @JsonTypeName("dispatch.rejected.v1")
  record DispatchRejected(
      EventId eventId, Instant at, DispatchRef dispatch, FailureType failure, @Nullable String code)
      implements DeliveryEvent {}

  /** The request never left (DNS, connect, TLS), or the provider proved to know nothing of it. */
  @JsonTypeName("dispatch.not_sent.v1")
  record DispatchNotSent(
      EventId eventId, Instant at, DispatchRef dispatch, FailureType failure, @Nullable String code)
      implements DeliveryEvent {}

  /** Only the provider knows. The enrollment waits. */
  @JsonTypeName("dispatch.unknown.v1")
  record DispatchUnknown(EventId eventId, Instant at, DispatchRef dispatch, @Nullable String code)
      implements DeliveryEvent {}

  /**
   * Nobody could find out. A person may look; after a day the enrollment goes on as if it had been
   * sent.
   */
  @JsonTypeName("dispatch.quarantined.v1")
  record DispatchQuarantined(EventId eventId, Instant at, DispatchRef dispatch)
      implements DeliveryEvent {}

  /** Withdrawn before the fence. */
  @JsonTypeName("dispatch.cancelled.v1")
  record DispatchCancelled(EventId eventId, Instant at, DispatchRef dispatch, HoldReason reason)
      implements DeliveryEvent {}

  /** Its time passed before the fence. */
  @JsonTypeName("dispatch.expired.v1")
  record DispatchExpired(EventId eventId, Instant at, DispatchRef dispatch)
      implements DeliveryEvent {}

  /**
   * Cannot start now.
   *
   * @param until not before this fleet time
   */
  @JsonTypeName("dispatch.given_back.v1")
  record DispatchGivenBack(
      EventId eventId, Instant at, DispatchRef dispatch, HoldReason reason, Instant until)
      implements DeliveryEvent {}

  /**
   * A provider's authenticated report about an accepted message, said by event-processor for each
   * report whose receipt is new. Reports come in any order; the rank of the status decides.
   */
  @JsonTypeName("delivery.reported.v1")
  record DeliveryReported(
      EventId eventId,
      Instant at,
      DispatchRef dispatch,
      DeliveryStatus status,
      @Nullable FailureType failure,
      @Nullable String code,
      @Nullable String providerId)
      implements DeliveryEvent {}

  /**
   * A call is over, by the provider's authenticated word; said by event-processor once a call. It
   * proves that the call was placed, as any report does.
   *
   * @param failure why nobody was reached; null where somebody was
   * @param endedReason the provider's own word for it
   * @param seconds how long it lasted, 0 where nobody took it
   * @param costMicros millionths of the client's currency, 0 where no price is known
   * @param providerId the provider's id of the call
   */
  @JsonTypeName("call.ended.v1")
  record CallEnded(
      EventId eventId,
      Instant at,
      DispatchRef dispatch,
      CallDisposition disposition,
      @Nullable FailureType failure,
      @Nullable String endedReason,
      int seconds,
      long costMicros,
      @Nullable String providerId)
      implements DeliveryEvent {}

  /**
   * A person did something with a mail, by the provider's authenticated word or by our own link;
   * said by event-processor for each whose receipt is new.
   */
  @JsonTypeName("engagement.reported.v1")
  record EngagementReported(EventId eventId, Instant at, DispatchRef dispatch, EngagementKind kind)
      implements DeliveryEvent {}
}
