package com.omnify.sandbox.fault;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What becomes of one request to the provider. */
public enum Outcome {
  /** As the provider would. */
  OK("ok", true),
  BAD_REQUEST("400", false),
  TOO_MANY_REQUESTS("429", false),
  SERVER_ERROR("500", false),
  UNAVAILABLE("503", false),
  /** Accepted, goes out, callbacks come; the caller is told 500. */
  ACCEPT_THEN_500("accept_then_500", true),
  /** The request is read, then the connection is reset; nothing is accepted. */
  RESET_BEFORE("reset_before", false),
  /** Accepted, then the connection is reset without an answer. */
  RESET_AFTER("reset_after", true),
  /** Accepted, then the connection is closed in order without an answer. */
  DROP_AFTER("drop_after", true),
  /** Nothing is accepted and nothing is answered for a long time, then 503. */
  HANG_BEFORE("hang_before", false),
  /** Accepted, but the answer comes only after a long time. */
  HANG_AFTER("hang_after", true);

  private final String wire;
  private final boolean accepts;

  Outcome(String wire, boolean accepts) {
    this.wire = wire;
    this.accepts = accepts;
  }

  /** The name in scripts, switches and the ledger. */
  @JsonValue
  public String wire() {
    return wire;
  }

  /** Whether a valid message is accepted all the same. */
  public boolean accepts() {
    return accepts;
  }

  /**
   * @throws IllegalArgumentException for a name that is none, listing those that are
   */
  @JsonCreator
  public static Outcome of(String wire) {
    var known =
        switch (wire) {
          case "201" -> "ok";
          case "hang" -> "hang_before";
          case "hang_accept" -> "hang_after";
          case "drop_before" -> "reset_before";
          default -> wire;
        };
    return Arrays.stream(values())
        .filter(o -> o.wire.equals(known))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown outcome '%s'; known are %s"
                        .formatted(
                            wire,
                            Arrays.stream(values())
                                .map(Outcome::wire)
                                .collect(Collectors.joining(", ")))));
  }
}
