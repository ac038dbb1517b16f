package com.omnify.model.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.omnify.model.StepKind;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.EventId;
import com.omnify.model.id.OrderId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Steps that do something other than speak to the contact: ordered by the scheduler, done by
 * event-processor, once for each order however often it is heard.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(FlowEvent.StepOrdered.class),
  @JsonSubTypes.Type(FlowEvent.StepExecuted.class)
})
public sealed interface FlowEvent extends Event {

  ContactId contactId();

  OrderId orderId();

  @Override
  default String key() {
    return contactId().toString();
  }

  @Override
  default Topic topic() {
    return Topic.FLOW;
  }

  /**
   * Do what the step says; said again while nobody has said that it is done.
   *
   * @param kind {@code webhook} or {@code notify_team}
   * @param attempt 1 for the first order of a step, counted per enrollment and step
   */
  @JsonTypeName("step.ordered.v1")
  record StepOrdered(
      EventId eventId,
      Instant at,
      ClientId clientId,
      ContactId contactId,
      OrderId orderId,
      EnrollmentId enrollmentId,
      SequenceId sequenceId,
      int version,
      StepId stepId,
      StepKind kind,
      int attempt)
      implements FlowEvent {}

  /**
   * It is done, or nothing more will be tried.
   *
   * @param code how, such as {@code http_200} or {@code timeout}
   */
  @JsonTypeName("step.executed.v1")
  record StepExecuted(
      EventId eventId,
      Instant at,
      ClientId clientId,
      ContactId contactId,
      OrderId orderId,
      EnrollmentId enrollmentId,
      boolean done,
      @Nullable String code)
      implements FlowEvent {}
}
