package com.omnify.scheduler.dispatch.policy;

import com.omnify.kit.quiet.policy.Receipt;
import com.omnify.model.Channel;
import com.omnify.model.DispatchKind;
import com.omnify.model.EnrollmentStatus;
import com.omnify.model.StepKind;
import com.omnify.scheduler.sequence.policy.OnSuccess;
import java.time.Instant;

/** What is done about a due step. Codes are for counting, words for people. */
public sealed interface StepDecision {

  /**
   * It goes out.
   *
   * @param receipt which rules were asked whether it may
   */
  record Send(Channel channel, DispatchKind kind, String words, Receipt receipt)
      implements StepDecision {}

  record Skip(String code, String words) implements StepDecision {}

  record Defer(Instant until, String code, String words) implements StepDecision {}

  /** A step that only waits has waited. */
  record Advance() implements StepDecision {}

  /** A condition was asked, and this is where its answer leads. */
  record Branched(OnSuccess then, String code, String words) implements StepDecision {}

  /** Somebody else does it, and says when it is done. */
  record Ask(StepKind kind, String words) implements StepDecision {}

  /** The enrollment is over. */
  record Complete(EnrollmentStatus status, String code, String words) implements StepDecision {}

  /** A person must act before it goes on. */
  record Hold(String code, String words) implements StepDecision {}
}
