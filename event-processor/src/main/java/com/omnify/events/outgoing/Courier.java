package com.omnify.events.outgoing;

import com.omnify.events.email.provider.StandardWebhookSignature;
import com.omnify.events.notify.Notifications;
import com.omnify.events.notify.Notifications.NewNotification;
import com.omnify.events.notify.Priority;
import com.omnify.events.outgoing.Deliveries.Claimed;
import com.omnify.events.outgoing.Deliveries.Lane;
import com.omnify.events.outgoing.Payloads.Call;
import com.omnify.events.outgoing.Payloads.NoCall;
import com.omnify.events.outgoing.policy.Answer;
import com.omnify.events.outgoing.policy.RetryPlan;
import com.omnify.kit.db.KitJson;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.id.Ids;
import com.omnify.kit.poll.Loop;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.kit.time.RealClock;
import com.omnify.model.event.FlowEvent.StepExecuted;
import com.omnify.model.event.FlowEvent.StepOrdered;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/**
 * Makes the calls. Each is claimed for a minute, made on a thread of its own, and its answer noted;
 * whoever dies in between is followed by another call with the same {@code webhook-id}. An endpoint
 * has a few calls under way at most, one while it fails, and a client a quarter of all, however
 * many endpoints it has: so a slow one holds up no other.
 */
@Component
class Courier {

  /** Calls of one endpoint that are under way at once. */
  static final int PER_LANE = 4;

  /** Calls of one client that are under way at once. */
  static final int PER_CLIENT = 16;

  static final int AT_ONCE = 64;
  private static final Logger log = LoggerFactory.getLogger(Courier.class);

  private final Transactions tx;
  private final Deliveries deliveries;
  private final Endpoints endpoints;
  private final Payloads payloads;
  private final HttpCall http;
  private final Outbox outbox;
  private final Ids ids;
  private final Notifications notifications;
  private final DeliveryAlarm alarm;
  private final RealClock realClock;
  private final FleetClock fleetClock;
  private final MeterRegistry registry;
  private final Map<Lane, Integer> busy = new ConcurrentHashMap<>();
  private final AtomicInteger underWay = new AtomicInteger();

  Courier(
      Transactions tx,
      Deliveries deliveries,
      Endpoints endpoints,
      Payloads payloads,
      HttpCall http,
      Outbox outbox,
      Ids ids,
      Notifications notifications,
      DeliveryAlarm alarm,
      RealClock realClock,
      FleetClock fleetClock,
      MeterRegistry registry) {
    this.tx = tx;
    this.deliveries = deliveries;
    this.endpoints = endpoints;
    this.payloads = payloads;
    this.http = http;
    this.outbox = outbox;
    this.ids = ids;
    this.notifications = notifications;
    this.alarm = alarm;
    this.realClock = realClock;
    this.fleetClock = fleetClock;
    this.registry = registry;
  }

  @Configuration(proxyBeanMethods = false)
  static class Wiring {

    @Bean
    Loop outgoingWebhooks(Courier courier, DeliveryAlarm alarm) {
      Loop loop =
          Loop.named("outgoing-webhooks").every(Duration.ofSeconds(1)).running(courier::round);
      alarm.wakes(loop::wake);
      return loop;
    }

    @Bean
    Loop outgoingWebhooksHousekeeping(Transactions tx, Deliveries deliveries, RealClock realClock) {
      return Loop.named("outgoing-webhooks-housekeeping")
          .every(Duration.ofMinutes(10))
          .running(
              () -> {
                Instant now = realClock.now();
                boolean more = tx.inBackground(() -> deliveries.purge(now));
                return tx.inBackground(() -> deliveries.abandon(now)) || more;
              });
    }
  }

  /** Begins the calls that are due; true where more may be. */
  boolean round() {
    int room = AT_ONCE - underWay.get();
    if (room <= 0) {
      return false;
    }
    var lanes = List.copyOf(busy.entrySet());
    var claimed =
        tx.inBackground(
            () ->
                deliveries.claim(
                    lanes.stream().map(Map.Entry::getKey).toList(),
                    lanes.stream().map(Map.Entry::getValue).toList(),
                    room,
                    realClock.now()));
    for (Claimed one : claimed) {
      busy.merge(one.lane(), 1, Integer::sum);
      underWay.incrementAndGet();
      Thread.ofVirtual().name("webhook-" + one.id()).start(() -> run(one));
    }
    return !claimed.isEmpty();
  }

