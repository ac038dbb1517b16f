package com.omnify.scheduler.stuck;

import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.time.FleetClock;
import com.omnify.scheduler.stuck.policy.StuckKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Due steps that nobody takes, a line a client: a client may have a million of them, and each alone
 * says nothing.
 */
@Component
class WaitingSteps {

  private static final int COUNTED = 10_000;

  /** Fleet time for which a step of a client without a number is given back. */
  private static final Duration GIVEN_BACK = Duration.ofHours(1);

  /** Fleet time for which a step of a suspended client is put off. */
  private static final Duration PUT_OFF = Duration.ofDays(1);

  // Steps that send stand in two lanes, urgent ones and others; each has an index that begins so.
  private static final String WAITING =
      """
      SELECT c.id AS client_id, c.status, s.n AS sends, s.oldest AS sends_since, w.n AS waits, w.oldest AS waits_since,
        z.n AS soon, z.oldest AS soon_since, p.n AS per_second, f.n AS in_flight
      FROM clients c
      CROSS JOIN LATERAL (SELECT count(*) AS n, min(x.due_at) AS oldest FROM (
        (SELECT d.due_at FROM due d WHERE d.client_id = c.id AND d.urgent AND NOT d.watchdog AND d.channel <> 'flow'
          AND d.due_at <= :overdue ORDER BY d.due_at LIMIT :most)
        UNION ALL
        (SELECT d.due_at FROM due d WHERE d.client_id = c.id AND NOT d.urgent AND NOT d.watchdog
          AND d.channel <> 'flow' AND d.due_at <= :overdue ORDER BY d.due_at LIMIT :most)) x) s
      CROSS JOIN LATERAL (SELECT count(*) AS n, min(x.due_at) AS oldest FROM (
        SELECT d.due_at FROM due d WHERE d.client_id = c.id AND NOT d.watchdog AND d.channel = 'flow'
          AND d.due_at <= :overdue ORDER BY d.due_at LIMIT :most) x) w
      CROSS JOIN LATERAL (SELECT count(*) AS n, min(least(e.next_step_at, x.due_at)) AS oldest FROM (
        (SELECT d.enrollment_id, d.due_at FROM due d WHERE d.client_id = c.id AND d.urgent AND NOT d.watchdog
          AND d.channel <> 'flow' AND d.due_at <= :soon ORDER BY d.due_at LIMIT :most)
        UNION ALL
        (SELECT d.enrollment_id, d.due_at FROM due d WHERE d.client_id = c.id AND NOT d.urgent AND NOT d.watchdog
          AND d.channel <> 'flow' AND d.due_at <= :soon ORDER BY d.due_at LIMIT :most)) x
        CROSS JOIN LATERAL (SELECT i.next_step_at FROM enrollments i
          WHERE i.client_id = c.id AND i.id = x.enrollment_id LIMIT 1) e
        WHERE c.status <> 'active' AND e.next_step_at <= :now
          OR c.status = 'active' AND x.due_at <= :in_an_hour AND NOT EXISTS (SELECT FROM phone_numbers n
            WHERE n.client_id = c.id AND n.active AND n.sms_enabled)) z
      CROSS JOIN LATERAL (SELECT coalesce(sum(n.per_second), 0) AS n FROM phone_numbers n
        WHERE n.client_id = c.id AND n.active AND n.sms_enabled) p
      CROSS JOIN LATERAL (SELECT count(*) AS n FROM (
        SELECT 1 FROM due d WHERE d.client_id = c.id AND d.in_flight LIMIT :most) x) f
      WHERE s.n + w.n + z.n > 0
      """;

  private final JdbcClient jdbc;
  private final Transactions tx;
  private final FleetClock clock;
  private final StuckSettings settings;

  WaitingSteps(JdbcClient jdbc, Transactions tx, FleetClock clock, StuckSettings settings) {
    this.jdbc = jdbc;
    this.tx = tx;
    this.clock = clock;
    this.settings = settings;
  }

  List<Finding> find(Instant realNow) {
    double rate = clock.rate();
    if (rate <= 0) {
      // While the clock stands still nothing is late.
      return List.of();
    }
    Instant now = clock.now();
    var found = new ArrayList<Finding>();
    tx.readInBackground(
        () -> {
          jdbc.sql(WAITING)
              .param("overdue", Pg.timestamp(now.minus(fleet(settings.overdue(), rate))))
              .param("now", Pg.timestamp(now))
              .param("in_an_hour", Pg.timestamp(now.plus(GIVEN_BACK)))
              .param("soon", Pg.timestamp(now.plus(PUT_OFF)))
              .param("most", COUNTED)
              .query(
                  row -> {
                    read(row, now, realNow, rate, found);
                  });
          return null;
        });
    return found;
  }

  private static void read(
      ResultSet row, Instant now, Instant realNow, double rate, List<Finding> found)
      throws SQLException {
    UUID client = Pg.uuid(row, "client_id");
    long overdue = row.getLong("sends") + row.getLong("waits");
    if (overdue > 0) {
      Instant sends = Pg.instantOrNull(row, "sends_since");
      Instant waits = Pg.instantOrNull(row, "waits_since");
      Instant oldest =
          sends == null || waits != null && waits.isBefore(sends)
              ? java.util.Objects.requireNonNull(waits)
              : sends;
      found.add(
          of(
              client,
              StuckKind.STEPS_OVERDUE,
              overdue,
              real(oldest, now, realNow, rate),
              "%d are under way; its numbers can send %d a second"
                  .formatted(row.getLong("in_flight"), row.getLong("per_second"))));
    }
    long soon = row.getLong("soon");
    if (soon > 0) {
      boolean active = row.getString("status").equals("active");
      Instant since = real(Pg.instant(row, "soon_since"), now, realNow, rate);
      found.add(
          of(
              client,
              active ? StuckKind.NO_SENDER : StuckKind.CLIENT_SUSPENDED,
              soon,
              since.isAfter(realNow) ? realNow : since,
              active
                  ? "Give the client a phone number, or switch one on"
                  : "They go on when the client is active again"));
    }
  }

  private static Finding of(UUID client, StuckKind kind, long count, Instant since, String words) {
    return new Finding(client, kind, client, "", null, null, count, since, words);
  }

  private static Duration fleet(Duration real, double rate) {
    return Duration.ofMillis(Math.round(real.toMillis() * rate));
  }

  private static Instant real(Instant fleet, Instant now, Instant realNow, double rate) {
    return realNow.minusMillis(Math.round(Duration.between(fleet, now).toMillis() / rate));
  }
}
