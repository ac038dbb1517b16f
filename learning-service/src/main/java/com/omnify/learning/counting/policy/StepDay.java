package com.omnify.learning.counting.policy;

import com.omnify.model.id.ClientId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import java.time.LocalDate;

/**
 * One row of counts of a step.
 *
 * @param day in UTC, by the fleet clock, on which the dispatch was sent that the counts are about:
 *     so a day's deliveries and replies belong to that day's messages, whenever they came in
 */
public record StepDay(
    ClientId clientId, SequenceId sequenceId, int version, StepId stepId, LocalDate day) {}
