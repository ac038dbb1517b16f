package com.omnify.events;

import com.omnify.kit.OmnifyService;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** HEAR: what providers and people tell us, verified, once. */
@SpringBootApplication
public class EventProcessorApplication {

  static void main(String[] args) {
    OmnifyService.run(EventProcessorApplication.class, "events", args);
  }
}
