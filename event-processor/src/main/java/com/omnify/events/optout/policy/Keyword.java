package com.omnify.events.optout.policy;

/** What a message asks for as a command, before it is read as conversation. */
public enum Keyword {
  /** Write no more. */
  STOP,
  /** Write again. */
  START,
  /**
   * Twilio takes a bare YES for START, people mostly mean an answer: it is a command only to
   * someone who is suppressed.
   */
  YES,
  /** Who are you? The provider answers that itself. */
  HELP,
  /** Nothing of that kind: conversation. */
  NONE
}
