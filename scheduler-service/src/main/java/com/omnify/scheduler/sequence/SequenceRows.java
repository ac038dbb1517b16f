package com.omnify.scheduler.sequence;

import com.omnify.kit.db.Pg;
import com.omnify.kit.id.Ids;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.SequenceId;
import com.omnify.model.id.StepId;
import com.omnify.scheduler.sequence.policy.SequenceSettings;
import com.omnify.scheduler.sequence.policy.Step;
import com.omnify.scheduler.sequence.policy.WeeklyHours;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Writes sequences, versions and steps. To be used in a client's transaction. */
@Component
class SequenceRows {

  /** What an author settles about a sequence, checked. */
  record Authored(
      String name, @Nullable String description, int priority, SequenceSettings settings) {}

  private final JdbcClient jdbc;
  private final Ids ids;

  SequenceRows(JdbcClient jdbc, Ids ids) {
    this.jdbc = jdbc;
    this.ids = ids;
  }

  /** Holds everybody else who edits this sequence off until the transaction ends. */
  boolean lock(ClientId client, SequenceId sequence) {
    return jdbc.sql(
            "SELECT 1 FROM sequences WHERE client_id = :client AND id = :id FOR NO KEY UPDATE")
        .param("client", client.value())
        .param("id", sequence.value())
        .query(Integer.class)
        .optional()
        .isPresent();
  }

  void insert(ClientId client, Authored authored) {
    write(
        """
        INSERT INTO sequences (client_id, id, name, description, trigger_type, trigger_conditions, entry_rule,
          recontact_gap_seconds, reply_policy, send_window, priority, active)
        VALUES (:client, :id, :name, :description, :trigger, :conditions, :entry_rule, :gap, :reply_policy, :window,
          :priority, :active)
        """,
        client,
        authored);
    insertDraft(client, authored.settings().id(), 1);
  }

  void update(ClientId client, Authored authored) {
    write(
        """
        UPDATE sequences SET name = :name, description = :description, trigger_type = :trigger,
          trigger_conditions = :conditions, entry_rule = :entry_rule, recontact_gap_seconds = :gap,
          reply_policy = :reply_policy, send_window = :window, priority = :priority, active = :active,
          updated_at = now(), row_version = row_version + 1
        WHERE client_id = :client AND id = :id
        """,
        client,
        authored);
  }

  private void write(String sql, ClientId client, Authored authored) {
    SequenceSettings settings = authored.settings();
    jdbc.sql(sql)
        .param("client", client.value())
        .param("id", settings.id().value())
        .param("name", authored.name())
        .param("description", authored.description())
        .param("trigger", settings.trigger().wire())
        .param(
            "conditions",
            Pg.jsonb(settings.conditions().stream().map(ConditionJson::write).toList()))
        .param("entry_rule", settings.entryRule().wire())
        .param("gap", settings.recontactGap().toSeconds())
        .param("reply_policy", settings.replyPolicy().wire())
        .param("window", Pg.jsonb(HoursJson.write(settings.sendWindow())))
        .param("priority", authored.priority())
        .param("active", settings.active())
        .update();
  }

  /**
   * People who waited for the sequence to be switched on again: their steps are due when they were
   * meant to be.
   */
  void wakeAfterSwitchOn(ClientId client, SequenceId sequence) {
    jdbc.sql(
            """
            UPDATE due d SET due_at = e.next_step_at
            FROM enrollments e
            WHERE e.client_id = :client AND e.sequence_id = :sequence AND d.client_id = e.client_id
              AND d.enrollment_id = e.id AND NOT d.watchdog AND e.next_step_at < d.due_at
            """)
        .param("client", client.value())
        .param("sequence", sequence.value())
        .update();
  }

  Optional<Integer> draft(ClientId client, SequenceId sequence) {
    return jdbc.sql(
            """
            SELECT version FROM sequence_versions
            WHERE client_id = :client AND sequence_id = :sequence AND state = 'draft'
            """)
        .param("client", client.value())
        .param("sequence", sequence.value())
        .query(Integer.class)
        .optional();
  }

  boolean hasVersion(ClientId client, SequenceId sequence, int version) {
    return jdbc.sql(
            """
            SELECT 1 FROM sequence_versions
            WHERE client_id = :client AND sequence_id = :sequence AND version = :version
            """)
        .param("client", client.value())
        .param("sequence", sequence.value())
        .param("version", version)
        .query(Integer.class)
        .optional()
        .isPresent();
  }

  int latestVersion(ClientId client, SequenceId sequence) {
    return jdbc.sql(
            """
            SELECT max(version) FROM sequence_versions WHERE client_id = :client AND sequence_id = :sequence
            """)
        .param("client", client.value())
        .param("sequence", sequence.value())
        .query(Integer.class)
        .single();
  }

  void insertDraft(ClientId client, SequenceId sequence, int version) {
    jdbc.sql(
            """
            INSERT INTO sequence_versions (client_id, sequence_id, version, state)
            VALUES (:client, :sequence, :version, 'draft')
            """)
        .param("client", client.value())
        .param("sequence", sequence.value())
        .param("version", version)
        .update();
  }

