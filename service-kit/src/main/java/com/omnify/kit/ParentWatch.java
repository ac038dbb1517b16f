package com.omnify.kit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Ends this process when the one that started it is gone, however that one ended. */
final class ParentWatch {

  /** For an orderly end; a service that is still starting, or hangs, is cut off after it. */
  private static final Duration GRACE = Duration.ofSeconds(35);

  private ParentWatch() {}

  static void startIfAsked(@Nullable String parentPid) {
    if (parentPid == null || parentPid.isBlank()) {
      return;
    }
    long pid = Long.parseLong(parentPid.strip());
    ProcessHandle.of(pid)
        .ifPresentOrElse(
            parent -> parent.onExit().thenRun(() -> leave(pid)),
            // it went before we looked
            () -> leave(pid));
  }

  private static void leave(long pid) {
    LoggerFactory.getLogger(ParentWatch.class).warn("Parent process {} is gone: leaving too", pid);
    // Not on the thread of the process reaper: shutdown hooks wait for other exits.
    Thread.ofPlatform().name("parent-watch").start(() -> System.exit(0));
    Thread.ofPlatform()
        .name("parent-watch-last-resort")
        .daemon(true)
        .start(
            () -> {
              LockSupport.parkNanos(GRACE.toNanos());
              Runtime.getRuntime().halt(1);
            });
  }
}
