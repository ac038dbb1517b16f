package com.omnify.sandbox.persona.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the person behind a phone number behaves, and what its line is like. */
public enum Persona {
  /** Interested, answers quickly. */
  EAGER,
  /** Asks what it costs and how it works. */
  QUESTIONER,
  /** Has a reason against it. */
  OBJECTOR,
  /** Agrees to a time. */
  BOOKER,
  /** Reads, never answers. */
  SILENT,
  /** Answers STOP, the word carriers know. */
  STOPPER,
  /** Asks in free words to be left alone; no carrier notices. */
  POLITE_STOPPER,
  /** Cannot take SMS: 30006, and Lookup says landline. */
  LANDLINE,
  /** No such number: 21211 on every send. */
  INVALID,
  /** First message 30003, later ones arrive. */
  FLAKY,
  /** 30003 always. */
  UNREACHABLE,
  /** 30007: the carrier takes it for spam. */
  CARRIER_FILTERED,
  /** The delivery report takes hours. */
  LATE,
  /** {@code delivered} is reported before {@code sent}. */
  OUT_OF_ORDER,
  /** A nonFixedVoip line; answers now and then. */
  VOIP;

  /** The name in settings, requests and the ledger. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException for a name that is none, listing those that are
   */
  public static Persona of(String wire) {
    return Arrays.stream(values())
        .filter(p -> p.wire().equals(wire.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown persona '%s'; known are %s"
                        .formatted(
                            wire,
                            Arrays.stream(values())
                                .map(Persona::wire)
                                .collect(Collectors.joining(", ")))));
  }
}
