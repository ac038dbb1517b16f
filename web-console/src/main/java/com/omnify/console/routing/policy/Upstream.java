package com.omnify.console.routing.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The services behind the gateway. */
public enum Upstream {
  SCHEDULER,
  CHANNELS,
  EVENTS,
  MEMORY,
  HEALER,
  LEARNING;

  /** As in addresses and in settings: {@code scheduler}. */
  public String serviceName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Upstream> named(String name) {
    return Arrays.stream(values()).filter(u -> u.serviceName().equals(name)).findFirst();
  }
}
