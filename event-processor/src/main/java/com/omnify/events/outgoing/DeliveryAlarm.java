package com.omnify.events.outgoing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Tells the courier that there is something to deliver. */
@Component
class DeliveryAlarm {

  private final List<Runnable> sleepers = new CopyOnWriteArrayList<>();
  private final TransactionSynchronization afterCommit =
      new TransactionSynchronization() {
        @Override
        public void afterCommit() {
          ring();
        }
      };

  void wakes(Runnable sleeper) {
    sleepers.add(sleeper);
  }

  void ring() {
    sleepers.forEach(Runnable::run);
  }

  /** Rings when the running transaction has committed, once however often it is asked. */
  void ringAfterCommit() {
    TransactionSynchronizationManager.registerSynchronization(afterCommit);
  }
}
