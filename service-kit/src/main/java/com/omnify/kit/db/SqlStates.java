package com.omnify.kit.db;

import java.sql.SQLException;
import java.sql.SQLTransientException;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionSystemException;

/** What PostgreSQL's error codes mean for trying again. */
public final class SqlStates {

  private SqlStates() {}

  /** The code of the nearest SQL error; null where there is none. */
  public static @Nullable String of(Throwable failure) {
    for (Throwable t = failure; t != null; t = below(t)) {
      if (t instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
    }
    return null;
  }

  /**
   * A connection that broke cannot roll back either, and then Spring throws that failure instead,
   * with the first one beside it.
   */
  private static @Nullable Throwable below(Throwable failure) {
    return failure instanceof TransactionSystemException rollback
            && rollback.getApplicationException() != null
        ? rollback.getApplicationException()
        : failure.getCause();
  }

  /** Broken off for the sake of others: the same transaction may pass if done again. */
  public static boolean worthRepeating(Throwable failure) {
    String state = of(failure);
    return "40P01".equals(state) || "40001".equals(state);
  }

  /** A text, or one within JSON, holds what PostgreSQL keeps in none: NUL, or half a character. */
  public static boolean unstorableText(Throwable failure) {
    String state = of(failure);
    return "22021".equals(state) || "22P05".equals(state);
  }

  /** The database is away, starting, stopping, full or busy: not the fault of what was asked. */
  public static boolean unavailable(Throwable failure) {
    String state = of(failure);
    if (state != null) {
      return state.startsWith("08")
          || state.startsWith("53")
          || state.startsWith("57P")
          || state.equals("55P03");
    }
    for (Throwable t = failure; t != null; t = below(t)) {
      // The pool's own timeout carries no code.
      if (t instanceof SQLTransientException) {
        return true;
      }
    }
    return false;
  }
}
