package com.omnify.sandbox.time;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fixed number of hands for work that blocks. What waits is bounded by the providers, which take
 * no message while too much is planned.
 */
public final class Crew implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Crew.class);

  private final LinkedBlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
  private final ExecutorService hands = Executors.newVirtualThreadPerTaskExecutor();

  public Crew(int size) {
    for (int i = 0; i < size; i++) {
      hands.execute(this::work);
    }
  }

  public void give(Runnable work) {
    waiting.add(work);
  }

  public int size() {
    return waiting.size();
  }

  /** Interrupts what is in work and waits until it has let go; what waits is dropped. */
  @Override
  public void close() {
    hands.shutdownNow();
    try {
      if (!hands.awaitTermination(2, TimeUnit.SECONDS)) {
        log.warn("a webhook did not let go within 2 s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        waiting.take().run();
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException e) {
        if (!hands.isShutdown()) {
          log.error("work failed", e);
        }
      }
    }
  }
}
