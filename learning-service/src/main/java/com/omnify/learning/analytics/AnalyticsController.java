package com.omnify.learning.analytics;

import com.omnify.kit.db.Pg;
import com.omnify.kit.tenancy.Transactions;
import com.omnify.kit.web.Caller;
import com.omnify.kit.web.Needs;
import com.omnify.kit.web.Problem;
import com.omnify.kit.web.Role;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** How a sequence does. */
@RestController
class AnalyticsController {

  private final Transactions transactions;
  private final JdbcClient db;

  AnalyticsController(Transactions transactions, JdbcClient db) {
    this.transactions = transactions;
    this.db = db;
  }

  /**
   * Counts and rates. A rate is null where there is nothing to divide by.
   *
   * @param version null: all versions together, a step being the same step in each
   */
  record SequenceAnalytics(
      SequenceId sequenceId, @Nullable Integer version, Totals totals, List<StepAnalytics> steps) {}

  /** Of enrollments; a rate is a share of them. Accepted and delivered count messages. */
  record Totals(
      long enrollments,
      long completions,
      long replies,
      long optOuts,
      long conversions,
      long failed,
      long accepted,
      long delivered,
      long costMicros,
      @Nullable BigDecimal completionRate,
      @Nullable BigDecimal replyRate,
      @Nullable BigDecimal optOutRate,
      @Nullable BigDecimal conversionRate) {}

  /**
   * Of one step's messages.
   *
   * @param position and {@code name}: as in the version asked for, else in the latest published one
   *     that has the step
   * @param deliveryRate of the accepted ones; the other rates are shares of the delivered ones
   */
  record StepAnalytics(
      StepId stepId,
      int position,
      @Nullable String name,
      String kind,
      long executions,
      long skipped,
      long accepted,
      long delivered,
      long failed,
      long replies,
      long optOuts,
      long conversions,
      long costMicros,
      @Nullable BigDecimal deliveryRate,
      @Nullable BigDecimal replyRate,
      @Nullable BigDecimal optOutRate,
      @Nullable BigDecimal conversionRate) {}

  @Needs(Role.MEMBER)
  @GetMapping("/api/v1/sequences/{id}/analytics")
  SequenceAnalytics analytics(
      Caller caller,
      @PathVariable SequenceId id,
      @RequestParam(required = false) @Nullable Integer version) {
    ClientId client = caller.client();
    return transactions.readInClient(
        client,
        () -> {
          requireThere(client, id, version);
          List<StepAnalytics> steps = steps(client, id, version);
          return new SequenceAnalytics(id, version, totals(client, id, version, steps), steps);
        });
  }

  private void requireThere(ClientId client, SequenceId id, @Nullable Integer version) {
    List<Integer> versions =
        db.sql(
                """
                SELECT coalesce(v.version, 0) FROM sequences s
                LEFT JOIN sequence_versions v ON v.client_id = s.client_id AND v.sequence_id = s.id
                WHERE s.client_id = :client AND s.id = :id
                """)
            .param("client", client.value())
            .param("id", id.value())
            .query(Integer.class)
            .list();
    if (versions.isEmpty()) {
      throw Problem.notFound("sequence", id);
    }
    if (version != null && !versions.contains(version)) {
      throw Problem.notFound("version of the sequence", version);
    }
  }

  private Totals totals(
      ClientId client, SequenceId id, @Nullable Integer version, List<StepAnalytics> steps) {
    long accepted = steps.stream().mapToLong(StepAnalytics::accepted).sum();
    long delivered = steps.stream().mapToLong(StepAnalytics::delivered).sum();
    long cost = steps.stream().mapToLong(StepAnalytics::costMicros).sum();
    return db.sql(
            """
            SELECT coalesce(sum(total_enrollments), 0) AS enrollments,
              coalesce(sum(total_completions), 0) AS completions,
              coalesce(sum(total_replies), 0) AS replies,
              coalesce(sum(total_opt_outs), 0) AS opt_outs,
              coalesce(sum(total_conversions), 0) AS conversions,
              coalesce(sum(total_failed), 0) AS failed
            FROM sequence_analytics
            WHERE client_id = :client AND sequence_id = :id AND (:version::int IS NULL OR version = :version::int)
            """)
        .param("client", client.value())
        .param("id", id.value())
        .param("version", version)
        .query(
            (row, _) -> {
              long enrollments = row.getLong("enrollments");
              return new Totals(
                  enrollments,
                  row.getLong("completions"),
                  row.getLong("replies"),
                  row.getLong("opt_outs"),
                  row.getLong("conversions"),
                  row.getLong("failed"),
                  accepted,
                  delivered,
                  cost,
                  rate(row.getLong("completions"), enrollments),
                  rate(row.getLong("replies"), enrollments),
                  rate(row.getLong("opt_outs"), enrollments),
                  rate(row.getLong("conversions"), enrollments));
            })
        .single();
  }

  private List<StepAnalytics> steps(ClientId client, SequenceId id, @Nullable Integer version) {
    return db.sql(
            """
            SELECT * FROM (
              SELECT DISTINCT ON (s.id) s.id AS step_id, s.position, s.name, s.kind
              FROM sequence_steps s
              JOIN sequence_versions v ON v.client_id = s.client_id AND v.sequence_id = s.sequence_id
                AND v.version = s.version
              WHERE s.client_id = :client AND s.sequence_id = :id
                AND CASE WHEN :version::int IS NULL THEN v.state = 'published' ELSE s.version = :version::int END
              ORDER BY s.id, s.version DESC) step
            LEFT JOIN (
              SELECT a.step_id AS counted, sum(total_executions) AS executions, sum(total_skipped) AS skipped,
                sum(total_accepted) AS accepted, sum(total_delivered) AS delivered, sum(total_failed) AS failed,
                sum(total_replies) AS replies, sum(total_opt_outs) AS opt_outs,
                sum(total_conversions) AS conversions, sum(total_cost_micros) AS cost_micros
              FROM step_analytics a
              WHERE a.client_id = :client AND a.sequence_id = :id
                AND (:version::int IS NULL OR a.version = :version::int)
              GROUP BY a.step_id) counts ON counts.counted = step.step_id
            ORDER BY step.position, step.step_id
            """)
        .param("client", client.value())
        .param("id", id.value())
        .param("version", version)
        .query((row, _) -> step(row))
        .list();
  }

  private static StepAnalytics step(ResultSet row) throws SQLException {
    long accepted = row.getLong("accepted");
    long delivered = row.getLong("delivered");
    return new StepAnalytics(
        Pg.id(row, "step_id", StepId::new),
        row.getInt("position"),
        row.getString("name"),
        row.getString("kind"),
        row.getLong("executions"),
        row.getLong("skipped"),
        accepted,
        delivered,
        row.getLong("failed"),
        row.getLong("replies"),
        row.getLong("opt_outs"),
        row.getLong("conversions"),
        row.getLong("cost_micros"),
        rate(delivered, accepted),
        rate(row.getLong("replies"), delivered),
        rate(row.getLong("opt_outs"), delivered),
        rate(row.getLong("conversions"), delivered));
  }

  private static @Nullable BigDecimal rate(long part, long whole) {
    return whole == 0
        ? null
        : BigDecimal.valueOf(part).divide(BigDecimal.valueOf(whole), 4, RoundingMode.HALF_UP);
  }
}
