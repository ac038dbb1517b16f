package com.omnify.kit.event;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/** The service's one producer: idempotent, acknowledged by all replicas, small buffers. */
final class Wire implements AutoCloseable {

  /** The longest that a send may take, from the call to its acknowledgement or failure. */
  static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(15);

  private final String topicPrefix;
  private final KafkaProducer<String, String> producer;

  Wire(String bootstrapServers, String topicPrefix, String clientId) {
    this.topicPrefix = topicPrefix;
    this.producer =
        new KafkaProducer<>(
            Map.ofEntries(
                Map.entry(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                Map.entry(ProducerConfig.CLIENT_ID_CONFIG, clientId),
                Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
                Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
                Map.entry(ProducerConfig.LINGER_MS_CONFIG, 1),
                Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, 8L << 20),
                Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000L),
                Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000),
                Map.entry(
                    ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY_TIMEOUT.toMillis())),
            new StringSerializer(),
            new StringSerializer());
  }

  Future<RecordMetadata> send(String topic, String key, String type, String payload) {
    return send(topic, key, type, payload, (_, _) -> {});
  }

  Future<RecordMetadata> send(
      String topic, String key, String type, String payload, Callback callback) {
    var record = new ProducerRecord<>(topicPrefix + topic, key, payload);
    record.headers().add(EventTypes.HEADER, type.getBytes(StandardCharsets.UTF_8));
    return producer.send(record, callback);
  }

  @Override
  public void close() {
    // What the outbox sent is acknowledged by now; these are doorbells.
    producer.close(Duration.ofSeconds(2));
  }
}
