package com.omnify.channels.worker;

import com.omnify.channels.ChannelSettings;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.worker.policy.Pace;
import com.omnify.channels.worker.policy.Turns;
import com.omnify.model.Channel;
import com.omnify.model.id.ClientId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Dispatches of one channel that rang, each once while it is in hand: in the order of ringing for
 * each client, and clients take turns. It is bounded: a full queue holds the listener up, and so
 * the partitions pause. It holds ids only; the rows are the truth, so what is lost with the process
 * is found again by the sweeper.
 */
final class DispatchQueue {

  /** A batch costs nearly the same however many are in it; who has few does not wait for more. */
  private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final int room;
  private final Turns<ClientId, DispatchKey> waiting = new Turns<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition taken = lock.newCondition();
  private final Condition added = lock.newCondition();
  private final Set<DispatchKey> inHand = ConcurrentHashMap.newKeySet();
  private volatile boolean open;

  DispatchQueue(Channel channel, ChannelSettings settings, MeterRegistry metrics) {
    room = settings.queue();
    Gauge.builder("omnify.queue.depth", this, DispatchQueue::depth)
        .tag("channel", channel.wire())
        .description("Dispatches that wait for a worker")
        .register(metrics);
    Gauge.builder("omnify.queue.in_hand", inHand, Set::size)
        .tag("channel", channel.wire())
        .description("Dispatches between doorbell and recorded result")
        .register(metrics);
  }

  void open() {
    open = true;
  }

  /** Nothing more is taken in; whoever waits for room is let go. */
  void close() {
    lock.lock();
    try {
      open = false;
      waiting.clear();
      inHand.clear();
      taken.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Takes one in, waiting for room as long as the queue is open. */
  void put(DispatchKey key) throws InterruptedException {
    lock.lock();
    try {
      if (!open || !inHand.add(key)) {
        return;
      }
      try {
        while (open && waiting.size() >= room) {
          taken.await();
        }
      } catch (InterruptedException e) {
        inHand.remove(key);
        throw e;
      }
      if (open) {
        add(key);
      } else {
        inHand.remove(key);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes one in if there is room now. */
  boolean offer(DispatchKey key) {
    lock.lock();
    try {
      if (!open || waiting.size() >= room || !inHand.add(key)) {
        return false;
      }
      add(key);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void add(DispatchKey key) {
    waiting.add(key.client(), key);
    // Not all of them wait for the same.
    added.signalAll();
  }

  /**
   * Up to so many of what is to be served at a pace; waits a moment for the first, and a little for
   * those that ring with it.
   */
  List<DispatchKey> take(int most, long waitMillis, Pace pace) throws InterruptedException {
    lock.lock();
    try {
      if (!await(() -> waiting.has(pace), TimeUnit.MILLISECONDS.toNanos(waitMillis))) {
        return List.of();
      }
      if (pace != Pace.QUICK) {
        await(() -> waiting.size() >= most, GATHER_NANOS);
      }
      List<DispatchKey> batch = waiting.take(most, pace);
      taken.signalAll();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until it is so; false when it still is not after that time. */
  private boolean await(BooleanSupplier so, long nanos) throws InterruptedException {
    long left = nanos;
    while (!so.getAsBoolean() && left > 0) {
      left = added.awaitNanos(left);
    }
    return so.getAsBoolean();
  }

  /** Out of hand: recorded, withdrawn or dropped. */
  void done(DispatchKey key) {
    inHand.remove(key);
  }

  /** Whether nothing waits for a worker. */
  boolean idle() {
    return depth() == 0;
  }

  private int depth() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  int inHand() {
    return inHand.size();
  }
}
