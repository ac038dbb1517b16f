package com.omnify.console.live;

import com.omnify.kit.OmnifyProperties;
import com.omnify.kit.event.EventJson;
import com.omnify.kit.event.TopicTail;
import com.omnify.kit.poll.Loop;
import com.omnify.model.event.Topic;
import java.time.Duration;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class LiveConfiguration {

  private static final List<Topic> TOPICS =
      List.of(Topic.DELIVERIES, Topic.INBOUND, Topic.ENROLLMENTS, Topic.CONTACTS, Topic.HEALING);

  @Bean
  TopicTail topicTail(OmnifyProperties omnify, EventJson json, LiveFeed feed) {
    return new TopicTail("console-live", omnify, json, TOPICS, feed::anyone, feed::look);
  }

  @Bean
  Loop liveLoop(TopicTail tail) {
    return Loop.named("live-feed").every(Duration.ofMillis(400)).running(tail::look);
  }
}
