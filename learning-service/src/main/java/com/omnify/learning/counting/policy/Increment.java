package com.omnify.learning.counting.policy;

/** Something added to a count. */
public sealed interface Increment {

  record OfStep(StepDay row, StepCounter counter, long amount) implements Increment {}

  record OfSequence(SequenceDay row, SequenceCounter counter) implements Increment {}
}
