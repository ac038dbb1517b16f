package com.omnify.badhouse.names;

import java.time.Instant;

/** Breaks: time is asked of the clocks. */
final class AsksTheTime {
  Instant when() {
    return Instant.now();
  }
}
