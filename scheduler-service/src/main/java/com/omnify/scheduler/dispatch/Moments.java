package com.omnify.scheduler.dispatch;

import com.omnify.kit.time.FleetClock;
import com.omnify.scheduler.dispatch.policy.Moment;
import com.omnify.scheduler.dispatch.policy.WatchdogPolicy;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Now, by the fleet clock, with real patience expressed in fleet time. */
@Component
class Moments {

  private final FleetClock clock;

  Moments(FleetClock clock) {
    this.clock = clock;
  }

  Moment now() {
    return after(WatchdogPolicy.FIRST_LOOK);
  }

  /** With a next look that is so far away in real time. */
  Moment after(Duration realPatience) {
    double rate = clock.rate();
    // While the clock stands still nothing falls due, whatever is written.
    long nanos = Math.round(realPatience.toNanos() * (rate > 0 ? rate : 1));
    return new Moment(clock.now(), Duration.ofNanos(nanos));
  }
}
