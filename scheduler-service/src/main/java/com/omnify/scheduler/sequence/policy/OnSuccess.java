package com.omnify.scheduler.sequence.policy;

import com.omnify.model.id.StepId;

/** Where a step leads once it is done. */
public sealed interface OnSuccess extends OnFailure {

  record Continue() implements OnSuccess {}

  record Jump(StepId to) implements OnSuccess {}

  record End() implements OnSuccess {}
}
