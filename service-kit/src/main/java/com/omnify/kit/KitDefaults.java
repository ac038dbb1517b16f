package com.omnify.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Objects;
import java.util.Properties;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.env.DefaultPropertiesPropertySource;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Puts {@code omnify-kit.properties} below everything else, and lets the service read its own
 * {@code <service>.yml}: all services may share one class path, so none may own {@code
 * application.yml}.
 */
final class KitDefaults implements EnvironmentPostProcessor, Ordered {

  static final String SERVICE = "omnify.service";
  private static final String FILE = "/omnify-kit.properties";

  @Override
  public int getOrder() {
    return ConfigDataEnvironmentPostProcessor.ORDER - 1;
  }

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    String service = environment.getProperty(SERVICE);
    if (service == null) {
      return;
    }
    var defaults = new Properties();
    try (var in = Objects.requireNonNull(KitDefaults.class.getResourceAsStream(FILE))) {
      defaults.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    defaults.setProperty("spring.config.name", service);
    var below = new HashMap<String, Object>();
    defaults.stringPropertyNames().forEach(name -> below.put(name, defaults.getProperty(name)));
    // The only source that is kept below the service's own file.
    DefaultPropertiesPropertySource.addOrMerge(below, environment.getPropertySources());
  }
}
