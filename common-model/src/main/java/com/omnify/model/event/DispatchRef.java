package com.omnify.model.event;

import com.omnify.model.Channel;
import com.omnify.model.DispatchKind;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import org.jspecify.annotations.Nullable;

/**
 * Which attempt, for whom, of what.
 *
 * @param enrollmentId null for what has a text of its own and belongs to no sequence; then sequence
 *     and step are null too, and version is 0
 * @param attempt 1 for the first dispatch of a step, counted per enrollment and step
 */
public record DispatchRef(
    ClientId clientId,
    ContactId contactId,
    DispatchId dispatchId,
    @Nullable EnrollmentId enrollmentId,
    @Nullable SequenceId sequenceId,
    int version,
    @Nullable StepId stepId,
    Channel channel,
    DispatchKind kind,
    int attempt) {}
