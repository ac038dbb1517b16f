package com.omnify.scheduler.dispatch;

import com.omnify.kit.event.Inbox;
import com.omnify.kit.event.Subscription;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.Channel;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.Topic;
import com.omnify.model.id.EventId;
import com.omnify.scheduler.dispatch.policy.Moment;
import com.omnify.scheduler.dispatch.policy.OutcomePolicy;
import com.omnify.scheduler.dispatch.policy.Parked;
import com.omnify.scheduler.enrollment.EnrollmentKey;
import com.omnify.scheduler.enrollment.EnrollmentRows;
import com.omnify.scheduler.enrollment.MoveWriter;
import com.omnify.scheduler.enrollment.policy.Move;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/** Outcomes of dispatches move their enrollments on: a batch, one transaction. */
@Component
class DeliveriesListener {

  private static final String NAME = "scheduler.deliveries";

  private final Transactions tx;
  private final Inbox inbox;
  private final EnrollmentRows rows;
  private final MoveWriter writer;
  private final Dispatcher dispatcher;
  private final Moments moments;

  DeliveriesListener(
      Transactions tx,
      Inbox inbox,
      EnrollmentRows rows,
      MoveWriter writer,
      Dispatcher dispatcher,
      Moments moments) {
    this.tx = tx;
    this.inbox = inbox;
    this.rows = rows;
    this.writer = writer;
    this.dispatcher = dispatcher;
    this.moments = moments;
  }

  @Configuration(proxyBeanMethods = false)
  static class Wiring {
    @Bean
    Subscription<DeliveryEvent> deliveriesSubscription(DeliveriesListener listener) {
      return Subscription.of(NAME, Topic.DELIVERIES, DeliveryEvent.class, listener::handle);
    }
  }

  void handle(List<DeliveryEvent> batch) {
    var ours =
        batch.stream()
            .filter(event -> event.dispatch().enrollmentId() != null && matters(event))
            .toList();
    if (!ours.isEmpty()) {
      tx.inBackground(() -> apply(ours, moments.now()));
    }
  }

  private static boolean matters(DeliveryEvent event) {
    return switch (event) {
      case DeliveryEvent.DeliveryReported reported -> reported.status().isFinal();
      case DeliveryEvent.EngagementReported _ -> false;
      default -> true;
    };
  }

  private void apply(List<DeliveryEvent> events, Moment moment) {
    Set<EventId> first =
        inbox.firstTimes(
            NAME,
            events.stream()
                .filter(DeliveriesListener::leavesEnrollmentParked)
                .map(DeliveryEvent::eventId)
                .toList());
    Map<EnrollmentKey, Parked> parked = new LinkedHashMap<>();
    Map<EnrollmentKey, Move> moves = new LinkedHashMap<>();
    rows.lock(events.stream().map(DeliveriesListener::key).toList())
        .forEach(
            person -> {
              var ref = person.enrollment().ref();
              var key = new EnrollmentKey(ref.clientId(), ref.id());
              parked.put(key, dispatcher.parked(person));
              moves.put(key, Move.none(person.enrollment()));
            });
    for (DeliveryEvent event : events) {
      if (leavesEnrollmentParked(event) && !first.contains(event.eventId())) {
        continue;
      }
      moves.computeIfPresent(
          key(event),
          (key, move) -> {
            Parked now = Objects.requireNonNull(parked.get(key)).with(move.after());
            return move.then(OutcomePolicy.apply(now, event, moment));
          });
    }
    writer.write(List.copyOf(moves.values()), moment.now());
  }

  /** The others clear the open dispatch, so that their repeats find nothing to move. */
  private static boolean leavesEnrollmentParked(DeliveryEvent event) {
    return switch (event) {
      case DeliveryEvent.DispatchAccepted accepted ->
          accepted.dispatch().channel() == Channel.VOICE;
      case DeliveryEvent.DispatchGivenBack _,
          DeliveryEvent.DispatchExpired _,
          DeliveryEvent.DispatchCancelled _ ->
          false;
      case DeliveryEvent.DispatchRejected _,
          DeliveryEvent.DispatchNotSent _,
          DeliveryEvent.DispatchUnknown _,
          DeliveryEvent.DispatchQuarantined _,
          DeliveryEvent.DeliveryReported _,
          DeliveryEvent.CallEnded _,
          DeliveryEvent.EngagementReported _ ->
          true;
    };
  }

  private static EnrollmentKey key(DeliveryEvent event) {
    return new EnrollmentKey(
        event.clientId(), Objects.requireNonNull(event.dispatch().enrollmentId()));
  }
}
