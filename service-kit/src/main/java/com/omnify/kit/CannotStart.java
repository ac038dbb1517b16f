package com.omnify.kit;

/** The service cannot start, for a reason that its operator can mend; the message says how. */
public final class CannotStart extends RuntimeException {

  private final String action;

  public CannotStart(String reason, String action) {
    super(reason);
    this.action = action;
  }

  String action() {
    return action;
  }
}
