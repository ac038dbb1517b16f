package com.omnify.events.outgoing;

import com.omnify.events.outgoing.Deliveries.Told;
import com.omnify.events.outgoing.Endpoints.Listening;
import com.omnify.events.outgoing.policy.WebhookType;
import com.omnify.kit.event.EventJson;
import com.omnify.kit.event.Subscription;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.EnrollmentEvent;
import com.omnify.model.event.Event;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.ContactId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/** What happened is put on the list of what is to be told, for every endpoint that asked for it. */
@Component
public class Announcer {

  private final Transactions tx;
  private final Endpoints endpoints;
  private final Deliveries deliveries;
  private final EventJson json;

  Announcer(Transactions tx, Endpoints endpoints, Deliveries deliveries, EventJson json) {
    this.tx = tx;
    this.endpoints = endpoints;
    this.deliveries = deliveries;
    this.json = json;
  }

  @Configuration(proxyBeanMethods = false)
  static class Wiring {

    @Bean
    Subscription<DeliveryEvent> webhookDeliveries(Announcer announcer) {
      return Subscription.of(
          "events.webhooks.deliveries",
          Topic.DELIVERIES,
          DeliveryEvent.class,
          batch -> announcer.tell(batch, WebhookType::of, event -> event.dispatch().contactId()));
    }

    @Bean
    Subscription<InboundEvent> webhookInbound(Announcer announcer) {
      return Subscription.of(
          "events.webhooks.inbound",
          Topic.INBOUND,
          InboundEvent.class,
          batch -> announcer.tell(batch, WebhookType::of, Announcer::contact));
    }

    @Bean
    Subscription<EnrollmentEvent> webhookEnrollments(Announcer announcer) {
      return Subscription.of(
          "events.webhooks.enrollments",
          Topic.ENROLLMENTS,
          EnrollmentEvent.class,
          batch -> announcer.tell(batch, WebhookType::of, EnrollmentEvent::contactId));
    }
  }

  private static @Nullable ContactId contact(InboundEvent event) {
    return switch (event) {
      case InboundEvent.ReplyReceived e -> e.contactId();
      case InboundEvent.OptOutReceived e -> e.contactId();
      case InboundEvent.OptInReceived e -> e.contactId();
      case InboundEvent.CallMissed e -> e.contactId();
      case InboundEvent.OutcomeReported e -> e.contactId();
      case InboundEvent.UnknownSenderWrote _ -> null;
    };
  }

  private record Worth(Event event, String type, @Nullable UUID contact) {}

  <E extends Event> void tell(
      List<E> batch,
      Function<E, Optional<WebhookType>> as,
      Function<E, @Nullable ContactId> contact) {
    var worth = new ArrayList<Worth>();
    for (E event : batch) {
      as.apply(event)
          .ifPresent(
              type -> {
                ContactId who = contact.apply(event);
                worth.add(new Worth(event, type.wire(), who == null ? null : who.value()));
              });
    }
    if (!worth.isEmpty()) {
      tx.inBackground(() -> add(worth));
    }
  }

  private void add(List<Worth> worth) {
    var listening =
        endpoints
            .listening(worth.stream().map(each -> each.event().clientId()).distinct().toList())
            .stream()
            .collect(Collectors.groupingBy(Listening::client));
    var told = new ArrayList<Told>();
    for (Worth each : worth) {
      ClientId client = each.event().clientId();
      for (Listening endpoint : listening.getOrDefault(client, List.of())) {
        if (endpoint.wants(each.type())) {
          told.add(
              new Told(
                  client,
                  endpoint.endpoint(),
                  each.event().eventId().value(),
                  each.type(),
                  json.write(each.event()),
                  each.contact()));
        }
      }
    }
    deliveries.add(told);
  }

  /**
   * Tells of something that is no event of a topic, with the running transaction.
   *
   * @param id of what is told of: it is told once
   * @param event JSON: ids, no words
   */
  public void tell(
      ClientId client, UUID id, WebhookType type, String event, @Nullable UUID contact) {
    deliveries.add(
        endpoints.listening(List.of(client)).stream()
            .filter(endpoint -> endpoint.wants(type.wire()))
            .map(endpoint -> new Told(client, endpoint.endpoint(), id, type.wire(), event, contact))
            .toList());
  }
}
