package com.omnify.testkit;

import com.omnify.model.event.Event;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;

/** Collects what is said on a topic. */
public final class EventsOn<E extends Event> implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * One record.
   *
   * @param type the header that listeners skip by, empty where it is missing
   */
  public record Heard<E>(String key, String type, E event, String json) {}

  private final List<Heard<E>> heard = new CopyOnWriteArrayList<>();
  private final Class<E> as;
  private final Thread thread;
  private volatile boolean stopped;

  EventsOn(String bootstrapServers, String topic, Class<E> as) {
    this.as = as;
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("events-on-" + topic)
            .start(() -> listen(bootstrapServers, topic));
  }

  private void listen(String bootstrapServers, String topic) {
    Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers);
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(each -> new TopicPartition(topic, each.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (!stopped) {
        for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(100))) {
          Header type = each.headers().lastHeader("type");
          heard.add(
              new Heard<>(
                  each.key(),
                  type == null ? "" : new String(type.value(), StandardCharsets.UTF_8),
                  TestJson.MAPPER.readValue(each.value(), as),
                  each.value()));
        }
      }
    }
  }

  /** All so far, in the order of arrival. */
  public List<E> all() {
    return heard.stream().map(Heard::event).toList();
  }

  /** Those of one kind so far. */
  public <T extends E> List<T> all(Class<T> kind) {
    return all().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** With keys, headers and the bare JSON. */
  public List<Heard<E>> records() {
    return List.copyOf(heard);
  }

  /** Waits until at least so many of a kind were said, and returns them. */
  public <T extends E> List<T> await(Class<T> kind, int atLeast) {
    Awaitility.await(atLeast + " × " + kind.getSimpleName())
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(25))
        .until(() -> all(kind).size() >= atLeast);
    return all(kind);
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    thread.join(Duration.ofSeconds(5));
  }
}
