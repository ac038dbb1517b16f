package com.omnify.learning.counting;

import com.omnify.kit.db.Pg;
import com.omnify.learning.counting.policy.Counts;
import com.omnify.learning.counting.policy.SequenceCounter;
import com.omnify.learning.counting.policy.SequenceDay;
import com.omnify.learning.counting.policy.StepCounter;
import com.omnify.learning.counting.policy.StepDay;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The tables of counts. */
@Repository
class CountStore {

  private final JdbcClient db;

  CountStore(JdbcClient db) {
    this.db = db;
  }

  void add(Counts counts) {
    addSteps(counts.steps());
    addSequences(counts.sequences());
  }

  private void addSteps(Map<StepDay, Map<StepCounter, Long>> counts) {
    if (counts.isEmpty()) {
      return;
    }
    List<StepDay> rows = List.copyOf(counts.keySet());
    db.sql(
            """
            INSERT INTO step_analytics AS had (client_id, sequence_id, version, step_id, period, total_executions,
              total_skipped, total_accepted, total_delivered, total_failed, total_replies, total_opt_outs,
              total_conversions, total_cost_micros)
            SELECT client_id, sequence_id, version, step_id, period::date, executions, skipped, accepted, delivered,
              failed, replies, opt_outs, conversions, cost_micros
            FROM unnest(:clients, :sequences, :versions, :steps, :days, :executions, :skipped, :accepted, :delivered,
              :failed, :replies, :opt_outs, :conversions, :cost_micros)
              AS news (client_id, sequence_id, version, step_id, period, executions, skipped, accepted, delivered,
                failed, replies, opt_outs, conversions, cost_micros)
            ON CONFLICT (client_id, sequence_id, version, step_id, period) DO UPDATE SET
              total_executions = had.total_executions + excluded.total_executions,
              total_skipped = had.total_skipped + excluded.total_skipped,
              total_accepted = had.total_accepted + excluded.total_accepted,
              total_delivered = had.total_delivered + excluded.total_delivered,
              total_failed = had.total_failed + excluded.total_failed,
              total_replies = had.total_replies + excluded.total_replies,
              total_opt_outs = had.total_opt_outs + excluded.total_opt_outs,
              total_conversions = had.total_conversions + excluded.total_conversions,
              total_cost_micros = had.total_cost_micros + excluded.total_cost_micros,
              updated_at = now()
            """)
        .param("clients", Pg.uuids(rows.stream().map(StepDay::clientId).toList()))
        .param("sequences", Pg.uuids(rows.stream().map(StepDay::sequenceId).toList()))
        .param("versions", Pg.ints(rows.stream().map(StepDay::version).toList()))
        .param("steps", Pg.uuids(rows.stream().map(StepDay::stepId).toList()))
        .param("days", Pg.texts(rows.stream().map(row -> row.day().toString()).toList()))
        .param("executions", column(counts, StepCounter.EXECUTIONS))
        .param("skipped", column(counts, StepCounter.SKIPPED))
        .param("accepted", column(counts, StepCounter.ACCEPTED))
        .param("delivered", column(counts, StepCounter.DELIVERED))
        .param("failed", column(counts, StepCounter.FAILED))
        .param("replies", column(counts, StepCounter.REPLIES))
        .param("opt_outs", column(counts, StepCounter.OPT_OUTS))
        .param("conversions", column(counts, StepCounter.CONVERSIONS))
        .param("cost_micros", column(counts, StepCounter.COST_MICROS))
        .update();
  }

  private void addSequences(Map<SequenceDay, Map<SequenceCounter, Long>> counts) {
    if (counts.isEmpty()) {
      return;
    }
    List<SequenceDay> rows = List.copyOf(counts.keySet());
    db.sql(
            """
            INSERT INTO sequence_analytics AS had (client_id, sequence_id, version, period, total_enrollments,
              total_completions, total_replies, total_opt_outs, total_conversions, total_failed)
            SELECT client_id, sequence_id, version, period::date, enrollments, completions, replies, opt_outs,
              conversions, failed
            FROM unnest(:clients, :sequences, :versions, :days, :enrollments, :completions, :replies, :opt_outs,
              :conversions, :failed)
              AS news (client_id, sequence_id, version, period, enrollments, completions, replies, opt_outs,
                conversions, failed)
            ON CONFLICT (client_id, sequence_id, version, period) DO UPDATE SET
              total_enrollments = had.total_enrollments + excluded.total_enrollments,
              total_completions = had.total_completions + excluded.total_completions,
              total_replies = had.total_replies + excluded.total_replies,
              total_opt_outs = had.total_opt_outs + excluded.total_opt_outs,
              total_conversions = had.total_conversions + excluded.total_conversions,
              total_failed = had.total_failed + excluded.total_failed,
              updated_at = now()
            """)
        .param("clients", Pg.uuids(rows.stream().map(SequenceDay::clientId).toList()))
        .param("sequences", Pg.uuids(rows.stream().map(SequenceDay::sequenceId).toList()))
        .param("versions", Pg.ints(rows.stream().map(SequenceDay::version).toList()))
        .param("days", Pg.texts(rows.stream().map(row -> row.day().toString()).toList()))
        .param("enrollments", column(counts, SequenceCounter.ENROLLMENTS))
        .param("completions", column(counts, SequenceCounter.COMPLETIONS))
        .param("replies", column(counts, SequenceCounter.REPLIES))
        .param("opt_outs", column(counts, SequenceCounter.OPT_OUTS))
        .param("conversions", column(counts, SequenceCounter.CONVERSIONS))
        .param("failed", column(counts, SequenceCounter.FAILED))
        .update();
  }

  private static <C extends Enum<C>> Object column(
      Map<?, ? extends Map<C, Long>> counts, C counter) {
    return Pg.longs(counts.values().stream().map(row -> row.getOrDefault(counter, 0L)).toList());
  }
}
