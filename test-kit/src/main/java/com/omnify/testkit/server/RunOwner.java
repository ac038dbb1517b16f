package com.omnify.testkit.server;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * The process that a test run belongs to: Maven, where Maven forked this JVM, so that all modules
 * of one run share their servers; else this JVM itself.
 */
record RunOwner(long pid, long startedMillis) {

  static RunOwner find() {
    for (Optional<ProcessHandle> at = ProcessHandle.current().parent();
        at.isPresent();
        at = at.get().parent()) {
      if (isMaven(at.get())) {
        return of(at.get());
      }
    }
    return self();
  }

  static RunOwner self() {
    return of(ProcessHandle.current());
  }

  static RunOwner parse(String text) {
    String[] parts = text.split("-");
    return new RunOwner(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
  }

  private static RunOwner of(ProcessHandle process) {
    return new RunOwner(process.pid(), startOf(process));
  }

  private static long startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  private static boolean isMaven(ProcessHandle process) {
    var info = process.info();
    return info.arguments().map(Arrays::toString).or(info::commandLine).stream()
        .anyMatch(line -> line.contains("plexus-classworlds") || line.contains("maven.home"));
  }

  /** The process, unless it has ended or its number belongs to another one by now. */
  Optional<ProcessHandle> process() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> startOf(process) == startedMillis);
  }

  @Override
  public String toString() {
    return pid + "-" + startedMillis;
  }
}
