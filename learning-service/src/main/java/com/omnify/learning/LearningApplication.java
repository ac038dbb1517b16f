package com.omnify.learning;

import com.omnify.kit.OmnifyService;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Learns: counts what the events tell, per step and per sequence. */
@SpringBootApplication
public class LearningApplication {

  public static void main(String[] args) {
    OmnifyService.run(LearningApplication.class, "learning", args);
  }
}
