package com.omnify.kit.web;

import com.omnify.kit.OmnifyProperties;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.WireEnum;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.context.annotation.Bean;
import org.springframework.core.convert.converter.Converter;
import org.springframework.core.convert.converter.ConverterFactory;
import org.springframework.format.FormatterRegistry;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.type.LogicalType;

@AutoConfiguration(before = ErrorMvcAutoConfiguration.class)
class WebAutoConfiguration {

  /** After Spring Security's chain, which stands at -100: keys belong to a caller. */
  private static final int AFTER_SECURITY = 0;

  @Bean
  ProblemAdvice problemAdvice() {
    return new ProblemAdvice();
  }

  @Bean
  @ConditionalOnMissingBean(ErrorController.class)
  ProblemErrorController problemErrorController() {
    return new ProblemErrorController();
  }

  /** A number is no string and a string is no number: wrong types are told, not guessed. */
  @Bean
  JsonMapperBuilderCustomizer strictScalars() {
    return builder ->
        builder
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                LogicalType.Textual,
                config ->
                    config
                        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail));
  }

  @Bean
  WebMvcConfigurer omnifyWebMvc() {
    return new WebMvcConfigurer() {
      @Override
      public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new CallerArgument());
      }

      @Override
      public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new Gate());
      }

      @Override
      public void addFormatters(FormatterRegistry registry) {
        registry.addConverterFactory(new WireEnums());
      }
    };
  }

  /** An endpoint that does not say who may call it keeps its service from starting. */
  @Bean
  SmartInitializingSingleton everyEndpointSaysWhoMayCallIt(
      ObjectProvider<RequestMappingHandlerMapping> mappings) {
    return () ->
        mappings.stream()
            .forEach(mapping -> Gate.requireRules(mapping.getHandlerMethods().values()));
  }

  @Bean
  IdempotencyKeys idempotencyKeys(
      Transactions transactions, JdbcClient jdbc, OmnifyProperties properties) {
    return new IdempotencyKeys(transactions, jdbc, properties.service());
  }

  /**
   * The gateway narrows the paths to its own: what it forwards is the business of the service
   * behind.
   */
  @Bean
  FilterRegistrationBean<IdempotencyFilter> idempotencyFilter(
      IdempotencyKeys keys, @Value("${omnify.idempotency.paths:/api/**}") String paths) {
    var registration = new FilterRegistrationBean<>(new IdempotencyFilter(keys, paths));
    registration.setOrder(AFTER_SECURITY);
    return registration;
  }

  /** Query parameters and path variables have the wire form, as JSON does. */
  private static final class WireEnums implements ConverterFactory<String, WireEnum> {

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"})
    public <T extends WireEnum> Converter<String, T> getConverter(Class<T> type) {
      return text -> (T) WireEnum.parse((Class) type, text);
    }
  }
}
