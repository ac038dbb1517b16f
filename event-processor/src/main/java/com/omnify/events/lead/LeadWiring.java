package com.omnify.events.lead;

import com.omnify.kit.event.Subscription;
import com.omnify.kit.poll.Loop;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import com.omnify.model.event.ContactEvent;
import com.omnify.model.event.LeadEvent;
import com.omnify.model.event.Topic;
import java.time.Duration;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What is heard of leads, and what is done about them again and again. */
@Configuration(proxyBeanMethods = false)
class LeadWiring {

  private final Transactions transactions;
  private final Leads leads;

  LeadWiring(Transactions transactions, Leads leads) {
    this.transactions = transactions;
    this.leads = leads;
  }

  @Bean
  Subscription<LeadEvent.LeadRefused> leadsRefused() {
    return Subscription.of(
        "events.leads",
        Topic.LEADS,
        LeadEvent.LeadRefused.class,
        batch -> transactions.inBackground(() -> leads.refuse(batch)));
  }

  @Bean
  Subscription<ContactEvent.LeadCame> leadsCame() {
    return Subscription.of(
        "events.leads-came",
        Topic.CONTACTS,
        ContactEvent.LeadCame.class,
        batch -> transactions.inBackground(() -> leads.accept(batch)));
  }

  @Bean
  Subscription<ContactEvent.ContactMerged> leadsOfMerged() {
    return Subscription.of(
        "events.merges", Topic.CONTACTS, ContactEvent.ContactMerged.class, this::repoint);
  }

  private void repoint(List<ContactEvent.ContactMerged> merged) {
    for (ContactEvent.ContactMerged one : merged) {
      transactions.inClient(
          one.clientId(), () -> leads.repoint(one.clientId(), one.otherId(), one.contactId()));
    }
  }

  @Bean
  Loop leadFetchLoop(LeadFetching fetching) {
    Loop loop = Loop.named("lead-fetch").every(Duration.ofSeconds(1)).running(fetching::round);
    fetching.wakes(loop::wake);
    return loop;
  }

  @Bean
  Loop leadHousekeeping(RealClock clock) {
    return Loop.named("lead-housekeeping")
        .every(Duration.ofMinutes(10))
        .running(() -> transactions.inBackground(() -> leads.forget(clock.now())));
  }
}
