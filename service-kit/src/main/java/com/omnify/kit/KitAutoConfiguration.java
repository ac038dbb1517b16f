package com.omnify.kit;

import com.omnify.kit.net.OutwardSockets;
import java.util.Set;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** What the packages of the kit share. */
@AutoConfiguration
@EnableConfigurationProperties(OmnifyProperties.class)
class KitAutoConfiguration {

  @Bean
  OutwardSockets kitOutwardSockets(
      OmnifyProperties properties, @Value("${omnify.internal-hosts}") Set<String> internal) {
    return new OutwardSockets(properties.demo(), internal);
  }
}
