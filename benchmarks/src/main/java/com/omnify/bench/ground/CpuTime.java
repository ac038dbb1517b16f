package com.omnify.bench.ground;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.LongStream;

/**
 * Processor time of a process and its descendants, as Linux counts it: in hundredths of a second.
 */
public final class CpuTime {

  /** USER_HZ: fixed in the kernel's interface. */
  private static final long NANOS_PER_TICK = 10_000_000L;

  private CpuTime() {}

  /** User and system time, of children that have ended too. */
  public static Duration of(long pid) {
    LongStream descendants =
        ProcessHandle.of(pid).stream()
            .flatMap(ProcessHandle::descendants)
            .mapToLong(ProcessHandle::pid);
    return Duration.ofNanos(
        LongStream.concat(LongStream.of(pid), descendants).map(CpuTime::ticks).sum()
            * NANOS_PER_TICK);
  }

  private static long ticks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // The second field is the program's name in brackets and may hold anything.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      // utime, stime, cutime, cstime: fields 14 to 17 of all
      long sum = 0;
      for (int field = 14; field <= 17; field++) {
        sum += Long.parseLong(fields[field - 3]);
      }
      return sum;
    } catch (IOException e) {
      // It has ended meanwhile: its parent has its time.
      return 0;
    }
  }
}
