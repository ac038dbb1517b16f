package com.omnify.channels.worker;

import com.omnify.channels.admit.Admission;
import com.omnify.channels.breaker.Breakers;
import com.omnify.channels.breaker.policy.Breaker.Gate;
import com.omnify.channels.breaker.policy.Trouble;
import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.ReadyDispatches;
import com.omnify.channels.dispatch.Sender;
import com.omnify.channels.dispatch.Withdrawal;
import com.omnify.channels.fence.Fence;
import com.omnify.channels.fence.IdentityLocks;
import com.omnify.channels.result.DispatchStates;
import com.omnify.channels.result.Results;
import com.omnify.channels.send.ChannelSender;
import com.omnify.channels.worker.policy.BatchSize;
import com.omnify.channels.worker.policy.Pace;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.kit.time.RealClock;
import com.omnify.model.HoldReason;
import com.omnify.model.IdentityLock;
import com.omnify.model.id.ProviderAccountId;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a batch on one channel: load, compose, admit, wait for the permit's second, prepare,
 * fence, send. Many threads may walk it at once, here and in other processes; the fence decides who
 * sends.
 */
final class ChannelWorker {

  /** STOP waits two seconds for the lock; every request begins well before, or never. */
  private static final Duration LOCK_HELD_AT_MOST = Duration.ofMillis(1_800);

  private static final long IDLE_MILLIS = 50;

  private static final Logger log = LoggerFactory.getLogger(ChannelWorker.class);

  private final ChannelSender channel;
  private final DispatchQueue queue;
  private final ReadyDispatches ready;
  private final Admission admission;
  private final DispatchStates states;
  private final Fence fence;
  private final IdentityLocks locks;
  private final Poster poster;
  private final Results results;
  private final SendSlots slots;
  private final Breakers breakers;
  private final Transactions transactions;
  private final FleetClock fleetClock;
  private final RealClock clock;
  private final MeterRegistry metrics;

  /** Of all threads; where two set it at once, either is a good guess. */
  private volatile BatchSize size = BatchSize.first();

  private final Waiting later = new Waiting();
  private final Preparing preparing;

  ChannelWorker(
      ChannelSender channel,
      DispatchQueue queue,
      ReadyDispatches ready,
      Admission admission,
      DispatchStates states,
      Fence fence,
      IdentityLocks locks,
      Poster poster,
      Results results,
      SendSlots slots,
      Breakers breakers,
      Transactions transactions,
      FleetClock fleetClock,
      RealClock clock,
      MeterRegistry metrics) {
    this.channel = channel;
    this.queue = queue;
    this.ready = ready;
    this.admission = admission;
    this.states = states;
    this.fence = fence;
    this.locks = locks;
    this.poster = poster;
    this.results = results;
    this.slots = slots;
    this.breakers = breakers;
    this.transactions = transactions;
    this.fleetClock = fleetClock;
    this.clock = clock;
    this.metrics = metrics;
    this.preparing = new Preparing(channel, metrics);
  }

  /** One round at a pace: starts what may start now, or admits what waits. */
  void round(Pace pace) throws InterruptedException {
    if (!results.keepUp(Duration.ofMillis(IDLE_MILLIS))) {
      return;
    }
    List<Admitted> prepared = preparing.take(most());
    if (!prepared.isEmpty()) {
      send(prepared);
      return;
    }
    Waiting.Taken taken =
        later.take(clock.now(), most(), breakers::gate, slots.upTo(channel.atOnce()), pace);
    if (!taken.isEmpty()) {
      var due = new ArrayList<>(taken.due());
      var held = new ArrayList<>(taken.held());
      for (Admitted one : taken.trials()) {
        if (mayTry(one, held)) {
          due.add(one);
        } else {
          slots.free(one.sender().account().id());
        }
      }
      // Whatever becomes of one part, the others are in hand too.
      try {
        start(due);
      } finally {
        try {
          renew(taken.lapsed());
        } finally {
          giveBack(held);
        }
      }
      return;
    }
    boolean idle = later.isEmpty() && preparing.isEmpty();
    List<DispatchKey> batch = queue.take(channel.most(), idle ? IDLE_MILLIS : 5, pace);
    if (!batch.isEmpty()) {
      admit(batch);
    }
  }

  private int most() {
    return Math.min(size.requests(), channel.most());
  }

  /**
   * What waits for its second, or is got ready, is let go: the rows are READY and will be found
   * again.
   */
  void forget() {
    later.drain();
    letGo(preparing.drain());
  }

  /** What needs no preparation goes at once. */
  private void start(List<Admitted> batch) throws InterruptedException {
    if (channel.longestPreparation().isZero()) {
      send(batch);
    } else {
      batch.forEach(preparing::begin);
    }
  }

