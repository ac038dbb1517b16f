package com.omnify.kit.web;

import com.omnify.kit.OmnifyProperties;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The API's description under /v3/api-docs. */
@AutoConfiguration
@ConditionalOnClass(OpenAPI.class)
class OpenApiAutoConfiguration {

  static {
    SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class);
  }

  @Bean
  @ConditionalOnMissingBean
  OpenAPI openApi(OmnifyProperties properties) {
    return new OpenAPI().info(new Info().title("Omnify " + properties.service()).version("v1"));
  }
}
