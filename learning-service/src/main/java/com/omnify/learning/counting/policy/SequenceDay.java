package com.omnify.learning.counting.policy;

import com.omnify.model.id.ClientId;
import com.omnify.model.id.SequenceId;
import java.time.LocalDate;

/**
 * One row of counts of a sequence.
 *
 * @param day in UTC, by the fleet clock, on which the enrollment started that the counts are about
 */
public record SequenceDay(ClientId clientId, SequenceId sequenceId, int version, LocalDate day) {}
