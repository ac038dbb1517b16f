package com.omnify.bench.report;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * One repetition of a workload.
 *
 * @param steps how many units were done, each once
 * @param took from when the first could begin until the last was done
 * @param cpu processor time of each process that worked on it
 * @param walBytes written to the write-ahead log meanwhile
 */
public record Measurement(
    String workload, int run, int steps, Duration took, Map<String, Duration> cpu, long walBytes) {

  public Measurement {
    cpu = Map.copyOf(new TreeMap<>(cpu));
  }

  public double perSecond() {
    return steps / (took.toNanos() / 1e9);
  }

  /** Processor time of all processes, in microseconds a step. */
  public double cpuMicros() {
    return cpu.values().stream().mapToLong(Duration::toNanos).sum() / 1e3 / steps;
  }

  public double walPerStep() {
    return (double) walBytes / steps;
  }
}
