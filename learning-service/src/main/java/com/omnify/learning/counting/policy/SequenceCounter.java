package com.omnify.learning.counting.policy;

/** What is counted of a sequence: enrollments that came so far. */
public enum SequenceCounter {
  ENROLLMENTS,
  COMPLETIONS,
  REPLIES,
  OPT_OUTS,
  CONVERSIONS,
  FAILED
}
