package com.omnify.scheduler.dispatch;

import com.omnify.kit.event.Inbox;
import com.omnify.kit.event.Subscription;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.DispatchState;
import com.omnify.model.event.HealingEvent.HealingOrdered;
import com.omnify.model.event.Topic;
import com.omnify.scheduler.dispatch.policy.HealingPolicy;
import com.omnify.scheduler.dispatch.policy.HealingPolicy.Failed;
import com.omnify.scheduler.dispatch.policy.Moment;
import com.omnify.scheduler.enrollment.EnrollmentKey;
import com.omnify.scheduler.enrollment.EnrollmentRows;
import com.omnify.scheduler.enrollment.MoveWriter;
import java.util.List;
import java.util.Objects;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/** The healer's orders. Failures are rare, so each has a transaction of its own. */
@Component
class HealingListener {

  private static final String NAME = "scheduler.healing";

  /** A dispatch that nobody can see any more proves nothing. */
  private static final Failed GONE = new Failed(DispatchState.READY, true);

  private final Transactions tx;
  private final Inbox inbox;
  private final EnrollmentRows rows;
  private final DispatchRows dispatches;
  private final MoveWriter writer;
  private final Dispatcher dispatcher;
  private final Moments moments;

  HealingListener(
      Transactions tx,
      Inbox inbox,
      EnrollmentRows rows,
      DispatchRows dispatches,
      MoveWriter writer,
      Dispatcher dispatcher,
      Moments moments) {
    this.tx = tx;
    this.inbox = inbox;
    this.rows = rows;
    this.dispatches = dispatches;
    this.writer = writer;
    this.dispatcher = dispatcher;
    this.moments = moments;
  }

  @Configuration(proxyBeanMethods = false)
  static class Wiring {
    @Bean
    Subscription<HealingOrdered> healingSubscription(HealingListener listener) {
      return Subscription.of(NAME, Topic.HEALING, HealingOrdered.class, listener::handle);
    }
  }

  void handle(List<HealingOrdered> batch) {
    for (HealingOrdered ordered : batch) {
      if (ordered.dispatch().enrollmentId() != null) {
        tx.inBackground(() -> apply(ordered, moments.now()));
      }
    }
  }

  private void apply(HealingOrdered ordered, Moment moment) {
    if (!inbox.firstTime(NAME, ordered.eventId())) {
      return;
    }
    var key =
        new EnrollmentKey(
            ordered.clientId(), Objects.requireNonNull(ordered.dispatch().enrollmentId()));
    for (var person : rows.lock(List.of(key))) {
      Failed failed = dispatches.failed(ordered.dispatch()).orElse(GONE);
      var move = HealingPolicy.apply(dispatcher.parked(person), ordered, failed, moment);
      writer.write(List.of(move), moment.now());
    }
  }
}
