package com.omnify.kit.event;

import com.omnify.kit.time.RealClock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Does dead and parked letters of a key again, in their order, until one fails. */
final class Replay {

  private final DeadLetters deadLetters;
  private final List<Listener<?>> listeners;
  private final RealClock realClock;
  // Two replays of a key at once would break its order.
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * What came of it.
   *
   * @param replayed how many letters are done
   * @param waiting how many of the key still wait
   * @param error why the first of those failed again
   */
  record Outcome(int replayed, int waiting, @Nullable String error) {}

  Replay(DeadLetters deadLetters, List<Listener<?>> listeners, RealClock realClock) {
    this.deadLetters = deadLetters;
    this.listeners = listeners;
    this.realClock = realClock;
  }

  /** Empty when no subscription has that name any more. */
  Optional<Outcome> key(String listenerName, String key) {
    return listeners.stream()
        .filter(listener -> listener.subscription().name().equals(listenerName))
        .findFirst()
        .map(listener -> all(listener, key));
  }

  private Outcome all(Listener<?> listener, String key) {
    String name = listener.subscription().name();
    int replayed = 0;
    lock.lock();
    try {
      while (true) {
        Optional<DeadLetters.Letter> next = deadLetters.next(name, key);
        if (next.isEmpty()) {
          return new Outcome(replayed, 0, null);
        }
        try {
          listener.again(next.get().payload());
        } catch (RuntimeException e) {
          String error = Failures.text(e);
          deadLetters.failedAgain(next.get(), error);
          return new Outcome(replayed, deadLetters.waiting(name, key), error);
        }
        deadLetters.replayed(next.get(), realClock.now());
        replayed++;
      }
    } finally {
      lock.unlock();
    }
  }
}
