package com.omnify.memory;

import com.omnify.kit.OmnifyService;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** KNOW: the people, what was said to them and by them, and what of it matters now. */
@SpringBootApplication
public class MemoryApplication {

  static void main(String[] args) {
    OmnifyService.run(MemoryApplication.class, "memory", args);
  }
}
