package com.omnify.scheduler.dispatch.policy;

import com.omnify.model.id.DispatchId;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.Person;
import com.omnify.scheduler.sequence.policy.SequencePlan;
import com.omnify.scheduler.sequence.policy.Step;
import com.omnify.scheduler.timing.policy.Timetable;
import java.util.Optional;

/**
 * All that the decision about a due step needs.
 *
 * @param sequenceOn whether sequence and client are active
 * @param fresh the id that its dispatch would bear
 */
public record DueStep(
    Enrollment enrollment,
    Person person,
    SequencePlan plan,
    Timetable timetable,
    boolean sequenceOn,
    DispatchId fresh) {

  public Optional<Step> step() {
    return plan.step(enrollment.place().stepId());
  }
}
