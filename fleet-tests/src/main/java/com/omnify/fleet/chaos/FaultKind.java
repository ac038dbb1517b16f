package com.omnify.fleet.chaos;

import java.util.Arrays;
import java.util.Optional;

/**
 * The ways in which the fleet is broken, in the order in which they are tried: first what takes the
 * longest to be found out, so that it is found out while the others go on.
 */
enum FaultKind {
  KILLED_AFTER("killed-after", "each service killed right after its commit, or with requests out"),
  DATABASE_KILLED("database-killed", "kill -9 of PostgreSQL with all its backends"),
  RESET("reset", "the provider resets or drops connections, before and after it accepted"),
  HANG("hang", "the provider does not answer, before and after it accepted"),
  ACCEPT_THEN_500("accept-then-500", "the provider accepts and answers 500"),
  KILLED_BEFORE("killed-before", "each service killed right before its commit"),
  BROKER_KILLED("broker-killed", "kill -9 of Kafka; then what it had said is said again"),
  BROKER_PAUSED("broker-paused", "Kafka stands still, longer than its sessions last"),
  DATABASE_PAUSED("database-paused", "PostgreSQL stands still with all its backends"),
  CALLBACKS("callbacks", "callbacks are lost, duplicated, reordered and late");

  private final String title;
  private final String words;

  FaultKind(String title, String words) {
    this.title = title;
    this.words = words;
  }

  /** The name that people see and type. */
  String title() {
    return title;
  }

  String words() {
    return words;
  }

  static Optional<FaultKind> named(String title) {
    return Arrays.stream(values()).filter(kind -> kind.title.equals(title)).findFirst();
  }
}
