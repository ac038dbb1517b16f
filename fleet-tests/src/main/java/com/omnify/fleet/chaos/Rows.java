package com.omnify.fleet.chaos;

import com.omnify.fleet.Fleet;
import com.omnify.fleet.Pause;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks into the fleet's database as its owner, again and again while it is killed and paused. */
final class Rows implements AutoCloseable {

  private static final int ATTEMPTS = 300;
  private static final int FETCH = 5_000;

  /** One row. */
  @FunctionalInterface
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  private final Fleet fleet;
  private @Nullable Connection connection;

  Rows(Fleet fleet) {
    this.fleet = fleet;
  }

  /** All rows; waits for a database that is away for a while. */
  synchronized <T> List<T> list(String sql, Row<T> row, @Nullable Object... parameters) {
    IllegalStateException last = new IllegalStateException("never tried");
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        return read(connected(), sql, row, parameters);
      } catch (SQLException | IOException e) {
        String state = e instanceof SQLException refused ? refused.getSQLState() : null;
        if (state != null && state.startsWith("42")) {
          throw new IllegalStateException(sql, e);
        }
        last = new IllegalStateException("the database cannot be read", e);
        close();
        Pause.of(Duration.ofMillis(200));
      }
    }
    throw last;
  }

  /** The first column of the only row. */
  long number(String sql, @Nullable Object... parameters) {
    return list(sql, row -> row.getLong(1), parameters).getFirst();
  }

  private static <T> List<T> read(
      Connection connection, String sql, Row<T> row, @Nullable Object... parameters)
      throws SQLException {
    var rows = new ArrayList<T>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setFetchSize(FETCH);
      for (int n = 0; n < parameters.length; n++) {
        statement.setObject(n + 1, parameters[n]);
      }
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          rows.add(row.read(result));
        }
      }
    }
    return rows;
  }

  private Connection connected() throws SQLException, IOException {
    Connection open = connection;
    if (open == null || open.isClosed()) {
      open = fleet.database();
      connection = open;
    }
    return open;
  }

  @Override
  public synchronized void close() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        // its server is gone, and with it the connection
      }
    }
  }
}
