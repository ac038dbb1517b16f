package com.omnify.channels.worker;

import com.omnify.channels.ChannelSettings;
import com.omnify.channels.worker.policy.SlotShare;
import com.omnify.model.id.ProviderAccountId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Component;

/**
 * Requests under way, bounded for each provider account and in all. Nobody waits for a slot: who
 * gets none lets others go first.
 */
@Component
class SendSlots {

  private final SlotShare share;
  private final Map<ProviderAccountId, Integer> taken = new HashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private int underWay;

  SendSlots(ChannelSettings settings, MeterRegistry metrics) {
    this.share = new SlotShare(settings.connections(), settings.connectionsPerAccount());
    Gauge.builder("omnify.posts.under_way", this, SendSlots::underWay)
        .description("Requests between fence and the provider's answer")
        .register(metrics);
  }

  /** Takes a slot if there is one now; whoever gets it must free it. */
  boolean take(ProviderAccountId account) {
    lock.lock();
    try {
      int own = taken.getOrDefault(account, 0);
      if (!share.admits(underWay, own)) {
        return false;
      }
      taken.put(account, own + 1);
      underWay++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  void free(ProviderAccountId account) {
    lock.lock();
    try {
      taken.computeIfPresent(account, (_, own) -> own == 1 ? null : own - 1);
      underWay--;
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  int underWay() {
    lock.lock();
    try {
      return underWay;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until none is taken; false when some still are after that time. */
  boolean quiet(Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    if (!lock.tryLock(left, TimeUnit.NANOSECONDS)) {
      return false;
    }
    try {
      while (underWay > 0 && left > 0) {
        left = freed.awaitNanos(left);
      }
      return underWay == 0;
    } finally {
      lock.unlock();
    }
  }
}
