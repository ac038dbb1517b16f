package com.omnify.scheduler.stuck.policy;

import com.omnify.model.DispatchState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Since when a dispatch is stuck, if it is. All times are real. */
public final class StuckPolicy {

  /** How long each may wait. */
  public record Patience(
      Duration ready,
      Duration sending,
      Duration unknown,
      Duration quarantined,
      Duration outcome,
      Duration healing) {}

  /**
   * A dispatch as its row tells.
   *
   * @param postDeadline until when its request may begin
   * @param unknownSince the first time that nobody knew
   * @param awaited whether an enrollment still waits for it
   */
  public record Seen(
      DispatchState state,
      Instant createdAt,
      @Nullable Instant postDeadline,
      @Nullable Instant unknownSince,
      @Nullable Instant finishedAt,
      boolean awaited) {}

  /** What it is, and since when. */
  public record Verdict(StuckKind kind, Instant since) {}

  private StuckPolicy() {}

  public static Optional<Verdict> judge(Seen seen, Patience patience, Instant now) {
    Instant finished = or(seen.finishedAt(), seen.createdAt());
    return switch (seen.state()) {
      case READY -> after(StuckKind.DISPATCH_READY, seen.createdAt(), patience.ready(), now);
      case SENDING ->
          after(
              StuckKind.DISPATCH_SENDING,
              or(seen.postDeadline(), seen.createdAt()),
              patience.sending(),
              now);
      case UNKNOWN ->
          after(
              StuckKind.DISPATCH_UNKNOWN,
              or(seen.unknownSince(), seen.createdAt()),
              patience.unknown(),
              now);
      case QUARANTINED ->
          after(StuckKind.DISPATCH_QUARANTINED, finished, patience.quarantined(), now);
      case ACCEPTED, CANCELLED, EXPIRED, GIVEN_BACK ->
          seen.awaited()
              ? after(StuckKind.OUTCOME_MISSED, finished, patience.outcome(), now)
              : Optional.empty();
      // The healer has its time first.
      case REJECTED, NOT_SENT ->
          seen.awaited()
              ? after(
                  StuckKind.OUTCOME_MISSED,
                  finished,
                  patience.outcome().plus(patience.healing()),
                  now)
              : Optional.empty();
    };
  }

  private static Optional<Verdict> after(
      StuckKind kind, Instant since, Duration patience, Instant now) {
    return Duration.between(since, now).compareTo(patience) >= 0
        ? Optional.of(new Verdict(kind, since))
        : Optional.empty();
  }

  private static Instant or(@Nullable Instant one, Instant other) {
    return one == null ? other : one;
  }
}
