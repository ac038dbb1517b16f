package com.omnify.scheduler.sequence.policy;

import java.time.Instant;

/** When a step is left out. */
public sealed interface SkipRule {

  /** The contact has written since they entered. */
  record Replied() implements SkipRule {}

  /** The contact has picked up a call since they entered. */
  record Answered() implements SkipRule {}

  record Booked() implements SkipRule {}

  record NotBefore(Instant at) implements SkipRule {}

  record NotAfter(Instant at) implements SkipRule {}

  /** The step only makes sense after a voicemail. */
  record UnlessVoicemail() implements SkipRule {}
}
