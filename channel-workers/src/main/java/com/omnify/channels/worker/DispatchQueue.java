package com.omnify.channels.worker;

import com.omnify.channels.ChannelSettings;
import com.omnify.channels.dispatch.DispatchKey;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/**
 * Dispatches that rang, in the order of ringing, each once while it is in hand. It is bounded: a
 * full queue holds the listener up, and so the partitions pause. It holds ids only; the rows are
 * the truth, so what is lost with the process is found again by the sweeper.
 */
@Component
public class DispatchQueue {

  /** A batch costs nearly the same however many are in it. */
  private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final BlockingQueue<DispatchKey> waiting;
  private final Set<DispatchKey> inHand = ConcurrentHashMap.newKeySet();
  private volatile boolean open;

  DispatchQueue(ChannelSettings settings, MeterRegistry metrics) {
    waiting = new ArrayBlockingQueue<>(settings.queue());
    Gauge.builder("omnify.queue.depth", waiting, BlockingQueue::size)
        .description("Dispatches that wait for a worker")
        .register(metrics);
    Gauge.builder("omnify.queue.in_hand", inHand, Set::size)
        .description("Dispatches between doorbell and recorded result")
        .register(metrics);
  }

  void open() {
    open = true;
  }

  /** Nothing more is taken in; whoever waits for room is let go. */
  void close() {
    open = false;
    waiting.clear();
    inHand.clear();
  }

  /** Takes one in, waiting for room as long as the queue is open. */
  void put(DispatchKey key) throws InterruptedException {
    if (!open || !inHand.add(key)) {
      return;
    }
    while (!waiting.offer(key, 100, TimeUnit.MILLISECONDS)) {
      if (!open) {
        inHand.remove(key);
        return;
      }
    }
    if (!open && waiting.remove(key)) {
      inHand.remove(key);
    }
  }

  /** Takes one in if there is room now. */
  public boolean offer(DispatchKey key) {
    if (!open || !inHand.add(key)) {
      return false;
    }
    if (waiting.offer(key)) {
      return true;
    }
    inHand.remove(key);
    return false;
  }

  /** Up to so many; waits a moment for the first, and a little for those that ring with it. */
  List<DispatchKey> take(int most, long waitMillis) throws InterruptedException {
    var batch = new ArrayList<DispatchKey>();
    DispatchKey first = waiting.poll(waitMillis, TimeUnit.MILLISECONDS);
    if (first == null) {
      return batch;
    }
    batch.add(first);
    long end = System.nanoTime() + GATHER_NANOS;
    while (batch.size() < most) {
      if (waiting.drainTo(batch, most - batch.size()) == 0) {
        DispatchKey next = waiting.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (next == null) {
          break;
        }
        batch.add(next);
      }
    }
    return batch;
  }

  /** Out of hand: recorded, withdrawn or dropped. */
  void done(DispatchKey key) {
    inHand.remove(key);
  }

  /** Whether nothing waits for a worker. */
  public boolean idle() {
    return waiting.isEmpty();
  }

  int inHand() {
    return inHand.size();
  }
}
