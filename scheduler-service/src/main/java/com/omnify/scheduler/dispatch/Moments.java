package com.omnify.scheduler.dispatch;

import com.omnify.kit.time.FleetClock;
import com.omnify.kit.time.RealClock;
import com.omnify.scheduler.dispatch.policy.Moment;
import com.omnify.scheduler.dispatch.policy.WatchdogPolicy;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Now, by both clocks: what people feel by the fleet's, patience with machines by the real one. */
@Component
class Moments {

  private final FleetClock fleetClock;
  private final RealClock realClock;

  Moments(FleetClock fleetClock, RealClock realClock) {
    this.fleetClock = fleetClock;
    this.realClock = realClock;
  }

  Moment now() {
    return after(WatchdogPolicy.FIRST_LOOK);
  }

  /** With a next look that is so far away in real time. */
  Moment after(Duration realPatience) {
    return new Moment(fleetClock.now(), realClock.now().plus(realPatience));
  }
}
