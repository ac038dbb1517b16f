package com.omnify.scheduler.enrollment;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Tells whoever sleeps until the next due step that there is new work. */
@Component
public class DueAlarm {

  private final List<Runnable> sleepers = new CopyOnWriteArrayList<>();
  private final TransactionSynchronization afterCommit =
      new TransactionSynchronization() {
        @Override
        public void afterCommit() {
          sleepers.forEach(Runnable::run);
        }
      };

  public void wakes(Runnable sleeper) {
    sleepers.add(sleeper);
  }

  /** Rings when the running transaction has committed, once however often it is asked. */
  void ringAfterCommit() {
    TransactionSynchronizationManager.registerSynchronization(afterCommit);
  }
}
