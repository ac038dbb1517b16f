package com.omnify.console.live;

import com.omnify.console.live.policy.Happening;
import com.omnify.kit.web.Problem;
import com.omnify.model.Channel;
import com.omnify.model.event.Event;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.EventId;
import com.omnify.model.id.SequenceId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Who is looking, client by client, and what they are told. */
@Component
class LiveFeed {

  private static final Logger log = LoggerFactory.getLogger(LiveFeed.class);

  /** A feed is for people: of a burst they see the last ones and the number of the others. */
  static final int MOST_ITEMS = 40;

  static final int MOST_LISTENERS = 1_000;
  static final int MOST_LISTENERS_OF_CLIENT = 100;

  private final Map<ClientId, Set<Listener>> listeners = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private final Names names;

  LiveFeed(Names names, MeterRegistry metrics) {
    this.names = names;
    Gauge.builder("omnify.live.listeners", count, AtomicInteger::get)
        .description("Open live feeds")
        .register(metrics);
  }

  /**
   * What one look at the topics brought for a client.
   *
   * @param items the newest last
   * @param more how many others there were, before these
   */
  record Told(List<Item> items, int more) {}

  record Item(
      EventId id,
      String type,
      Instant at,
      @Nullable ContactId contactId,
      @Nullable String contactName,
      @Nullable EnrollmentId enrollmentId,
      @Nullable SequenceId sequenceId,
      @Nullable String sequenceName,
      @Nullable Channel channel,
      @Nullable String code,
      @Nullable String detail) {

    static Item of(Happening happening, Names.Called called) {
      ContactId contact = happening.contactId();
      SequenceId sequence = happening.sequenceId();
      return new Item(
          happening.id(),
          happening.type(),
          happening.at(),
          contact,
          contact == null ? null : called.contacts().get(contact.value()),
          happening.enrollmentId(),
          sequence,
          sequence == null ? null : called.sequences().get(sequence.value()),
          happening.channel(),
          happening.code(),
          happening.detail());
    }
  }

  /** Takes what it is told without ever waiting. */
  interface Listener {
    void tell(Told told);
  }

  void join(ClientId client, Listener listener) {
    var ofClient = listeners.computeIfAbsent(client, _ -> ConcurrentHashMap.newKeySet());
    if (count.get() >= MOST_LISTENERS || ofClient.size() >= MOST_LISTENERS_OF_CLIENT) {
      throw Problem.of(
          HttpStatus.SERVICE_UNAVAILABLE,
          "too_many_listeners",
          "Too many live feeds are open.",
          "Close some, or poll the lists instead.");
    }
    if (ofClient.add(listener)) {
      count.incrementAndGet();
    }
  }

  void leave(ClientId client, Listener listener) {
    var ofClient = listeners.get(client);
    if (ofClient != null && ofClient.remove(listener)) {
      count.decrementAndGet();
    }
  }

  boolean anyone() {
    return count.get() > 0;
  }

  /** Sorts a batch by client and tells everyone what concerns theirs. */
  void look(List<Event> batch) {
    var byClient = new LinkedHashMap<ClientId, List<Happening>>();
    for (Event event : batch) {
      if (anyoneOf(event.clientId())) {
        Happening happening = Happening.of(event);
        if (happening != null) {
          byClient.computeIfAbsent(event.clientId(), _ -> new ArrayList<>()).add(happening);
        }
      }
    }
    byClient.forEach(this::tell);
  }

  /** A feed without names is better than none: the database may be away for a moment. */
  private Names.Called called(ClientId client, List<Happening> batch) {
    try {
      return names.of(client, batch);
    } catch (RuntimeException e) {
      log.warn("The live feed of {} goes without names", client, e);
      return new Names.Called(Map.of(), Map.of());
    }
  }

  private boolean anyoneOf(ClientId client) {
    var ofClient = listeners.get(client);
    return ofClient != null && !ofClient.isEmpty();
  }

  private void tell(ClientId client, List<Happening> batch) {
    var ofClient = listeners.get(client);
    if (ofClient == null || ofClient.isEmpty() || batch.isEmpty()) {
      return;
    }
    int more = Math.max(0, batch.size() - MOST_ITEMS);
    List<Happening> last = batch.subList(more, batch.size());
    Names.Called called = called(client, last);
    var told = new Told(last.stream().map(one -> Item.of(one, called)).toList(), more);
    ofClient.forEach(listener -> listener.tell(told));
  }
}
