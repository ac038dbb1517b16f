package com.omnify.sandbox.persona.policy;

/**
 * Draws that depend on the keys alone, so that a run can be repeated whatever the order of events:
 * SplitMix64 started from a hash of the keys.
 */
final class Chance {

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private long state;

  private Chance(long state) {
    this.state = state;
  }

  /** Equal keys give equal draws. */
  static Chance of(long seed, Object... keys) {
    long h = mix(seed);
    for (var key : keys) {
      var text = key.toString();
      for (int i = 0; i < text.length(); i++) {
        h = h * 31 + text.charAt(i);
      }
      h = mix(h + GOLDEN);
    }
    return new Chance(h);
  }

  /** At least 0 and below 1. */
  double unit() {
    return (next() >>> 11) * 0x1.0p-53;
  }

  /** At least 0 and below the bound. */
  int below(int bound) {
    return (int) (unit() * bound);
  }

  boolean coin() {
    return next() < 0;
  }

  private long next() {
    state += GOLDEN;
    return mix(state);
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
