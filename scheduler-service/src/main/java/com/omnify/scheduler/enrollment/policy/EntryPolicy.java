package com.omnify.scheduler.enrollment.policy;

import com.omnify.model.EnrollmentStatus;
import com.omnify.model.EntryRule;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a contact may enter a sequence (again). */
public final class EntryPolicy {

  /** An earlier or present way through the same sequence. */
  public record Earlier(EnrollmentStatus status, Instant startedAt, @Nullable Instant endedAt) {}

  /** A refusal: a code for programs, words for people. */
  public record Refusal(String code, String words) {}

  private EntryPolicy() {}

  /**
   * Empty: welcome.
   *
   * @param gap time that must have passed since the contact last left this sequence, or entered it
   *     where they are still on their way
   */
  public static Optional<Refusal> refuse(
      EntryRule rule, Duration gap, List<Earlier> history, Instant now) {
    if (history.isEmpty()) {
      return Optional.empty();
    }
    boolean onTheWay = history.stream().anyMatch(earlier -> !earlier.status().ended());
    switch (rule) {
      case ONCE -> {
        return Optional.of(
            new Refusal(
                "already_enrolled",
                "this contact has been in the sequence before, and its entry rule is 'once'"));
      }
      case WHEN_NOT_ACTIVE -> {
        if (onTheWay) {
          return Optional.of(
              new Refusal("already_active", "this contact is on their way through the sequence"));
        }
      }
      case ALWAYS -> {}
    }
    Instant last =
        history.stream()
            .map(earlier -> earlier.endedAt() == null ? earlier.startedAt() : earlier.endedAt())
            .max(Comparator.naturalOrder())
            .orElseThrow();
    Instant allowed = last.plus(gap);
    if (now.isBefore(allowed)) {
      return Optional.of(
          new Refusal(
              "recontact_gap",
              "the re-contact gap of " + gap + " has not passed; it ends at " + allowed));
    }
    return Optional.empty();
  }
}
