package com.omnify.launcher.fleet;

import com.omnify.model.event.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** The fleet's topics, as common-model names them. */
public final class KafkaTopics {

  private KafkaTopics() {}

  /** Creates those that are missing; an existing one is left as it is. */
  public static void create(String bootstrapServers) throws IOException {
    Map<String, Object> client =
        Map.of(
            "bootstrap.servers", bootstrapServers,
            "request.timeout.ms", "20000",
            "default.api.timeout.ms", "40000");
    try (var admin = Admin.create(client)) {
      var existing = admin.listTopics().names().get(40, TimeUnit.SECONDS);
      var missing =
          Arrays.stream(Topic.values())
              .filter(topic -> !existing.contains(topic.topicName()))
              .map(
                  topic ->
                      // the broker's own replication factor: 1 here, 3 in a cluster
                      new NewTopic(
                              topic.topicName(), Optional.of(Topic.PARTITIONS), Optional.empty())
                          .configs(
                              Map.of(
                                  "retention.ms",
                                  Long.toString(Duration.ofDays(Topic.RETENTION_DAYS).toMillis()))))
              .toList();
      if (!missing.isEmpty()) {
        admin.createTopics(missing).all().get(40, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while creating topics", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(
          "Kafka at %s does not take the topics: %s".formatted(bootstrapServers, e.getMessage()),
          e);
    }
  }
}
