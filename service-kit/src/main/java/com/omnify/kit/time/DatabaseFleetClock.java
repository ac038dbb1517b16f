package com.omnify.kit.time;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows the fleet's one row, {@code fleet_clock}. Between two looks at it time is extrapolated
 * from the monotonic counter, so a step of the machine's clock, times the rate, is not felt at
 * once.
 */
final class DatabaseFleetClock implements FleetClock {

  private static final Duration NEVER = Duration.ofDays(365);

  private final Supplier<Setting> row;
  private final RealClock realClock;
  private final LongSupplier nanoTime;
  private volatile Base base;
  private final AtomicReference<@Nullable Shown> shown = new AtomicReference<>();

  /** The row: fleet time was {@code anchorFleet} at {@code anchorReal} and runs at the rate. */
  record Setting(Instant anchorReal, Instant anchorFleet, double rate) {}

  /** What time it was when the row was last read. */
  private record Base(Setting setting, Instant fleet, long nanos) {}

  /** The latest answer given under a setting. */
  private record Shown(Setting setting, Instant instant) {}

  DatabaseFleetClock(Supplier<Setting> row, RealClock realClock, LongSupplier nanoTime) {
    this.row = row;
    this.realClock = realClock;
    this.nanoTime = nanoTime;
    this.base = look();
  }

  /** Reads the row again. */
  void refresh() {
    base = look();
  }

  private Base look() {
    Setting setting = row.get();
    long nanos = nanoTime.getAsLong();
    Duration real = Duration.between(setting.anchorReal(), realClock.now());
    return new Base(setting, setting.anchorFleet().plusNanos(scaled(real, setting.rate())), nanos);
  }

  @Override
  public Instant now() {
    Base from = base;
    long elapsed = nanoTime.getAsLong() - from.nanos();
    Instant computed =
        from.fleet().plusNanos(scaled(Duration.ofNanos(elapsed), from.setting().rate()));
    var latest =
        shown.updateAndGet(
            last ->
                last != null
                        && last.setting().equals(from.setting())
                        && last.instant().isAfter(computed)
                    ? last
                    : new Shown(from.setting(), computed));
    return latest == null ? computed : latest.instant();
  }

  @Override
  public Instant toReal(Instant fleet) {
    Duration ahead = Duration.between(now(), fleet);
    return realClock
        .now()
        .plus(ahead.isNegative() ? realOf(ahead.negated()).negated() : realOf(ahead));
  }

  @Override
  public Duration realUntil(Instant fleet) {
    Duration ahead = Duration.between(now(), fleet);
    return ahead.isNegative() ? Duration.ZERO : realOf(ahead);
  }

  @Override
  public double rate() {
    return base.setting().rate();
  }

  private Duration realOf(Duration fleet) {
    double rate = rate();
    if (fleet.isZero()) {
      return Duration.ZERO;
    }
    double seconds = rate <= 0 ? NEVER.toSeconds() : fleet.toMillis() / 1e3 / rate;
    return seconds >= NEVER.toSeconds() ? NEVER : Duration.ofNanos(Math.round(seconds * 1e9));
  }

  private static long scaled(Duration real, double rate) {
    return rate == 1 ? real.toNanos() : Math.round(real.toNanos() * rate);
  }
}
