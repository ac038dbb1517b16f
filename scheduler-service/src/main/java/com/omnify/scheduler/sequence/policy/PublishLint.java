package com.omnify.scheduler.sequence.policy;

import com.omnify.model.StepKind;
import com.omnify.model.id.StepId;
import java.util.ArrayList;
import java.util.List;

/** What keeps a draft from being published. */
public final class PublishLint {

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
    if (step.kind() == StepKind.CONDITION) {
      Branch branch = Branch.read(step.content(), path + ".content", new Problems());
      if (branch == null) {
        findings.add(
            new Finding(
                path + ".content", "the condition asks for nothing", "say when it is to hold"));
      } else {
        jump(steps, index, branch.then(), path + ".content.then", findings);
        jump(steps, index, branch.otherwise(), path + ".content.else", findings);
      }
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
