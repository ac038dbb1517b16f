package com.omnify.kit.event;

import com.omnify.kit.poll.Loop;
import com.omnify.kit.poll.SideBySide;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.BatchAcknowledgingConsumerAwareMessageListener;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.support.Acknowledgment;

/** The consumers of a service: one group for each subscription, offsets after the work. */
final class Listeners implements SmartLifecycle {

  private static final int BATCH = 500;
  private static final Duration POLL = Duration.ofMillis(500);

  /**
   * A round (fetch, transaction, offsets) costs nearly the same however many records are in it. So
   * rounds follow each other no faster than this, as long as they are small: under load they gather
   * more, and a record that comes alone is not held up.
   */
  private static final Duration BETWEEN_SMALL_ROUNDS = Duration.ofMillis(10);

  /** What is losable costs no transaction. */
  private static final Duration BETWEEN_LOSABLE_ROUNDS = Duration.ofMillis(2);

  private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
  private static final Duration LAST_BACKOFF = Duration.ofSeconds(10);
  private static final Logger log = LoggerFactory.getLogger(Listeners.class);

  private final String bootstrapServers;
  private final String topicPrefix;
  private final int threads;
  private final List<Listener<?>> listeners;
  private volatile List<ConcurrentMessageListenerContainer<String, String>> containers = List.of();

  Listeners(String bootstrapServers, String topicPrefix, int threads, List<Listener<?>> listeners) {
    this.bootstrapServers = bootstrapServers;
    this.topicPrefix = topicPrefix;
    this.threads = threads;
    this.listeners = List.copyOf(listeners);
  }

  @Override
  public void start() {
    containers = listeners.stream().map(this::container).toList();
    containers.forEach(ConcurrentMessageListenerContainer::start);
  }

  /** Beside the loops: neither needs the other. */
  @Override
  public void stop(Runnable stopped) {
    SideBySide.stop(this, "listeners", stopped);
  }

  @Override
  public void stop() {
    // First tell all, then wait: each ends the batch under way.
    var stopping = containers;
    var latch = new CountDownLatch(stopping.size());
    stopping.forEach(container -> container.stop(latch::countDown));
    try {
      if (!latch.await(8, TimeUnit.SECONDS)) {
        log.warn("Some listeners do not end their batch: leaving them, their offsets stay behind");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    containers = List.of();
  }

  @Override
  public boolean isRunning() {
    return !containers.isEmpty();
  }

  /** After the web server at the start, before it at the end. */
  @Override
  public int getPhase() {
    return Loop.WORK;
  }

  private ConcurrentMessageListenerContainer<String, String> container(Listener<?> listener) {
    var subscription = listener.subscription();
    var properties = new ContainerProperties(topicPrefix + subscription.topic().topicName());
    properties.setGroupId(topicPrefix + subscription.name());
    properties.setClientId(subscription.name());
    properties.setAckMode(AckMode.MANUAL);
    properties.setSyncCommits(!subscription.losable());
    // A pause after a failure ends at the end of a poll only.
    properties.setPollTimeout(POLL.toMillis());
    properties.setMessageListener(new Adapter(listener));
    properties.setShutdownTimeout(Duration.ofSeconds(8).toMillis());
    // An unknown topic is waited for; it is not asked about at the start, which takes a client of
    // its own.
    properties.setMissingTopicsFatal(false);
    var container =
        new ConcurrentMessageListenerContainer<>(
            new DefaultKafkaConsumerFactory<>(
                consumerSettings(), new StringDeserializer(), new StringDeserializer()),
            properties);
    container.setBeanName(subscription.name());
    container.setConcurrency(threads);
    return container;
  }

  private Map<String, Object> consumerSettings() {
    // The classic protocol on purpose: its session timeout is ours to choose, so that the
    // partitions
    // of a killed process are taken over after 10 s. In the newer one it is the broker's, 45 s.
    return Map.ofEntries(
        Map.entry(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
        Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
        Map.entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
        Map.entry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false),
        Map.entry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BATCH),
        Map.entry(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000),
        Map.entry(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000),
        Map.entry(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 30_000),
        Map.entry(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 << 20),
        Map.entry(
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            CooperativeStickyAssignor.class.getName()));
  }

  /** From the consumer to the listener, and from its verdict to offsets. */
  private static final class Adapter
      implements BatchAcknowledgingConsumerAwareMessageListener<String, String> {

    private final Listener<?> listener;
    private final AtomicInteger inARow = new AtomicInteger();

    Adapter(Listener<?> listener) {
      this.listener = listener;
    }

    @Override
    public void onMessage(
        List<ConsumerRecord<String, String>> records,
        @Nullable Acknowledgment acknowledgment,
        @Nullable Consumer<?, ?> consumer) {
      // There is one in manual mode.
      Acknowledgment offsets = Objects.requireNonNull(acknowledgment);
      boolean losable = listener.subscription().losable();
      Duration between = losable ? BETWEEN_LOSABLE_ROUNDS : BETWEEN_SMALL_ROUNDS;
      long end = System.nanoTime() + between.toNanos();
      long behind = consumer == null ? 0 : behind(consumer);
      listener.lags(behind + records.size());
      try {
        listener.take(records);
        inARow.set(0);
        offsets.acknowledge();
        listener.lags(behind);
        if (records.size() < BATCH / 2) {
          LockSupport.parkNanos(end - System.nanoTime());
        }
      } catch (Listener.OfferAgain e) {
        Duration backoff = backoff(inARow.getAndIncrement());
        log.warn(
            "Listener {} waits {} ms: {}",
            listener.subscription().name(),
            backoff.toMillis(),
            Failures.text(e.getCause() == null ? e : e.getCause()));
        // The consumer goes on polling in its sleep, so it stays in its group.
        offsets.nack(e.index(), backoff);
      }
    }

    private static long behind(Consumer<?, ?> consumer) {
      return consumer.assignment().stream()
          .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
          .sum();
    }

    private static Duration backoff(int inARow) {
      Duration doubled = FIRST_BACKOFF.multipliedBy(1L << Math.min(inARow, 10));
      return doubled.compareTo(LAST_BACKOFF) > 0 ? LAST_BACKOFF : doubled;
    }
  }
}
