package com.omnify.kit;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts a service of the fleet. */
public final class OmnifyService {

  private OmnifyService() {}

  /**
   * Starts the service and returns when it serves.
   *
   * @param application the class with {@code @SpringBootApplication}
   * @param service its short name: the suffix of its database role, the prefix of its own tables
   *     and the name of its configuration file ({@code <service>.yml})
   */
  public static ConfigurableApplicationContext run(
      Class<?> application, String service, String... args) {
    ParentWatch.startIfAsked(System.getenv("OMNIFY_PARENT_PID"));
    var spring = new SpringApplication(application);
    spring.setDefaultProperties(Map.of(KitDefaults.SERVICE, service));
    return spring.run(args);
  }
}
