package com.omnify.learning.counting.policy;

import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * A dispatch of a sequence, as it was sent: what later answers are credited to.
 *
 * @param sentAt by the fleet clock
 * @param startedAt when its enrollment started, by the fleet clock
 */
public record Touch(
    ClientId clientId,
    DispatchId dispatchId,
    EnrollmentId enrollmentId,
    SequenceId sequenceId,
    int version,
    StepId stepId,
    Instant sentAt,
    Instant startedAt) {

  StepDay stepDay() {
    return new StepDay(
        clientId, sequenceId, version, stepId, sentAt.atOffset(ZoneOffset.UTC).toLocalDate());
  }

  SequenceDay sequenceDay() {
    return new SequenceDay(
        clientId, sequenceId, version, startedAt.atOffset(ZoneOffset.UTC).toLocalDate());
  }
}
