package com.omnify.scheduler.trigger;

import com.omnify.kit.event.Subscription;
import com.omnify.model.event.ContactEvent;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.event.Topic;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A contact called and nobody took it. Of whoever was no contact then, memory-service tells once
 * they are one; to the sequences that wait for it both are the same.
 */
@Configuration(proxyBeanMethods = false)
class MissedCallListener {

  private final ContactsListener contacts;

  MissedCallListener(ContactsListener contacts) {
    this.contacts = contacts;
  }

  @Bean
  Subscription<InboundEvent> missedCallSubscription() {
    return Subscription.of(
        "scheduler.missed-calls", Topic.INBOUND, InboundEvent.class, this::handle);
  }

  private void handle(List<InboundEvent> batch) {
    var known = new ArrayList<ContactEvent>();
    for (InboundEvent event : batch) {
      if (event instanceof InboundEvent.CallMissed missed && missed.contactId() != null) {
        known.add(
            new ContactEvent.ContactResolved(
                missed.eventId(),
                missed.at(),
                missed.clientId(),
                missed.contactId(),
                missed.identityHash(),
                missed.interactionId()));
      }
    }
    contacts.handle(known);
  }
}
