package com.omnify.kit.trial;

import com.omnify.kit.OmnifyService;
import com.omnify.kit.event.Subscription;
import com.omnify.model.event.DeliveryEvent;
import com.omnify.model.event.Topic;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** A service with nothing but the kit, under the healer's name. */
@SpringBootApplication
public class TrialApplication {

  public static void main(String[] args) {
    OmnifyService.run(TrialApplication.class, "healer", args);
  }

  @Bean
  TrialHandler trialHandler() {
    return new TrialHandler();
  }

  @Bean
  Subscription<DeliveryEvent> trialDeliveries(TrialHandler handler) {
    return Subscription.of("healer.trial", Topic.DELIVERIES, DeliveryEvent.class, handler);
  }
}
