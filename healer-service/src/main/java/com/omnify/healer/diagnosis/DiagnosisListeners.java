package com.omnify.healer.diagnosis;

import com.omnify.kit.event.Subscription;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.Topic;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class DiagnosisListeners {

  @Bean
  Subscription<DeliveryEvent> deliveries(Healer healer) {
    return Subscription.of(
        "healer.deliveries", Topic.DELIVERIES, DeliveryEvent.class, healer::heal);
  }
}
