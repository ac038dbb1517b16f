package com.omnify.kit.event;

import com.omnify.model.event.Event;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * One subscription's way through a batch: all at once when all is well, record by record when
 * something is not. Knows nothing of consumers and offsets.
 */
final class Listener<E extends Event> implements Replayable {

  private static final int TRIES = 3;
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);
  private static final Logger log = LoggerFactory.getLogger(Listener.class);

  private final Subscription<E> subscription;
  private final DeadLetters deadLetters;
  private final EventJson json;
  private final Set<String> known;
  private final Counter handled;
  private final Counter buried;
  private final Counter parked;
  private final Counter lost;
  private final Timer time;
  // One consumer thread, one part of the lag.
  private final Map<Thread, Long> lags = new ConcurrentHashMap<>();

  /** Records before {@code index} are done; that one and later ones must be offered again. */
  static final class OfferAgain extends Exception {
    private final int index;

    OfferAgain(int index, Throwable cause) {
      super(cause);
      this.index = index;
    }

    int index() {
      return index;
    }
  }

  Listener(
      Subscription<E> subscription, DeadLetters deadLetters, EventJson json, MeterRegistry meters) {
    this.subscription = subscription;
    this.deadLetters = deadLetters;
    this.json = json;
    this.known = EventTypes.knownTo(subscription.type());
    this.handled = counter(meters, "omnify.listener.handled", "Events that a handler took");
    this.buried = counter(meters, "omnify.listener.dead", "Records that became dead letters");
    this.parked = counter(meters, "omnify.listener.parked", "Records parked behind a dead letter");
    this.lost = counter(meters, "omnify.listener.lost", "Records that may be lost, and were");
    this.time =
        Timer.builder("omnify.listener.batch")
            .description("Time to handle a batch")
            .tag("listener", subscription.name())
            .register(meters);
    Gauge.builder("omnify.listener.lag", lags, Listener::sum)
        .description("Records that wait for the listener")
        .tag("listener", subscription.name())
        .register(meters);
  }

  private static double sum(Map<Thread, Long> lags) {
    return lags.values().stream().mapToLong(Long::longValue).sum();
  }

  private Counter counter(MeterRegistry meters, String name, String description) {
    return Counter.builder(name)
        .description(description)
        .tag("listener", subscription.name())
        .register(meters);
  }

  /** How many records stand between the listener and the end of its partitions, as it sees it. */
  void lags(long records) {
    lags.put(Thread.currentThread(), records);
  }

  Subscription<E> subscription() {
    return subscription;
  }

  /** Handles, buries or parks every record of the batch, in order. */
  void take(List<ConsumerRecord<String, String>> records) throws OfferAgain {
    List<Incoming> batch = records.stream().map(this::read).toList();
    if (subscription.losable()) {
      takeWhatCanBe(batch);
      return;
    }
    List<String> keys =
        batch.stream().filter(it -> !it.skip()).map(Incoming::key).distinct().toList();
    if (keys.isEmpty()) {
      return;
    }
    try {
      Set<String> held = deadLetters.held(subscription.name(), keys);
      if (held.isEmpty() && batch.stream().noneMatch(incoming -> incoming.error() != null)) {
        if (allAtOnce(batch)) {
          return;
        }
      }
      oneByOne(batch, held);
    } catch (RuntimeException e) {
      // Only the store of dead letters throws here: without it nothing may be given up.
      throw new OfferAgain(0, e);
    }
  }

  private void takeWhatCanBe(List<Incoming> batch) {
    var events = new ArrayList<E>(batch.size());
    for (Incoming incoming : batch) {
      if (incoming.event() != null) {
        events.add(subscription.type().cast(incoming.event()));
      } else if (incoming.error() != null) {
        lost(1, incoming.error());
      }
    }
    if (events.isEmpty()) {
      return;
    }
    try {
      handle(events);
    } catch (RuntimeException e) {
      lost(events.size(), Failures.text(e));
    }
  }

  private void lost(int many, String why) {
    lost.increment(many);
    log.warn("Listener {} lets go of {}: {}", subscription.name(), many, why);
  }

  private Incoming read(ConsumerRecord<String, String> record) {
    String type = Incoming.typeHeader(record);
    if (type == null || !known.contains(type) || record.value() == null) {
      return Incoming.skipped(record, type);
    }
    try {
      return Incoming.readable(record, type, json.read(record.value(), subscription.type()));
    } catch (JacksonException e) {
      return Incoming.unreadable(record, type, Failures.text(e));
    }
  }

  /** False when the batch must be split. */
  private boolean allAtOnce(List<Incoming> batch) throws OfferAgain {
    var events = new ArrayList<E>(batch.size());
    for (Incoming incoming : batch) {
      if (incoming.event() != null) {
        events.add(subscription.type().cast(incoming.event()));
      }
    }
    if (events.isEmpty()) {
      return true;
    }
    try {
      handle(events);
      return true;
    } catch (RuntimeException e) {
      if (Failures.passing(e)) {
        throw new OfferAgain(0, e);
      }
      log.info(
          "Listener {} failed on a batch of {}, taking it one by one: {}",
          subscription.name(),
          events.size(),
          Failures.text(e));
      return false;
    }
  }

  private void oneByOne(List<Incoming> batch, Set<String> heldBefore) throws OfferAgain {
    var held = new HashSet<>(heldBefore);
    for (int n = 0; n < batch.size(); n++) {
      Incoming incoming = batch.get(n);
      if (incoming.skip()) {
        continue;
      }
      try {
        if (held.contains(incoming.key())) {
          if (deadLetters.park(subscription.name(), incoming)) {
            parked.increment();
            continue;
          }
          held.remove(incoming.key());
        }
        String error = incoming.error();
        int attempts = 1;
        if (error == null) {
          RuntimeException failure = tryThrice(incoming);
          if (failure == null) {
            continue;
          }
          error = Failures.text(failure);
          attempts = TRIES;
          log.warn(
              "Listener {} cannot take {} of {}-{}@{}: it is a dead letter now",
              subscription.name(),
              incoming.type(),
              incoming.record().topic(),
              incoming.record().partition(),
              incoming.record().offset(),
              failure);
        }
        deadLetters.bury(subscription.name(), incoming, error, attempts);
        buried.increment();
        held.add(incoming.key());
      } catch (RuntimeException e) {
        throw new OfferAgain(n, e);
      }
    }
  }

  /** Null when a try went well. Throws what will pass. */
  private @Nullable RuntimeException tryThrice(Incoming incoming) {
    RuntimeException last = null;
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      try {
        handleOne(incoming.event());
        return null;
      } catch (RuntimeException e) {
        if (Failures.passing(e)) {
          throw e;
        }
        last = e;
      }
      if (attempt < TRIES) {
        pause(attempt);
      }
    }
    return last;
  }

  private void handleOne(@Nullable Event event) {
    handle(List.of(subscription.type().cast(event)));
  }

  private void handle(List<E> events) {
    time.record(() -> subscription.handler().handle(events));
    handled.increment(events.size());
  }

  private static void pause(int attempt) {
    try {
      TimeUnit.MILLISECONDS.sleep(BETWEEN_TRIES.toMillis() * attempt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TryAgainLater("interrupted", e);
    }
  }

  @Override
  public String name() {
    return subscription.name();
  }

  /** Throws what the handler throws. */
  @Override
  public void again(DeadLetters.Letter letter) {
    handle(List.of(json.read(letter.payload(), subscription.type())));
  }
}
