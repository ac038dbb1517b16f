package com.omnify.sandbox.fault;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Fault switches of a service that is only asked and never sends: a model, an enricher. Each has
 * its own, so that trouble with the senders does not spread to it.
 */
public final class SideFaults {

  /** What becomes of a request. */
  public enum Trouble {
    @JsonProperty("ok")
    NONE,
    @JsonProperty("401")
    UNAUTHORIZED,
    @JsonProperty("429")
    TOO_MANY_REQUESTS,
    @JsonProperty("500")
    SERVER_ERROR,
    @JsonProperty("503")
    UNAVAILABLE,
    /** Nothing is answered for a long time. */
    @JsonProperty("hang")
    HANG,
    /** The connection is reset. */
    @JsonProperty("reset")
    RESET
  }

  /**
   * The switches; rates are probabilities, and their sum is at most 1.
   *
   * @param latencyMs every answer waits this long, milliseconds
   * @param latencyJitterMs and up to this much more
   * @param hangSeconds 30 when zero
   */
  public record Switches(
      long latencyMs,
      long latencyJitterMs,
      @JsonProperty("rate_401") double rate401,
      @JsonProperty("rate_429") double rate429,
      @JsonProperty("rate_500") double rate500,
      @JsonProperty("rate_503") double rate503,
      double hang,
      double reset,
      long hangSeconds) {

    public static final Switches NONE = new Switches(0, 0, 0, 0, 0, 0, 0, 0, 0);

    public Switches {
      hangSeconds = hangSeconds == 0 ? 30 : hangSeconds;
      double sum = 0;
      for (var rate : new double[] {rate401, rate429, rate500, rate503, hang, reset}) {
        if (!(rate >= 0 && rate <= 1)) {
          throw new IllegalArgumentException("a rate is a probability, 0 to 1, was " + rate);
        }
        sum += rate;
      }
      if (sum > 1.000_001) {
        throw new IllegalArgumentException("the rates add up to " + sum + ", more than 1");
      }
      if (latencyMs < 0 || latencyJitterMs < 0 || latencyMs + latencyJitterMs > 120_000) {
        throw new IllegalArgumentException("latency is 0 to 120000 ms");
      }
      if (hangSeconds < 0 || hangSeconds > 600) {
        throw new IllegalArgumentException("hang_seconds is 0 to 600, was " + hangSeconds);
      }
    }
  }

  private final SplittableRandom random;
  private final Deque<Trouble> script = new ArrayDeque<>();
  private Switches switches;

  public SideFaults(long seed, Switches switches) {
    this.random = new SplittableRandom(seed);
    this.switches = switches;
  }

  public synchronized Switches switches() {
    return switches;
  }

  public synchronized void set(Switches newSwitches) {
    switches = newSwitches;
  }

  /** Forces what becomes of the next requests; replaces an earlier script. */
  public synchronized void script(List<Trouble> troubles) {
    script.clear();
    script.addAll(troubles);
  }

  public synchronized List<Trouble> script() {
    return List.copyOf(script);
  }

  public synchronized Duration latency() {
    long jitter = switches.latencyJitterMs();
    return Duration.ofMillis(switches.latencyMs() + (jitter > 0 ? random.nextLong(jitter + 1) : 0));
  }

  public synchronized Duration hang() {
    return Duration.ofSeconds(switches.hangSeconds());
  }

  public synchronized Trouble next() {
    var scripted = script.poll();
    if (scripted != null) {
      return scripted;
    }
    double u = random.nextDouble();
    var rates =
        new double[] {
          switches.rate401(),
          switches.rate429(),
          switches.rate500(),
          switches.rate503(),
          switches.hang(),
          switches.reset()
        };
    for (int i = 0; i < rates.length; i++) {
      u -= rates[i];
      if (u < 0) {
        return Trouble.values()[i + 1];
      }
    }
    return Trouble.NONE;
  }
}
