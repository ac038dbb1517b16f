package com.omnify.learning.counting.policy;

import com.omnify.learning.counting.policy.Increment.OfSequence;
import com.omnify.learning.counting.policy.Increment.OfStep;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Increments summed by row. Rows are sorted, so that transactions that touch the same ones take
 * them in the same order.
 */
public record Counts(
    Map<StepDay, Map<StepCounter, Long>> steps,
    Map<SequenceDay, Map<SequenceCounter, Long>> sequences) {

  private static final Comparator<StepDay> STEPS =
      Comparator.comparing((StepDay row) -> row.clientId().value())
          .thenComparing(row -> row.sequenceId().value())
          .thenComparing(StepDay::version)
          .thenComparing(row -> row.stepId().value())
          .thenComparing(StepDay::day);

  private static final Comparator<SequenceDay> SEQUENCES =
      Comparator.comparing((SequenceDay row) -> row.clientId().value())
          .thenComparing(row -> row.sequenceId().value())
          .thenComparing(SequenceDay::version)
          .thenComparing(SequenceDay::day);

  public static Counts of(Collection<Fact> facts) {
    var steps = new TreeMap<StepDay, Map<StepCounter, Long>>(STEPS);
    var sequences = new TreeMap<SequenceDay, Map<SequenceCounter, Long>>(SEQUENCES);
    for (Fact fact : facts) {
      for (Increment increment : fact.increments()) {
        switch (increment) {
          case OfStep(var row, var counter, var amount) ->
              steps
                  .computeIfAbsent(row, _ -> new EnumMap<>(StepCounter.class))
                  .merge(counter, amount, Long::sum);
          case OfSequence(var row, var counter) ->
              sequences
                  .computeIfAbsent(row, _ -> new EnumMap<>(SequenceCounter.class))
                  .merge(counter, 1L, Long::sum);
        }
      }
    }
    return new Counts(steps, sequences);
  }
}
