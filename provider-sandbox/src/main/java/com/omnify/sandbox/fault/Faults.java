package com.omnify.sandbox.fault;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Decides which fault fires. The draws come from one seeded generator in the order of requests; a
 * script, while it lasts, goes before the rates, so that a test knows what its next requests meet.
 */
public final class Faults {

  private static final int MAX_SCRIPT = 10_000;

  private final SplittableRandom random;
  private final Deque<Outcome> script = new ArrayDeque<>();
  private FaultSettings settings = FaultSettings.NONE;

  public Faults(long seed) {
    this.random = new SplittableRandom(seed);
  }

  public synchronized FaultSettings settings() {
    return settings;
  }

  /** Replaces all switches. */
  public synchronized void set(FaultSettings newSettings) {
    settings = newSettings;
  }

  /**
   * Forces the outcomes of the next requests to send a message, in order; replaces an earlier
   * script.
   */
  public synchronized void script(List<Outcome> outcomes) {
    if (outcomes.size() > MAX_SCRIPT) {
      throw new IllegalArgumentException("a script has at most " + MAX_SCRIPT + " outcomes");
    }
    script.clear();
    script.addAll(outcomes);
  }

  /** What is left of the script. */
  public synchronized List<Outcome> script() {
    return List.copyOf(script);
  }

  /** The fate of a request to send a message. */
  public synchronized Outcome nextSend() {
    var scripted = script.poll();
    return scripted != null ? scripted : draw();
  }

  /** The fate of a query. */
  public synchronized Outcome nextQuery() {
    return settings.onQueries() ? draw() : Outcome.OK;
  }

  /** How long the next answer waits. */
  public synchronized Duration latency() {
    long jitter = settings.latencyJitterMs();
    return Duration.ofMillis(settings.latencyMs() + (jitter > 0 ? random.nextLong(jitter + 1) : 0));
  }

  public synchronized boolean losesCallback() {
    return fires(settings.callbackLose());
  }

  public synchronized boolean duplicatesCallback() {
    return fires(settings.callbackDuplicate());
  }

  public synchronized boolean reordersCallbacks() {
    return fires(settings.callbackReorder());
  }

  /** How much later the next webhook comes; zero when the switch does not fire. */
  public synchronized Duration callbackDelay() {
    return fires(settings.callbackDelay())
        ? Duration.ofMillis(settings.callbackDelayMs())
        : Duration.ZERO;
  }

  private boolean fires(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  private Outcome draw() {
    double u = random.nextDouble();
    for (var rate : settings.rates().entrySet()) {
      u -= rate.getValue();
      if (u < 0) {
        return rate.getKey();
      }
    }
    return Outcome.OK;
  }
}
