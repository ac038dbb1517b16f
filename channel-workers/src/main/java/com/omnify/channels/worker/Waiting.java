package com.omnify.channels.worker;

import com.omnify.channels.admit.Admission.Start;
import com.omnify.channels.breaker.policy.Breaker.Gate;
import com.omnify.channels.breaker.policy.Trouble;
import com.omnify.channels.dispatch.Admitted;
import com.omnify.channels.send.OneShotHttp;
import com.omnify.channels.worker.policy.Pace;
import com.omnify.model.HoldReason;
import com.omnify.model.id.ProviderAccountId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Function;

/**
 * What is admitted and waits for its second, or for a slot at its provider account. Each account
 * has a queue of its own and accounts take turns, so none waits behind another's.
 */
final class Waiting {

  /** What could not start within so long after its second is given back, if nothing moves. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /** And after so long in any case. */
  static final Duration LONGEST_PATIENCE = Duration.ofSeconds(30);

  private final Map<ProviderAccountId, PriorityQueue<Start>> byAccount = new LinkedHashMap<>();

  /** Of real time: by then requests that hang have ended. */
  private static final Duration BUSY = OneShotHttp.READ_TIMEOUT;

  /** Room for requests at the accounts. */
  interface Slots {

    /** Takes one if there is one now. */
    boolean take(ProviderAccountId account);

    /** Whether requests are under way and none has ended for {@link #PATIENCE}. */
    boolean stuck(ProviderAccountId account);
  }

  /**
   * Cannot start.
   *
   * @param until real time before which it is no use to try again
   */
  record Held(Admitted admitted, HoldReason reason, Instant until) {}

  /**
   * What is to be done now.
   *
   * @param due each with a slot taken
   * @param trials may start if they are the one that tries a broken account; each with a slot taken
   * @param lapsed each with a slot taken, but its permit's second has passed
   */
  record Taken(List<Admitted> due, List<Admitted> trials, List<Admitted> lapsed, List<Held> held) {
    boolean isEmpty() {
      return due.isEmpty() && trials.isEmpty() && lapsed.isEmpty() && held.isEmpty();
    }

    private int size() {
      return due.size() + lapsed.size();
    }
  }

  synchronized void add(Start start) {
    byAccount
        .computeIfAbsent(
            account(start), _ -> new PriorityQueue<>(Comparator.comparing(Start::notBefore)))
        .add(start);
  }

  synchronized boolean isEmpty() {
    return byAccount.isEmpty();
  }

  /**
   * Takes out what may start.
   *
   * @param most how many at once
   * @param gate whether an account may be asked at all
   * @param pace whose: an account's that has little waiting, or much
   */
  synchronized Taken take(
      Instant now, int most, Function<ProviderAccountId, Gate> gate, Slots slots, Pace pace) {
    var taken =
        new Taken(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    boolean anyHasMore =
        byAccount.values().stream().anyMatch(one -> one.size() > Pace.FEW && isDue(one, now));
    var accounts =
        byAccount.entrySet().stream()
            .filter(one -> pace.serves(one.getValue().size(), anyHasMore))
            .toList();
    for (int turn = 0; turn < accounts.size() && taken.size() < most; turn++) {
      var account = accounts.get(turn).getKey();
      PriorityQueue<Start> queue = accounts.get(turn).getValue();
      // An equal part for each that is left: what one does not use is the next ones'.
      int room = most - taken.size();
      int part = Math.ceilDiv(room, accounts.size() - turn);
      switch (gate.apply(account)) {
        case Gate.Free _ -> {
          while (part-- > 0 && isDue(queue, now)) {
            if (!slots.take(account)) {
              // Where requests do end, only more slowly than we would like, it goes on waiting.
              Duration patience = slots.stuck(account) ? PATIENCE : LONGEST_PATIENCE;
              overdue(queue, now, patience, most, taken.held());
              break;
            }
            Start start = queue.remove();
            (start.lapsed(now) ? taken.lapsed() : taken.due()).add(start.admitted());
          }
        }
        case Gate.OneMayTry _ -> {
          if (isDue(queue, now) && slots.take(account)) {
            taken.trials().add(queue.remove().admitted());
          }
        }
        case Gate.Shut(Trouble trouble, Instant until) -> {
          while (!queue.isEmpty() && taken.held().size() < most) {
            taken.held().add(new Held(queue.remove().admitted(), trouble.holdReason(), until));
          }
        }
      }
      // To the end of the line.
      byAccount.remove(account);
      if (!queue.isEmpty()) {
        byAccount.put(account, queue);
      }
    }
    return taken;
  }

  /** Takes out everything. */
  synchronized List<Admitted> drain() {
    var all =
        byAccount.values().stream().flatMap(PriorityQueue::stream).map(Start::admitted).toList();
    byAccount.clear();
    return all;
  }

  private static void overdue(
      PriorityQueue<Start> queue, Instant now, Duration patience, int most, List<Held> held) {
    Instant before = now.minus(patience);
    for (Start first = queue.peek();
        first != null && held.size() < most && first.notBefore().isBefore(before);
        first = queue.peek()) {
      queue.remove();
      held.add(new Held(first.admitted(), HoldReason.PROVIDER_BUSY, now.plus(BUSY)));
    }
  }

  private static boolean isDue(PriorityQueue<Start> queue, Instant now) {
    Start first = queue.peek();
    return first != null && !first.notBefore().isAfter(now);
  }

  private static ProviderAccountId account(Start start) {
    return start.admitted().sender().account().id();
  }
}
