package com.omnify.scheduler.stuck;

import com.omnify.kit.db.Pg;
import com.omnify.model.WireEnum;
import com.omnify.scheduler.stuck.policy.StuckKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The findings as they stand, written by whoever looks and read by whoever asks. */
@Component
class StuckRows {

  private static final String FOUND =
      """
      SELECT * FROM unnest(:clients, :kinds, :subjects, :services, :enrollments, :contacts, :counts, :sinces, :details)
        AS f (client_id, kind, subject_id, service, enrollment_id, contact_id, n, since, detail)
      """;

  private static final String KEEP =
      """
      INSERT INTO stuck (client_id, kind, subject_id, service, enrollment_id, contact_id, n, since, detail)
      %s
      ON CONFLICT (client_id, kind, service, subject_id) DO UPDATE SET
        n = excluded.n, detail = excluded.detail,
        -- Of these nobody knows since when but who found them.
        since = CASE stuck.kind WHEN 'no_sender' THEN stuck.since ELSE excluded.since END
      WHERE (stuck.n, stuck.since, stuck.detail) IS DISTINCT FROM (excluded.n, excluded.since, excluded.detail)
      """
          .formatted(FOUND);

  private static final String FORGET =
      """
      DELETE FROM stuck s WHERE s.kind = ANY (:looked_for) AND NOT EXISTS (
        SELECT FROM (%s) f
        WHERE f.kind = s.kind AND f.subject_id = s.subject_id AND f.service = s.service
          AND f.client_id IS NOT DISTINCT FROM s.client_id)
      """
          .formatted(FOUND);

  private final JdbcClient jdbc;

  StuckRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A row, as it is shown. */
  record Row(UUID id, Finding finding, Instant foundAt) {}

  /** How many of a kind, and since when the oldest waits. */
  record Total(long count, Instant oldest) {}

  /** Writes all that there is of these kinds. */
  void replace(Collection<StuckKind> lookedFor, List<Finding> found) {
    bind(jdbc.sql(FORGET), found).param("looked_for", Pg.wires(lookedFor)).update();
    add(found);
  }

  /** Adds to what there is. */
  void add(List<Finding> found) {
    if (!found.isEmpty()) {
      bind(jdbc.sql(KEEP), found).update();
    }
  }

  void forgetBefore(StuckKind kind, Instant foundBefore) {
    jdbc.sql("DELETE FROM stuck WHERE kind = :kind AND found_at < :before")
        .param("kind", kind.wire())
        .param("before", Pg.timestamp(foundBefore))
        .update();
  }

  private static JdbcClient.StatementSpec bind(JdbcClient.StatementSpec sql, List<Finding> found) {
    return sql.param("clients", Pg.rawUuids(found.stream().map(Finding::client).toList()))
        .param("kinds", Pg.wires(found.stream().map(Finding::kind).toList()))
        .param("subjects", Pg.rawUuids(found.stream().map(Finding::subject).toList()))
        .param("services", Pg.texts(found.stream().map(Finding::service).toList()))
        .param("enrollments", Pg.rawUuids(found.stream().map(Finding::enrollment).toList()))
        .param("contacts", Pg.rawUuids(found.stream().map(Finding::contact).toList()))
        .param("counts", Pg.longs(found.stream().map(Finding::count).toList()))
        .param("sinces", Pg.instants(found.stream().map(Finding::since).toList()))
        .param("details", Pg.texts(found.stream().map(Finding::detail).toList()));
  }

  /** What the transaction's scope sees, the newest finding first, below an id. */
  List<Row> list(@Nullable StuckKind kind, @Nullable UUID before, int limit) {
    return jdbc.sql(
            """
            SELECT * FROM stuck
            WHERE (:kind::text IS NULL OR kind = :kind) AND (:before::uuid IS NULL OR id < :before)
            ORDER BY id DESC LIMIT :limit
            """)
        .param("kind", kind == null ? null : kind.wire())
        .param("before", before)
        .param("limit", limit)
        .query((row, _) -> row(row))
        .list();
  }

  /** Of what the transaction's scope sees. */
  Map<StuckKind, Total> totals() {
    var totals = new EnumMap<StuckKind, Total>(StuckKind.class);
    jdbc.sql("SELECT kind, sum(n) AS n, min(since) AS oldest FROM stuck GROUP BY kind")
        .query(
            row -> {
              totals.put(
                  WireEnum.parse(StuckKind.class, row.getString("kind")),
                  new Total(row.getLong("n"), Pg.instant(row, "oldest")));
            });
    return totals;
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        Pg.uuid(row, "id"),
        new Finding(
            row.getObject("client_id", UUID.class),
            WireEnum.parse(StuckKind.class, row.getString("kind")),
            Pg.uuid(row, "subject_id"),
            row.getString("service"),
            row.getObject("enrollment_id", UUID.class),
            row.getObject("contact_id", UUID.class),
            row.getLong("n"),
            Pg.instant(row, "since"),
            row.getString("detail")),
        Pg.instant(row, "found_at"));
  }
}
