package com.omnify.channels;

import com.omnify.kit.OmnifyService;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** SAY: composes what is due and sends it, never twice. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ChannelWorkersApplication {

  /** Starts the service. */
  public static void main(String[] args) {
    OmnifyService.run(ChannelWorkersApplication.class, "channels", args);
  }
}
