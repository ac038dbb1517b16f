package com.omnify.channels.worker;

import com.omnify.channels.admit.Admission;
import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.dispatch.ReadyDispatches;
import com.omnify.channels.fence.IdentityLocks;
import com.omnify.channels.fence.NoLocks;
import com.omnify.channels.send.ChannelSender;
import com.omnify.channels.send.ChannelSenders;
import com.omnify.model.Channel;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.springframework.context.ApplicationContext;

/** One batch at a time through the worker's own code, begun when the harness says so. */
public final class Batches {

  private final ReadyDispatches ready;
  private final Admission admission;
  private final SendSlots slots;
  private final ChannelWorker worker;
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
  private static ChannelWorker worker(ApplicationContext channels, IdentityLocks locks) {
    var constructor = ChannelWorker.class.getDeclaredConstructors()[0];
    Object[] beans =
        Arrays.stream(constructor.getParameterTypes())
            .map(type -> part(channels, locks, type))
            .toArray();
    try {
      return (ChannelWorker) constructor.newInstance(beans);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object part(ApplicationContext channels, IdentityLocks locks, Class<?> type) {
    if (type == IdentityLocks.class) {
      return locks;
    }
    if (type == ChannelSender.class) {
      return channels.getBean(ChannelSenders.class).of(Channel.SMS);
    }
    return type == DispatchQueue.class
        ? channels.getBean(Lanes.class).queue(Channel.SMS)
        : channels.getBean(type);
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
