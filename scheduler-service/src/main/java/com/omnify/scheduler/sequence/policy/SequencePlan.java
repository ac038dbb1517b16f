package com.omnify.scheduler.sequence.policy;

import com.omnify.model.Channel;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One version of a sequence; published ones never change. */
public record SequencePlan(SequenceId sequenceId, int version, List<Step> steps) {

  public SequencePlan {
    steps = steps.stream().sorted(Comparator.comparingInt(Step::position)).toList();
  }

  public Optional<Step> step(@Nullable StepId id) {
    return steps.stream().filter(step -> step.id().equals(id)).findFirst();
  }

  public Optional<Step> first() {
    return steps.stream().findFirst();
  }

  public Optional<Step> after(Step step) {
    return steps.stream().filter(other -> other.position() > step.position()).findFirst();
  }

  public boolean uses(Channel channel) {
    return channels().contains(channel);
  }

  /** All that it says something on. */
  public Set<Channel> channels() {
    return steps.stream()
        .flatMap(step -> Stream.ofNullable(step.channel()))
        .collect(Collectors.toUnmodifiableSet());
  }
}
