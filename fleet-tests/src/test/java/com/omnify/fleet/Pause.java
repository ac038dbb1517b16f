package com.omnify.fleet;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Between two looks at a fleet that runs in other processes. */
final class Pause {

  private Pause() {}

  static void of(Duration duration) {
    LockSupport.parkNanos(duration.toNanos());
  }
}
