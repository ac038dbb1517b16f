package com.omnify.kit.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.omnify.kit.CannotStart;
import com.omnify.migrations.Migrations;
import com.omnify.testkit.OmnifyTest;
import com.omnify.testkit.TestDatabase;
import java.io.IOException;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

@OmnifyTest
class SchemaCheckTest {

  @Test
  void theKitExpectsTheNewestMigration() throws IOException {
    var properties = new Properties();
    try (var in = SchemaCheck.class.getResourceAsStream("/omnify-kit.properties")) {
      properties.load(in);
    }

    assertThat(properties.getProperty("omnify.schema-version"))
        .isEqualTo(Migrations.SCHEMA_VERSION);
  }

  @Test
  void anOlderDatabaseIsRefusedAndANewerOneIsNot(TestDatabase database) {
    var jdbc = JdbcClient.create(database.as("memory"));

    assertThatThrownBy(() -> new SchemaCheck(jdbc, "999", "jdbc:here"))
        .isInstanceOf(CannotStart.class)
        .hasMessage(
            "The database jdbc:here has schema version %s; this build needs 999.",
            Migrations.SCHEMA_VERSION);
    assertThatCode(() -> new SchemaCheck(jdbc, "0.9", "jdbc:here")).doesNotThrowAnyException();
  }

  @Test
  void versionsAreNumbersNotText() {
    assertThat(SchemaCheck.compare("10", "9")).isPositive();
    assertThat(SchemaCheck.compare("1.0", "1")).isZero();
    assertThat(SchemaCheck.compare("1.2", "1.10")).isNegative();
  }
}
