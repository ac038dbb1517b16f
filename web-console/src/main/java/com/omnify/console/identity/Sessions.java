package com.omnify.console.identity;

import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.RealClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Who is signed in. A session ends 12 hours after its last use, and after a week in any case. */
@Component
class Sessions {

  static final Duration SLIDING = Duration.ofHours(12);
  static final Duration LONGEST = Duration.ofDays(7);

  /** Using a session writes to it once in this time only. */
  private static final Duration TOUCH = Duration.ofMinutes(1);

  private final JdbcClient jdbc;
  private final Transactions transactions;
  private final RealClock clock;

  Sessions(JdbcClient jdbc, Transactions transactions, RealClock clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.clock = clock;
  }

  /** A new session: the token goes to the browser and nowhere else. */
  record Opened(String token, String csrfToken) {}

  Opened open(UUID userId) {
    String token = Secrets.random(Secrets.SESSION);
    String csrf = Secrets.random("");
    Instant now = clock.now();
    transactions.inBackground(
        () -> {
          jdbc.sql(
                  """
                  INSERT INTO sessions (token_hash, user_id, csrf_token, created_at, last_seen_at, expires_at)
                  VALUES (:hash, :user, :csrf, :now, :now, :expires)
                  """)
              .param("hash", Secrets.hash(token))
              .param("user", userId)
              .param("csrf", csrf)
              .param("now", Pg.timestamp(now))
              .param("expires", Pg.timestamp(now.plus(SLIDING)))
              .update();
        });
    return new Opened(token, csrf);
  }

  Optional<Identity.Session> find(String token) {
    byte[] hash = Secrets.hash(token);
    Instant now = clock.now();
    return transactions.inBackground(
        () -> {
          var found =
              jdbc.sql(
                      """
                      SELECT s.user_id, s.csrf_token, s.last_seen_at, s.created_at, u.platform_admin
                      FROM sessions s JOIN users u ON u.id = s.user_id
                      WHERE s.token_hash = :hash AND s.expires_at > :now AND u.disabled_at IS NULL
                      """)
                  .param("hash", hash)
                  .param("now", Pg.timestamp(now))
                  .query(
                      (row, _) ->
                          new Row(
                              new Identity.Session(
                                  hash,
                                  Pg.uuid(row, "user_id"),
                                  row.getString("csrf_token"),
                                  row.getBoolean("platform_admin")),
                              Pg.instant(row, "last_seen_at"),
                              Pg.instant(row, "created_at")))
                  .optional();
          found
              .filter(row -> row.lastSeen().isBefore(now.minus(TOUCH)))
              .ifPresent(row -> touch(hash, now, row.created()));
          return found.map(Row::session);
        });
  }

  private record Row(Identity.Session session, Instant lastSeen, Instant created) {}

  private void touch(byte[] hash, Instant now, Instant created) {
    Instant sliding = now.plus(SLIDING);
    Instant last = created.plus(LONGEST);
    jdbc.sql(
            "UPDATE sessions SET last_seen_at = :now, expires_at = :expires WHERE token_hash = :hash")
        .param("now", Pg.timestamp(now))
        .param("expires", Pg.timestamp(sliding.isBefore(last) ? sliding : last))
        .param("hash", hash)
        .update();
  }

  void close(Identity.Session session) {
    transactions.inBackground(
        () -> {
          jdbc.sql("DELETE FROM sessions WHERE token_hash = :hash")
              .param("hash", session.tokenHash())
              .update();
        });
  }

  void closeAllOf(UUID userId) {
    jdbc.sql("DELETE FROM sessions WHERE user_id = :user").param("user", userId).update();
  }

  /** Forgets what has ended. */
  boolean sweep() {
    transactions.inBackground(
        () -> {
          jdbc.sql("DELETE FROM sessions WHERE expires_at < :now")
              .param("now", Pg.timestamp(clock.now()))
              .update();
        });
    return false;
  }
}
