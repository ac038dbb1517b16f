package com.omnify.kit.event;

import com.omnify.kit.OmnifyProperties;
import com.omnify.model.event.Event;
import com.omnify.model.event.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the ends of topics for those who look on. Every instance reads all of it and nothing of it
 * is ever owed: so there is no consumer group, no offset and no dead letter here, and what is
 * missed is missed. Work that must be done belongs in a {@link Subscription}.
 *
 * <p>Used by one thread, a {@code Loop}'s.
 */
public final class TopicTail implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TopicTail.class);
  private static final Duration POLL = Duration.ofMillis(400);
  private static final int MOST_RECORDS = 5_000;

  private final String name;
  private final OmnifyProperties properties;
  private final EventJson json;
  private final BooleanSupplier wanted;
  private final Consumer<List<Event>> onlooker;
  private final Map<String, Topic> topics = new HashMap<>();
  private @Nullable KafkaConsumer<String, String> consumer;

  /**
   * A tail.
   *
   * @param name the Kafka client's
   * @param wanted asked before a batch is parsed: false drops it
   * @param onlooker gets the batch, in order for each key
   */
  public TopicTail(
      String name,
      OmnifyProperties properties,
      EventJson json,
      List<Topic> topics,
      BooleanSupplier wanted,
      Consumer<List<Event>> onlooker) {
    this.name = name;
    this.properties = properties;
    this.json = json;
    this.wanted = wanted;
    this.onlooker = onlooker;
    topics.forEach(topic -> this.topics.put(properties.topicPrefix() + topic.topicName(), topic));
  }

  /** Looks once, waiting a little for something to come. Always true: look again at once. */
  public boolean look() {
    try {
      KafkaConsumer<String, String> from = consumer == null ? open() : consumer;
      var records = from.poll(POLL);
      if (!records.isEmpty() && wanted.getAsBoolean()) {
        var batch = new ArrayList<Event>(records.count());
        records.forEach(record -> parse(record, batch));
        if (!batch.isEmpty()) {
          onlooker.accept(batch);
        }
      }
      return true;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void parse(ConsumerRecord<String, String> record, List<Event> batch) {
    Topic topic = topics.get(record.topic());
    if (topic == null) {
      return;
    }
    try {
      batch.add(json.read(record.value(), topic.carries()));
    } catch (RuntimeException e) {
      // Of a later version, or broken: whoever it is for skips it or keeps it as a dead letter.
      log.debug("Not shown: {}@{}", record.topic(), record.offset(), e);
    }
  }

  private KafkaConsumer<String, String> open() {
    var opened =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                properties.kafka(),
                ConsumerConfig.CLIENT_ID_CONFIG,
                name,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "latest",
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                4 << 20,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                MOST_RECORDS,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                5_000,
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                5_000),
            new StringDeserializer(),
            new StringDeserializer());
    try {
      var partitions = new ArrayList<TopicPartition>();
      for (String topic : topics.keySet()) {
        var found = opened.partitionsFor(topic);
        if (found == null || found.isEmpty()) {
          throw new IllegalStateException("There is no topic " + topic + " yet");
        }
        found.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
      }
      opened.assign(partitions);
      opened.seekToEnd(partitions);
      consumer = opened;
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  @Override
  public void close() {
    KafkaConsumer<String, String> open = consumer;
    consumer = null;
    if (open != null) {
      open.close();
    }
  }
}
