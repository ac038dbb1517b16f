package com.omnify.scheduler.dispatch;

import com.omnify.kit.poll.Loop;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.scheduler.dispatch.policy.Lane;
import com.omnify.scheduler.enrollment.DueAlarm;
import java.time.Duration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the scheduler does again and again. */
@Configuration(proxyBeanMethods = false)
class DispatchLoops {

  private static final Duration LONGEST_SLEEP = Duration.ofMillis(500);
  private static final int PARTITION_DAYS_AHEAD = 14;

  /** An instance may be told only to serve and to listen, and to leave the claims to others. */
  @Bean
  @ConditionalOnBooleanProperty(name = "omnify.scheduler.claims", matchIfMissing = true)
  Loop dueClaimLoop(Dispatcher dispatcher, DueAlarm alarm) {
    return claims("due-claim", Lane.BULK, dispatcher, alarm);
  }

  @Bean
  @ConditionalOnBooleanProperty(name = "omnify.scheduler.claims", matchIfMissing = true)
  Loop dueClaimQuickLoop(Dispatcher dispatcher, DueAlarm alarm) {
    return claims("due-claim-quick", Lane.QUICK, dispatcher, alarm);
  }

  private static Loop claims(String name, Lane lane, Dispatcher dispatcher, DueAlarm alarm) {
    Loop loop = Loop.named(name).every(LONGEST_SLEEP).paced(() -> dispatcher.round(lane));
    alarm.wakes(loop::wake);
    return loop;
  }

  /** Dispatches and logs fall into partitions by the day of their ids: some always lie ahead. */
  @Bean
  Loop partitionLoop(Transactions tx, JdbcClient jdbc) {
    return Loop.named("partitions")
        .every(Duration.ofDays(1))
        .running(
            () -> {
              tx.inBackground(
                  () ->
                      jdbc.sql("SELECT ensure_partitions(:days)")
                          .param("days", PARTITION_DAYS_AHEAD)
                          .query(Integer.class)
                          .single());
              return false;
            });
  }
}
