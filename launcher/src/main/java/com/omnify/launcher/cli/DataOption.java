package com.omnify.launcher.cli;

import com.omnify.launcher.fleet.DataDirectory;
import com.omnify.launcher.fleet.FleetLock;
import com.omnify.launcher.fleet.FleetState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which fleet is meant: each has its data directory. */
final class DataOption {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Where the fleet keeps its data (OMNIFY_DATA; default: .omnify beside the sources).")
  private @Nullable Path directory;

  DataDirectory data() {
    if (directory != null) {
      return new DataDirectory(directory);
    }
    var environment = System.getenv("OMNIFY_DATA");
    return new DataDirectory(
        environment == null || environment.isBlank()
            ? Omnify.project().resolve(".omnify")
            : Path.of(environment));
  }

  /** The state of the fleet that runs there; empty when none does. */
  Optional<FleetState> runningFleet() throws IOException {
    return FleetLock.isHeld(data().lock()) ? FleetState.read(data().state()) : Optional.empty();
  }
}
