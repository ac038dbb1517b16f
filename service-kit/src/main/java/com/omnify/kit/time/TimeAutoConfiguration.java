package com.omnify.kit.time;

import com.omnify.kit.db.Pg;
import com.omnify.kit.db.SchemaCheck;
import com.omnify.kit.poll.Loop;
import java.time.Duration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

@AutoConfiguration(after = JdbcClientAutoConfiguration.class)
class TimeAutoConfiguration {

  /** How soon, in real time, a service notices that somebody set the clock. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  @Bean
  @ConditionalOnMissingBean
  RealClock realClock() {
    return RealClock.system();
  }

  @Bean
  @ConditionalOnMissingBean(FleetClock.class)
  DatabaseFleetClock fleetClock(JdbcClient jdbc, RealClock realClock, SchemaCheck ignored) {
    return new DatabaseFleetClock(() -> setting(jdbc), realClock, System::nanoTime);
  }

  @Bean
  @ConditionalOnBean(DatabaseFleetClock.class)
  Loop kitFleetClockLoop(DatabaseFleetClock clock) {
    return Loop.named("fleet-clock")
        .every(LOOK_EVERY)
        .before(Loop.WEB)
        .running(
            () -> {
              clock.refresh();
              return false;
            });
  }

  private static DatabaseFleetClock.Setting setting(JdbcClient jdbc) {
    return jdbc.sql("SELECT anchor_real, anchor_fleet, rate FROM fleet_clock")
        .query(
            (row, n) ->
                new DatabaseFleetClock.Setting(
                    Pg.instant(row, "anchor_real"),
                    Pg.instant(row, "anchor_fleet"),
                    row.getDouble("rate")))
        .single();
  }
}
