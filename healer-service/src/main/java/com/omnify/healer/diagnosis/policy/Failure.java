package com.omnify.healer.diagnosis.policy;

import com.omnify.model.FailureType;

/**
 * What went wrong with one dispatch.
 *
 * @param attempt 1 for the first dispatch of its step
 * @param inSequence false for what a person typed: there is no step to repeat
 */
public record Failure(FailureType type, int attempt, boolean inSequence) {

  public Failure {
    if (attempt < 1) {
      throw new IllegalArgumentException("attempts count from 1, not " + attempt);
    }
  }
}
