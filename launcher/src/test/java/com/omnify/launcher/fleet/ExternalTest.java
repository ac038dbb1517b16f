package com.omnify.launcher.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ExternalTest {

  @Test
  void nothingIsExternalByDefault() {
    var external = External.from(Map.of("OMNIFY_EXTERNAL_KAFKA", " "));
    assertThat(external.database()).isEmpty();
    assertThat(external.kafka()).isNull();
  }

  @Test
  void maintenanceDatabaseIsOnTheSameServer() {
    var external =
        External.from(
            Map.of(
                "OMNIFY_EXTERNAL_DB_URL", "jdbc:postgresql://db:6432/sequencer?sslmode=require"));
    var database = external.database().orElseThrow();
    assertThat(database.name()).isEqualTo("sequencer");
    assertThat(database.serverUrl())
        .isEqualTo("jdbc:postgresql://db:6432/postgres?sslmode=require");
  }

  @Test
  void anotherDatabaseIsRefused() {
    assertThatThrownBy(
            () -> External.from(Map.of("OMNIFY_EXTERNAL_DB_URL", "jdbc:mysql://db/omnify")))
        .hasMessageContaining("jdbc:postgresql://host:5432/omnify");
  }
}
