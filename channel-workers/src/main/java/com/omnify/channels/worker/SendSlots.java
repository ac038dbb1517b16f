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
  private final Map<ProviderAccountId, Taken> taken = new HashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private int underWay;

  SendSlots(ChannelSettings settings, MeterRegistry metrics) {
    this.share = new SlotShare(settings.connections(), settings.connectionsPerAccount());
    Gauge.builder("omnify.posts.under_way", this, SendSlots::underWay)
        .description("Requests between fence and the provider's answer")
        .register(metrics);
  }

  /**
   * What one account has.
   *
   * @param movedNanos when the last one ended, or else the first one began
   */
  private record Taken(int slots, long movedNanos) {}

  /**
   * The slots as one channel sees them.
   *
   * @param atOnce the most of one account
   */
  Waiting.Slots upTo(int atOnce) {
    return new Waiting.Slots() {
      @Override
      public boolean take(ProviderAccountId account) {
        return SendSlots.this.take(account, atOnce);
      }

      @Override
      public boolean stuck(ProviderAccountId account) {
        return SendSlots.this.stuck(account);
      }
    };
  }

  /** Takes a slot if there is one now; whoever gets it must free it. */
  boolean take(ProviderAccountId account) {
    return take(account, Integer.MAX_VALUE);
  }

  private boolean take(ProviderAccountId account, int atOnce) {
    lock.lock();
    try {
      Taken own = taken.get(account);
      int slots = own == null ? 0 : own.slots();
      if (slots >= atOnce || !share.admits(underWay, slots)) {
        return false;
      }
      taken.put(
          account,
          own == null
              ? new Taken(1, System.nanoTime())
              : new Taken(own.slots() + 1, own.movedNanos()));
      underWay++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  void free(ProviderAccountId account) {
    lock.lock();
    try {
      taken.computeIfPresent(
          account,
          (_, own) -> own.slots() == 1 ? null : new Taken(own.slots() - 1, System.nanoTime()));
      underWay--;
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean stuck(ProviderAccountId account) {
    lock.lock();
    try {
      Taken own = taken.get(account);
      return own != null && System.nanoTime() - own.movedNanos() > Waiting.PATIENCE.toNanos();
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
