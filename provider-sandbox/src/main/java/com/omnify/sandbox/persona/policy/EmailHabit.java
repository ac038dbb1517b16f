package com.omnify.sandbox.persona.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the person behind an e-mail address behaves, and what its mailbox is like. */
public enum EmailHabit {
  /** The mail is never opened. */
  IGNORES,
  /** Reads, never answers. */
  OPENS,
  /** Reads and follows a link. */
  CLICKS,
  /** Interested, answers quickly. */
  EAGER,
  /** Asks what it costs and how it works. */
  QUESTIONER,
  /** Has a reason against it. */
  OBJECTOR,
  /** Agrees to a time. */
  BOOKER,
  /** Answers with the one word. */
  STOPPER,
  /** Asks in free words to be left alone. */
  POLITE_STOPPER,
  /** Presses the mail program's button to unsubscribe. */
  UNSUBSCRIBER,
  /** Presses the one that says spam. */
  COMPLAINER,
  /** Away: a machine answers, with a date of return. */
  OUT_OF_OFFICE,
  /** Hard bounce, 5.1.1. */
  NO_MAILBOX,
  /** Soft bounce, 5.2.2. */
  MAILBOX_FULL,
  /** The receiving server takes it for spam, 5.7.1. */
  SPAM_FILTERED,
  /** The receiving server is too busy, and stays so: delayed, then given up. */
  BUSY;

  /** The name in settings, requests and the ledger. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * By its own name, or by that of a persona, whose like it then is.
   *
   * @throws IllegalArgumentException for a name that is none, listing those that are
   */
  public static EmailHabit of(String wire) {
    var name = wire.toLowerCase(Locale.ROOT);
    for (var habit : values()) {
      if (habit.wire().equals(name)) {
        return habit;
      }
    }
    for (var persona : Persona.values()) {
      if (persona.wire().equals(name)) {
        return of(persona);
      }
    }
    throw new IllegalArgumentException(
        "unknown e-mail persona '%s'; known are %s, and the personas of phones"
            .formatted(
                wire,
                Arrays.stream(values()).map(EmailHabit::wire).collect(Collectors.joining(", "))));
  }

  /** What a persona known from the phone does with its mail. */
  public static EmailHabit of(Persona persona) {
    return switch (persona) {
      case EAGER -> EAGER;
      case QUESTIONER, VOIP -> QUESTIONER;
      case OBJECTOR -> OBJECTOR;
      case BOOKER -> BOOKER;
      case STOPPER -> STOPPER;
      case POLITE_STOPPER -> POLITE_STOPPER;
      case SILENT, LATE, OUT_OF_ORDER -> OPENS;
      // a dead line says nothing about the mailbox
      case LANDLINE -> CLICKS;
      case UNREACHABLE -> IGNORES;
      case INVALID -> NO_MAILBOX;
      case FLAKY -> MAILBOX_FULL;
      case CARRIER_FILTERED -> SPAM_FILTERED;
    };
  }

  /** Whose words it answers with; {@code SILENT} for who never answers by hand. */
  Persona voice() {
    return switch (this) {
      case EAGER -> Persona.EAGER;
      case QUESTIONER -> Persona.QUESTIONER;
      case OBJECTOR -> Persona.OBJECTOR;
      case BOOKER -> Persona.BOOKER;
      case STOPPER -> Persona.STOPPER;
      case POLITE_STOPPER -> Persona.POLITE_STOPPER;
      case IGNORES,
          OPENS,
          CLICKS,
          UNSUBSCRIBER,
          COMPLAINER,
          OUT_OF_OFFICE,
          NO_MAILBOX,
          MAILBOX_FULL,
          SPAM_FILTERED,
          BUSY ->
          Persona.SILENT;
    };
  }
}
