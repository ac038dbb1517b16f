package com.omnify.learning.counting;

import com.omnify.kit.event.Inbox;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.learning.counting.Touches.DispatchKey;
import com.omnify.learning.counting.Touches.InteractionKey;
import com.omnify.learning.counting.policy.CountingPolicy;
import com.omnify.learning.counting.policy.Counts;
import com.omnify.learning.counting.policy.Fact;
import com.omnify.learning.counting.policy.Touch;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.EnrollmentEvent;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.event.InboundEvent.CallMissed;
import com.omnify.model.event.InboundEvent.OptInReceived;
import com.omnify.model.event.InboundEvent.OptOutReceived;
import com.omnify.model.event.InboundEvent.OutcomeReported;
import com.omnify.model.event.InboundEvent.ReplyReceived;
import com.omnify.model.event.InboundEvent.UnknownSenderWrote;
import com.omnify.model.id.EnrollmentId;
import com.omnify.model.id.EventId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Adds what events tell to the counts. A fact and its counts are committed together, so each counts
 * once, however often and in whatever order the events come.
 */
@Component
class Counting {

  /** All listeners share it: a fact is the same fact whoever tells it. */
  private static final String INBOX = "learning.facts";

  private final Transactions transactions;
  private final Inbox inbox;
  private final Touches touches;
  private final CountStore store;
  private final Counter counted;
  private final Counter repeated;

  Counting(
      Transactions transactions,
      Inbox inbox,
      Touches touches,
      CountStore store,
      MeterRegistry metrics) {
    this.transactions = transactions;
    this.inbox = inbox;
    this.touches = touches;
    this.store = store;
    this.counted = metrics.counter("omnify.learning.facts", "kind", "new");
    this.repeated = metrics.counter("omnify.learning.facts", "kind", "known");
  }

  void deliveries(List<DeliveryEvent> batch) {
    record(
        () -> {
          var keys = batch.stream().map(Counting::dispatchOf).collect(Collectors.toSet());
          Map<DispatchKey, Touch> known = touches.of(keys);
          return batch.stream()
              .flatMap(
                  event ->
                      Optional.ofNullable(known.get(dispatchOf(event))).stream()
                          .flatMap(touch -> CountingPolicy.facts(event, touch).stream()))
              .toList();
        });
  }

  void inbound(List<InboundEvent> batch) {
    record(
        () -> {
          Map<InteractionKey, DispatchKey> answered =
              touches.answered(
                  batch.stream()
                      .flatMap(event -> optOutOf(event).stream())
                      .collect(Collectors.toSet()));
          Map<InboundEvent, DispatchKey> credited = new LinkedHashMap<>();
          for (InboundEvent event : batch) {
            answeredBy(event, answered).ifPresent(dispatch -> credited.put(event, dispatch));
          }
          Map<DispatchKey, Touch> known = touches.of(Set.copyOf(credited.values()));
          return credited.entrySet().stream()
              .flatMap(
                  each ->
                      Optional.ofNullable(known.get(each.getValue())).stream()
                          .flatMap(touch -> CountingPolicy.facts(each.getKey(), touch).stream()))
              .toList();
        });
  }

  void enrollments(List<EnrollmentEvent> batch) {
    record(
        () -> {
          Map<EnrollmentId, Instant> starts = touches.starts(batch);
          return batch.stream()
              .flatMap(
                  event ->
                      CountingPolicy.facts(
                          event, Optional.ofNullable(starts.get(event.enrollmentId())))
                          .stream())
              .toList();
        });
  }

  private void record(Supplier<List<Fact>> told) {
    int[] figures =
        transactions.inBackground(
            () -> {
              Map<EventId, Fact> facts = new LinkedHashMap<>();
              told.get().forEach(fact -> facts.putIfAbsent(fact.id(), fact));
              Set<EventId> fresh = inbox.firstTimes(INBOX, facts.keySet());
              store.add(
                  Counts.of(fresh.stream().map(facts::get).filter(Objects::nonNull).toList()));
              return new int[] {fresh.size(), facts.size() - fresh.size()};
            });
    counted.increment(figures[0]);
    repeated.increment(figures[1]);
  }

  private static DispatchKey dispatchOf(DeliveryEvent event) {
    return new DispatchKey(event.clientId(), event.dispatch().dispatchId());
  }

  private static Optional<InteractionKey> optOutOf(InboundEvent event) {
    return event instanceof OptOutReceived out && out.interactionId() != null
        ? Optional.of(new InteractionKey(out.clientId(), out.interactionId()))
        : Optional.empty();
  }

  private static Optional<DispatchKey> answeredBy(
      InboundEvent event, Map<InteractionKey, DispatchKey> answered) {
    return switch (event) {
      case ReplyReceived reply ->
          Stream.ofNullable(reply.inReplyTo())
              .map(dispatch -> new DispatchKey(reply.clientId(), dispatch))
              .findFirst();
      case OptOutReceived _ -> optOutOf(event).map(answered::get);
      case OptInReceived _, UnknownSenderWrote _, CallMissed _, OutcomeReported _ ->
          Optional.empty();
    };
  }
}
