package com.omnify.kit.db;

import com.omnify.kit.CannotStart;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Whoever needs the schema depends on this bean: it stands when the database has this build's
 * version.
 */
public final class SchemaCheck {

  /** Where services are started before their database, they wait so long for it. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);
  private static final Logger log = LoggerFactory.getLogger(SchemaCheck.class);

  SchemaCheck(JdbcClient jdbc, String expected, String databaseUrl) {
    String found = found(jdbc, databaseUrl);
    if (found == null || compare(found, expected) < 0) {
      throw new CannotStart(
          "The database %s has schema version %s; this build needs %s."
              .formatted(databaseUrl, found == null ? "none" : found, expected),
          "Run the migrations of this build (db-migrations) first; './omnify up' does it.");
    }
    if (compare(found, expected) > 0) {
      // Migrations only add, so that services may be replaced one after the other.
      log.warn("The database has schema version {}, newer than this build's {}", found, expected);
    }
  }

  private static @Nullable String found(JdbcClient jdbc, String databaseUrl) {
    String sql =
        """
        SELECT version FROM flyway_schema_history
        WHERE success AND version IS NOT NULL ORDER BY installed_rank DESC LIMIT 1
        """;
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return jdbc.sql(sql).query(String.class).optional().orElse(null);
      } catch (DataAccessException e) {
        Throwable cause = e.getMostSpecificCause();
        if ("42P01".equals(SqlStates.of(e))) {
          return null;
        }
        if (SqlStates.unavailable(e) && System.nanoTime() < deadline) {
          log.info("Waiting for the database {}: {}", databaseUrl, cause.getMessage());
          LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
          continue;
        }
        throw new CannotStart(
            "The database %s cannot be asked for its version: %s"
                .formatted(databaseUrl, cause.getMessage()),
            "Check OMNIFY_DB_URL, OMNIFY_DB_USER and OMNIFY_DB_PASSWORD, and that PostgreSQL is up.");
      }
    }
  }

  /** Versions are dotted numbers. */
  static int compare(String one, String other) {
    String[] left = one.split("[._]");
    String[] right = other.split("[._]");
    for (int n = 0; n < Math.max(left.length, right.length); n++) {
      int order =
          Integer.compare(
              n < left.length ? Integer.parseInt(left[n]) : 0,
              n < right.length ? Integer.parseInt(right[n]) : 0);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
