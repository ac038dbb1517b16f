package com.omnify.model.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.EventId;
import com.omnify.model.id.LeadId;
import java.time.Instant;

/**
 * Somebody asked to be contacted. Keyed by the hash of who that is until memory-service has found
 * or made the contact and says so with {@link ContactEvent.LeadCame}.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(LeadEvent.LeadReceived.class),
  @JsonSubTypes.Type(LeadEvent.LeadRefused.class)
})
public sealed interface LeadEvent extends Event {

  LeadId leadId();

  String identityHash();

  @Override
  default String key() {
    return identityHash();
  }

  @Override
  default Topic topic() {
    return Topic.LEADS;
  }

  /**
   * A lead came in, once however often it was sent; what it says is in its row.
   *
   * @param identityHash lower-case hex SHA-256 of client id and the address as it was given
   */
  @JsonTypeName("lead.received.v1")
  record LeadReceived(
      EventId eventId, Instant at, ClientId clientId, LeadId leadId, String identityHash)
      implements LeadEvent {}

  /**
   * No contact can be made of it.
   *
   * @param reason code of what is missing or wrong
   */
  @JsonTypeName("lead.refused.v1")
  record LeadRefused(
      EventId eventId,
      Instant at,
      ClientId clientId,
      LeadId leadId,
      String identityHash,
      String reason)
      implements LeadEvent {}
}
