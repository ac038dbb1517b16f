package com.omnify.model.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.EventId;
import java.time.Instant;

/** The doorbell of the channel workers. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes(@JsonSubTypes.Type(StepEvent.DispatchOpened.class))
public sealed interface StepEvent extends Event {

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
    return switch (dispatch().channel()) {
      case SMS -> Topic.STEPS_SMS;
      case EMAIL -> Topic.STEPS_EMAIL;
      case VOICE -> Topic.STEPS_VOICE;
    };
  }

  /** A dispatch row stands READY. Losing this event loses nothing: a sweeper finds the row. */
  @JsonTypeName("dispatch.opened.v1")
  record DispatchOpened(EventId eventId, Instant at, DispatchRef dispatch) implements StepEvent {}
}
