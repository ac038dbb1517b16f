package com.omnify.launcher.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the supervisor says about itself in a file, for the other commands. It is true only while
 * the fleet's lock is held.
 *
 * @param pid of the supervisor
 * @param message why it failed, or what it is doing
 * @param startSeconds from the command to a usable console; 0 before
 */
public record FleetState(
    long pid,
    Phase phase,
    String message,
    String url,
    String databaseUrl,
    String kafka,
    @Nullable String sandboxUrl,
    Instant startedAt,
    double startSeconds,
    List<MemberState> members) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** How far the fleet is. */
  public enum Phase {
    STARTING,
    READY,
    STOPPING,
    FAILED
  }

  /** How one member is. */
  public enum MemberPhase {
    WAITING,
    STARTING,
    UP,
    RESTARTING,
    FAILED,
    STOPPED
  }

  /** One process; pid 0 while there is none. */
  public record MemberState(
      String name,
      MemberPhase phase,
      long pid,
      int port,
      int restarts,
      @Nullable Instant since,
      boolean cached) {}

  /** Empty when there is none or it cannot be read. */
  public static Optional<FleetState> read(Path file) {
    try {
      return Optional.of(JSON.readValue(Files.readString(file), FleetState.class));
    } catch (IOException | JacksonException e) {
      return Optional.empty();
    }
  }

  /** Replaces the file in one step. */
  public void write(Path file) throws IOException {
    var written = file.resolveSibling(file.getFileName() + ".tmp");
    Files.writeString(written, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this));
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
