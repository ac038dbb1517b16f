package com.omnify.sandbox;

import com.omnify.sandbox.fault.FaultSettings;
import com.omnify.sandbox.http.Json;
import com.omnify.sandbox.mail.PostOffice;
import com.omnify.sandbox.persona.policy.EmailHabit;
import com.omnify.sandbox.persona.policy.Persona;
import com.omnify.sandbox.persona.policy.ReplyPolicy.Talkativeness;
import com.omnify.sandbox.twilio.Account;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was set over REST, in one file that is replaced whole, so that a restart changes nobody's
 * behaviour.
 */
final class Memory {

  /** All that is remembered. */
  record Settings(
      double clockRate,
      @Nullable Persona everyoneElse,
      Talkativeness talkativeness,
      FaultSettings faults,
      List<Account> accounts,
      Map<String, Persona> personas,
      @Nullable Map<String, EmailHabit> mailPersonas,
      PostOffice.@Nullable Settings mail,
      VoiceSide.@Nullable Settings voice,
      AskedSide.@Nullable Settings asked) {}

  private final Path file;
  private final Supplier<Settings> current;
  private final AtomicLong wanted = new AtomicLong();
  private long saved;

  Memory(Path file, Supplier<Settings> current) {
    this.file = file;
    this.current = current;
  }

  static Optional<Settings> load(Path file) throws IOException {
    return Files.exists(file)
        ? Optional.of(Json.read(Files.readAllBytes(file), Settings.class))
        : Optional.empty();
  }

  /** Returns once the settings as they are now, or newer ones, are on disk. */
  void save() throws IOException {
    long mine = wanted.incrementAndGet();
    synchronized (this) {
      if (saved >= mine) {
        return; // somebody saved later settings while this waited
      }
      long covers = wanted.get();
      var next = file.resolveSibling(file.getFileName() + ".next");
      try (var channel =
          FileChannel.open(
              next,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        var bytes = ByteBuffer.wrap(Json.MAPPER.writeValueAsBytes(current.get()));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      saved = covers;
    }
  }
}
