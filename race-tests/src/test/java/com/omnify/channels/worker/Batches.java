package com.omnify.channels.worker;

import com.omnify.channels.admit.Admission;
import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.ReadyDispatches;
import com.omnify.channels.fence.IdentityLocks;
import com.omnify.channels.fence.NoLocks;
import java.util.Arrays;
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
    this.worker = worker(channels, locks);
  }

  /** As Spring makes it, but for the locks. */
  private static SmsWorker worker(ApplicationContext channels, IdentityLocks locks) {
    var constructor = SmsWorker.class.getDeclaredConstructors()[0];
    Object[] beans =
        Arrays.stream(constructor.getParameterTypes())
            .map(type -> type == IdentityLocks.class ? locks : channels.getBean(type))
            .toArray();
    try {
      return (SmsWorker) constructor.newInstance(beans);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
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
