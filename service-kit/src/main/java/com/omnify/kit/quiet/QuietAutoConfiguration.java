package com.omnify.kit.quiet;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

@AutoConfiguration(after = JdbcClientAutoConfiguration.class)
class QuietAutoConfiguration {

  @Bean
  RuleBook ruleBook(JdbcClient jdbc) {
    return new RuleBook(jdbc);
  }
}
