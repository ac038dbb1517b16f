package com.omnify.kit.trial;

import com.omnify.kit.event.Subscription;
import com.omnify.kit.event.TryAgainLater;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.id.EventId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes what it is offered, fails where a test has planted poison. */
public final class TrialHandler implements Subscription.Handler<DeliveryEvent> {

  final List<DeliveryEvent> taken = new CopyOnWriteArrayList<>();
  final List<Integer> batches = new CopyOnWriteArrayList<>();
  final Set<EventId> poison = ConcurrentHashMap.newKeySet();
  final AtomicInteger failures = new AtomicInteger();
  volatile boolean databaseAway;

  @Override
  public void handle(List<DeliveryEvent> batch) {
    if (databaseAway) {
      failures.incrementAndGet();
      throw new TryAgainLater("away", new IllegalStateException("away"));
    }
    for (DeliveryEvent event : batch) {
      if (poison.contains(event.eventId())) {
        failures.incrementAndGet();
        throw new IllegalStateException("poison " + event.eventId());
      }
    }
    batches.add(batch.size());
    taken.addAll(batch);
  }

  /** What was taken of a key, in order. */
  List<EventId> takenOf(String key) {
    return taken.stream()
        .filter(event -> event.key().equals(key))
        .map(DeliveryEvent::eventId)
        .toList();
  }
}
