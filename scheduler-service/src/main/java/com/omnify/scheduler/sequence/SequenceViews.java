package com.omnify.scheduler.sequence;

import com.omnify.kit.db.KitJson;
import com.omnify.kit.db.Pg;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.SequenceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;

/** Sequences as people look at them. To be read in a client's transaction. */
@Component
class SequenceViews {

  record TriggerBody(
      @Nullable String type, @Nullable List<ConditionJson.ConditionBody> conditions) {}

  /**
   * A sequence.
   *
   * @param recontactGap ISO-8601
   * @param counters how many people, by the status of their enrollment
   */
  record SequenceView(
      UUID id,
      String name,
      @Nullable String description,
      TriggerBody trigger,
      String entryRule,
      String recontactGap,
      String replyPolicy,
      Map<String, List<HoursJson.SpanBody>> sendWindow,
      int priority,
      boolean active,
      @Nullable Integer publishedVersion,
      @Nullable Integer draftVersion,
      int steps,
      Map<String, Long> counters,
      Instant createdAt,
      Instant updatedAt) {}

  /**
   * Who of a version stands at a step.
   *
   * @param people on their way, the paused ones included
   */
  record AtStep(UUID stepId, @Nullable String name, int position, long people, long paused) {}

  record VersionView(
      int version,
      String state,
      @Nullable Instant publishedAt,
      Instant createdAt,
      long people,
      List<AtStep> steps) {}

  private static final String SELECT =
      """
      SELECT q.id, q.name, q.description, q.trigger_type, q.trigger_conditions::text AS trigger_conditions,
        q.entry_rule, q.recontact_gap_seconds, q.reply_policy, q.send_window::text AS send_window, q.priority,
        q.active, q.published_version, q.created_at, q.updated_at,
        (SELECT v.version FROM sequence_versions v WHERE v.client_id = q.client_id AND v.sequence_id = q.id
          AND v.state = 'draft') AS draft_version,
        (SELECT count(*) FROM sequence_steps t WHERE t.client_id = q.client_id AND t.sequence_id = q.id
          AND t.version = coalesce(q.published_version, 1)) AS steps
      FROM sequences q
      """;

  private final JdbcClient jdbc;

  SequenceViews(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  Optional<SequenceView> find(ClientId client, SequenceId id) {
    var counts = counts(client, List.of(id.value()));
    return jdbc.sql(SELECT + " WHERE q.client_id = :client AND q.id = :id")
        .param("client", client.value())
        .param("id", id.value())
        .query((row, _) -> view(row, counts))
        .optional();
  }

  /** Newest first. */
  List<SequenceView> list(
      ClientId client, @Nullable Boolean active, int limit, @Nullable UUID before) {
    List<UUID> ids =
        jdbc.sql(
                """
                SELECT id FROM sequences WHERE client_id = :client
                  AND (:active::boolean IS NULL OR active = :active) AND (:before::uuid IS NULL OR id < :before)
                ORDER BY id DESC LIMIT :limit
                """)
            .param("client", client.value())
            .param("active", active)
            .param("before", before)
            .param("limit", limit)
            .query(UUID.class)
            .list();
    var counts = counts(client, ids);
    return jdbc.sql(
            SELECT + " WHERE q.client_id = :client AND q.id = ANY (:ids) ORDER BY q.id DESC")
        .param("client", client.value())
        .param("ids", Pg.rawUuids(ids))
        .query((row, _) -> view(row, counts))
        .list();
  }

  /** Newest first, with how many people stand at each step. */
  List<VersionView> versions(ClientId client, SequenceId sequence) {
    record Counted(int version, AtStep step) {}
    var steps =
        jdbc.sql(
                """
                SELECT t.version, t.id, t.name, t.position,
                  count(e.id) AS people,
                  count(e.id) FILTER (WHERE e.status = 'paused') AS paused
                FROM sequence_steps t
                LEFT JOIN enrollments e ON e.client_id = t.client_id AND e.sequence_id = t.sequence_id
                  AND e.version = t.version AND e.step_id = t.id AND e.status IN ('active', 'paused')
                WHERE t.client_id = :client AND t.sequence_id = :sequence
                GROUP BY t.version, t.id, t.name, t.position ORDER BY t.version, t.position
                """)
            .param("client", client.value())
            .param("sequence", sequence.value())
            .query(
                (row, _) ->
                    new Counted(
                        row.getInt("version"),
                        new AtStep(
                            Pg.uuid(row, "id"),
                            row.getString("name"),
                            row.getInt("position"),
                            row.getLong("people"),
                            row.getLong("paused"))))
            .list();
    return jdbc.sql(
            """
            SELECT version, state, published_at, created_at FROM sequence_versions
            WHERE client_id = :client AND sequence_id = :sequence ORDER BY version DESC
            """)
        .param("client", client.value())
        .param("sequence", sequence.value())
        .query(
            (row, _) -> {
              int version = row.getInt("version");
              var ofVersion =
                  steps.stream().filter(s -> s.version() == version).map(Counted::step).toList();
              return new VersionView(
                  version,
                  row.getString("state"),
                  Pg.instantOrNull(row, "published_at"),
                  Pg.instant(row, "created_at"),
                  ofVersion.stream().mapToLong(AtStep::people).sum(),
                  ofVersion);
            })
        .list();
  }

  private Map<UUID, Map<String, Long>> counts(ClientId client, List<UUID> sequences) {
    var counts = new LinkedHashMap<UUID, Map<String, Long>>();
    jdbc.sql(
            """
            SELECT e.sequence_id, e.status, count(*) AS n FROM enrollments e
            WHERE e.client_id = :client AND e.sequence_id = ANY (:sequences)
            GROUP BY e.sequence_id, e.status ORDER BY e.sequence_id, e.status
            """)
        .param("client", client.value())
        .param("sequences", Pg.rawUuids(sequences))
        .query(
            row -> {
              counts
                  .computeIfAbsent(Pg.uuid(row, "sequence_id"), _ -> new LinkedHashMap<>())
                  .put(row.getString("status"), row.getLong("n"));
            });
    return counts;
  }

  private static SequenceView view(ResultSet row, Map<UUID, Map<String, Long>> counts)
      throws SQLException {
    var json = KitJson.mapper();
    UUID id = Pg.uuid(row, "id");
    return new SequenceView(
        id,
        row.getString("name"),
        row.getString("description"),
        new TriggerBody(
            row.getString("trigger_type"),
            json.readValue(row.getString("trigger_conditions"), new TypeReference<>() {})),
        row.getString("entry_rule"),
        Duration.ofSeconds(row.getLong("recontact_gap_seconds")).toString(),
        row.getString("reply_policy"),
        json.readValue(row.getString("send_window"), new TypeReference<>() {}),
        row.getInt("priority"),
        row.getBoolean("active"),
        row.getObject("published_version", Integer.class),
        row.getObject("draft_version", Integer.class),
        row.getInt("steps"),
        counts.getOrDefault(id, Map.of()),
        Pg.instant(row, "created_at"),
        Pg.instant(row, "updated_at"));
  }
}
