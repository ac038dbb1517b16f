package com.omnify.kit.db;

import com.omnify.kit.OmnifyProperties;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

@AutoConfiguration(after = JdbcClientAutoConfiguration.class)
class DbAutoConfiguration {

  @Bean
  SchemaCheck schemaCheck(
      JdbcClient jdbc, OmnifyProperties properties, JdbcConnectionDetails database) {
    return new SchemaCheck(jdbc, properties.schemaVersion(), database.getJdbcUrl());
  }
}
