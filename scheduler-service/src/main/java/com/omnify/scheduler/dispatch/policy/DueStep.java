package com.omnify.scheduler.dispatch.policy;

import com.omnify.model.id.DispatchId;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.Person;
import com.omnify.scheduler.sequence.policy.SequencePlan;
import com.omnify.scheduler.sequence.policy.Step;
import com.omnify.scheduler.timing.policy.Timetable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that the decision about a due step needs.
 *
 * @param sequenceOn whether sequence and client are active
 * @param fresh the id that its dispatch would bear
 * @param recent where a law counts them: when they were written to or called in the last 24 hours,
 *     the earliest first
 */
public record DueStep(
    Enrollment enrollment,
    Person person,
    SequencePlan plan,
    Timetable timetable,
    boolean sequenceOn,
    DispatchId fresh,
    List<Instant> recent) {

  /** For people whom no law counts for. */
  public DueStep(
      Enrollment enrollment,
      Person person,
      SequencePlan plan,
      Timetable timetable,
      boolean sequenceOn,
      DispatchId fresh) {
    this(enrollment, person, plan, timetable, sequenceOn, fresh, List.of());
  }

  public DueStep {
    recent = List.copyOf(recent);
  }

  public Optional<Step> step() {
    return plan.step(enrollment.place().stepId());
  }
}
