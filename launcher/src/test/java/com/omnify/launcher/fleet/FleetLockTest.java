package com.omnify.launcher.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetLockTest {

  @TempDir Path directory;

  @Test
  void isFreeAgainWhenItIsGivenBack() throws Exception {
    var file = directory.resolve("lock");
    assertThat(FleetLock.isHeld(file)).isFalse();
    try (var _ = FleetLock.tryTake(file).orElseThrow()) {
      assertThat(file).exists();
    }
    assertThat(FleetLock.isHeld(file)).isFalse();
    FleetLock.tryTake(file).orElseThrow().close();
  }
}
