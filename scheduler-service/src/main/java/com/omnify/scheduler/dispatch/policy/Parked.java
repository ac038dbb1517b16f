package com.omnify.scheduler.dispatch.policy;

import com.omnify.model.id.StepId;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.sequence.policy.SequencePlan;
import com.omnify.scheduler.sequence.policy.Step;
import com.omnify.scheduler.timing.policy.Timetable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An enrollment that something happened to, with what its course is decided by. */
public record Parked(Enrollment enrollment, SequencePlan plan, Timetable timetable) {

  Optional<Step> step(@Nullable StepId id) {
    return plan.step(id);
  }

  public Parked with(Enrollment changed) {
    return new Parked(changed, plan, timetable);
  }
}
