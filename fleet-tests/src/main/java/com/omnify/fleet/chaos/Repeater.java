package com.omnify.fleet.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Says again what was said on topics: the same records, byte for byte, behind those that came
 * later. Kafka itself does so, in parts, where a group's position or a producer's answer was lost;
 * every listener must bear it.
 */
final class Repeater {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final String kafka;
  private long repeated;

  Repeater(String kafka) {
    this.kafka = kafka;
  }

  /** How many records were said again. */
  long repeated() {
    return repeated;
  }

  /** Remembers where the topics end now. */
  Said from(List<String> topics) {
    return new Said(topics);
  }

  /** What was said since. */
  final class Said implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> from;

    private Said(List<String> topics) {
      Map<String, Object> client = new HashMap<>();
      client.put("bootstrap.servers", kafka);
      client.put("enable.auto.commit", "false");
      client.put("default.api.timeout.ms", "60000");
      consumer =
          new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      var partitions = new ArrayList<TopicPartition>();
      for (String topic : topics) {
        consumer
            .partitionsFor(topic)
            .forEach(p -> partitions.add(new TopicPartition(p.topic(), p.partition())));
      }
      consumer.assign(partitions);
      from = consumer.endOffsets(partitions);
    }

    /** Says all of it again, in its order, into the partitions it came from. */
    void sayAgain() {
      List<ConsumerRecord<byte[], byte[]>> records = read();
      Map<String, Object> client = new HashMap<>();
      client.put("bootstrap.servers", kafka);
      client.put("acks", "all");
      client.put("linger.ms", "20");
      try (var producer =
          new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
        for (var record : records) {
          producer.send(
              new ProducerRecord<>(
                  record.topic(),
                  record.partition(),
                  record.key(),
                  record.value(),
                  record.headers()));
        }
        producer.flush();
      }
      repeated += records.size();
    }

    private List<ConsumerRecord<byte[], byte[]>> read() {
      from.forEach(consumer::seek);
      var ends = consumer.endOffsets(from.keySet());
      var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (from.keySet().stream()
          .anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("the topics cannot be read within " + LIMIT);
        }
        for (var record : consumer.poll(Duration.ofMillis(500))) {
          if (record.offset()
              < ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L)) {
            records.add(record);
          }
        }
      }
      return records;
    }

    @Override
    public void close() {
      consumer.close();
    }
  }
}
