package com.omnify.model.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;

/** What the scheduler is asked to do about a failure. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "action")
@JsonSubTypes({
  @JsonSubTypes.Type(HealingOrder.Retry.class),
  @JsonSubTypes.Type(HealingOrder.ApplyOnFailure.class),
  @JsonSubTypes.Type(HealingOrder.PauseEnrollment.class),
  @JsonSubTypes.Type(HealingOrder.EndEnrollment.class)
})
public sealed interface HealingOrder {

  /** Say it again, as a new dispatch, after {@code delaySeconds} of fleet time. */
  @JsonTypeName("retry")
  record Retry(long delaySeconds) implements HealingOrder {}

  /** Nothing to heal with: the step's own {@code on_failure} decides. */
  @JsonTypeName("apply_on_failure")
  record ApplyOnFailure() implements HealingOrder {}

  /** A person must act first. */
  @JsonTypeName("pause_enrollment")
  record PauseEnrollment(String reason) implements HealingOrder {}

  /** This contact cannot be reached this way any more. */
  @JsonTypeName("end_enrollment")
  record EndEnrollment(String reason) implements HealingOrder {}
}
