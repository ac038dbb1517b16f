package com.omnify.kit;

import com.omnify.kit.poll.Loop;
import java.time.Duration;
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

  /** A request to a provider that begins at the last moment has ended by then. */
  private static final Duration WORK_ENDS = Duration.ofSeconds(16);

  private static final Duration REQUESTS_END = Duration.ofSeconds(4);

  /** Of any other phase; the outbox is the slowest of them. */
  private static final Duration OTHERS_END = Duration.ofSeconds(6);

  @Bean(AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME)
  DefaultLifecycleProcessor kitLifecycleProcessor() {
    var processor = new DefaultLifecycleProcessor();
    processor.setTimeoutPerShutdownPhase(OTHERS_END.toMillis());
    processor.setTimeoutForShutdownPhase(Loop.WORK, WORK_ENDS.toMillis());
    processor.setTimeoutForShutdownPhase(Loop.WEB_GRACEFUL, REQUESTS_END.toMillis());
    return processor;
  }
}
