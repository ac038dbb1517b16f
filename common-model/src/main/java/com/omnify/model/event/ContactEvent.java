package com.omnify.model.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.EventId;
import com.omnify.model.id.InteractionId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened to the people themselves; said by memory-service. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(ContactEvent.ContactCreated.class),
  @JsonSubTypes.Type(ContactEvent.ContactChanged.class),
  @JsonSubTypes.Type(ContactEvent.ContactResolved.class)
})
public sealed interface ContactEvent extends Event {

  ContactId contactId();

  @Override
  default String key() {
    return contactId().toString();
  }

  @Override
  default Topic topic() {
    return Topic.CONTACTS;
  }

  /**
   * A contact is new.
   *
   * @param tags labels, each a slug
   */
  @JsonTypeName("contact.created.v1")
  record ContactCreated(
      EventId eventId, Instant at, ClientId clientId, ContactId contactId, List<String> tags)
      implements ContactEvent {}

  /**
   * A contact was edited.
   *
   * @param fields names of the fields that changed
   * @param tagsAdded labels that were not there before
   * @param status the contact's new status where it changed
   */
  @JsonTypeName("contact.changed.v1")
  record ContactChanged(
      EventId eventId,
      Instant at,
      ClientId clientId,
      ContactId contactId,
      List<String> fields,
      List<String> tagsAdded,
      @Nullable String status)
      implements ContactEvent {}

  /** Somebody who wrote or was named as a lead has a contact now. */
  @JsonTypeName("contact.resolved.v1")
  record ContactResolved(
      EventId eventId,
      Instant at,
      ClientId clientId,
      ContactId contactId,
      String identityHash,
      @Nullable InteractionId interactionId)
      implements ContactEvent {}
}
