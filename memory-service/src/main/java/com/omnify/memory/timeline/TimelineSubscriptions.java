package com.omnify.memory.timeline;

import com.omnify.kit.event.Subscription;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.memory.timeline.Outcome.Reached;
import com.omnify.memory.timeline.Timeline.Engaged;
import com.omnify.memory.timeline.Timeline.Key;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.event.Topic;
import com.omnify.model.id.InteractionId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the timeline listens to. */
@Configuration(proxyBeanMethods = false)
class TimelineSubscriptions {

  private final Transactions transactions;
  private final Timeline timeline;
  private final Senders senders;

  TimelineSubscriptions(Transactions transactions, Timeline timeline, Senders senders) {
    this.transactions = transactions;
    this.timeline = timeline;
    this.senders = senders;
  }

  @Bean
  Subscription<DeliveryEvent> timelineDeliveries() {
    return Subscription.of(
        "memory.deliveries", Topic.DELIVERIES, DeliveryEvent.class, this::recordOutcomes);
  }

  @Bean
  Subscription<InboundEvent> timelineInbound() {
    return Subscription.of("memory.inbound", Topic.INBOUND, InboundEvent.class, this::hear);
  }

  private void recordOutcomes(List<DeliveryEvent> batch) {
    var outcomes = new LinkedHashMap<Key, Reached>();
    var engaged = new LinkedHashMap<Key, Engaged>();
    var calls = new LinkedHashSet<Key>();
    for (DeliveryEvent event : batch) {
      Reached reached = Outcome.of(event);
      if (reached != null) {
        outcomes.merge(
            Key.of(event.clientId(), event.dispatch().dispatchId()), reached, Reached::and);
      }
      if (event instanceof DeliveryEvent.EngagementReported report) {
        engaged.merge(
            Key.of(event.clientId(), event.dispatch().dispatchId()),
            Engaged.by(report),
            Engaged::and);
      }
      if (event instanceof DeliveryEvent.CallEnded ended) {
        calls.add(Key.of(ended.clientId(), ended.dispatch().dispatchId()));
      }
    }
    transactions.inBackground(
        () -> {
          timeline.record(outcomes);
          timeline.engage(engaged);
          timeline.takeCalls(calls);
        });
  }

  private void hear(List<InboundEvent> batch) {
    var heard = new LinkedHashSet<Key>();
    var missedCalls = new LinkedHashSet<InboundEvent.CallMissed>();
    for (InboundEvent event : batch) {
      if (event instanceof InboundEvent.UnknownSenderWrote unknown) {
        senders.resolve(unknown);
      } else if (event instanceof InboundEvent.CallMissed missed && missed.contactId() == null) {
        senders.resolve(missed);
      } else if (event instanceof InboundEvent.CallMissed missed) {
        missedCalls.add(missed);
      }
      InteractionId said = interaction(event);
      if (said != null) {
        heard.add(Key.of(event.clientId(), said));
      }
    }
    transactions.inBackground(
        () -> {
          timeline.hear(heard);
          missedCalls.forEach(call -> timeline.missed(call.clientId(), call.interactionId()));
          timeline.takeCalls(heard);
        });
  }

  private static @Nullable InteractionId interaction(InboundEvent event) {
    return switch (event) {
      case InboundEvent.ReplyReceived reply -> reply.interactionId();
      case InboundEvent.OptOutReceived optOut -> optOut.interactionId();
      case InboundEvent.OptInReceived optIn -> optIn.interactionId();
      case InboundEvent.UnknownSenderWrote unknown -> unknown.interactionId();
      case InboundEvent.CallMissed missed -> missed.interactionId();
      // What it happened in the course of is said by its own event.
      case InboundEvent.OutcomeReported _ -> null;
    };
  }
}
