package com.omnify.console.routing;

import com.omnify.console.identity.Doorman;
import com.omnify.kit.OmnifyProperties;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.HandlerExceptionResolver;

@Configuration(proxyBeanMethods = false)
class RoutingConfiguration {

  @Bean
  FilterRegistrationBean<GatewayFilter> gatewayFilter(
      Doorman doorman,
      UpstreamAddresses addresses,
      OmnifyProperties omnify,
      @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems) {
    var filter =
        new GatewayFilter(
            doorman,
            new Proxy(omnify.publicUrl(), Proxy.RESPONSE_TIMEOUT),
            addresses,
            omnify.demo() ? omnify.sandboxUrl() : null,
            problems);
    var registration = new FilterRegistrationBean<>(filter);
    // Right after the security headers: see PageConfiguration.
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 20);
    return registration;
  }
}