  private void run(Claimed claimed) {
    try {
      deliver(claimed);
    } catch (RuntimeException e) {
      // The lease runs out, and it is tried again.
      log.warn("Delivery {} was not settled", claimed.id(), e);
    } finally {
      busy.computeIfPresent(claimed.lane(), (_, n) -> n == 1 ? null : n - 1);
      underWay.decrementAndGet();
      alarm.ring();
    }
  }

  private void deliver(Claimed claimed) {
    Answer answer = call(claimed);
    Counter.builder("omnify.webhooks.calls")
        .description("Calls of clients' systems by what came of them")
        .tag("result", answer.taken() ? "taken" : answer.status() == null ? "error" : "refused")
        .register(registry)
        .increment();
    Instant now = realClock.now();
    tx.inBackground(() -> settle(claimed, answer, now));
  }

  private Answer call(Claimed claimed) {
    Call call;
    try {
      call = compose(claimed);
    } catch (NoCall e) {
      return new Answer(null, e.getMessage(), Duration.ZERO);
    }
    String id = "msg_" + (claimed.lane().endpoint() == null ? claimed.eventId() : claimed.id());
    String timestamp = Long.toString(realClock.now().getEpochSecond());
    var headers = new LinkedHashMap<>(call.headers());
    headers.put("Content-Type", "application/json");
    headers.put("User-Agent", "Omnify-Webhooks/1");
    headers.put("webhook-id", id);
    headers.put("webhook-timestamp", timestamp);
    headers.put(
        "webhook-signature",
        StandardWebhookSignature.sign(call.secret(), id, timestamp, call.body()));
    return http.post(call.url(), headers, call.body());
  }

  private record Composed(@Nullable Call call, @Nullable NoCall none) {}

  private Call compose(Claimed claimed) throws NoCall {
    Composed composed =
        tx.inBackground(
            () -> {
              try {
                return new Composed(payloads.of(claimed), null);
              } catch (NoCall e) {
                return new Composed(null, e);
              }
            });
    if (composed.call() == null) {
      throw composed.none() == null ? new NoCall("failed") : composed.none();
    }
    return composed.call();
  }

  private void settle(Claimed claimed, Answer answer, Instant now) {
    boolean ofStep = claimed.lane().endpoint() == null;
    var wait =
        answer.taken() || pointless(answer)
            ? java.util.Optional.<Duration>empty()
            : ofStep
                ? RetryPlan.afterStep(claimed.tries(), answer)
                : RetryPlan.afterEvent(claimed.tries(), answer);
    if (!deliveries.tried(claimed, answer, wait.map(now::plus).orElse(null), now)) {
      return;
    }
    if (ofStep) {
      if (wait.isEmpty() && !answer.code().equals("not_awaited")) {
        StepOrdered order = KitJson.mapper().readValue(claimed.event(), StepOrdered.class);
        outbox.publish(
            new StepExecuted(
                ids.eventId(),
                fleetClock.now(),
                order.clientId(),
                order.contactId(),
                order.orderId(),
                order.enrollmentId(),
                answer.taken(),
                answer.code()));
      }
    } else {
      judge(claimed, answer, now);
    }
  }

  /** There was nothing to send, and there will not be. */
  private static boolean pointless(Answer answer) {
    return switch (answer.code()) {
      case "endpoint_gone", "step_gone", "not_awaited", "template_fault" -> true;
      default -> false;
    };
  }

  private void judge(Claimed claimed, Answer answer, Instant now) {
    var client = claimed.lane().client();
    var endpoint = claimed.lane().endpoint();
    if (endpoint == null || pointless(answer)) {
      return;
    }
    if (answer.taken()) {
      endpoints.well(client, endpoint);
      return;
    }
    Instant since = endpoints.failing(client, endpoint, now).orElse(null);
    RetryPlan.giveUp(answer, since, now)
        .ifPresent(
            reason -> {
              if (endpoints.disable(client, endpoint, reason, now)) {
                notifications.add(
                    new NewNotification(
                        client,
                        ids.next(),
                        "webhook_disabled",
                        Priority.HIGH,
                        "A webhook endpoint was switched off",
                        reason + ". Switch it on again once its other side is well.",
                        "/settings/webhooks",
                        null,
                        null,
                        fleetClock.now()));
              }
            });
  }
}
