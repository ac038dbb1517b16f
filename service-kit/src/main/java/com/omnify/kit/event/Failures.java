package com.omnify.kit.event;

import com.omnify.kit.db.SqlStates;
import org.apache.kafka.common.errors.RetriableException;
import org.springframework.transaction.CannotCreateTransactionException;

/** Whose fault it was: the surroundings' (try again) or the event's (dead letter). */
final class Failures {

  private static final int LONGEST_TEXT = 500;

  private Failures() {}

  static boolean passing(Throwable failure) {
    if (SqlStates.unavailable(failure) || SqlStates.worthRepeating(failure)) {
      return true;
    }
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof TryAgainLater
          || t instanceof RetriableException
          || t instanceof CannotCreateTransactionException) {
        return true;
      }
    }
    return false;
  }

  /** For a person who looks at the dead letter: the kind of failure, its message, its root. */
  static String text(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String text = line(failure) + (root == failure ? "" : " <- " + line(root));
    return text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text;
  }

  private static String line(Throwable t) {
    // PostgreSQL's text columns hold everything but the zero character.
    String message = t.getMessage() == null ? "" : ": " + t.getMessage().replace('\0', ' ');
    return t.getClass().getSimpleName() + message.replaceAll("\\s+", " ");
  }
}
