package com.omnify.channels.worker;

import com.omnify.channels.ChannelSettings;
import com.omnify.channels.dispatch.DispatchKey;
import com.omnify.channels.result.CallEnds;
import com.omnify.channels.result.DeliveryReports;
import com.omnify.channels.send.OneShotHttp;
import com.omnify.kit.event.Subscription;
import com.omnify.model.Channel;
import com.omnify.model.event.DeliveryEvent.CallEnded;
import com.omnify.model.event.DeliveryEvent.DeliveryReported;
import com.omnify.model.event.StepEvent;
import com.omnify.model.event.StepEvent.DispatchOpened;
import com.omnify.model.event.Topic;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the workers listen to. */
@Configuration(proxyBeanMethods = false)
class Listeners {

  @Bean
  OneShotHttp oneShotHttp(ChannelSettings settings) {
    return new OneShotHttp(settings.connections());
  }

  /** Offsets are committed when the ids stand in the queue: a rebalance touches no send. */
  @Bean
  Subscription<DispatchOpened> smsDoorbellSubscription(Lanes lanes) {
    return doorbell(lanes, Channel.SMS, Topic.STEPS_SMS);
  }

  @Bean
  Subscription<DispatchOpened> voiceDoorbellSubscription(Lanes lanes) {
    return doorbell(lanes, Channel.VOICE, Topic.STEPS_VOICE);
  }

  @Bean
  Subscription<DispatchOpened> emailDoorbellSubscription(Lanes lanes) {
    return doorbell(lanes, Channel.EMAIL, Topic.STEPS_EMAIL);
  }

  private static Subscription<DispatchOpened> doorbell(Lanes lanes, Channel channel, Topic topic) {
    // The sweeper finds whatever did not ring.
    return Subscription.losable(
        "channels.steps-" + channel.wire(),
        topic,
        DispatchOpened.class,
        batch -> ring(lanes.queue(channel), batch));
  }

  @Bean
  Subscription<DeliveryReported> deliveryReportsSubscription(DeliveryReports reports) {
    return Subscription.of(
        "channels.deliveries", Topic.DELIVERIES, DeliveryReported.class, reports::take);
  }

  @Bean
  Subscription<CallEnded> callEndsSubscription(CallEnds ends) {
    return Subscription.of("channels.call-ends", Topic.DELIVERIES, CallEnded.class, ends::take);
  }

  private static void ring(DispatchQueue queue, List<? extends StepEvent> batch) {
    try {
      for (StepEvent event : batch) {
        queue.put(DispatchKey.of(event.dispatch()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
