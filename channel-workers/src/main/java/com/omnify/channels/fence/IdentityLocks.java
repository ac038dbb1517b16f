package com.omnify.channels.fence;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.stereotype.Component;

/**
 * Shared locks on people's addresses, on a connection of their own: they outlive the fence's
 * transaction and end when every request has begun.
 */
@Component
public class IdentityLocks {

  /** STOP holds its lock for one short transaction; whoever waits longer gives the batch up. */
  private static final int WAIT_SECONDS = 5;

  private static final Logger log = LoggerFactory.getLogger(IdentityLocks.class);

  // The inner query sorts before the outer one locks: everyone locks in the same order.
  private static final String LOCK =
      """
      SELECT pg_advisory_lock_shared(k) FROM (
        SELECT k FROM unnest(?) AS k ORDER BY k OFFSET 0) AS sorted
      """;
  private static final String UNLOCK = "SELECT pg_advisory_unlock_all()";

  private final DataSource dataSource;

  public IdentityLocks(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Held until closed. */
  public interface Held extends AutoCloseable {
    @Override
    void close();
  }

  /** Waits until nobody holds any of the keys exclusively. */
  public Held share(Collection<Long> keys) {
    Connection connection = null;
    try {
      connection = dataSource.getConnection();
      List<Long> distinct = keys.stream().distinct().sorted().toList();
      try (var lock = connection.prepareStatement(LOCK)) {
        lock.setQueryTimeout(WAIT_SECONDS);
        lock.setArray(1, connection.createArrayOf("int8", distinct.toArray()));
        lock.execute();
      }
      Connection held = connection;
      return () -> release(held);
    } catch (SQLException e) {
      if (connection != null) {
        // Some of the locks may be held.
        abandon(connection);
      }
      throw new TransientDataAccessResourceException("Cannot lock the recipients' addresses", e);
    }
  }

  private static void release(Connection connection) {
    try {
      try (var unlock = connection.createStatement()) {
        unlock.execute(UNLOCK);
      }
      connection.close();
    } catch (SQLException e) {
      log.warn("Locks on addresses are dropped with their connection: {}", e.getMessage());
      abandon(connection);
    }
  }

  /** Ends the session, and with it the locks, instead of returning it to the pool. */
  private static void abandon(Connection connection) {
    try {
      connection.abort(Runnable::run);
      connection.close();
    } catch (SQLException e) {
      log.debug("The connection was gone already: {}", e.getMessage());
    }
  }
}
