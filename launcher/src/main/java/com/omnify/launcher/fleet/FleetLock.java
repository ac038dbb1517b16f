package com.omnify.launcher.fleet;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One fleet per data directory. The kernel drops the lock with its process, however that ends. */
public final class FleetLock implements AutoCloseable {

  private final FileChannel channel;
  private final FileLock lock;

  private FleetLock(FileChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  /** Takes it, or empty when another fleet runs here. */
  public static Optional<FleetLock> tryTake(Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      // somebody who only looks holds it for a moment
      for (int attempt = 0; attempt < 10; attempt++) {
        @Nullable FileLock lock = channel.tryLock();
        if (lock != null) {
          return Optional.of(new FleetLock(channel, lock));
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    channel.close();
    return Optional.empty();
  }

  /** Whether a fleet runs on the data directory. */
  public static boolean isHeld(Path file) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      @Nullable FileLock lock = channel.tryLock();
      if (lock == null) {
        return true;
      }
      lock.release();
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    lock.release();
    channel.close();
  }
}