  void replaceSteps(ClientId client, SequenceId sequence, int version, List<Step> steps) {
    jdbc.sql(
            """
            DELETE FROM sequence_steps
            WHERE client_id = :client AND sequence_id = :sequence AND version = :version
            """)
        .param("client", client.value())
        .param("sequence", sequence.value())
        .param("version", version)
        .update();
    if (!steps.isEmpty()) {
      var bodies = steps.stream().map(StepJson::write).toList();
      jdbc.sql(
              """
              INSERT INTO sequence_steps (client_id, sequence_id, version, id, position, name, kind, delay, content,
                skip_conditions, on_success, on_failure, urgent)
              SELECT :client, :sequence, :version, s.*
              FROM unnest(:ids, :positions, :names, :kinds, :delays, :contents, :skips, :successes, :failures, :urgent) s
              """)
          .param("client", client.value())
          .param("sequence", sequence.value())
          .param("version", version)
          .param("ids", Pg.uuids(steps.stream().map(Step::id).toList()))
          .param("positions", Pg.ints(steps.stream().map(Step::position).toList()))
          .param("names", Pg.texts(bodies.stream().map(StepJson.StepBody::name).toList()))
          .param("kinds", Pg.wires(steps.stream().map(Step::kind).toList()))
          .param("delays", Pg.jsonbs(bodies.stream().map(StepJson.StepBody::delay).toList()))
          .param("contents", Pg.jsonbs(steps.stream().map(Step::content).toList()))
          .param("skips", Pg.jsonbs(bodies.stream().map(StepJson.StepBody::skipIf).toList()))
          .param("successes", Pg.jsonbs(bodies.stream().map(StepJson.StepBody::onSuccess).toList()))
          .param("failures", Pg.jsonbs(bodies.stream().map(StepJson.StepBody::onFailure).toList()))
          .param("urgent", Pg.booleans(steps.stream().map(Step::urgent).toList()))
          .update();
    }
    touch(client, sequence);
  }

  private void touch(ClientId client, SequenceId sequence) {
    jdbc.sql(
            """
            UPDATE sequences SET updated_at = now(), row_version = row_version + 1
            WHERE client_id = :client AND id = :sequence
            """)
        .param("client", client.value())
        .param("sequence", sequence.value())
        .update();
  }

  void publish(ClientId client, SequenceId sequence, int version) {
    jdbc.sql(
            """
            UPDATE sequence_versions SET state = 'published', published_at = now()
            WHERE client_id = :client AND sequence_id = :sequence AND version = :version
            """)
        .param("client", client.value())
        .param("sequence", sequence.value())
        .param("version", version)
        .update();
    jdbc.sql(
            """
            UPDATE sequences SET published_version = :version, updated_at = now(), row_version = row_version + 1
            WHERE client_id = :client AND id = :sequence
            """)
        .param("client", client.value())
        .param("sequence", sequence.value())
        .param("version", version)
        .update();
  }

  /**
   * Moves those on their way in older versions onto this one, where it still has the step they
   * stand at; returns how many.
   *
   * @param now fleet time, for the log
   */
  int migrate(ClientId client, SequenceId sequence, int version, Instant now) {
    return jdbc.sql(
            """
            WITH moving AS (
              SELECT e.client_id, e.id, e.version AS old_version, t.position FROM enrollments e
              JOIN sequence_steps t ON t.client_id = e.client_id AND t.sequence_id = e.sequence_id
                AND t.version = :version AND t.id = e.step_id
              WHERE e.client_id = :client AND e.sequence_id = :sequence AND e.version < :version
                AND e.status IN ('active', 'paused')
              ORDER BY e.id FOR UPDATE OF e
            ), moved AS (
              UPDATE enrollments e SET version = :version, position = m.position, row_version = e.row_version + 1
              FROM moving m WHERE e.client_id = m.client_id AND e.id = m.id
              RETURNING e.client_id, e.id, e.contact_id, e.sequence_id, e.step_id, m.old_version
            )
            INSERT INTO execution_log (client_id, id, enrollment_id, contact_id, sequence_id, version, step_id, decision,
              reason_code, reason, at)
            SELECT client_id, uuidv7(), id, contact_id, sequence_id, :version, step_id, 'migrated', 'version_published',
              'Moved from version ' || old_version || ' to version ' || :version, :now
            FROM moved
            """)
        .param("client", client.value())
        .param("sequence", sequence.value())
        .param("version", version)
        .param("now", Pg.timestamp(now))
        .update();
  }

  SequenceId newSequence() {
    return new SequenceId(ids.next());
  }

  StepId newStep() {
    return new StepId(ids.next());
  }

  /** What holds for a new sequence where its author says nothing. */
  static WeeklyHours defaultWindow() {
    return WeeklyHours.DEFAULT_SEND_WINDOW;
  }

  static Duration defaultGap() {
    return Duration.ZERO;
  }
}
