package com.omnify.kit.id;

import com.omnify.kit.time.RealClock;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

@AutoConfiguration
class IdAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  Ids ids(RealClock realClock) {
    return new Ids(realClock);
  }
}
