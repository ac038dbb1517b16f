package com.omnify.model.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.omnify.model.EnrollmentStatus;
import com.omnify.model.OutcomeKind;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.EventId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What happened on a contact's way through a sequence; said by the scheduler. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(EnrollmentEvent.EnrollmentStarted.class),
  @JsonSubTypes.Type(EnrollmentEvent.EnrollmentMoved.class),
  @JsonSubTypes.Type(EnrollmentEvent.StepSkipped.class),
  @JsonSubTypes.Type(EnrollmentEvent.OutcomeRecorded.class)
})
public sealed interface EnrollmentEvent extends Event {

  ContactId contactId();

  EnrollmentId enrollmentId();

  SequenceId sequenceId();

  @Override
  default String key() {
    return contactId().toString();
  }

  @Override
  default Topic topic() {
    return Topic.ENROLLMENTS;
  }

  @JsonTypeName("enrollment.started.v1")
  record EnrollmentStarted(
      EventId eventId,
      Instant at,
      ClientId clientId,
      ContactId contactId,
      EnrollmentId enrollmentId,
      SequenceId sequenceId,
      int version)
      implements EnrollmentEvent {}

  /**
   * The status changed: paused, resumed, ended.
   *
   * @param reason a code such as {@code reply_received}, for people and for counting
   */
  @JsonTypeName("enrollment.moved.v1")
  record EnrollmentMoved(
      EventId eventId,
      Instant at,
      ClientId clientId,
      ContactId contactId,
      EnrollmentId enrollmentId,
      SequenceId sequenceId,
      int version,
      EnrollmentStatus from,
      EnrollmentStatus to,
      String reason)
      implements EnrollmentEvent {}

  @JsonTypeName("step.skipped.v1")
  record StepSkipped(
      EventId eventId,
      Instant at,
      ClientId clientId,
      ContactId contactId,
      EnrollmentId enrollmentId,
      SequenceId sequenceId,
      int version,
      StepId stepId,
      String reason)
      implements EnrollmentEvent {}

  /**
   * The sequence reached what it is for.
   *
   * @param valueMicros millionths of {@code currency}, null where no value was given
   */
  @JsonTypeName("outcome.recorded.v1")
  record OutcomeRecorded(
      EventId eventId,
      Instant at,
      ClientId clientId,
      ContactId contactId,
      EnrollmentId enrollmentId,
      SequenceId sequenceId,
      int version,
      @Nullable StepId lastStepId,
      OutcomeKind kind,
      @Nullable Long valueMicros,
      @Nullable String currency)
      implements EnrollmentEvent {}
}
