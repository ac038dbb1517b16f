package com.omnify.sandbox.fault;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The fault switches. Everything off is all zero; rates are probabilities 0..1, and those of one
 * request exclude each other, so their sum is at most 1.
 *
 * @param latencyMs every answer waits this long, milliseconds
 * @param latencyJitterMs and up to this much more
 * @param rate400 refused with 400
 * @param rate429 refused with 429, Twilio's 20429
 * @param rate500 nothing accepted, 500
 * @param rate503 nothing accepted, 503
 * @param acceptThen500 accepted, and yet 500
 * @param dropBefore connection reset, nothing accepted
 * @param resetAfter accepted, connection reset without an answer
 * @param dropAfter accepted, connection closed without an answer
 * @param hangBefore nothing accepted, no answer for {@code hangSeconds}
 * @param hangAfter accepted, no answer for {@code hangSeconds}
 * @param hangSeconds 30 when zero
 * @param onQueries whether list, fetch and lookup suffer latency, error, drop and hang too, not
 *     only sending
 * @param listLagMs a message shows up in lists only after this long, milliseconds
 * @param callbackLose a webhook is never sent
 * @param callbackDuplicate a webhook is sent twice
 * @param callbackReorder a message's callbacks come in reverse order
 * @param callbackDelay a webhook comes {@code callbackDelayMs} later
 * @param callbackDelayMs milliseconds of real time
 */
public record FaultSettings(
    long latencyMs,
    long latencyJitterMs,
    @JsonProperty("rate_400") double rate400,
    @JsonProperty("rate_429") double rate429,
    @JsonProperty("rate_500") double rate500,
    @JsonProperty("rate_503") double rate503,
    @JsonProperty("accept_then_500") double acceptThen500,
    double dropBefore,
    double resetAfter,
    double dropAfter,
    double hangBefore,
    double hangAfter,
    long hangSeconds,
    boolean onQueries,
    long listLagMs,
    double callbackLose,
    double callbackDuplicate,
    double callbackReorder,
    double callbackDelay,
    long callbackDelayMs) {

  public static final FaultSettings NONE = new Switches().settings();

  public FaultSettings {
    if (hangSeconds == 0) {
      hangSeconds = 30;
    }
    nonNegative("latency_ms", latencyMs, 60_000);
    nonNegative("latency_jitter_ms", latencyJitterMs, 60_000);
    nonNegative("hang_seconds", hangSeconds, 600);
    nonNegative("list_lag_ms", listLagMs, 600_000);
    nonNegative("callback_delay_ms", callbackDelayMs, 600_000);
    probability("callback_lose", callbackLose);
    probability("callback_duplicate", callbackDuplicate);
    probability("callback_reorder", callbackReorder);
    probability("callback_delay", callbackDelay);
    double sum = 0;
    for (var rate :
        new double[] {
          rate400,
          rate429,
          rate500,
          rate503,
          acceptThen500,
          dropBefore,
          resetAfter,
          dropAfter,
          hangBefore,
          hangAfter
        }) {
      probability("a rate", rate);
      sum += rate;
    }
    if (sum > 1.000_001) {
      throw new IllegalArgumentException(
          "the rates of what becomes of a request add up to " + sum + ", more than 1");
    }
  }

  /** The rates of what becomes of one request. */
  Map<Outcome, Double> rates() {
    var rates = new LinkedHashMap<Outcome, Double>();
    rates.put(Outcome.BAD_REQUEST, rate400);
    rates.put(Outcome.TOO_MANY_REQUESTS, rate429);
    rates.put(Outcome.SERVER_ERROR, rate500);
    rates.put(Outcome.UNAVAILABLE, rate503);
    rates.put(Outcome.ACCEPT_THEN_500, acceptThen500);
    rates.put(Outcome.RESET_BEFORE, dropBefore);
    rates.put(Outcome.RESET_AFTER, resetAfter);
    rates.put(Outcome.DROP_AFTER, dropAfter);
    rates.put(Outcome.HANG_BEFORE, hangBefore);
    rates.put(Outcome.HANG_AFTER, hangAfter);
    return rates;
  }

  private static void probability(String name, double p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException(name + " is a probability, 0 to 1, was " + p);
    }
  }

  private static void nonNegative(String name, long value, long max) {
    if (value < 0 || value > max) {
      throw new IllegalArgumentException(name + " is 0 to " + max + ", was " + value);
    }
  }

  /** Switches set by name in tests: {@code new Switches().acceptThen500(0.05).settings()}. */
  public static final class Switches {
    private long latencyMs;
    private double rate400;
    private double rate429;
    private double rate500;
    private double rate503;
    private double acceptThen500;
    private double dropBefore;
    private double resetAfter;
    private double dropAfter;
    private double hangBefore;
    private double hangAfter;
    private long hangSeconds;
    private boolean onQueries;
    private long listLagMs;
    private double callbackLose;
    private double callbackDuplicate;
    private double callbackReorder;

    public Switches latencyMs(long ms) {
      this.latencyMs = ms;
      return this;
    }

    /**
     * Of the outcomes that are no failure ({@link Outcome#OK}) there is no rate: it is the rest.
     */
    public Switches rate(Outcome outcome, double p) {
      switch (outcome) {
        case OK -> throw new IllegalArgumentException("ok is what the other rates leave");
        case BAD_REQUEST -> rate400 = p;
        case TOO_MANY_REQUESTS -> rate429 = p;
        case SERVER_ERROR -> rate500 = p;
        case UNAVAILABLE -> rate503 = p;
        case ACCEPT_THEN_500 -> acceptThen500 = p;
        case RESET_BEFORE -> dropBefore = p;
        case RESET_AFTER -> resetAfter = p;
        case DROP_AFTER -> dropAfter = p;
        case HANG_BEFORE -> hangBefore = p;
        case HANG_AFTER -> hangAfter = p;
      }
      return this;
    }

    public Switches hangSeconds(long seconds) {
      this.hangSeconds = seconds;
      return this;
    }

    public Switches onQueries() {
      this.onQueries = true;
      return this;
    }

    public Switches listLagMs(long ms) {
      this.listLagMs = ms;
      return this;
    }

    public Switches loseCallbacks(double p) {
      this.callbackLose = p;
      return this;
    }

    public Switches duplicateCallbacks(double p) {
      this.callbackDuplicate = p;
      return this;
    }

    public Switches reorderCallbacks(double p) {
      this.callbackReorder = p;
      return this;
    }

    public FaultSettings settings() {
      return new FaultSettings(
          latencyMs,
          0,
          rate400,
          rate429,
          rate500,
          rate503,
          acceptThen500,
          dropBefore,
          resetAfter,
          dropAfter,
          hangBefore,
          hangAfter,
          hangSeconds,
          onQueries,
          listLagMs,
          callbackLose,
          callbackDuplicate,
          callbackReorder,
          0,
          0);
    }
  }
}
