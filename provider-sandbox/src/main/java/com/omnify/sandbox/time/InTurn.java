package com.omnify.sandbox.time;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done about one thing is done one after another, and beside what is done about others: so
 * what is told in order arrives in order also when fleet time runs fast.
 */
public final class InTurn {

  private static final Logger log = LoggerFactory.getLogger(InTurn.class);

  private final Consumer<Runnable> hands;
  private final Map<String, Deque<Runnable>> turns = new ConcurrentHashMap<>();

  /**
   * @param hands run what they are given, elsewhere
   */
  public InTurn(Consumer<Runnable> hands) {
    this.hands = hands;
  }

  /** Does it after all that was given for the same thing before. */
  public void give(String thing, Runnable work) {
    var first = new AtomicBoolean();
    turns.compute(
        thing,
        (_, waiting) -> {
          first.set(waiting == null);
          Deque<Runnable> queue = waiting == null ? new ArrayDeque<>(4) : waiting;
          queue.add(work);
          return queue;
        });
    if (first.get()) {
      hands.accept(() -> drain(thing));
    }
  }

  /** Of how many things something is being done, or waits. */
  public int size() {
    return turns.size();
  }

  private void drain(String thing) {
    while (!Thread.currentThread().isInterrupted()) {
      var next = new AtomicReference<@Nullable Runnable>();
      turns.computeIfPresent(
          thing,
          (_, waiting) -> {
            next.set(waiting.poll());
            return next.get() == null ? null : waiting;
          });
      var work = next.get();
      if (work == null) {
        return;
      }
      try {
        work.run();
      } catch (RuntimeException e) {
        if (!Thread.currentThread().isInterrupted()) {
          log.error("what was to be told about {} failed", thing, e);
        }
      }
    }
  }
}
