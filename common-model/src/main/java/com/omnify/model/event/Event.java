package com.omnify.model.event;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.EventId;
import java.time.Instant;

/**
 * A fact or an order on a topic. Carries ids, enums and numbers only: names, phone numbers and
 * texts stay in rows, so topics hold no personal data.
 */
public sealed interface Event
    permits StepEvent,
        DeliveryEvent,
        InboundEvent,
        ContactEvent,
        LeadEvent,
        EnrollmentEvent,
        HealingEvent,
        MessageEvent,
        FlowEvent {

  EventId eventId();

  ClientId clientId();

  /** When it happened, by the fleet clock. */
  Instant at();

  /**
   * What must stay in order: the contact's id, or the hash of an identity nobody has been found for
   * yet.
   */
  @JsonIgnore
  String key();

  @JsonIgnore
  Topic topic();
}
