package com.omnify.launcher.verify;

import com.omnify.launcher.verify.policy.Evidence.AcceptedEvent;
import com.omnify.model.event.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the topic {@code deliveries} says, from its beginning to where it ends now. */
final class TopicReader {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String ACCEPTED = "dispatch.accepted.v1";
  private static final Duration LIMIT = Duration.ofSeconds(120);

  private TopicReader() {}

  static List<AcceptedEvent> accepted(String bootstrapServers) throws IOException {
    Map<String, Object> client = new HashMap<>();
    client.put("bootstrap.servers", bootstrapServers);
    // no group: nobody's position is moved
    client.put("enable.auto.commit", "false");
    client.put("auto.offset.reset", "earliest");
    client.put("isolation.level", "read_committed");
    client.put("default.api.timeout.ms", "20000");
    var events = new ArrayList<AcceptedEvent>();
    try (var consumer =
        new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var partitions =
          consumer.partitionsFor(Topic.DELIVERIES.topicName()).stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        if (System.nanoTime() > deadline) {
          throw new IOException("the topic could not be read within " + LIMIT.toSeconds() + " s");
        }
        for (var record : consumer.poll(Duration.ofMillis(500))) {
          if (record.value() != null) {
            read(record.value(), events);
          }
        }
      }
    } catch (KafkaException e) {
      throw new IOException("Kafka at " + bootstrapServers + ": " + e.getMessage(), e);
    }
    return events;
  }

  private static void read(byte[] value, List<AcceptedEvent> events) {
    JsonNode json;
    try {
      json = JSON.readTree(new String(value, StandardCharsets.UTF_8));
    } catch (JacksonException e) {
      // whoever listens parks it among its dead letters; here it is no acceptance
      return;
    }
    if (ACCEPTED.equals(text(json, "type"))) {
      var dispatch = json.path("dispatch");
      events.add(
          new AcceptedEvent(
              orEmpty(text(json, "event_id")),
              orEmpty(text(dispatch, "dispatch_id")),
              text(json, "provider_id")));
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static @Nullable String text(JsonNode json, String name) {
    var value = json.get(name);
    return value == null || value.isNull() ? null : value.asString();
  }
}
