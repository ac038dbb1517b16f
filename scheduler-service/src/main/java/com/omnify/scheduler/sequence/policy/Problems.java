package com.omnify.scheduler.sequence.policy;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with what somebody wrote, by the path where it stands. */
public final class Problems {

  private final List<PublishLint.Finding> found = new ArrayList<>();

  public void add(String field, String message, String fix) {
    found.add(new PublishLint.Finding(field, message, fix));
  }

  public List<PublishLint.Finding> all() {
    return List.copyOf(found);
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** The value, or null with the complaint of its constructor noted. */
  public <T> @Nullable T valid(String field, String fix, Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      add(field, String.valueOf(e.getMessage()), fix);
      return null;
    }
  }

  /** An ISO-8601 duration such as {@code P2D} or {@code PT5M}. */
  public @Nullable Duration duration(String field, @Nullable String text) {
    if (text == null) {
      add(
          field,
          "a duration is missing",
          "write an ISO-8601 duration such as \"P2D\" or \"PT30M\"");
      return null;
    }
    try {
      return Duration.parse(text);
    } catch (DateTimeException e) {
      add(
          field,
          "'" + text + "' is no ISO-8601 duration",
          "write for example \"P2D\", \"PT30M\" or \"P1DT12H\"; months and years have no fixed length");
      return null;
    }
  }

  /** A time of day such as {@code 09:30}. */
  public @Nullable LocalTime time(String field, @Nullable String text) {
    if (text == null) {
      add(field, "a time of day is missing", "write it as \"HH:mm\", for example \"10:00\"");
      return null;
    }
    try {
      LocalTime time = LocalTime.parse(text);
      if (time.getSecond() == 0 && time.getNano() == 0) {
        return time;
      }
      // Whoever reads windows before sending knows minutes only.
      add(
          field,
          "'" + text + "' is finer than a minute",
          "write it as \"HH:mm\", for example \"10:00\"");
      return null;
    } catch (DateTimeException e) {
      add(
          field,
          "'" + text + "' is no time of day",
          "write it as \"HH:mm\", for example \"10:00\"");
      return null;
    }
  }

  /** An instant such as {@code 2026-12-24T00:00:00Z}. */
  public @Nullable Instant instant(String field, @Nullable String text) {
    if (text == null) {
      add(field, "an instant is missing", "write it as \"2026-12-24T00:00:00Z\"");
      return null;
    }
    try {
      return java.time.OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      add(
          field,
          "'" + text + "' is no instant",
          "write it with its offset: \"2026-12-24T00:00:00Z\"");
      return null;
    }
  }
}
