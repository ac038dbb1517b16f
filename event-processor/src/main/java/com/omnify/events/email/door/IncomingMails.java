package com.omnify.events.email.door;

import com.omnify.kit.time.RealClock;
import com.omnify.kit.web.Problem;
import com.omnify.model.id.ClientId;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Takes mails in while nobody knows yet who sends them: to disk, up to a size and a deadline, and
 * only a few at a time for one client and from one address. So whoever is slow holds up nobody
 * else, and a mail is read when it is there.
 */
@Component
class IncomingMails {

  static final int AT_ONCE = 64;

  /** Of one client, and from one address. */
  static final int OF_ONE = 16;

  /** What the gateway passes on at most. */
  static final long LARGEST = 64L << 20;

  /** Shorter than the gateway waits. */
  static final Duration LONGEST = Duration.ofSeconds(25);

  private final RealClock clock;
  private final Map<Object, Integer> coming = new HashMap<>();
  private int all;

  IncomingMails(RealClock clock) {
    this.clock = clock;
  }

  /** A mail that is there whole; it and its place are gone when closed. */
  final class Received implements Closeable {
    private final List<Object> whose;
    private final Path file;

    private Received(List<Object> whose, Path file) {
      this.whose = whose;
      this.file = file;
    }

    InputStream open() throws IOException {
      return new BufferedInputStream(Files.newInputStream(file));
    }

    @Override
    public void close() throws IOException {
      leave(whose);
      Files.deleteIfExists(file);
    }
  }

  /**
   * Takes one in.
   *
   * @param from the address it comes from
   * @throws IOException where it cannot be kept
   * @throws Problem 400 where it breaks off, 503 where too many come already, 408 where it takes
   *     too long, 413 where it is too large
   */
  Received take(ClientId client, String from, InputStream body) throws IOException {
    List<Object> whose = List.of(client, from);
    enter(whose);
    Received received;
    try {
      received = new Received(whose, Files.createTempFile("omnify-mail", null));
    } catch (IOException | RuntimeException e) {
      leave(whose);
      throw e;
    }
    try {
      copy(body, received.file);
    } catch (IOException | RuntimeException e) {
      received.close();
      throw e;
    }
    return received;
  }

  private void copy(InputStream body, Path file) throws IOException {
    Instant until = clock.now().plus(LONGEST);
    long bytes = 0;
    byte[] buffer = new byte[32 << 10];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int read = read(body, buffer); read >= 0; read = read(body, buffer)) {
        bytes += read;
        if (bytes > LARGEST) {
          throw Problem.of(
              HttpStatus.CONTENT_TOO_LARGE,
              "body_too_large",
              "The mail has more than " + (LARGEST >> 20) + " MiB.",
              "Let the provider take no larger ones.");
        }
        if (clock.now().isAfter(until)) {
          throw tooSlow();
        }
        out.write(buffer, 0, read);
      }
    }
  }

  /** What becomes of a stranger's connection is no fault of ours. */
  private static int read(InputStream body, byte[] buffer) {
    try {
      return body.read(buffer);
    } catch (SocketTimeoutException _) {
      throw tooSlow();
    } catch (IOException _) {
      throw Problem.of(
          HttpStatus.BAD_REQUEST, "broken_off", "The mail broke off.", "Send it again.");
    }
  }

  private static Problem tooSlow() {
    return Problem.of(
        HttpStatus.REQUEST_TIMEOUT,
        "too_slow",
        "The mail was not whole within " + LONGEST.toSeconds() + " seconds.",
        "Send it again in one go.");
  }

  private synchronized void enter(List<Object> whose) {
    if (all >= AT_ONCE || whose.stream().anyMatch(one -> coming.getOrDefault(one, 0) >= OF_ONE)) {
      throw Problem.of(
          HttpStatus.SERVICE_UNAVAILABLE,
          "try_again",
          "Other mails are coming in.",
          "Send it again in a moment.");
    }
    all++;
    whose.forEach(one -> coming.merge(one, 1, Integer::sum));
  }

  private synchronized void leave(List<Object> whose) {
    all--;
    whose.forEach(one -> coming.computeIfPresent(one, (_, n) -> n == 1 ? null : n - 1));
  }
}
