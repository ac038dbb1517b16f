package com.omnify.kit.tenancy;

import com.omnify.kit.OmnifyProperties;
import com.omnify.kit.db.SchemaCheck;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;

@AutoConfiguration(after = DataSourceAutoConfiguration.class)
class TenancyAutoConfiguration {

  @Bean
  Transactions transactions(
      DataSource dataSource, OmnifyProperties properties, SchemaCheck ignored) {
    return new Transactions(dataSource, properties.service());
  }
}
