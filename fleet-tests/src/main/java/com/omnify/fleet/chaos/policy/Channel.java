package com.omnify.fleet.chaos.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** By which way people are reached. */
public enum Channel {
  /** The provider can be asked what became of a message. */
  SMS,
  /** Nobody can be asked: what no event tells of is left to a person. */
  EMAIL,
  /** The provider can be asked whether it placed a call; a step is done when the call is over. */
  VOICE;

  /** The name in options, in the ledger and in the database. */
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Channel> named(String title) {
    return Arrays.stream(values()).filter(channel -> channel.title().equals(title)).findFirst();
  }
}
