package com.omnify.scheduler.dispatch.policy;

import com.omnify.kit.quiet.policy.Law;
import com.omnify.kit.quiet.policy.RuleSet;
import com.omnify.kit.quiet.policy.Whereabouts;
import com.omnify.model.Channel;
import com.omnify.model.DispatchKind;
import com.omnify.model.EnrollmentStatus;
import com.omnify.model.PhoneType;
import com.omnify.model.StepKind;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.EventId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.enrollment.policy.Person;
import com.omnify.scheduler.sequence.policy.Delay;
import com.omnify.scheduler.sequence.policy.OnFailure;
import com.omnify.scheduler.sequence.policy.OnSuccess;
import com.omnify.scheduler.sequence.policy.SequencePlan;
import com.omnify.scheduler.sequence.policy.SkipRule;
import com.omnify.scheduler.sequence.policy.Step;
import com.omnify.scheduler.sequence.policy.WeeklyHours;
import com.omnify.scheduler.timing.policy.ContactZones;
import com.omnify.scheduler.timing.policy.Timetable;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Enrollments to try decisions on. */
final class Stories {

  /** A Tuesday, 11:00 in New York. */
  static final Instant NOW = Instant.parse("2026-03-03T16:00:00Z");

  static final Moment MOMENT = new Moment(NOW, Instant.parse("2026-11-24T10:02:00Z"));
  static final ClientId CLIENT = new ClientId(new UUID(1, 1));
  static final ContactId CONTACT = new ContactId(new UUID(2, 2));
  static final SequenceId SEQUENCE = new SequenceId(new UUID(3, 3));
  static final EnrollmentId ENROLLMENT = new EnrollmentId(new UUID(4, 4));
  static final DispatchId DISPATCH = new DispatchId(new UUID(5, 5));
  static final DispatchId FRESH = new DispatchId(new UUID(5, 6));
  static final Duration DAY = Duration.ofDays(1);

  static final Whereabouts NEW_YORKER =
      Whereabouts.of("+12125550100", List.of(), null, null, "America/New_York");

  static final Timetable TIMETABLE =
      new Timetable(
          ContactZones.of(NEW_YORKER, ZoneId.of("UTC")),
          WeeklyHours.DEFAULT_SEND_WINDOW,
          WeeklyHours.DEFAULT_BUSINESS_HOURS,
          new Law(new RuleSet(0, List.of()), NEW_YORKER));

  static final Person ADA =
      new Person(
          CONTACT,
          "+12125550100",
          true,
          PhoneType.MOBILE,
          "ada@example.com",
          true,
          NEW_YORKER,
          Set.of(),
          Set.of(Channel.SMS, Channel.VOICE),
          Set.of());

  private Stories() {}

  static StepId stepId(int position) {
    return new StepId(new UUID(9, position));
  }

  static Step sms(int position) {
    return step(position, StepKind.SMS, new OnSuccess.Continue(), new OnSuccess.Continue());
  }

  static Step step(int position, StepKind kind, OnSuccess success, OnFailure failure) {
    return new Step(
        stepId(position),
        position,
        null,
        kind,
        position == 1 ? new Delay.Immediate() : new Delay.Fixed(DAY),
        kind == StepKind.SMS ? Map.of("body", "Hi") : Map.of(),
        List.of(),
        success,
        failure,
        false);
  }

  static Step skipping(int position, SkipRule... rules) {
    Step step = sms(position);
    return new Step(
        step.id(),
        position,
        null,
        step.kind(),
        step.delay(),
        step.content(),
        Arrays.asList(rules),
        step.onSuccess(),
        step.onFailure(),
        false);
  }

  static SequencePlan plan(Step... steps) {
    return new SequencePlan(SEQUENCE, 1, List.of(steps));
  }

  static Enrollment at(int position) {
    return new Enrollment(
        new Enrollment.Ref(CLIENT, ENROLLMENT, CONTACT, SEQUENCE, 1, NOW.minus(DAY)),
        new Enrollment.Standing(EnrollmentStatus.ACTIVE, null, null, false),
        new Enrollment.Place(stepId(position), position, NOW, null, 0, null),
        new Enrollment.Tally(position - 1, position - 1, 0),
        new Enrollment.Flags(false, false, false, false),
        7);
  }

  static Parked parkedAt(int position, Step... steps) {
    return new Parked(at(position).open(DISPATCH), plan(steps), TIMETABLE);
  }

  static DispatchRef ref(int position) {
    return ref(position, Channel.SMS);
  }

  static DispatchRef ref(int position, Channel channel) {
    return new DispatchRef(
        CLIENT,
        CONTACT,
        DISPATCH,
        ENROLLMENT,
        SEQUENCE,
        1,
        stepId(position),
        channel,
        DispatchKind.STEP,
        1);
  }

  static EventId event() {
    return new EventId(UUID.randomUUID());
  }
}
