package com.omnify.learning.counting;

import com.omnify.kit.event.Subscription;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.EnrollmentEvent;
import com.omnify.model.event.InboundEvent;
import com.omnify.model.event.Topic;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class CountingListeners {

  @Bean
  Subscription<DeliveryEvent> deliveries(Counting counting) {
    return Subscription.of(
        "learning.deliveries", Topic.DELIVERIES, DeliveryEvent.class, counting::deliveries);
  }

  @Bean
  Subscription<InboundEvent> inbound(Counting counting) {
    return Subscription.of(
        "learning.inbound", Topic.INBOUND, InboundEvent.class, counting::inbound);
  }

  @Bean
  Subscription<EnrollmentEvent> enrollments(Counting counting) {
    return Subscription.of(
        "learning.enrollments", Topic.ENROLLMENTS, EnrollmentEvent.class, counting::enrollments);
  }
}
