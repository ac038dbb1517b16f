package com.omnify.model.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.EventId;
import java.time.Instant;

/**
 * Orders to say something that is no step of a sequence. Whoever has a reason says so; the
 * scheduler makes a dispatch of it, one for each order however often it comes.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes(@JsonSubTypes.Type(MessageEvent.MessageOrdered.class))
public sealed interface MessageEvent extends Event {

  ContactId contactId();

  @Override
  default String key() {
    return contactId().toString();
  }

  @Override
  default Topic topic() {
    return Topic.MESSAGES;
  }

  /**
   * Say this to that person.
   *
   * @param message what; its words stand in rows
   */
  @JsonTypeName("message.ordered.v1")
  record MessageOrdered(
      EventId eventId, Instant at, ClientId clientId, ContactId contactId, OrderedMessage message)
      implements MessageEvent {}
}
