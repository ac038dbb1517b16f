package com.omnify.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.omnify.launcher.kafka.EmbeddedKafka;
import com.omnify.launcher.postgres.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedServersTest {

  @TempDir Path directory;

  /** Only its owner may enter a temporary directory of JUnit; the server runs as somebody else. */
  @BeforeEach
  void letOthersPass() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void postgresFindsItsRowsAfterARestart() throws Exception {
    var options = EmbeddedPostgres.Options.forTests(directory);
    try (var postgres = EmbeddedPostgres.start(options)) {
      postgres.createDatabase("omnify");
      postgres.createDatabase("omnify");
      try (var connection = postgres.connect("omnify");
          var statement = connection.createStatement()) {
        statement.execute("CREATE TABLE said (word text)");
        statement.execute("INSERT INTO said VALUES ('grüezi')");
      }
    }
    try (var postgres = EmbeddedPostgres.start(options);
        var connection = postgres.connect("omnify");
        var words = connection.createStatement().executeQuery("SELECT word FROM said")) {
      assertThat(words.next()).isTrue();
      assertThat(words.getString(1)).isEqualTo("grüezi");
    }
  }

  @Test
  void postgresAsksForThePasswordItWasGiven() throws Exception {
    var options = EmbeddedPostgres.Options.forTests(directory).withPassword("correct horse");
    try (var postgres = EmbeddedPostgres.start(options)) {
      assertThat(postgres.child().isAlive()).isTrue();
      assertThat(
              org.assertj.core.api.Assertions.catchThrowable(
                  () ->
                      java.sql.DriverManager.getConnection(
                          postgres.jdbcUrl("postgres"), EmbeddedPostgres.ADMIN, "battery")))
          .hasMessageContaining("password authentication failed");
    }
  }

  @Test
  void kafkaFindsItsRecordsAfterARestart() throws Exception {
    var options = EmbeddedKafka.Options.below(directory);
    try (var kafka = EmbeddedKafka.start(options)) {
      Map<String, Object> client = Map.of("bootstrap.servers", kafka.bootstrapServers());
      try (var admin = Admin.create(client);
          var producer =
              new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
        admin.createTopics(List.of(new NewTopic("said", 1, (short) 1))).all().get();
        producer.send(new ProducerRecord<>("said", "key", "grüezi")).get();
      }
    }
    try (var kafka = EmbeddedKafka.start(options);
        var consumer =
            new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new StringDeserializer(),
                new StringDeserializer())) {
      var partition = new TopicPartition("said", 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      var records = consumer.poll(Duration.ofSeconds(10)).records(partition);
      assertThat(records).singleElement().satisfies(r -> assertThat(r.value()).isEqualTo("grüezi"));
    }
  }
}
