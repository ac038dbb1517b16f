package com.omnify.console;

import com.omnify.kit.OmnifyService;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The one door: the web console, the API gateway, and who may pass. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ConsoleApplication {

  public static void main(String[] args) {
    OmnifyService.run(ConsoleApplication.class, "console", args);
  }
}
