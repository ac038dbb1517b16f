package com.omnify.kit.time;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until it is told otherwise: for tests and simulations. */
public final class SettableFleetClock implements FleetClock {

  private final AtomicReference<Instant> now;

  public SettableFleetClock(Instant now) {
    this.now = new AtomicReference<>(now);
  }

  public void set(Instant instant) {
    now.set(instant);
  }

  public void advance(Duration by) {
    now.updateAndGet(instant -> instant.plus(by));
  }

  @Override
  public Instant now() {
    return now.get();
  }

  /** As if it ran at the real pace from its now on. */
  @Override
  public Instant toReal(Instant fleet) {
    return Instant.now().plus(Duration.between(now(), fleet));
  }

  @Override
  public Duration realUntil(Instant fleet) {
    Duration until = Duration.between(now(), fleet);
    return until.isNegative() ? Duration.ZERO : until;
  }

  @Override
  public double rate() {
    return 1;
  }
}
