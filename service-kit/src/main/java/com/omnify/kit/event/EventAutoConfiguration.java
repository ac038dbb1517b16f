package com.omnify.kit.event;

import com.omnify.kit.OmnifyProperties;
import com.omnify.kit.id.Ids;
import com.omnify.kit.poll.Loop;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

@AutoConfiguration(
    after = {JdbcClientAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class})
class EventAutoConfiguration {

  @Bean
  EventJson eventJson() {
    return new EventJson();
  }

  @Bean
  Wire kitWire(OmnifyProperties properties) {
    return new Wire(properties.kafka(), properties.topicPrefix(), "omnify-" + properties.service());
  }

  @Bean
  OutboxRelay kitOutboxRelay(
      Transactions transactions,
      JdbcClient jdbc,
      Wire wire,
      DeadLetters deadLetters,
      OmnifyProperties properties) {
    return new OutboxRelay(
        transactions,
        jdbc,
        (topic, key, type, payload) -> wire.send(topic, key, type, payload),
        deadLetters,
        properties.service());
  }

  /** Below the web server: what the last requests and the last work publish still goes out. */
  @Bean
  Loop kitOutboxLoop(OutboxRelay relay) {
    return Loop.named("outbox-relay")
        .every(Duration.ofSeconds(1))
        .before(Loop.WEB)
        .drainingAtStop()
        .running(relay::relay);
  }

  @Bean
  Outbox outbox(
      JdbcClient jdbc, Ids ids, EventJson json, OmnifyProperties properties, Loop kitOutboxLoop) {
    return new Outbox(jdbc, ids, json, properties.service(), kitOutboxLoop::wake);
  }

  @Bean
  Doorbell doorbell(Wire wire, EventJson json) {
    return new Doorbell(wire, json);
  }

  @Bean
  Inbox inbox(JdbcClient jdbc, OmnifyProperties properties) {
    return new Inbox(jdbc, properties.service());
  }

  @Bean
  DeadLetters kitDeadLetters(
      Transactions transactions, JdbcClient jdbc, Ids ids, OmnifyProperties properties) {
    return new DeadLetters(transactions, jdbc, ids, properties.service());
  }

  /** All subscriptions with what they need around them. */
  record ListenerSet(List<Listener<?>> listeners) {}

  @Bean
  ListenerSet kitListenerSet(
      ObjectProvider<Subscription<?>> subscriptions,
      DeadLetters deadLetters,
      EventJson json,
      MeterRegistry meters) {
    var listeners = new ArrayList<Listener<?>>();
    subscriptions
        .orderedStream()
        .forEach(
            subscription -> listeners.add(new Listener<>(subscription, deadLetters, json, meters)));
    return new ListenerSet(List.copyOf(listeners));
  }

  @Bean
  Listeners kitListeners(ListenerSet set, OmnifyProperties properties) {
    return new Listeners(
        properties.kafka(),
        properties.topicPrefix(),
        properties.listenerThreads(),
        set.listeners());
  }

  @Bean
  Replay kitReplay(
      DeadLetters deadLetters,
      ListenerSet set,
      OutboxRelay relay,
      RealClock realClock,
      DataSource dataSource) {
    var replayable = new ArrayList<Replayable>(set.listeners());
    replayable.add(relay);
    return new Replay(deadLetters, replayable, realClock, dataSource);
  }

  @Bean
  DeadLetterController kitDeadLetterController(DeadLetters deadLetters, Replay replay) {
    return new DeadLetterController(deadLetters, replay);
  }

  @Bean
  Housekeeping kitHousekeeping(
      Transactions transactions, JdbcClient jdbc, OmnifyProperties properties) {
    return new Housekeeping(transactions, jdbc, properties.service());
  }

  @Bean
  Loop kitForgetLoop(Housekeeping housekeeping) {
    return Loop.named("forget").every(Duration.ofMinutes(10)).running(housekeeping::forget);
  }

  @Bean
  Loop kitCountLoop(Housekeeping housekeeping) {
    return Loop.named("count").every(Duration.ofSeconds(10)).running(housekeeping::count);
  }
}
