package com.omnify.healer;

import com.omnify.kit.OmnifyService;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Heals: a failed dispatch becomes a diagnosis, and the diagnosis an order to the scheduler. */
@SpringBootApplication
public class HealerApplication {

  public static void main(String[] args) {
    OmnifyService.run(HealerApplication.class, "healer", args);
  }
}
