package com.omnify.console.identity;

import com.omnify.kit.poll.Loop;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;

@Configuration(proxyBeanMethods = false)
class IdentityConfiguration {

  @Bean
  PasswordEncoder passwordEncoder() {
    return PasswordEncoderFactories.createDelegatingPasswordEncoder();
  }

  @Bean
  Bootstrap bootstrap(
      Bootstrap.Settings settings, ApiKeys keys, Accounts accounts, PasswordEncoder passwords) {
    return new Bootstrap(settings, keys, accounts, passwords);
  }

  @Bean
  Loop sessionSweep(Sessions sessions) {
    return Loop.named("session-sweep").every(Duration.ofMinutes(10)).running(sessions::sweep);
  }
}
