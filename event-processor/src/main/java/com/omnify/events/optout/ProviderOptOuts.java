package com.omnify.events.optout;

import com.omnify.kit.event.Subscription;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.FailureType;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.DispatchRef;
import com.omnify.model.event.Topic;
import com.omnify.model.id.ContactId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The provider refused because the person had told it STOP, which we never saw: it counts as told
 * to us.
 */
@Configuration(proxyBeanMethods = false)
class ProviderOptOuts {

  private final Transactions transactions;
  private final OptOuts optOuts;
  private final JdbcClient db;

  ProviderOptOuts(Transactions transactions, OptOuts optOuts, JdbcClient db) {
    this.transactions = transactions;
    this.optOuts = optOuts;
    this.db = db;
  }

  @Bean
  Subscription<DeliveryEvent> providerOptOutSubscription() {
    return Subscription.of(
        "events.provider-opt-outs", Topic.DELIVERIES, DeliveryEvent.class, this::hear);
  }

  private void hear(List<DeliveryEvent> batch) {
    batch.stream().map(ProviderOptOuts::optedOut).filter(Objects::nonNull).forEach(this::apply);
  }

  private static @Nullable DispatchRef optedOut(DeliveryEvent event) {
    FailureType failure =
        switch (event) {
          case DeliveryEvent.DispatchRejected rejected -> rejected.failure();
          case DeliveryEvent.DeliveryReported reported -> reported.failure();
          default -> null;
        };
    return failure == FailureType.RECIPIENT_OPTED_OUT ? event.dispatch() : null;
  }

  private void apply(DispatchRef dispatch) {
    transactions.inClient(
        dispatch.clientId(),
        () ->
            identity(dispatch)
                .forEach(
                    identity ->
                        optOuts.revokeAll(
                            dispatch.clientId(),
                            identity,
                            everyone(dispatch, identity),
                            SuppressionReason.PROVIDER_OPT_OUT,
                            "told to the provider",
                            null)));
  }

  /** Whom it was sent to, and whoever has the number by now. */
  private Set<ContactId> everyone(DispatchRef dispatch, String identity) {
    var everyone = new LinkedHashSet<ContactId>();
    everyone.add(dispatch.contactId());
    everyone.addAll(optOuts.owners(dispatch.clientId(), identity));
    return everyone;
  }

  private Stream<String> identity(DispatchRef dispatch) {
    return db
        .sql(
            """
            SELECT identity FROM dispatches
            WHERE client_id = :client AND id = :id AND channel = 'sms' AND identity IS NOT NULL
            """)
        .param("client", dispatch.clientId().value())
        .param("id", dispatch.dispatchId().value())
        .query(String.class)
        .list()
        .stream();
  }
}
