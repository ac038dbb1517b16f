package com.omnify.channels.worker;

import com.omnify.channels.admit.Admission;
import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.ReadyDispatches;
import com.omnify.channels.fence.Fence;
import com.omnify.channels.fence.IdentityLocks;
import com.omnify.channels.fence.NoLocks;
import com.omnify.channels.result.DispatchStates;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.kit.time.RealClock;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.springframework.context.ApplicationContext;

/** One batch at a time through the worker's own code, begun when the harness says so. */
public final class Batches {

  private final ReadyDispatches ready;
  private final Admission admission;
  private final SendSlots slots;
  private final SmsWorker worker;
  private final boolean lock;

  /**
   * @param channels the running service, whose beans these are
   * @param locks its own, or none
   */
  public Batches(ApplicationContext channels, IdentityLocks locks) {
    this.ready = channels.getBean(ReadyDispatches.class);
    this.admission = channels.getBean(Admission.class);
    this.slots = channels.getBean(SendSlots.class);
    this.lock = !(locks instanceof NoLocks);
    this.worker =
        new SmsWorker(
            channels.getBean(DispatchQueue.class),
            ready,
            admission,
            channels.getBean(DispatchStates.class),
            channels.getBean(Fence.class),
            locks,
            channels.getBean(Poster.class),
            slots,
            channels.getBean(Transactions.class),
            channels.getBean(FleetClock.class),
            channels.getBean(RealClock.class),
            channels.getBean(MeterRegistry.class));
  }

  /** Whether people's addresses are locked. */
  public boolean lock() {
    return lock;
  }

  /** Loads, composes and admits; all must be let through. */
  public List<Admitted> admit(List<DispatchKey> keys) {
    Admission.Verdict verdict = admission.admit(ready.load(keys));
    if (verdict.starts().size() != keys.size()) {
      throw new IllegalStateException(
          "%d of %d admitted: %s"
              .formatted(verdict.starts().size(), keys.size(), verdict.withdrawals()));
    }
    return verdict.starts().stream().map(Admission.Start::admitted).toList();
  }

  /** Takes the slots that {@link #send} frees, waiting for them. */
  public void takeSlots(List<Admitted> batch) {
    for (Admitted one : batch) {
      while (!slots.take(one.sender().account().id())) {
        LockSupport.parkNanos(50_000);
      }
    }
  }

  /** Locks, fences, posts; returns when the locks are free again. */
  public void send(List<Admitted> batch) throws InterruptedException {
    worker.send(batch);
  }
}
