package com.omnify.sandbox.mail;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Whose wire an account speaks. */
public enum Vendor {
  /** A server of one's own: returned mail and answers lie in a mailbox, nothing is posted. */
  SMTP,
  SENDGRID,
  POSTMARK,
  MAILGUN,
  /** Takes mail; its events would need a certificate of Amazon's, so there are none. */
  SES,
  RESEND;

  /** The name in settings, in webhook addresses and as the ledger's provider. */
  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @throws IllegalArgumentException for a name that is none, listing those that are
   */
  @JsonCreator
  public static Vendor of(String wire) {
    return Arrays.stream(values())
        .filter(v -> v.wire().equals(wire.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown vendor '%s'; known are %s"
                        .formatted(
                            wire,
                            Arrays.stream(values())
                                .map(Vendor::wire)
                                .collect(Collectors.joining(", ")))));
  }

  static boolean isOne(String wire) {
    return Arrays.stream(values()).anyMatch(v -> v.wire().equals(wire));
  }

  /** Whether it posts what becomes of a mail. */
  boolean postsEvents() {
    return this != SMTP && this != SES;
  }

  /** Whether it posts mail that comes in. */
  boolean postsInbound() {
    return this == SENDGRID || this == POSTMARK || this == MAILGUN;
  }
}
