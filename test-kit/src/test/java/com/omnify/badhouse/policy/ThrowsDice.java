package com.omnify.badhouse.policy;

import java.util.concurrent.ThreadLocalRandom;

/** Breaks: policies ask nothing. */
final class ThrowsDice {
  int roll() {
    return ThreadLocalRandom.current().nextInt(6);
  }
}
