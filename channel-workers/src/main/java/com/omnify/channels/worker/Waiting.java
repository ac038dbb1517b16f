package com.omnify.channels.worker;

import com.omnify.channels.admit.Admission.Start;
import com.omnify.channels.dispatch.Admitted;
import com.omnify.model.id.ProviderAccountId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/**
 * What is admitted and waits for its second, or for a slot at its provider account. Each account
 * has a queue of its own and accounts take turns, so none waits behind another's.
 */
final class Waiting {

  /** What could not start within so long after its second is given back. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Map<ProviderAccountId, PriorityQueue<Start>> byAccount = new LinkedHashMap<>();

  /**
   * What is to be done now.
   *
   * @param due each with a slot taken
   * @param overdue waited for a slot too long
   */
  record Taken(List<Admitted> due, List<Admitted> overdue) {
    boolean isEmpty() {
      return due.isEmpty() && overdue.isEmpty();
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
   * @param slot takes a slot of an account if there is one
   */
  synchronized Taken take(Instant now, int most, Predicate<ProviderAccountId> slot) {
    var taken = new Taken(new ArrayList<>(), new ArrayList<>());
    var accounts = List.copyOf(byAccount.entrySet());
    for (int turn = 0; turn < accounts.size() && taken.due().size() < most; turn++) {
      var account = accounts.get(turn).getKey();
      PriorityQueue<Start> queue = accounts.get(turn).getValue();
      // An equal part for each that is left: what one does not use is the next ones'.
      int room = most - taken.due().size();
      int part = Math.ceilDiv(room, accounts.size() - turn);
      boolean free = true;
      while (part-- > 0 && isDue(queue, now) && (free = slot.test(account))) {
        taken.due().add(queue.remove().admitted());
      }
      if (!free) {
        overdue(queue, now, most, taken.overdue());
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
      PriorityQueue<Start> queue, Instant now, int most, List<Admitted> overdue) {
    while (overdue.size() < most
        && !queue.isEmpty()
        && queue.peek().notBefore().plus(PATIENCE).isBefore(now)) {
      overdue.add(queue.remove().admitted());
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
