package com.omnify.memory.importing;

import com.omnify.kit.poll.Loop;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;

/** What imports do by themselves. */
@Configuration(proxyBeanMethods = false)
class ImportWiring {

  private final ImportRunner runner;

  ImportWiring(ImportRunner runner) {
    this.runner = runner;
  }

  @Bean
  Loop importLoop() {
    return Loop.named("imports").every(Duration.ofSeconds(1)).running(runner::round);
  }

  @Bean
  Loop importHousekeeping(Transactions transactions, Imports imports, RealClock clock) {
    return Loop.named("import-housekeeping")
        .every(Duration.ofMinutes(10))
        .running(() -> transactions.inBackground(() -> imports.forget(clock.now())));
  }

  /** Before the loops are stopped: a round goes on for as long as its file does. */
  @EventListener(ContextClosedEvent.class)
  void goingDown() {
    runner.stop();
  }
}
