package com.omnify.scheduler.stuck;

import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.scheduler.stuck.policy.StuckKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Dead letters of all services, and events that do not get out of their outboxes. */
@Component
class WaitingEvents {

  private static final List<String> SERVICES =
      List.of("scheduler", "channels", "events", "memory", "healer", "learning", "console");

  private static final int MOST = 2_000;
  private static final int COUNTED = 10_000;

  private static final String DEAD =
      """
      SELECT l.id, l.client_id, l.key, l.listener, l.type, l.created_at, p.n AS parked
      FROM %1$s_dead_letters l
      CROSS JOIN LATERAL (SELECT count(*) AS n FROM (
        SELECT FROM %1$s_dead_letters b
        WHERE b.listener = l.listener AND b.key = l.key AND b.state <> 'replayed' AND b.state = 'parked'
        LIMIT :counted) x) p
      WHERE l.state <> 'replayed' AND l.state = 'dead' AND l.created_at <= :before
      ORDER BY l.id LIMIT :most
      """;

  private static final String UNSENT =
      """
      SELECT x.client_id, count(*) AS n, min(x.created_at) AS oldest FROM (
        SELECT o.client_id, o.created_at FROM %s_outbox o WHERE o.id < uuid7_floor(:before) ORDER BY o.id LIMIT :counted) x
      GROUP BY x.client_id
      """;

  private final JdbcClient jdbc;
  private final Transactions tx;
  private final StuckSettings settings;

  WaitingEvents(JdbcClient jdbc, Transactions tx, StuckSettings settings) {
    this.jdbc = jdbc;
    this.tx = tx;
    this.settings = settings;
  }

  List<Finding> find(Instant realNow) {
    var found = new ArrayList<Finding>();
    tx.readInBackground(
        () -> {
          for (String service : SERVICES) {
            dead(service, realNow, found);
            unsent(service, realNow, found);
          }
          return null;
        });
    return found;
  }

  private void dead(String service, Instant realNow, List<Finding> found) {
    jdbc.sql(DEAD.formatted(service))
        .param("before", Pg.timestamp(realNow.minus(settings.deadLetter())))
        .param("counted", COUNTED)
        .param("most", MOST)
        .query(
            row -> {
              found.add(letter(service, row));
            });
  }

  private static Finding letter(String service, ResultSet row) throws SQLException {
    long parked = row.getLong("parked");
    String type = row.getString("type");
    return new Finding(
        row.getObject("client_id", UUID.class),
        StuckKind.DEAD_LETTER,
        Pg.uuid(row, "id"),
        service,
        null,
        uuid(row.getString("key")),
        1,
        Pg.instant(row, "created_at"),
        "%s at %s%s"
            .formatted(
                type == null ? "An event of unknown type" : type,
                row.getString("listener"),
                parked == 0 ? "" : "; " + parked + " later ones of its key wait behind it"));
  }

  private void unsent(String service, Instant realNow, List<Finding> found) {
    jdbc.sql(UNSENT.formatted(service))
        .param("before", Pg.timestamp(realNow.minus(settings.outbox())))
        .param("counted", COUNTED)
        .query(
            row -> {
              UUID client = Pg.uuid(row, "client_id");
              found.add(
                  new Finding(
                      client,
                      StuckKind.OUTBOX_WAITING,
                      client,
                      service,
                      null,
                      null,
                      row.getLong("n"),
                      Pg.instant(row, "oldest"),
                      "In the outbox of " + service));
            });
  }

  /** The key of an event is a contact's id where there is a contact. */
  private static @Nullable UUID uuid(String key) {
    try {
      return UUID.fromString(key);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
