package com.omnify.channels.worker;

import com.omnify.channels.admit.Admission;
import com.omnify.channels.admit.DailyCaps;
import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.ReadyDispatches;
import com.omnify.channels.fence.Fence;
import com.omnify.channels.fence.IdentityLocks;
import com.omnify.channels.result.DispatchStates;
import com.omnify.channels.worker.policy.BatchSize;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.model.IdentityLock;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.PriorityBlockingQueue;
import org.springframework.stereotype.Component;

/**
 * The way of a batch: load, compose, admit, wait for the permit's second, fence, send. Many threads
 * may walk it at once, here and in other processes; the fence decides who sends.
 */
@Component
class SmsWorker {

  /** STOP waits two seconds for the lock; every request begins well before, or never. */
  private static final Duration LOCK_HELD_AT_MOST = Duration.ofMillis(1_800);

  private static final long IDLE_MILLIS = 50;

  private final DispatchQueue queue;
  private final ReadyDispatches ready;
  private final Admission admission;
  private final DispatchStates states;
  private final DailyCaps caps;
  private final Fence fence;
  private final IdentityLocks locks;
  private final Poster poster;
  private final Transactions transactions;
  private final RealClock clock;
  private final MeterRegistry metrics;

  /** Of all threads; where two set it at once, either is a good guess. */
  private volatile BatchSize size = BatchSize.first();

  private final PriorityBlockingQueue<Admission.Start> later =
      new PriorityBlockingQueue<>(64, Comparator.comparing(Admission.Start::notBefore));

  SmsWorker(
      DispatchQueue queue,
      ReadyDispatches ready,
      Admission admission,
      DispatchStates states,
      DailyCaps caps,
      Fence fence,
      IdentityLocks locks,
      Poster poster,
      Transactions transactions,
      RealClock clock,
      MeterRegistry metrics) {
    this.queue = queue;
    this.ready = ready;
    this.admission = admission;
    this.states = states;
    this.caps = caps;
    this.fence = fence;
    this.locks = locks;
    this.poster = poster;
    this.transactions = transactions;
    this.clock = clock;
    this.metrics = metrics;
  }

  /** One round: starts what may start now, or admits what waits. */
  void round() throws InterruptedException {
    List<Admitted> due = due();
    if (!due.isEmpty()) {
      send(due);
      return;
    }
    List<DispatchKey> batch = queue.take(Fence.MOST, later.isEmpty() ? IDLE_MILLIS : 5);
    if (!batch.isEmpty()) {
      admit(batch);
    }
  }

  /** What waits for its second is let go: the rows are READY and will be found again. */
  void forget() {
    var waiting = new ArrayList<Admission.Start>();
    later.drainTo(waiting);
    if (!waiting.isEmpty()) {
      transactions.inBackground(
          () ->
              caps.giveBack(
                  waiting.stream().map(start -> Admission.used(start.admitted())).toList()));
    }
  }

  private List<Admitted> due() {
    Instant now = clock.now();
    var due = new ArrayList<Admitted>();
    int most = size.requests();
    while (due.size() < most) {
      Admission.Start first = later.poll();
      if (first == null) {
        break;
      }
      if (first.notBefore().isAfter(now)) {
        later.add(first);
        break;
      }
      due.add(first.admitted());
    }
    return due;
  }

  private void admit(List<DispatchKey> batch) {
    Set<DispatchKey> drop = new HashSet<>(batch);
    try {
      Admission.Verdict verdict = admission.admit(ready.load(batch));
      if (!verdict.withdrawals().isEmpty()) {
        transactions.inBackground(
            () -> {
              states.withdraw(verdict.withdrawals());
              caps.giveBack(verdict.unused());
            });
      }
      for (Admission.Start start : verdict.starts()) {
        drop.remove(start.admitted().key());
        later.add(start);
      }
    } finally {
      // Withdrawn, not READY any more, or failed: then the row waits for the sweeper.
      drop.forEach(queue::done);
    }
  }

  private void send(List<Admitted> batch) throws InterruptedException {
    Set<DispatchKey> drop = new HashSet<>();
    batch.forEach(one -> drop.add(one.key()));
    int reserved = 0;
    try {
      poster.reserve(batch.size());
      reserved = batch.size();
      List<Long> keys =
          batch.stream().map(one -> IdentityLock.key(one.key().client(), one.identity())).toList();
      try (var _ = locks.share(keys)) {
        long locked = System.nanoTime();
        List<Admitted> fenced = fence.pass(batch);
        int refused = batch.size() - fenced.size();
        poster.free(refused);
        reserved -= refused;
        fenced.forEach(one -> drop.remove(one.key()));
        reserved -= fenced.size();
        int late =
            poster.begin(
                fenced, locked + LOCK_HELD_AT_MOST.toNanos(), one -> queue.done(one.key()));
        size = size.after(late);
        metrics
            .timer("omnify.fence.lock_held")
            .record(Duration.ofNanos(System.nanoTime() - locked));
      }
    } finally {
      poster.free(reserved);
      drop.forEach(queue::done);
    }
  }
}
