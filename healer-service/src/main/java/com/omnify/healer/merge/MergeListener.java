package com.omnify.healer.merge;

import com.omnify.kit.event.Subscription;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.event.ContactEvent.ContactMerged;
import com.omnify.model.event.Topic;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Gives the history of a contact that is no more to whoever it is part of now. */
@Configuration(proxyBeanMethods = false)
class MergeListener {

  private final Transactions transactions;
  private final JdbcClient jdbc;

  MergeListener(Transactions transactions, JdbcClient jdbc) {
    this.transactions = transactions;
    this.jdbc = jdbc;
  }

  @Bean
  Subscription<ContactMerged> mergesSubscription() {
    return Subscription.of("healer.merges", Topic.CONTACTS, ContactMerged.class, this::repoint);
  }

  private void repoint(List<ContactMerged> batch) {
    for (ContactMerged merged : batch) {
      transactions.inClient(
          merged.clientId(),
          () ->
              jdbc.sql(
                      """
                      UPDATE healing_log SET contact_id = :survivor
                      WHERE client_id = :client AND contact_id = :other
                      """)
                  .param("client", merged.clientId().value())
                  .param("survivor", merged.contactId().value())
                  .param("other", merged.otherId().value())
                  .update());
    }
  }
}
