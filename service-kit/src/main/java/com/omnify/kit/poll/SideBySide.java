package com.omnify.kit.poll;

import org.springframework.context.Lifecycle;

/**
 * Spring stops the members of a phase one after the other unless each says by itself when it has
 * stopped. Those that only wait for their own work to end need not wait for each other.
 */
public final class SideBySide {

  private SideBySide() {}

  /**
   * Stops it on a thread of its own; to be called from {@code SmartLifecycle.stop(Runnable)}.
   *
   * @param stopped told when it has stopped, however that went
   */
  public static void stop(Lifecycle member, String name, Runnable stopped) {
    Thread.ofVirtual()
        .name("stops-" + name)
        .start(
            () -> {
              try {
                member.stop();
              } finally {
                stopped.run();
              }
            });
  }
}
