package com.omnify.scheduler.stuck;

import com.omnify.kit.poll.Loop;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StuckSettings.class)
class StuckWiring {

  /** By those who claim; others only show what was found. */
  @Bean
  @ConditionalOnBooleanProperty(name = "omnify.scheduler.claims", matchIfMissing = true)
  Loop stuckLoop(StuckDetector detector, StuckSettings settings) {
    return Loop.named("stuck").every(settings.every()).running(detector::round);
  }
}
