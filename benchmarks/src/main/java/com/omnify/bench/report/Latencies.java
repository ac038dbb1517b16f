package com.omnify.bench.report;

import java.time.Duration;
import java.util.List;

/** Times that steps took, shortest first. */
public record Latencies(List<Duration> sorted) {

  public Latencies {
    if (sorted.isEmpty()) {
      throw new IllegalArgumentException("nothing was measured");
    }
    sorted = sorted.stream().sorted().toList();
  }

  /** The shortest time that so many percent of all took at most (nearest rank). */
  public Duration percentile(double percent) {
    int rank = (int) Math.ceil(percent / 100 * sorted.size());
    return sorted.get(Math.max(0, rank - 1));
  }
}
