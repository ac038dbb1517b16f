package com.omnify.sandbox.resend;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Resend remembers of {@code Idempotency-Key}, for 24 hours. */
final class Idempotency {

  private static final Duration KEPT = Duration.ofHours(24);
  private static final int MAX_KEYS = 500_000;

  /** How a key stands when a request comes with it. */
  sealed interface Standing {

    /** Nobody had it: the caller goes on, and says {@link #done} or {@link #free}. */
    record Mine() implements Standing {}

    /** Another request with it is being worked on. */
    record InWork() implements Standing {}

    /** Another body came with it. */
    record Other() implements Standing {}

    /** The same request was answered with this mail. */
    record Done(String sid) implements Standing {}
  }

  private record Entry(String body, @Nullable String sid, Instant at) {}

  // in order of arrival, so that the eldest leaves first
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /**
   * @param key digest of account and key
   * @param body digest of the request's bytes
   */
  synchronized Standing claim(String key, String body, Instant now) {
    forget(now);
    var entry = entries.get(key);
    if (entry == null) {
      entries.put(key, new Entry(body, null, now));
      return new Standing.Mine();
    }
    if (!entry.body().equals(body)) {
      return new Standing.Other();
    }
    return entry.sid() == null ? new Standing.InWork() : new Standing.Done(entry.sid());
  }

  synchronized void done(String key, String body, String sid, Instant at) {
    entries.put(key, new Entry(body, sid, at));
  }

  /** The request came to nothing. */
  synchronized void free(String key) {
    entries.remove(key);
  }

  private void forget(Instant now) {
    var eldest = entries.entrySet().iterator();
    while (eldest.hasNext()) {
      var entry = eldest.next().getValue();
      if (entries.size() < MAX_KEYS && entry.at().plus(KEPT).isAfter(now)) {
        return;
      }
      eldest.remove();
    }
  }

  static String digest(String text) {
    return digest(text.getBytes(StandardCharsets.UTF_8));
  }

  static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
