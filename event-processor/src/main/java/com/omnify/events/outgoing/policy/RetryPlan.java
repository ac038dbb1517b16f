package com.omnify.events.outgoing.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** When a call that was not taken is made again, in real time, and when nobody tries any more. */
public final class RetryPlan {

  /** Of an event: 28 hours in all. */
  private static final List<Duration> EVENT =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          Duration.ofMinutes(10),
          Duration.ofMinutes(30),
          Duration.ofHours(1),
          Duration.ofHours(2),
          Duration.ofHours(4),
          Duration.ofHours(8),
          Duration.ofHours(12));

  /** Of a step, for which somebody waits: six minutes. */
  private static final List<Duration> STEP =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5));

  /** An endpoint that took nothing for so long is left alone. */
  public static final Duration PATIENCE = Duration.ofHours(48);

  /** Refusals that may be over soon. */
  private static final Set<Integer> PASSING = Set.of(408, 409, 425, 429);

  private static final Set<String> LASTING = Set.of("address_refused", "template_fault");

  private RetryPlan() {}

  /**
   * How long to wait.
   *
   * @param tries how often it has been tried
   * @return empty where it is not tried again
   */
  public static Optional<Duration> afterEvent(int tries, Answer answer) {
    return answer.gone() ? Optional.empty() : nth(EVENT, tries);
  }

  /** As {@link #afterEvent}; a definite refusal is an answer that somebody waits for. */
  public static Optional<Duration> afterStep(int tries, Answer answer) {
    Integer status = answer.status();
    boolean refused = status != null && status / 100 == 4 && !PASSING.contains(status);
    return refused || LASTING.contains(answer.code()) ? Optional.empty() : nth(STEP, tries);
  }

  /**
   * Why an endpoint is left alone from now on; empty where it is not.
   *
   * @param failingSince since when it took nothing, this failure included
   */
  public static Optional<String> giveUp(
      Answer answer, @Nullable Instant failingSince, Instant now) {
    if (answer.gone()) {
      return Optional.of("It answered 410 Gone: nobody is there any more");
    }
    boolean tired =
        failingSince != null && Duration.between(failingSince, now).compareTo(PATIENCE) >= 0;
    return tired
        ? Optional.of(
            "It took nothing for "
                + PATIENCE.toHours()
                + " hours; the last answer was "
                + answer.code().replace('_', ' '))
        : Optional.empty();
  }

  private static Optional<Duration> nth(List<Duration> waits, int tries) {
    return tries < 1 || tries > waits.size() ? Optional.empty() : Optional.of(waits.get(tries - 1));
  }
}
