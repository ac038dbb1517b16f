package com.omnify.kit.event;

import com.omnify.kit.time.RealClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.TransientDataAccessResourceException;

/** Does dead and parked letters of a key again, in their order, until one fails. */
final class Replay {

  private final DeadLetters deadLetters;
  private final List<? extends Replayable> listeners;
  private final RealClock realClock;
  private final DataSource dataSource;

  /**
   * What came of it.
   *
   * @param replayed how many letters are done
   * @param waiting how many of the key still wait
   * @param error why the first of those failed again
   */
  record Outcome(int replayed, int waiting, @Nullable String error) {}

  Replay(
      DeadLetters deadLetters,
      List<? extends Replayable> listeners,
      RealClock realClock,
      DataSource dataSource) {
    this.deadLetters = deadLetters;
    this.listeners = listeners;
    this.realClock = realClock;
    this.dataSource = dataSource;
  }

  /** Empty when no subscription has that name any more. */
  Optional<Outcome> key(String listenerName, String key) {
    return listeners.stream()
        .filter(listener -> listener.name().equals(listenerName))
        .findFirst()
        .map(listener -> all(listener, key));
  }

  /**
   * Two replays of a key at once would break its order, in whichever instances they run: one of
   * them holds a lock of the database, on a connection of its own, so that it ends with the
   * process.
   */
  private Outcome all(Replayable listener, String key) {
    String lock = "omnify replay " + listener.name() + " " + key;
    try (Connection connection = dataSource.getConnection()) {
      if (!ask(connection, "SELECT pg_try_advisory_lock(hashtextextended(?, 0))", lock)) {
        return new Outcome(
            0, deadLetters.waiting(listener.name(), key), "Another replay of them is under way");
      }
      try {
        return inOrder(listener, key);
      } finally {
        ask(connection, "SELECT pg_advisory_unlock(hashtextextended(?, 0))", lock);
      }
    } catch (SQLException e) {
      throw new TransientDataAccessResourceException("The replay cannot be locked", e);
    }
  }

  private Outcome inOrder(Replayable listener, String key) {
    String name = listener.name();
    int replayed = 0;
    while (true) {
      Optional<DeadLetters.Letter> next = deadLetters.next(name, key);
      if (next.isEmpty()) {
        return new Outcome(replayed, 0, null);
      }
      try {
        listener.again(next.get());
      } catch (RuntimeException e) {
        String error = Failures.text(e);
        deadLetters.failedAgain(next.get(), error);
        return new Outcome(replayed, deadLetters.waiting(name, key), error);
      }
      deadLetters.replayed(next.get(), realClock.now());
      replayed++;
    }
  }

  private static boolean ask(Connection connection, String sql, String lock) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, lock);
      try (var row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }
}
