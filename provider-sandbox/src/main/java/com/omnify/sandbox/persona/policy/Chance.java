package com.omnify.sandbox.persona.policy;

import java.util.SplittableRandom;

/**
 * Randomness that depends on its keys alone, so that a run can be repeated in any order of events.
 */
public final class Chance {

  private Chance() {}

  /** A generator for these keys; equal keys give equal draws. */
  public static SplittableRandom of(long seed, Object... keys) {
    long h = mix(seed);
    for (var key : keys) {
      var text = key.toString();
      for (int i = 0; i < text.length(); i++) {
        h = h * 31 + text.charAt(i);
      }
      h = mix(h);
    }
    return new SplittableRandom(h);
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
