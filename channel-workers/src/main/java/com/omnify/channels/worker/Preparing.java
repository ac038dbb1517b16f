package com.omnify.channels.worker;

import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.send.ChannelSender;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is got ready before its fence, each on a thread of its own: a provider that takes its time
 * keeps waiting only what goes to it. How many it may have is bounded by its slots.
 */
final class Preparing {

  private static final Logger log = LoggerFactory.getLogger(Preparing.class);

  private final ChannelSender channel;
  private final MeterRegistry metrics;
  private final Map<DispatchKey, Admitted> underWay = new HashMap<>();
  private final Queue<Admitted> ready = new ArrayDeque<>();

  Preparing(ChannelSender channel, MeterRegistry metrics) {
    this.channel = channel;
    this.metrics = metrics;
    if (!channel.longestPreparation().isZero()) {
      Gauge.builder("omnify.prepare.under_way", this, Preparing::underWay)
          .tag("channel", channel.channel().wire())
          .description("Dispatches that are got ready before their fence")
          .register(metrics);
    }
  }

  void begin(Admitted one) {
    synchronized (this) {
      underWay.put(one.key(), one);
    }
    Thread.ofVirtual().name("prepare").start(() -> prepare(one));
  }

  private void prepare(Admitted one) {
    long start = System.nanoTime();
    try {
      channel.prepare(one);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // Whoever sends it is told.
      log.warn("Dispatch {} could not be prepared", one.key().id(), e);
    } finally {
      metrics
          .timer("omnify.prepare", "channel", channel.channel().wire())
          .record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
      boolean wanted;
      synchronized (this) {
        wanted = underWay.remove(one.key()) != null && ready.add(one);
      }
      if (!wanted) {
        channel.discard(one);
      }
    }
  }

  /** Those that are ready, or will never be: each is to be sent or discarded. */
  synchronized List<Admitted> take(int most) {
    var taken = new ArrayList<Admitted>();
    while (taken.size() < most && !ready.isEmpty()) {
      taken.add(ready.remove());
    }
    return taken;
  }

  synchronized boolean isEmpty() {
    return underWay.isEmpty() && ready.isEmpty();
  }

  /** Takes out everything, ready or not: each is to be discarded. */
  synchronized List<Admitted> drain() {
    var all = new ArrayList<>(underWay.values());
    all.addAll(ready);
    underWay.clear();
    ready.clear();
    return all;
  }

  private synchronized int underWay() {
    return underWay.size();
  }
}