  /**
   * Takes permits anew for those whose second passed before a worker was free, and starts at once
   * what may: however slow the machine is, some get on.
   */
  private void renew(List<Admitted> lapsed) throws InterruptedException {
    if (lapsed.isEmpty()) {
      return;
    }
    var starting = new ArrayList<Admitted>();
    var unsent = new HashMap<DispatchKey, Admitted>();
    lapsed.forEach(one -> unsent.put(one.key(), one));
    try {
      Admission.Verdict verdict = admission.renew(lapsed);
      withdraw(verdict.withdrawals());
      Instant now = clock.now();
      for (Admission.Start start : verdict.starts()) {
        Admitted one = start.admitted();
        unsent.remove(one.key());
        if (start.notBefore().isAfter(now)) {
          slots.free(one.sender().account().id());
          later.add(start);
        } else {
          starting.add(one);
        }
      }
    } finally {
      letGo(unsent.values());
    }
    start(starting);
  }

  private void withdraw(List<Withdrawal> withdrawals) {
    if (!withdrawals.isEmpty()) {
      transactions.inBackground(() -> states.withdraw(withdrawals));
    }
  }

  /** Each has a slot and is in hand, and is neither from now on. */
  private void letGo(Collection<Admitted> unsent) {
    for (Admitted one : unsent) {
      channel.discard(one);
      slots.free(one.sender().account().id());
      queue.done(one.key());
    }
  }

  /** One of all workers tries an account that was broken; the others wait for what it finds. */
  private boolean mayTry(Admitted one, List<Waiting.Held> held) {
    Sender sender = one.sender();
    HoldReason reason = HoldReason.PROVIDER_BUSY;
    Instant until = clock.now();
    try {
      Duration request = channel.longestPreparation().plus(channel.longestRequest());
      if (breakers.mayTry(sender.client(), sender.account().id(), request)) {
        return true;
      }
      if (breakers.gate(sender.account().id()) instanceof Gate.Shut(Trouble why, Instant end)) {
        reason = why.holdReason();
        until = end;
      }
    } catch (RuntimeException e) {
      log.warn("Nobody tries provider account {} yet", sender.account().id(), e);
    }
    held.add(new Waiting.Held(one, reason, until));
    return false;
  }

  /** Nothing was fenced, nothing was sent: the scheduler makes another attempt at its time. */
  private void giveBack(List<Waiting.Held> held) {
    if (held.isEmpty()) {
      return;
    }
    try {
      Instant fleetNow = fleetClock.now();
      var withdrawals = new ArrayList<Withdrawal>();
      var before = new HashMap<ProviderAccountId, Integer>();
      for (Waiting.Held one : held) {
        Admitted admitted = one.admitted();
        int ahead = before.merge(admitted.sender().account().id(), 1, Integer::sum) - 1;
        // Nobody would order another in place of what is no step of an enrollment: it stays READY.
        if (admitted.dispatch().ref().enrollmentId() != null) {
          Instant until = inTurn(one.until(), ahead, admitted.sender());
          withdrawals.add(
              new Withdrawal.GivenBack(
                  admitted.dispatch(), one.reason(), inFleetTime(until, fleetNow)));
        }
      }
      withdraw(withdrawals);
    } finally {
      held.forEach(one -> queue.done(one.admitted().key()));
    }
  }

  /** One after the other, as fast as their number may send. */
  private static Instant inTurn(Instant until, int ahead, Sender sender) {
    return until.plusMillis(1_000L * ahead / sender.perSecond());
  }

  private Instant inFleetTime(Instant real, Instant fleetNow) {
    double millis = Duration.between(clock.now(), real).toMillis();
    return fleetNow.plusMillis((long) (Math.max(0, millis) * Math.max(fleetClock.rate(), 0.001)));
  }

  private void admit(List<DispatchKey> batch) {
    Set<DispatchKey> drop = new HashSet<>(batch);
    try {
      Admission.Verdict verdict = admission.admit(ready.load(batch));
      withdraw(verdict.withdrawals());
      for (Admission.Start start : verdict.starts()) {
        drop.remove(start.admitted().key());
        later.add(start);
      }
    } finally {
      // Withdrawn, not READY any more, or failed: then the row waits for the sweeper.
      drop.forEach(queue::done);
    }
  }

  /**
   * Locks, fences and makes the requests of what may start now; returns when the locks are free
   * again, while answers are still under way.
   *
   * @param batch with a slot taken for each
   */
  void send(List<Admitted> batch) throws InterruptedException {
    if (batch.isEmpty()) {
      return;
    }
    // Whose slots are still ours to free, and who is out of hand when this ends.
    var unsent = new HashMap<DispatchKey, Admitted>();
    batch.forEach(one -> unsent.put(one.key(), one));
    try {
      List<Long> keys =
          batch.stream().map(one -> IdentityLock.key(one.key().client(), one.identity())).toList();
      try (var _ = locks.share(keys)) {
        long locked = System.nanoTime();
        List<Admitted> fenced = fence.pass(batch);
        fenced.forEach(one -> unsent.remove(one.key()));
        int late =
            poster.begin(
                fenced, locked + LOCK_HELD_AT_MOST.toNanos(), one -> queue.done(one.key()));
        Duration held = Duration.ofNanos(System.nanoTime() - locked);
        size = size.after(late, held, LOCK_HELD_AT_MOST);
        metrics.timer("omnify.fence.lock_held").record(held);
      }
    } finally {
      letGo(unsent.values());
    }
  }
}
