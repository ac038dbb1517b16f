package com.omnify.scheduler.message;

import com.omnify.kit.event.Doorbell;
import com.omnify.kit.event.Subscription;
import com.omnify.kit.id.Ids;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.Channel;
import com.omnify.model.DispatchKind;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.MessageEvent.MessageOrdered;
import com.omnify.model.event.OrderedMessage.OptOutConfirmation;
import com.omnify.model.event.StepEvent;
import com.omnify.model.event.Topic;
import com.omnify.model.id.DispatchId;
import com.omnify.model.id.SuppressionId;
import com.omnify.scheduler.message.policy.ConfirmationText;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/**
 * Makes one dispatch of each order. They are rare, so each has a transaction of its own; a repeat
 * finds the row that its first coming wrote.
 */
@Component
class MessageListener {

  /** FCC: an opt-out may be confirmed once, within five minutes. */
  static final Duration CONFIRM_WITHIN = Duration.ofMinutes(5);

  private static final Logger log = LoggerFactory.getLogger(MessageListener.class);

  private final Transactions tx;
  private final MessageRows rows;
  private final Ids ids;
  private final Doorbell doorbell;

  MessageListener(Transactions tx, MessageRows rows, Ids ids, Doorbell doorbell) {
    this.tx = tx;
    this.rows = rows;
    this.ids = ids;
    this.doorbell = doorbell;
  }

  @Configuration(proxyBeanMethods = false)
  static class Wiring {
    @Bean
    Subscription<MessageOrdered> messagesSubscription(MessageListener listener) {
      return Subscription.of(
          "scheduler.messages", Topic.MESSAGES, MessageOrdered.class, listener::handle);
    }
  }

  void handle(List<MessageOrdered> batch) {
    for (MessageOrdered ordered : batch) {
      Optional<StepEvent> opened = tx.inBackground(() -> order(ordered));
      doorbell.ring(opened.stream().toList());
    }
  }

  private Optional<StepEvent> order(MessageOrdered ordered) {
    Optional<NewMessage> message =
        switch (ordered.message()) {
          case OptOutConfirmation(SuppressionId suppression) -> confirmation(ordered, suppression);
        };
    return message
        .filter(rows::insert)
        .map(born -> new StepEvent.DispatchOpened(ids.eventId(), ordered.at(), born.ref()));
  }

  /** Whether it may still be sent is for the fence to say: a START may have come meanwhile. */
  private Optional<NewMessage> confirmation(MessageOrdered ordered, SuppressionId suppression) {
    var optOut = rows.optOut(ordered.clientId(), suppression);
    if (optOut.isEmpty()) {
      log.error("Suppression {} is to be confirmed and does not exist", suppression);
    }
    return optOut.map(
        told ->
            new NewMessage(
                new DispatchRef(
                    ordered.clientId(),
                    ordered.contactId(),
                    new DispatchId(ids.next()),
                    null,
                    null,
                    0,
                    null,
                    Channel.SMS,
                    DispatchKind.OPT_OUT_CONFIRMATION,
                    1),
                ordered.eventId().value(),
                ConfirmationText.of(told.clientName(), told.ownWords()),
                told.identity(),
                told.writtenTo(),
                suppression,
                told.since().plus(CONFIRM_WITHIN)));
  }
}
