package com.omnify.channels.reconcile.policy;

import com.omnify.channels.sms.policy.SentMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a provider's complete list of messages to a person proves about one dispatch.
 *
 * <p>Proof of absence is only that nothing at all went to the person since the fence, apart from
 * what other dispatches account for: providers alter texts, so a message with other words may be
 * ours.
 */
public final class Reconciliation {

  /**
   * How far the provider's clock may stand from ours. A message made a little before the fence is
   * looked at too: one too many delays a proof, one too few would be a second message.
   */
  static final Duration SKEW = Duration.ofSeconds(30);

  /**
   * The dispatch in question.
   *
   * @param fencedAt real time
   * @param othersOpen whether another dispatch to the same person may be under way or unknown, so
   *     that a message may be the other's
   */
  public record Sought(String ownAddress, String body, Instant fencedAt, boolean othersOpen) {}

  /** What is proven. */
  public sealed interface Finding {

    /** It went out, as this message. */
    record Sent(String providerId) implements Finding {}

    /** Nothing went to the person. */
    record Absent() implements Finding {}

    /** Neither. */
    record Undecided(String words) implements Finding {}
  }

  private Reconciliation() {}

  /**
   * Reads a complete list.
   *
   * @param claimed ids of messages that other dispatches account for
   */
  public static Finding read(Sought sought, List<SentMessage> toPerson, Set<String> claimed) {
    Instant since = sought.fencedAt().minus(SKEW);
    List<SentMessage> open =
        toPerson.stream()
            .filter(message -> !message.createdAt().isBefore(since))
            .filter(message -> !claimed.contains(message.id()))
            .toList();
    if (open.isEmpty()) {
      return new Finding.Absent();
    }
    List<SentMessage> fromUs =
        open.stream().filter(message -> message.from().equals(sought.ownAddress())).toList();
    List<SentMessage> same =
        fromUs.stream().filter(message -> message.body().equals(sought.body())).toList();
    if (!same.isEmpty() && !sought.othersOpen()) {
      return new Finding.Sent(nearest(same, sought.fencedAt()).orElseThrow().id());
    }
    if (same.size() == 1 && open.size() == 1) {
      // Another may be open, but it has other words or is not in the list: this one is ours.
      return sought.othersOpen()
          ? new Finding.Undecided("Another message to the same person is not settled yet")
          : new Finding.Sent(same.getFirst().id());
    }
    if (open.size() == 1 && fromUs.size() == 1 && !sought.othersOpen()) {
      return new Finding.Sent(fromUs.getFirst().id());
    }
    return new Finding.Undecided(
        open.size() + " messages to the person belong to no dispatch, none is certainly this one");
  }

  private static Optional<SentMessage> nearest(List<SentMessage> messages, Instant fencedAt) {
    return messages.stream()
        .min(
            Comparator.comparing(message -> Duration.between(fencedAt, message.createdAt()).abs()));
  }
}
