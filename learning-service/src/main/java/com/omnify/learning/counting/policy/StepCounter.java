package com.omnify.learning.counting.policy;

/** What is counted of a step. */
public enum StepCounter {
  /** Dispatches whose attempt came to an end: taken, refused, or never to be known. */
  EXECUTIONS,
  SKIPPED,
  ACCEPTED,
  DELIVERED,
  FAILED,
  /** Dispatches that were answered, not answers. */
  REPLIES,
  OPT_OUTS,
  CONVERSIONS,
  /** Millionths of the client's currency. */
  COST_MICROS
}
