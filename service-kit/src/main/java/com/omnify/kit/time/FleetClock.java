package com.omnify.kit.time;

import java.time.Duration;
import java.time.Instant;

/**
 * The time that people feel: delays, windows, caps, the {@code at} of events. In production it is
 * the real time; a demo or a test lets it run faster or sets it.
 */
public interface FleetClock {

  /** Now. Never goes back, except when somebody sets the clock. */
  Instant now();

  /** When, by the real clock, it will be (or was) that fleet time at the present rate. */
  Instant toReal(Instant fleet);

  /**
   * How long to wait for that fleet time, by the real clock, at the present rate: zero when it is
   * past, a year when the clock stands still.
   */
  Duration realUntil(Instant fleet);

  /** Fleet seconds in a real second; 0 when the clock stands still. */
  double rate();
}
