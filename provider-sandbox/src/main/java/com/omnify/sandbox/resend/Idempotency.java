package com.omnify.sandbox.resend;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What Resend remembers of {@code Idempotency-Key}, for 24 hours. */
final class Idempotency {

  private static final Duration KEPT = Duration.ofHours(24);
  private static final long BYTES_A_KEY = 220;

  /** How a key stands when a request comes with it. */
  sealed interface Standing {

    /** Nobody had it: the caller goes on, and says {@link #done} or {@link #free}. */
    record Mine() implements Standing {}

    /** Another request with it is being worked on. */
    record InWork() implements Standing {}

    /** No more keys can be remembered. */
    record Full() implements Standing {}

    /** Another body came with it. */
    record Other() implements Standing {}

    /** The same request was answered with this mail. */
    record Done(UUID sid) implements Standing {}
  }

  private record Entry(UUID body, @Nullable UUID sid, Instant at) {}

  private final long max = Runtime.getRuntime().maxMemory() / 10 / BYTES_A_KEY;
  // in order of arrival, so that the eldest leaves first
  private final Map<UUID, Entry> entries = new LinkedHashMap<>();

  /**
   * @param key digest of account and key
   * @param body digest of the request's bytes
   */
  synchronized Standing claim(UUID key, UUID body, Instant now) {
    forget(now);
    var entry = entries.get(key);
    if (entry == null) {
      if (entries.size() >= max) {
        return new Standing.Full();
      }
      entries.put(key, new Entry(body, null, now));
      return new Standing.Mine();
    }
    if (!entry.body().equals(body)) {
      return new Standing.Other();
    }
    var sid = entry.sid();
    return sid == null ? new Standing.InWork() : new Standing.Done(sid);
  }

  synchronized void done(UUID key, UUID body, UUID sid, Instant at) {
    entries.put(key, new Entry(body, sid, at));
  }

  /** The request came to nothing. */
  synchronized void free(UUID key) {
    entries.remove(key);
  }

  private void forget(Instant now) {
    var eldest = entries.entrySet().iterator();
    while (eldest.hasNext()) {
      var entry = eldest.next().getValue();
      if (entry.at().plus(KEPT).isAfter(now)) {
        return;
      }
      eldest.remove();
    }
  }

  static UUID digest(String text) {
    return digest(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The first half of SHA-256, as an id. */
  static UUID digest(byte[] bytes) {
    try {
      var hash = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes));
      return new UUID(hash.getLong(), hash.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
