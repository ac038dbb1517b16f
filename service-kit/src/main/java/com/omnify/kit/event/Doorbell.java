package com.omnify.kit.event;

import com.omnify.model.event.StepEvent;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells the workers that dispatches stand ready. Ring after the commit, outside of the transaction;
 * it neither blocks nor throws, and what is lost is found by the workers' sweeper.
 */
public final class Doorbell implements MeterBinder, AutoCloseable {

  private static final int WAITING_BATCHES = 1_000;

  private final Wire wire;
  private final EventJson json;
  private final AtomicLong lost = new AtomicLong();
  private final ThreadPoolExecutor ringer;

  Doorbell(Wire wire, EventJson json) {
    this.wire = wire;
    this.json = json;
    this.ringer =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING_BATCHES),
            Thread.ofPlatform().name("doorbell").daemon(true).factory(),
            (_, _) -> lost.incrementAndGet());
    ringer.allowCoreThreadTimeOut(true);
  }

  /** Fire and forget. */
  public void ring(List<? extends StepEvent> events) {
    if (!events.isEmpty()) {
      ringer.execute(() -> events.forEach(this::send));
    }
  }

  private void send(StepEvent event) {
    try {
      var _ =
          wire.send(
              event.topic().topicName(),
              event.key(),
              EventTypes.of(event),
              json.write(event),
              (_, failure) -> {
                if (failure != null) {
                  lost.incrementAndGet();
                }
              });
    } catch (RuntimeException e) {
      lost.incrementAndGet();
    }
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    FunctionCounter.builder("omnify.doorbell.lost", lost, AtomicLong::doubleValue)
        .description("Rings that never left")
        .register(registry);
  }

  @Override
  public void close() {
    ringer.shutdown();
    try {
      if (!ringer.awaitTermination(Duration.ofSeconds(2).toMillis(), TimeUnit.MILLISECONDS)) {
        ringer.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
