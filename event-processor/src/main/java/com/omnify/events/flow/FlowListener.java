package com.omnify.events.flow;

import com.omnify.events.notify.Notifications;
import com.omnify.events.notify.Notifications.NewNotification;
import com.omnify.events.notify.Priority;
import com.omnify.events.outgoing.Announcer;
import com.omnify.events.outgoing.StepCalls;
import com.omnify.events.outgoing.policy.WebhookType;
import com.omnify.events.text.StepTexts;
import com.omnify.events.text.StepTexts.Unfillable;
import com.omnify.kit.db.KitJson;
import com.omnify.kit.event.Outbox;
import com.omnify.kit.event.Subscription;
import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.model.WireEnum;
import com.omnify.model.event.FlowEvent.StepExecuted;
import com.omnify.model.event.FlowEvent.StepOrdered;
import com.omnify.model.event.Topic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;

/**
 * Runs the errands of steps. An order that comes again is run once; what was said of its end is
 * said again, for whoever did not hear it.
 */
@Component
class FlowListener {

  private static final TypeReference<Map<String, Object>> CONTENT = new TypeReference<>() {};
  private static final Logger log = LoggerFactory.getLogger(FlowListener.class);

  private final Transactions tx;
  private final JdbcClient jdbc;
  private final StepCalls calls;
  private final StepTexts texts;
  private final Notifications notifications;
  private final Announcer announcer;
  private final Outbox outbox;
  private final Ids ids;
  private final FleetClock clock;

  FlowListener(
      Transactions tx,
      JdbcClient jdbc,
      StepCalls calls,
      StepTexts texts,
      Notifications notifications,
      Announcer announcer,
      Outbox outbox,
      Ids ids,
      FleetClock clock) {
    this.tx = tx;
    this.jdbc = jdbc;
    this.calls = calls;
    this.texts = texts;
    this.notifications = notifications;
    this.announcer = announcer;
    this.outbox = outbox;
    this.ids = ids;
    this.clock = clock;
  }

  @Configuration(proxyBeanMethods = false)
  static class Wiring {
    @Bean
    Subscription<StepOrdered> flowSubscription(FlowListener listener) {
      return Subscription.of("events.flow", Topic.FLOW, StepOrdered.class, listener::handle);
    }
  }

  void handle(List<StepOrdered> batch) {
    for (StepOrdered order : batch) {
      tx.inBackground(() -> run(order));
    }
  }

  private void run(StepOrdered order) {
    switch (order.kind()) {
      case WEBHOOK -> calls.order(order).ifPresent(ended -> say(order, ended.done(), ended.code()));
      case NOTIFY_TEAM -> tellTeam(order);
      case SMS, EMAIL, VOICE, WAIT, CONDITION ->
          log.error(
              "Order {} is of kind {}, which is nobody's errand", order.orderId(), order.kind());
    }
  }

  private void tellTeam(StepOrdered order) {
    Optional<Map<String, Object>> content =
        jdbc.sql(
                """
                SELECT content::text FROM sequence_steps
                WHERE client_id = :client AND sequence_id = :sequence AND version = :version AND id = :step
                """)
            .param("client", order.clientId().value())
            .param("sequence", order.sequenceId().value())
            .param("version", order.version())
            .param("step", order.stepId().value())
            .query(String.class)
            .optional()
            .map(text -> KitJson.mapper().readValue(text, CONTENT));
    if (content.isEmpty()) {
      say(order, false, "step_gone");
      return;
    }
    try {
      String message =
          texts.fill(
              String.valueOf(content.get().get("message")),
              texts.variables(order.clientId(), order.contactId()));
      Object priority = content.get().get("priority");
      boolean first =
          notifications.add(
              new NewNotification(
                  order.clientId(),
                  order.orderId().value(),
                  "step",
                  priority == null
                      ? Priority.NORMAL
                      : WireEnum.parse(Priority.class, String.valueOf(priority)),
                  message,
                  message.length() > 300 ? message : null,
                  "/enrollments/" + order.enrollmentId(),
                  order.contactId(),
                  order.enrollmentId(),
                  clock.now()));
      if (first) {
        announcer.tell(
            order.clientId(),
            order.orderId().value(),
            WebhookType.NOTIFICATION_CREATED,
            KitJson.mapper()
                .writeValueAsString(
                    Map.of(
                        "at",
                        clock.now(),
                        "notification_id",
                        order.orderId(),
                        "contact_id",
                        order.contactId(),
                        "enrollment_id",
                        order.enrollmentId(),
                        "sequence_id",
                        order.sequenceId())),
            order.contactId().value());
      }
      say(order, true, "told");
    } catch (Unfillable e) {
      log.warn("Order {}: {}", order.orderId(), e.getMessage());
      say(order, false, "template_fault");
    }
  }

  private void say(StepOrdered order, boolean done, String code) {
    outbox.publish(
        new StepExecuted(
            ids.eventId(),
            clock.now(),
            order.clientId(),
            order.contactId(),
            order.orderId(),
            order.enrollmentId(),
            done,
            code));
  }
}
