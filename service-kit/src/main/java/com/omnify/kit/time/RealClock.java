package com.omnify.kit.time;

import java.time.Instant;

/** The time that machines feel: leases, timeouts, ids, partitions. */
@FunctionalInterface
public interface RealClock {

  Instant now();

  /** The machine's own. */
  static RealClock system() {
    return Instant::now;
  }
}
