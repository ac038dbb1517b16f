package com.omnify.testkit.server;

import com.omnify.launcher.kafka.EmbeddedKafka;
import com.omnify.launcher.postgres.EmbeddedPostgres;
import com.omnify.launcher.process.DeathSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** What tests need a server of. */
enum ServerKind {
  POSTGRES {
    @Override
    Running start(Path directory) throws IOException {
      var options =
          EmbeddedPostgres.Options.forTests(directory)
              .withSettings(
                  Map.of("max_connections", "200", "shared_buffers", "64MB", "autovacuum", "off"));
      var postgres = EmbeddedPostgres.start(options);
      return new Running(Integer.toString(postgres.port()), postgres::close);
    }
  },
  KAFKA {
    @Override
    Running start(Path directory) throws IOException {
      var kafka = EmbeddedKafka.start(EmbeddedKafka.Options.below(directory));
      // its data is thrown away: no reason to wait for a controlled shutdown
      return new Running(
          kafka.bootstrapServers(),
          () -> kafka.child().stop(DeathSignal.KILL, Duration.ofSeconds(5)));
    }
  };

  /**
   * A server that answers.
   *
   * @param address its port or its bootstrap servers
   */
  record Running(String address, Runnable stop) {}

  abstract Running start(Path directory) throws IOException;

  String directory() {
    return name().toLowerCase(Locale.ROOT);
  }
}
