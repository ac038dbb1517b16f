package com.omnify.scheduler.sequence.policy;

import com.omnify.model.Channel;
import com.omnify.model.StepKind;
import com.omnify.model.id.StepId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One step of a version.
 *
 * @param id survives versions
 * @param position from 1
 * @param content per kind; for an SMS {@code body}, a template
 * @param urgent claimed before others
 */
public record Step(
    StepId id,
    int position,
    @Nullable String name,
    StepKind kind,
    Delay delay,
    Map<String, Object> content,
    List<SkipRule> skipIf,
    OnSuccess onSuccess,
    OnFailure onFailure,
    boolean urgent) {

  public Step {
    content = Map.copyOf(content);
    skipIf = List.copyOf(skipIf);
  }

  public Step at(int newPosition) {
    return new Step(
        id, newPosition, name, kind, delay, content, skipIf, onSuccess, onFailure, urgent);
  }

  /** What it says something on; null for steps that steer the flow. */
  public @Nullable Channel channel() {
    return switch (kind) {
      case SMS -> Channel.SMS;
      case EMAIL -> Channel.EMAIL;
      case VOICE -> Channel.VOICE;
      case WAIT, CONDITION, WEBHOOK, NOTIFY_TEAM -> null;
    };
  }

  public boolean sends() {
    return channel() != null;
  }

  /** {@code step 2 “Follow up”}. */
  public String inWords() {
    return name == null || name.isBlank()
        ? "step " + position
        : "step " + position + " “" + name + "”";
  }
}
