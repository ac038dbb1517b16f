package com.omnify.kit.time;

import java.time.Duration;
import java.time.Instant;

/** A clock that stands still until it is told otherwise: for tests and simulations. */
public final class SettableFleetClock implements FleetClock {

  private volatile Instant now;

  public SettableFleetClock(Instant now) {
    this.now = now;
  }

  public void set(Instant instant) {
    now = instant;
  }

  public synchronized void advance(Duration by) {
    now = now.plus(by);
  }

  @Override
  public Instant now() {
    return now;
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
