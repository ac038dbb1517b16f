package com.omnify.scheduler.enrollment.policy;

import com.omnify.model.id.DispatchId;
import com.omnify.model.id.StepId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One decision about one step, with its reason.
 *
 * @param decision what was decided: {@code sent}, {@code deferred}, …
 * @param code why, for counting
 * @param words why, for people
 */
public record LogLine(
    @Nullable StepId stepId,
    @Nullable DispatchId dispatchId,
    String decision,
    String code,
    String words,
    @Nullable Instant until,
    Instant at) {}
