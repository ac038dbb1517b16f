package com.omnify.testkit;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Gives a service under test the environment that the launcher gives it in the fleet. */
final class FleetProperties implements ContextCustomizerFactory {

  @Override
  public @Nullable ContextCustomizer createContextCustomizer(
      Class<?> testClass, List<ContextConfigurationAttributes> configAttributes) {
    var annotation =
        TestContextAnnotationUtils.findMergedAnnotation(testClass, OmnifySpringTest.class);
    return annotation == null
        ? null
        : new Customizer(TestFleet.outermost(testClass), annotation.service());
  }

  /** A record, because Spring keeps contexts apart by the equality of their customizers. */
  record Customizer(Class<?> testClass, String service) implements ContextCustomizer {

    @Override
    public void customizeContext(
        ConfigurableApplicationContext context, MergedContextConfiguration merged) {
      var fleet = TestFleet.of(testClass);
      fleet.enter();
      Map<String, Object> properties =
          Map.of(
              "OMNIFY_DB_URL", fleet.ownDatabase().jdbcUrl(),
              "OMNIFY_DB_USER", TestDatabase.role(service),
              "OMNIFY_DB_PASSWORD", TestDatabase.SERVICE_PASSWORD,
              "OMNIFY_KAFKA", fleet.ownKafka().bootstrapServers(),
              "OMNIFY_TOKEN_SECRET", TestTokens.SECRET,
              // Where the mail servers of tests stand.
              "omnify.internal-hosts", "127.0.0.1",
              "omnify.topic-prefix", fleet.ownKafka().prefix());
      context
          .getEnvironment()
          .getPropertySources()
          .addFirst(new MapPropertySource("fleet-of-test", properties));
    }
  }
}
