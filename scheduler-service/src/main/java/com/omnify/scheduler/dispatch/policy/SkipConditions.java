package com.omnify.scheduler.dispatch.policy;

import com.omnify.scheduler.enrollment.policy.Enrollment;
import com.omnify.scheduler.sequence.policy.SkipRule;
import com.omnify.scheduler.sequence.policy.Step;
import java.time.Instant;
import java.util.Optional;

/** Whether a step's own conditions leave it out. */
final class SkipConditions {

  private SkipConditions() {}

  static Optional<StepDecision.Skip> firstMet(Step step, Enrollment enrollment, Instant now) {
    return step.skipIf().stream().flatMap(rule -> met(rule, enrollment, now).stream()).findFirst();
  }

  private static Optional<StepDecision.Skip> met(
      SkipRule rule, Enrollment enrollment, Instant now) {
    return switch (rule) {
      case SkipRule.Replied() ->
          skip(enrollment.flags().replied(), "replied", "the contact has replied");
      case SkipRule.Answered() ->
          skip(enrollment.flags().answeredCall(), "answered", "the contact has answered a call");
      case SkipRule.Booked() ->
          skip(enrollment.flags().booked(), "booked", "the contact has booked");
      case SkipRule.NotBefore(Instant at) ->
          skip(now.isBefore(at), "not_before", "it is not to go out before " + at);
      case SkipRule.NotAfter(Instant at) ->
          skip(now.isAfter(at), "not_after", "it is not to go out after " + at);
      case SkipRule.UnlessVoicemail() ->
          skip(
              !enrollment.flags().voicemail(),
              "unless_voicemail",
              "no machine took the latest call");
    };
  }

  private static Optional<StepDecision.Skip> skip(boolean met, String code, String words) {
    return met ? Optional.of(new StepDecision.Skip(code, words)) : Optional.empty();
  }
}
