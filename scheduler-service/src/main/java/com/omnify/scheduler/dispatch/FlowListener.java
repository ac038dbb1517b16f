package com.omnify.scheduler.dispatch;

import com.omnify.kit.event.Subscription;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.event.FlowEvent.StepExecuted;
import com.omnify.model.event.Topic;
import com.omnify.scheduler.dispatch.policy.ErrandPolicy;
import com.omnify.scheduler.dispatch.policy.Moment;
import com.omnify.scheduler.dispatch.policy.Parked;
import com.omnify.scheduler.enrollment.EnrollmentKey;
import com.omnify.scheduler.enrollment.EnrollmentRows;
import com.omnify.scheduler.enrollment.MoveWriter;
import com.omnify.scheduler.enrollment.policy.Move;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/** Errands that were run move their enrollments on: a batch, one transaction. */
@Component
class FlowListener {

  private static final String NAME = "scheduler.flow";

  private final Transactions tx;
  private final EnrollmentRows rows;
  private final MoveWriter writer;
  private final Dispatcher dispatcher;
  private final Moments moments;

  FlowListener(
      Transactions tx,
      EnrollmentRows rows,
      MoveWriter writer,
      Dispatcher dispatcher,
      Moments moments) {
    this.tx = tx;
    this.rows = rows;
    this.writer = writer;
    this.dispatcher = dispatcher;
    this.moments = moments;
  }

  @Configuration(proxyBeanMethods = false)
  static class Wiring {
    @Bean
    Subscription<StepExecuted> flowSubscription(FlowListener listener) {
      return Subscription.of(NAME, Topic.FLOW, StepExecuted.class, listener::handle);
    }
  }

  void handle(List<StepExecuted> batch) {
    tx.inBackground(() -> apply(batch, moments.now()));
  }

  private void apply(List<StepExecuted> events, Moment moment) {
    Map<EnrollmentKey, Parked> parked = new LinkedHashMap<>();
    Map<EnrollmentKey, Move> moves = new LinkedHashMap<>();
    rows.lock(events.stream().map(FlowListener::key).toList())
        .forEach(
            person -> {
              var ref = person.enrollment().ref();
              var key = new EnrollmentKey(ref.clientId(), ref.id());
              parked.put(key, dispatcher.parked(person));
              moves.put(key, Move.none(person.enrollment()));
            });
    for (StepExecuted event : events) {
      moves.computeIfPresent(
          key(event),
          (key, move) -> {
            Parked now = Objects.requireNonNull(parked.get(key)).with(move.after());
            return move.then(
                ErrandPolicy.executed(
                    now, event.orderId(), event.done(), event.code(), event.at()));
          });
    }
    writer.write(List.copyOf(moves.values()), moment.now());
  }

  private static EnrollmentKey key(StepExecuted event) {
    return new EnrollmentKey(event.clientId(), event.enrollmentId());
  }
}
