package com.omnify.events.email.bounce.policy;

/** What a report from the mail system means to us. */
public enum BounceClass {
  /** The address does not exist: never again. */
  HARD("hard"),
  /** Not now, or for a reason that may pass. */
  SOFT("soft"),
  /** Refused because of the sender or what was said: never the address's fault. */
  SPAM("spam"),
  /** An answer of the recipient's machine: delivered. */
  AUTO_REPLY("auto-reply"),
  /** The recipient complained. */
  FEEDBACK("feedback"),
  /** No failure: delayed, delivered, or no report at all. */
  NONE("none");

  private final String label;

  BounceClass(String label) {
    this.label = label;
  }

  /** As it is written in JSON. */
  public String label() {
    return label;
  }
}
