package com.omnify.channels.reconcile.policy;

import com.omnify.channels.sms.policy.SentMessage;
import com.omnify.model.id.DispatchId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * What a provider's complete list of messages to a person proves about one dispatch.
 *
 * <p>A message with exactly its words from its number is proof that it went out, as long as no
 * other open dispatch can have made it. Proof of absence is only that nothing at all went to the
 * person since the fence, apart from what other dispatches account for: providers alter texts, so a
 * message with other words may be ours; unless they are exactly the words of another one.
 */
public final class Reconciliation {

  /**
   * How far the provider's clock may stand from ours. A message made a little before the fence is
   * looked at too: one too many delays a proof, one too few would be a second message.
   */
  static final Duration SKEW = Duration.ofSeconds(30);

  /** A shorter text may stand inside of anything. */
  private static final int TELLING = 12;

  /**
   * A dispatch that may have made a message.
   *
   * @param fencedAt real time
   */
  public record Sought(DispatchId id, String ownAddress, String body, Instant fencedAt) {

    /** Nothing was sent before the fence. */
    boolean canHaveMade(SentMessage message) {
      return !message.createdAt().isBefore(fencedAt.minus(SKEW));
    }

    boolean saysAsMuchAs(Sought other) {
      return ownAddress.equals(other.ownAddress) && body.equals(other.body);
    }

    boolean isExactly(SentMessage message) {
      return canHaveMade(message)
          && message.from().equals(ownAddress)
          && message.body().equals(body);
    }

    /** As providers do who add words of their own. */
    boolean isWithin(SentMessage message) {
      return canHaveMade(message)
          && message.from().equals(ownAddress)
          && body.length() >= TELLING
          && message.body().contains(body);
    }
  }

  /** What is proven. */
  public sealed interface Finding {

    /** It went out, as this message. */
    record Sent(String providerId) implements Finding {}

    /** Nothing went to the person. */
    record Absent() implements Finding {}

    /**
     * Neither.
     *
     * @param open whether it may be decided when another dispatch is
     */
    record Undecided(String words, boolean open) implements Finding {}
  }

  private Reconciliation() {}

  /**
   * Reads a complete list, newest first.
   *
   * @param others that may be under way or unknown, to the same person through the same account
   * @param claimed ids of messages that settled dispatches account for
   */
  public static Finding read(
      Sought sought, List<Sought> others, List<SentMessage> toPerson, Set<String> claimed) {
    List<SentMessage> open = new ArrayList<>();
    for (SentMessage message : toPerson) {
      if (sought.canHaveMade(message) && !claimed.contains(message.id())) {
        open.add(message);
      }
    }
    List<Sought> rivals = leaveOutWhatIsOthers(sought, others, open);
    if (open.isEmpty()) {
      return new Finding.Absent();
    }
    List<SentMessage> same = open.stream().filter(sought::isExactly).toList();
    if (!same.isEmpty()) {
      return amongTwins(sought, rivals.stream().filter(sought::saysAsMuchAs).toList(), same);
    }
    List<SentMessage> longer =
        open.stream()
            .filter(sought::isWithin)
            .filter(message -> rivals.stream().noneMatch(rival -> rival.isWithin(message)))
            .toList();
    if (longer.size() == 1) {
      return new Finding.Sent(longer.getFirst().id());
    }
    if (open.size() == 1) {
      SentMessage only = open.getFirst();
      boolean contested = rivals.stream().anyMatch(rival -> rival.canHaveMade(only));
      if (only.from().equals(sought.ownAddress()) && !contested) {
        return new Finding.Sent(only.id());
      }
    }
    return new Finding.Undecided(
        open.size() + " messages to the person belong to no dispatch, none is certainly this one",
        !rivals.isEmpty());
  }

  /**
   * Takes out one message for each other dispatch whose exact words it has, and not ours.
   *
   * @return the others that no message was found for
   */
  private static List<Sought> leaveOutWhatIsOthers(
      Sought sought, List<Sought> others, List<SentMessage> open) {
    var unmatched = new ArrayList<Sought>();
    for (Sought other : others) {
      var its =
          open.stream()
              .filter(message -> !other.saysAsMuchAs(sought) && other.isExactly(message))
              .findFirst();
      its.ifPresentOrElse(open::remove, () -> unmatched.add(other));
    }
    return unmatched;
  }

  /** Some say the same from the same number. */
  private static Finding amongTwins(Sought sought, List<Sought> twins, List<SentMessage> same) {
    List<SentMessage> oldestFirst = new ArrayList<>(same.reversed());
    oldestFirst.sort(Comparator.comparing(SentMessage::createdAt));
    List<SentMessage> onlyOurs =
        oldestFirst.stream()
            .filter(message -> twins.stream().noneMatch(twin -> twin.canHaveMade(message)))
            .toList();
    if (!onlyOurs.isEmpty()) {
      return new Finding.Sent(nearest(onlyOurs, sought.fencedAt()).id());
    }
    if (same.size() > twins.size()) {
      // One for each of them: they are told apart by the order in which they were sent.
      List<Sought> all = new ArrayList<>(twins);
      all.add(sought);
      all.sort(
          Comparator.comparing(Sought::fencedAt).thenComparing(one -> one.id().value().toString()));
      return new Finding.Sent(oldestFirst.get(all.indexOf(sought)).id());
    }
    return new Finding.Undecided(
        same.size()
            + " messages to the person have these words, but "
            + (twins.size() + 1)
            + " dispatches said them",
        true);
  }

  private static SentMessage nearest(List<SentMessage> messages, Instant fencedAt) {
    return messages.stream()
        .min(Comparator.comparing(message -> Duration.between(fencedAt, message.createdAt()).abs()))
        .orElseThrow();
  }
}
