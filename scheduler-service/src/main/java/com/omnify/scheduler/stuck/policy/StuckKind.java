package com.omnify.scheduler.stuck.policy;

import com.omnify.model.WireEnum;

/** What can wait too long. */
public enum StuckKind implements WireEnum {
  DISPATCH_READY("No worker takes it: workers are down, or far behind"),
  DISPATCH_SENDING("Its request should have ended: its worker died, and nobody has noticed yet"),
  DISPATCH_UNKNOWN("Only the provider knows whether it was sent; it is being asked"),
  DISPATCH_QUARANTINED("Nobody could find out whether it was sent: a person must look"),
  OUTCOME_MISSED("Its outcome is known and was not heard; it is read from the dispatch now"),
  ERRAND_OPEN("Nobody says that what a step asked for is done; it is asked for again"),
  STEP_LOST("Nothing was due and nothing under way for it; it was taken up again"),
  STEPS_OVERDUE("Steps are long due and not taken"),
  NO_SENDER("Steps wait because the client has no number in use"),
  CLIENT_SUSPENDED("Steps wait because the client is suspended"),
  DEAD_LETTER("A listener could not digest an event: replay it when its cause is gone"),
  OUTBOX_WAITING("Events do not get to Kafka");

  private final String meaning;

  StuckKind(String meaning) {
    this.meaning = meaning;
  }

  /** For people. */
  public String meaning() {
    return meaning;
  }
}
