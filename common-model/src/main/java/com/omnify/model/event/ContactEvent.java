package com.omnify.model.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.EventId;
import com.omnify.model.id.InteractionId;
import com.omnify.model.id.LeadId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened to the people themselves; said by memory-service. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(ContactEvent.ContactCreated.class),
  @JsonSubTypes.Type(ContactEvent.ContactChanged.class),
  @JsonSubTypes.Type(ContactEvent.ContactResolved.class),
  @JsonSubTypes.Type(ContactEvent.LeadCame.class),
  @JsonSubTypes.Type(ContactEvent.ContactMerged.class)
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
   * @param quiet true where this starts no sequence: another event does, or nothing is to
   */
  @JsonTypeName("contact.created.v1")
  record ContactCreated(
      EventId eventId,
      Instant at,
      ClientId clientId,
      ContactId contactId,
      List<String> tags,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean quiet)
      implements ContactEvent {

    /** One that starts what waits for new contacts. */
    public ContactCreated(
        EventId eventId, Instant at, ClientId clientId, ContactId contactId, List<String> tags) {
      this(eventId, at, clientId, contactId, tags, null);
    }
  }

  /**
   * A contact was edited.
   *
   * @param fields names of the fields that changed
   * @param tagsAdded labels that were not there before
   * @param status the contact's new status where it changed
   * @param quiet true where this starts no sequence: another event does, or nothing is to
   */
  @JsonTypeName("contact.changed.v1")
  record ContactChanged(
      EventId eventId,
      Instant at,
      ClientId clientId,
      ContactId contactId,
      List<String> fields,
      List<String> tagsAdded,
      @Nullable String status,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean quiet)
      implements ContactEvent {

    /** One that starts what waits for its tags or its status. */
    public ContactChanged(
        EventId eventId,
        Instant at,
        ClientId clientId,
        ContactId contactId,
        List<String> fields,
        List<String> tagsAdded,
        @Nullable String status) {
      this(eventId, at, clientId, contactId, fields, tagsAdded, status, null);
    }
  }

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

  /**
   * A lead became this contact, new or known. What it did to the contact is told quietly beside it,
   * so that this alone starts sequences.
   *
   * @param isNew whether the contact is new, too
   * @param tagsAdded labels that the contact did not have before
   * @param otherContactId somebody else who has one of the lead's addresses
   */
  @JsonTypeName("lead.came.v1")
  record LeadCame(
      EventId eventId,
      Instant at,
      ClientId clientId,
      ContactId contactId,
      LeadId leadId,
      boolean isNew,
      List<String> tagsAdded,
      @Nullable ContactId otherContactId)
      implements ContactEvent {}

  /**
   * Another contact was this one all along. All that was its is this one's now; each owner
   * re-points its own rows.
   *
   * @param otherId the contact that is no more
   */
  @JsonTypeName("contact.merged.v1")
  record ContactMerged(
      EventId eventId, Instant at, ClientId clientId, ContactId contactId, ContactId otherId)
      implements ContactEvent {}
}
