package com.omnify.scheduler;

import com.omnify.kit.OmnifyService;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** When things are said: sequences, enrollments, due work. */
@SpringBootApplication
public class SchedulerApplication {

  static void main(String[] args) {
    OmnifyService.run(SchedulerApplication.class, "scheduler", args);
  }
}
