package com.omnify.sandbox.persona.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What happens when a person is called. */
public enum VoicePersona {
  /** Answers, likes it, and wants to hear more. */
  INTERESTED,
  /** Answers, and finds it too dear. */
  PRICE_OBJECTOR,
  /** Answers and takes an appointment: the assistant calls its booking tool. */
  BOOKER,
  /** Answers, and asks in free words to be taken off the list. */
  REMOVER,
  /** Answers, and wants to talk to a person: is transferred where the assistant can do that. */
  WANTS_HUMAN,
  /** Answers and hangs up after a few words. */
  HANGS_UP,
  /** Answers and says nothing. */
  MUTE,
  /** Answers and talks until the call has lasted as long as it may. */
  RAMBLER,
  /** A machine answers. */
  VOICEMAIL,
  /** It rings and rings. */
  NO_ANSWER,
  /** The line is busy. */
  BUSY,
  /** No such number. */
  MISDIALED,
  /** The call cannot be set up. */
  LINE_FAILURE;

  /** The name in settings, requests and the ledger. */
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException for a name that is none, listing those that are
   */
  public static VoicePersona of(String wire) {
    return Arrays.stream(values())
        .filter(p -> p.wire().equals(wire.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown voice persona '%s'; known are %s"
                        .formatted(
                            wire,
                            Arrays.stream(values())
                                .map(VoicePersona::wire)
                                .collect(Collectors.joining(", ")))));
  }
}
