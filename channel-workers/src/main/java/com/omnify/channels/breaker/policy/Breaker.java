package com.omnify.channels.breaker.policy;

import com.omnify.model.WireEnum;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether requests may go to a provider account. Open, none do until a time; then one tries, while
 * the others wait (half open); if that works it closes, if not it opens again, for longer. All
 * times are real ones.
 *
 * @param trouble the last, null where there never was any
 * @param code the provider's or our short code of it
 * @param level how often it opened again soon after it had closed, or without closing
 * @param until when one may try; while half open, when the one that tries counts as lost
 * @param since when it took this state
 */
public record Breaker(
    State state,
    @Nullable Trouble trouble,
    @Nullable String code,
    int level,
    Instant until,
    Instant since) {

  /** Who breaks again within this time has not been well. */
  static final Duration RELAPSE = Duration.ofMinutes(5);

  /** What may pass, beside the request itself, until the one that tries has told of its end. */
  static final Duration BESIDE_THE_REQUEST = Duration.ofSeconds(9);

  /** More than a provider asks for in earnest. */
  static final Duration LONGEST_ASKED_FOR = Duration.ofMinutes(15);

  private static final int HIGHEST_LEVEL = 10;

  public enum State implements WireEnum {
    CLOSED,
    OPEN,
    HALF_OPEN
  }

  /** What may go to the account now. */
  public sealed interface Gate {

    /** Everything. */
    record Free() implements Gate {}

    /** One, and only by {@link #trial}. */
    record OneMayTry(Trouble trouble) implements Gate {}

    /** Nothing before a time. */
    record Shut(Trouble trouble, Instant until) implements Gate {}
  }

  /** Of an account that nothing is known about. */
  public static Breaker closed(Instant now) {
    return new Breaker(State.CLOSED, null, null, 0, now, now);
  }

  /** How many failures in a row it takes. */
  public static boolean breaks(Signal.Fails failure, int inARow) {
    return inARow >= failure.trouble().inARow();
  }

  public Gate gate(Instant now) {
    Trouble why = trouble;
    if (state == State.CLOSED || why == null) {
      return new Gate.Free();
    }
    return now.isBefore(until) ? new Gate.Shut(why, until) : new Gate.OneMayTry(why);
  }

  /** Enough failed: it opens. While it is open, what was under way tells nothing new. */
  public Breaker broken(Signal.Fails failure, Instant now) {
    if (state == State.OPEN) {
      return this;
    }
    boolean again =
        state == State.HALF_OPEN || trouble != null && now.isBefore(since.plus(RELAPSE));
    int next = again ? Math.min(level + 1, HIGHEST_LEVEL) : 0;
    Duration pause = failure.trouble().pause(next);
    Duration asked = failure.retryAfter();
    if (asked != null && asked.compareTo(pause) > 0) {
      pause = asked.compareTo(LONGEST_ASKED_FOR) > 0 ? LONGEST_ASKED_FOR : asked;
    }
    return new Breaker(State.OPEN, failure.trouble(), failure.code(), next, now.plus(pause), now);
  }

  /**
   * One tries; the same again where it is not time for that.
   *
   * @param request the longest that it may take: before that it is not lost
   */
  public Breaker trial(Instant now, Duration request) {
    return gate(now) instanceof Gate.OneMayTry
        ? new Breaker(
            State.HALF_OPEN, trouble, code, level, now.plus(request).plus(BESIDE_THE_REQUEST), now)
        : this;
  }

  /** A request went well. What was under way when it opened proves nothing. */
  public Breaker works(Instant now) {
    return state == State.HALF_OPEN
        ? new Breaker(State.CLOSED, trouble, code, level, now, now)
        : this;
  }
}
