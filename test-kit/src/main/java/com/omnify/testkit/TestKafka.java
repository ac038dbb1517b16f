package com.omnify.testkit;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.omnify.model.event.Event;
import com.omnify.model.event.Topic;
import com.omnify.testkit.server.SharedServers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The topics of a test class: every topic of the fleet under a prefix of its own. */
public final class TestKafka implements AutoCloseable {

  private static final int PARTITIONS = 3;

  private final String prefix;
  private final String bootstrapServers;
  private final Admin admin;
  private final List<AutoCloseable> open = new ArrayList<>();
  private @Nullable KafkaProducer<String, String> producer;

  private TestKafka(String prefix, String bootstrapServers, Admin admin) {
    this.prefix = prefix;
    this.bootstrapServers = bootstrapServers;
    this.admin = admin;
  }

  static TestKafka create(String prefix) {
    String servers = SharedServers.kafka();
    Admin admin = Admin.create(Map.of("bootstrap.servers", servers));
    var topics =
        Topic.names().stream()
            .map(name -> new NewTopic(prefix + name, PARTITIONS, (short) 1))
            .toList();
    await(admin.createTopics(topics).all());
    return new TestKafka(prefix, servers, admin);
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** What stands in front of every topic's name; the services' property is the same. */
  public String prefix() {
    return prefix;
  }

  public String topic(Topic topic) {
    return prefix + topic.topicName();
  }

  /** Says events as a service's relay does; returns when Kafka has them. */
  public void send(Event... events) {
    send(Arrays.asList(events));
  }

  public void send(List<? extends Event> events) {
    var sent = new ArrayList<Future<?>>();
    for (Event event : events) {
      sent.add(
          sendRaw(
              event.topic(),
              event.key(),
              typeOf(event),
              TestJson.MAPPER.writeValueAsString(event)));
    }
    sent.forEach(TestKafka::await);
  }

  /** For what no service would say. */
  public Future<?> sendRaw(Topic topic, String key, @Nullable String type, String json) {
    var message = new ProducerRecord<>(topic(topic), key, json);
    if (type != null) {
      message.headers().add("type", type.getBytes(StandardCharsets.UTF_8));
    }
    return producer().send(message);
  }

  /** What is and will be on a topic, from its beginning. */
  public <E extends Event> EventsOn<E> events(Topic topic, Class<E> as) {
    var events = new EventsOn<>(bootstrapServers, topic(topic), as);
    open.add(events);
    return events;
  }

  /**
   * Waits until a subscription has handled all that is on its topic now, repeats and skipped events
   * too.
   *
   * @param subscription its name, such as {@code healer.deliveries}
   */
  public void awaitHandled(String subscription, Topic topic) {
    Awaitility.await(subscription + " has handled all of " + topic.topicName())
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> lag(prefix + subscription, topic(topic)) == 0);
  }

  private long lag(String group, String topic) {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      latest.put(new TopicPartition(topic, partition), OffsetSpec.latest());
    }
    var ends = await(admin.listOffsets(latest).all());
    Map<TopicPartition, OffsetAndMetadata> done =
        await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    return ends.entrySet().stream()
        .mapToLong(
            end -> {
              OffsetAndMetadata committed = done.get(end.getKey());
              return end.getValue().offset() - (committed == null ? 0 : committed.offset());
            })
        .sum();
  }

  private synchronized KafkaProducer<String, String> producer() {
    if (producer == null) {
      Map<String, Object> settings =
          Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", 0);
      producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }
    return producer;
  }

  private static String typeOf(Event event) {
    var name = event.getClass().getAnnotation(JsonTypeName.class);
    if (name == null) {
      throw new IllegalArgumentException(event.getClass() + " has no @JsonTypeName");
    }
    return name.value();
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    if (producer != null) {
      producer.close();
    }
    admin.deleteTopics(Topic.names().stream().map(name -> prefix + name).toList());
    admin.close();
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka refused: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
