package com.omnify.scheduler.enrollment;

import com.omnify.kit.db.Pg;
import com.omnify.kit.event.Inbox;
import com.omnify.kit.event.Subscription;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.event.InboundEvent.OutcomeReported;
import com.omnify.model.event.Topic;
import com.omnify.model.id.EnrollmentId;
import com.omnify.scheduler.enrollment.Outcomes.Reached;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * A call or another system says that somebody booked or converted. It counts for the enrollment
 * whose attempt led to it; where none is named, for the one that is under way, or was last.
 */
@Component
class OutcomeListener {

  private static final String NAME = "scheduler.outcomes";
  private static final Logger log = LoggerFactory.getLogger(OutcomeListener.class);

  /** What ended longer ago has not led to it. */
  private static final Duration CREDIT = Duration.ofDays(30);

  private final Transactions tx;
  private final Inbox inbox;
  private final JdbcClient jdbc;
  private final EnrollmentRows rows;
  private final Outcomes outcomes;

  OutcomeListener(
      Transactions tx, Inbox inbox, JdbcClient jdbc, EnrollmentRows rows, Outcomes outcomes) {
    this.tx = tx;
    this.inbox = inbox;
    this.jdbc = jdbc;
    this.rows = rows;
    this.outcomes = outcomes;
  }

  @Configuration(proxyBeanMethods = false)
  static class Wiring {
    @Bean
    Subscription<OutcomeReported> outcomesSubscription(OutcomeListener listener) {
      return Subscription.of(NAME, Topic.INBOUND, OutcomeReported.class, listener::handle);
    }
  }

  void handle(List<OutcomeReported> batch) {
    for (OutcomeReported reported : batch) {
      tx.inBackground(() -> apply(reported));
    }
  }

  private void apply(OutcomeReported reported) {
    // A repeat may come when another enrollment has begun.
    if (!inbox.firstTime(NAME, reported.eventId())) {
      return;
    }
    var person =
        credited(reported).flatMap(enrollment -> rows.lock(reported.clientId(), enrollment));
    if (person.isEmpty()) {
      log.info(
          "Outcome {} of contact {} belongs to no enrollment",
          reported.eventId(),
          reported.contactId());
      return;
    }
    outcomes.record(
        person.get().enrollment(),
        new Reached(
            reported.kind(),
            reported.source(),
            reported.dispatchId(),
            reported.interactionId(),
            reported.valueMicros(),
            reported.currency()),
        reported.at());
  }

  private Optional<EnrollmentId> credited(OutcomeReported reported) {
    var dispatch = reported.dispatchId();
    if (dispatch != null) {
      var led =
          jdbc.sql(
                  """
                  SELECT enrollment_id FROM dispatches
                  WHERE client_id = :client AND id = :dispatch AND enrollment_id IS NOT NULL
                  """)
              .param("client", reported.clientId().value())
              .param("dispatch", dispatch.value())
              .query((row, _) -> Pg.id(row, "enrollment_id", EnrollmentId::new))
              .optional();
      if (led.isPresent()) {
        return led;
      }
    }
    return jdbc.sql(
            """
            SELECT id FROM enrollments
            WHERE client_id = :client AND contact_id = :contact AND (ended_at IS NULL OR ended_at > :since)
            ORDER BY ended_at IS NULL DESC, id DESC LIMIT 1
            """)
        .param("client", reported.clientId().value())
        .param("contact", reported.contactId().value())
        .param("since", Pg.timestamp(reported.at().minus(CREDIT)))
        .query((row, _) -> Pg.id(row, "id", EnrollmentId::new))
        .optional();
  }
}
