package com.omnify.kit;

import com.omnify.kit.poll.Loop;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.context.support.DefaultLifecycleProcessor;

/**
 * How a service stops: readiness is taken back, then phase by phase. First all that works by itself
 * ends what it has begun (listeners, loops, senders), then the web server answers its last
 * requests, then the outbox is relayed, and at last connections are closed. Each phase has its
 * time; what hangs longer is left behind, and is found again by whoever starts next.
 */
@AutoConfiguration(before = LifecycleAutoConfiguration.class)
class StopAutoConfiguration {

  private static final Duration REQUESTS_END = Duration.ofSeconds(4);

  /** Of any other phase; the outbox is the slowest of them. */
  private static final Duration OTHERS_END = Duration.ofSeconds(6);

  @Bean(AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME)
  DefaultLifecycleProcessor kitLifecycleProcessor(
      @Value("${omnify.stop.work-within}") Duration workWithin) {
    var processor = new DefaultLifecycleProcessor();
    processor.setTimeoutPerShutdownPhase(OTHERS_END.toMillis());
    processor.setTimeoutForShutdownPhase(Loop.WORK, workWithin.toMillis());
    processor.setTimeoutForShutdownPhase(Loop.WEB_GRACEFUL, REQUESTS_END.toMillis());
    return processor;
  }
}
