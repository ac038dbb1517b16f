package com.omnify.sandbox.time;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Things to do later on a clock whose speed can be changed while they wait. Work is run on the
 * agenda's own thread and must only hand over, never block.
 */
public final class Agenda implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Agenda.class);

  private record Entry(long due, long order, Runnable work) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      int byDue = Long.compare(due, other.due);
      return byDue != 0 ? byDue : Long.compare(order, other.order);
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final PriorityQueue<Entry> entries = new PriorityQueue<>();
  private final Thread thread;
  private double rate;
  private long baseReal = System.nanoTime();
  private long baseFleet;
  private long order;
  private boolean closed;

  /**
   * @param rate fleet seconds in a real second, above zero
   */
  public Agenda(String name, double rate) {
    this.rate = checked(rate);
    this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  /** Runs the work once that much fleet time has passed. */
  public void in(Duration delay, Runnable work) {
    lock.lock();
    try {
      entries.add(new Entry(now() + Math.max(0, delay.toNanos()), order++, work));
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Changes the speed; what waits comes sooner or later accordingly. */
  public void rate(double newRate) {
    lock.lock();
    try {
      baseFleet = now();
      baseReal = System.nanoTime();
      rate = checked(newRate);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  public double rate() {
    lock.lock();
    try {
      return rate;
    } finally {
      lock.unlock();
    }
  }

  /** Jumps ahead; all that falls due on the way is done at once, in its order. */
  public void advance(Duration by) {
    lock.lock();
    try {
      baseFleet += by.toNanos();
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** How much waits. */
  public int size() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static double checked(double rate) {
    if (!(rate > 0) || rate > 1_000_000) {
      throw new IllegalArgumentException("rate must be above 0 and at most 1000000, was " + rate);
    }
    return rate;
  }

  private long now() {
    return baseFleet + (long) ((System.nanoTime() - baseReal) * rate);
  }

  private void run() {
    while (true) {
      Runnable work = next();
      if (work == null) {
        return;
      }
      try {
        work.run();
      } catch (RuntimeException e) {
        log.error("planned work failed", e);
      }
    }
  }

  private @Nullable Runnable next() {
    lock.lock();
    try {
      while (!closed) {
        var first = entries.peek();
        if (first == null) {
          changed.await();
          continue;
        }
        long wait = first.due - now();
        if (wait <= 0) {
          return entries.remove().work;
        }
        changed.await(Math.max(1, (long) (wait / rate)), TimeUnit.NANOSECONDS);
      }
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } finally {
      lock.unlock();
    }
  }
}
