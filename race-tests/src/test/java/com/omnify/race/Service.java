package com.omnify.race;

import com.omnify.testkit.TestDatabase;
import com.omnify.testkit.TestKafka;
import com.omnify.testkit.TestTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts services of the fleet in this JVM, with the environment that the launcher gives them. */
public final class Service {

  private Service() {}

  /** Every connection of the service is watched by {@link JdbcTap}. */
  public static ConfigurableApplicationContext start(
      Class<?> application,
      String name,
      TestDatabase database,
      TestKafka kafka,
      String... properties) {
    var spring = new SpringApplication(application);
    spring.setDefaultProperties(Map.of("omnify.service", name));
    spring.addInitializers(
        context -> context.getBeanFactory().addBeanPostProcessor(new JdbcTap.EveryDataSource()));
    return spring.run(arguments(name, database, kafka, properties).toArray(String[]::new));
  }

  /** What the launcher tells a service, as arguments of its main method. */
  static List<String> arguments(
      String name, TestDatabase database, TestKafka kafka, String... properties) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "OMNIFY_DB_URL=" + database.jdbcUrl(),
                "OMNIFY_DB_USER=" + TestDatabase.role(name),
                "OMNIFY_DB_PASSWORD=" + TestDatabase.SERVICE_PASSWORD,
                "OMNIFY_KAFKA=" + kafka.bootstrapServers(),
                "OMNIFY_TOKEN_SECRET=" + TestTokens.SECRET,
                "omnify.topic-prefix=" + kafka.prefix(),
                "server.port=0",
                "logging.level.root=WARN",
                "logging.level.com.omnify=WARN"));
    arguments.addAll(Arrays.asList(properties));
    return arguments.stream().map(each -> "--" + each).toList();
  }
}
