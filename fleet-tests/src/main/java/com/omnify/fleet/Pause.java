package com.omnify.fleet;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Between two looks at a fleet that runs in other processes. */
public final class Pause {

  private Pause() {}

  public static void of(Duration duration) {
    LockSupport.parkNanos(duration.toNanos());
  }
}
