package com.omnify.events.outgoing;

import com.omnify.events.outgoing.Deliveries.Ended;
import com.omnify.events.outgoing.Deliveries.Told;
import com.omnify.events.outgoing.policy.WebhookType;
import com.omnify.kit.event.EventJson;
import com.omnify.model.event.FlowEvent.StepOrdered;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The calls that steps of sequences make, each once for its order. */
@Component
public class StepCalls {

  /** How one ended. */
  public record End(boolean done, String code) {}

  private final Deliveries deliveries;
  private final EventJson json;

  StepCalls(Deliveries deliveries, EventJson json) {
    this.deliveries = deliveries;
    this.json = json;
  }

  /** Has it made, with the running transaction; says how it ended where it was made before. */
  public Optional<End> order(StepOrdered order) {
    int added =
        deliveries.add(
            List.of(
                new Told(
                    order.clientId(),
                    null,
                    order.orderId().value(),
                    WebhookType.STEP,
                    json.write(order),
                    order.contactId().value())));
    return added > 0
        ? Optional.empty()
        : deliveries.ended(order.clientId(), order.orderId().value()).map(StepCalls::end);
  }

  private static End end(Ended ended) {
    return new End(ended.done(), ended.code());
  }
}
