package com.omnify.scheduler.sequence.policy;

import com.omnify.model.StepKind;
import com.omnify.model.id.StepId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What keeps a draft from being published. */
public final class PublishLint {

  /** The kinds of step that this version of the product can execute. */
  public static final Set<StepKind> EXECUTABLE = EnumSet.of(StepKind.SMS, StepKind.WAIT);

  /**
   * One thing to mend.
   *
   * @param field path into the sequence, as {@code steps[0].kind}
   */
  public record Finding(String field, String message, String fix) {}

  private PublishLint() {}

  public static List<Finding> check(List<Step> steps, WeeklyHours sendWindow) {
    var findings = new ArrayList<Finding>();
    if (steps.isEmpty()) {
      findings.add(
          new Finding("steps", "the draft has no steps", "add at least one step, then publish"));
    }
    if (steps.stream().anyMatch(Step::sends) && sendWindow.isEmpty()) {
      findings.add(
          new Finding(
              "send_window",
              "the send window is never open, so nothing could be sent",
              "open it on at least one weekday"));
    }
    for (int i = 0; i < steps.size(); i++) {
      check(steps, i, findings);
    }
    return findings;
  }

  private static void check(List<Step> steps, int index, List<Finding> findings) {
    Step step = steps.get(index);
    String path = "steps[" + index + "]";
    if (!EXECUTABLE.contains(step.kind())) {
      findings.add(
          new Finding(
              path + ".kind",
              "steps of kind '" + step.kind().wire() + "' cannot be executed yet",
              "use one of " + EXECUTABLE.stream().map(StepKind::wire).toList()));
    }
    if (step.kind() == StepKind.SMS
        && !(step.content().get("body") instanceof String body && !body.isBlank())) {
      findings.add(
          new Finding(path + ".content.body", "an SMS needs a text", "write what is to be said"));
    }
    jump(steps, index, step.onSuccess(), path + ".on_success", findings);
    jump(steps, index, step.onFailure(), path + ".on_failure", findings);
  }

  private static void jump(
      List<Step> steps, int index, OnFailure then, String path, List<Finding> findings) {
    if (!(then instanceof OnSuccess.Jump(StepId to))) {
      return;
    }
    int target = -1;
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).id().equals(to)) {
        target = i;
      }
    }
    if (target < 0) {
      findings.add(
          new Finding(
              path + ".step_id", "there is no step " + to, "name the id of a step of this list"));
    } else if (target <= index) {
      // A way back has no end: the person would be written to for ever.
      findings.add(
          new Finding(
              path + ".step_id",
              "a jump may only lead forward, and " + to + " does not come later",
              "jump to a later step, or end the sequence"));
    }
  }
}
