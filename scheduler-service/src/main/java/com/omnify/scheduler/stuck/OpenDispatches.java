package com.omnify.scheduler.stuck;

import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.model.DispatchState;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.DispatchId;
import com.omnify.scheduler.stuck.policy.StuckPolicy.Seen;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Dispatches that are old enough to be settled and are not. States stand in no index, so each
 * dispatch is looked at by the time of its id when it has come of age; those found open are
 * remembered and looked at by key until they are settled. All others are walked through again, an
 * hour's worth a round, for what was there before the start, or was committed late.
 */
@Component
class OpenDispatches {

  /** How old one is when it is first looked at. */
  private static final Duration OF_AGE = Duration.ofSeconds(30);

  private static final Duration SLICE = Duration.ofHours(1);

  /** What comes of age is looked at for so long, since a commit takes its time. */
  private static final Duration OVERLAP = Duration.ofMinutes(2);

  private static final int MOST = 20_000;
  private static final int AT_ONCE = 2_000;

  private static final String OPEN_BETWEEN =
      """
      SELECT d.client_id, d.id FROM clients c CROSS JOIN LATERAL (
        SELECT x.client_id, x.id FROM dispatches x
        WHERE x.client_id = c.id AND x.id >= uuid7_floor(:from) AND x.id < uuid7_floor(:to)
          AND x.state IN ('ready', 'sending', 'unknown', 'quarantined')
        ORDER BY x.id LIMIT :most) d
      LIMIT :most
      """;

  private static final String LISTED =
      """
      SELECT client_id, subject_id AS id FROM stuck
      WHERE kind IN ('dispatch_ready', 'dispatch_sending', 'dispatch_unknown', 'dispatch_quarantined')
      """;

  private static final String LOOK =
      """
      SELECT d.client_id, d.id, d.contact_id, d.enrollment_id, d.state, d.created_at, d.post_deadline, d.unknown_since,
        d.finished_at, d.error_text
      FROM unnest(:clients, :ids) AS k (client_id, id)
      CROSS JOIN LATERAL (SELECT * FROM dispatches x WHERE x.client_id = k.client_id AND x.id = k.id LIMIT 1) d
      WHERE d.state IN ('ready', 'sending', 'unknown', 'quarantined')
      """;

  // By the looks in due, which every enrollment with an open dispatch has.
  private static final String AWAITED =
      """
      SELECT d.client_id, d.id, d.contact_id, d.enrollment_id, d.state, d.created_at, d.post_deadline, d.unknown_since,
        d.finished_at, d.error_text
      FROM clients c
      CROSS JOIN LATERAL (SELECT x.client_id, x.enrollment_id FROM due x WHERE x.client_id = c.id AND x.watchdog
        ORDER BY x.due_at LIMIT :most) w
      CROSS JOIN LATERAL (SELECT x.client_id, x.open_dispatch_id FROM enrollments x
        WHERE x.client_id = w.client_id AND x.id = w.enrollment_id LIMIT 1) e
      CROSS JOIN LATERAL (SELECT * FROM dispatches x
        WHERE x.client_id = e.client_id AND x.id = e.open_dispatch_id LIMIT 1) d
      WHERE d.state NOT IN ('ready', 'sending', 'unknown', 'quarantined') AND d.finished_at < :before
        -- a call that goes on
        AND NOT (d.channel = 'voice' AND d.state = 'accepted' AND d.ended_reason IS NULL
          AND d.finished_at >= CAST(:before AS timestamptz) - make_interval(mins => 30))
      LIMIT :most
      """;

  private final JdbcClient jdbc;
  private final Transactions tx;
  private final Set<Key> open = new LinkedHashSet<>();
  private final StuckSettings settings;
  private @Nullable Instant recent;
  private @Nullable Instant walkedBackTo;

  OpenDispatches(JdbcClient jdbc, Transactions tx, StuckSettings settings) {
    this.jdbc = jdbc;
    this.tx = tx;
    this.settings = settings;
  }

  private record Key(ClientId client, DispatchId id) {}

  /** One, with what is told about it. */
  record Found(
      UUID client,
      UUID id,
      UUID contact,
      @Nullable UUID enrollment,
      Seen seen,
      @Nullable String words) {}

  /** All that are open and of age, as far as they have been found. */
  List<Found> find(Instant realNow) {
    remember(realNow);
    open.addAll(tx.readInBackground(() -> jdbc.sql(LISTED).query((row, _) -> key(row)).list()));
    var found = new ArrayList<Found>();
    List<Key> keys = List.copyOf(open);
    for (int from = 0; from < keys.size(); from += AT_ONCE) {
      List<Key> some = keys.subList(from, Math.min(keys.size(), from + AT_ONCE));
      found.addAll(tx.readInBackground(() -> look(some)));
    }
    open.clear();
    found.forEach(one -> open.add(new Key(new ClientId(one.client()), new DispatchId(one.id()))));
    return found;
  }

  private void remember(Instant realNow) {
    Instant ofAge = realNow.minus(OF_AGE);
    Instant from = recent == null ? ofAge : recent.minus(OVERLAP);
    if (ofAge.isAfter(from)) {
      open.addAll(between(from, ofAge));
    }
    recent = ofAge;
    Instant walked = walkedBackTo == null ? ofAge : walkedBackTo;
    open.addAll(between(walked.minus(SLICE), walked));
    boolean through = walked.minus(SLICE).isBefore(realNow.minus(settings.horizon()));
    walkedBackTo = through ? null : walked.minus(SLICE);
  }

  private List<Key> between(Instant from, Instant to) {
    return tx.readInBackground(
        () ->
            jdbc.sql(OPEN_BETWEEN)
                .param("from", Pg.timestamp(from))
                .param("to", Pg.timestamp(to))
                .param("most", MOST)
                .query((row, _) -> key(row))
                .list());
  }

  private List<Found> look(List<Key> keys) {
    return jdbc.sql(LOOK)
        .param("clients", Pg.uuids(keys.stream().map(Key::client).toList()))
        .param("ids", Pg.uuids(keys.stream().map(Key::id).toList()))
        .query((row, _) -> found(row, false))
        .list();
  }

  /** Settled before that real time, and an enrollment still waits for them. */
  List<Found> awaited(Instant settledBefore) {
    return tx.readInBackground(
        () ->
            jdbc.sql(AWAITED)
                .param("before", Pg.timestamp(settledBefore))
                .param("most", MOST)
                .query((row, _) -> found(row, true))
                .list());
  }

  private static Key key(ResultSet row) throws SQLException {
    return new Key(Pg.id(row, "client_id", ClientId::new), Pg.id(row, "id", DispatchId::new));
  }

  private static Found found(ResultSet row, boolean awaited) throws SQLException {
    return new Found(
        Pg.uuid(row, "client_id"),
        Pg.uuid(row, "id"),
        Pg.uuid(row, "contact_id"),
        row.getObject("enrollment_id", UUID.class),
        new Seen(
            WireEnum.parse(DispatchState.class, row.getString("state")),
            Pg.instant(row, "created_at"),
            Pg.instantOrNull(row, "post_deadline"),
            Pg.instantOrNull(row, "unknown_since"),
            Pg.instantOrNull(row, "finished_at"),
            awaited),
        row.getString("error_text"));
  }
}
