package com.omnify.launcher.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {

  @TempDir Path directory;

  @Test
  void areMadeOnceAndOnlyTheirOwnerReadsThem() throws Exception {
    var file = directory.resolve("secrets.properties");
    var first = Secrets.load(file, Map.of());
    var second = Secrets.load(file, Map.of());
    assertThat(second).isEqualTo(first);
    assertThat(Base64.getDecoder().decode(first.tokenSecret())).hasSize(32);
    assertThat(first.bootstrapKey()).startsWith("omk_");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void theEnvironmentWinsAndIsNotWrittenDown() throws Exception {
    var file = directory.resolve("secrets.properties");
    var given = Secrets.load(file, Map.of("OMNIFY_ADMIN_PASSWORD", "from outside"));
    assertThat(given.adminPassword()).isEqualTo("from outside");
    assertThat(Files.readString(file)).doesNotContain("from outside");
  }

  @Test
  void areNeverPrintedByAccident() throws Exception {
    var secrets = Secrets.load(directory.resolve("s"), Map.of());
    assertThat(secrets.toString()).doesNotContain(secrets.adminPassword(), secrets.bootstrapKey());
  }
}
