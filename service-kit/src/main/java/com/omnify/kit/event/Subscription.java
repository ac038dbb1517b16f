package com.omnify.kit.event;

import com.omnify.model.event.Event;
import com.omnify.model.event.Topic;
import java.util.List;

/**
 * A service listens to a topic: declare it as a bean.
 *
 * <p>The handler gets up to 500 events in the order of their partitions (so in order for each key),
 * makes its own transactions, and returns when they are committed; only then are the offsets. It
 * sees repeats after a crash or a rebalance and must tolerate them. When it throws, the batch is
 * offered record by record; a record that fails three times becomes a dead letter, and later
 * records of its key are parked behind it until it is replayed. While the database or Kafka is
 * away, or on {@link TryAgainLater}, the batch is offered again without limit.
 *
 * @param name consumer group, and the name under which dead letters are kept: {@code
 *     scheduler.deliveries}
 * @param type the topic's interface, or one record of it where the others do not matter; other
 *     types are skipped unparsed
 * @param losable whether what cannot be handled may be lost, because somebody looks for the work
 *     itself later: then nothing becomes a dead letter, and nothing is waited for
 */
public record Subscription<E extends Event>(
    String name, Topic topic, Class<E> type, Handler<E> handler, boolean losable) {

  /** What to do with a batch. */
  @FunctionalInterface
  public interface Handler<E extends Event> {
    void handle(List<E> batch);
  }

  public Subscription {
    if (!topic.carries().isAssignableFrom(type)) {
      throw new IllegalArgumentException(topic + " carries no " + type.getSimpleName());
    }
  }

  public static <E extends Event> Subscription<E> of(
      String name, Topic topic, Class<E> type, Handler<E> handler) {
    return new Subscription<>(name, topic, type, handler, false);
  }

  /**
   * Listens to what only saves time: events that may be lost. Each batch costs no look at the
   * database and waits for no offset, so a ring is heard at once, however many others ring.
   */
  public static <E extends Event> Subscription<E> losable(
      String name, Topic topic, Class<E> type, Handler<E> handler) {
    return new Subscription<>(name, topic, type, handler, true);
  }
}
