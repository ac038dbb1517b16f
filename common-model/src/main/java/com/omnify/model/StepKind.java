package com.omnify.model;

/** What a step does: say something on a channel, or steer the flow. */
public enum StepKind implements WireEnum {
  SMS,
  EMAIL,
  VOICE,
  WAIT,
  CONDITION,
  WEBHOOK,
  NOTIFY_TEAM
}
