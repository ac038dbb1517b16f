package com.omnify.scheduler.sequence;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.omnify.kit.db.KitJson;
import com.omnify.model.EntryRule;
import com.omnify.model.ReplyPolicy;
import com.omnify.model.TriggerType;
import com.omnify.model.WireEnum;
import com.omnify.model.id.ClientId;
import com.omnify.model.id.SequenceId;
import com.omnify.scheduler.sequence.policy.Problems;
import com.omnify.scheduler.sequence.policy.SequencePlan;
import com.omnify.scheduler.sequence.policy.SequenceSettings;
import com.omnify.scheduler.sequence.policy.Step;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sequences as decisions need them. Published steps never change and are kept; settings are at most
 * a second old. To be read in a transaction.
 */
@Component
public class SequenceBook {

  private static final Duration KEPT = Duration.ofSeconds(1);
  private static final TypeReference<Map<String, List<HoursJson.SpanBody>>> HOURS =
      new TypeReference<>() {};
  private static final TypeReference<List<ConditionJson.ConditionBody>> CONDITIONS =
      new TypeReference<>() {};

  static final String SETTINGS_COLUMNS =
      """
      id, trigger_type, trigger_conditions::text AS trigger_conditions, entry_rule, recontact_gap_seconds,
        reply_policy, send_window::text AS send_window, active, published_version
      """;

  private record SequenceKey(ClientId client, SequenceId sequence) {}

  private record VersionKey(ClientId client, SequenceId sequence, int version) {}

  private final JdbcClient jdbc;
  private final JsonMapper json = KitJson.mapper();
  private final Cache<SequenceKey, SequenceSettings> settings =
      Caffeine.newBuilder().expireAfterWrite(KEPT).maximumSize(10_000).build();
  private final Cache<VersionKey, SequencePlan> plans =
      Caffeine.newBuilder().maximumSize(5_000).build();

  SequenceBook(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  public Optional<SequenceSettings> settings(ClientId client, SequenceId sequence) {
    var key = new SequenceKey(client, sequence);
    var known = settings.getIfPresent(key);
    if (known != null) {
      return Optional.of(known);
    }
    var found =
        jdbc.sql(
                "SELECT "
                    + SETTINGS_COLUMNS
                    + " FROM sequences WHERE client_id = :client AND id = :sequence")
            .param("client", client.value())
            .param("sequence", sequence.value())
            .query((row, _) -> settings(row))
            .optional();
    found.ifPresent(value -> settings.put(key, value));
    return found;
  }

  /** Active sequences with something published that such an event may start. */
  public List<SequenceSettings> triggeredBy(ClientId client, TriggerType trigger) {
    return jdbc.sql(
            "SELECT "
                + SETTINGS_COLUMNS
                + """
                 FROM sequences
                WHERE client_id = :client AND trigger_type = :trigger AND active AND published_version IS NOT NULL
                ORDER BY priority, id
                """)
        .param("client", client.value())
        .param("trigger", trigger.wire())
        .query((row, _) -> settings(row))
        .list();
  }

  /** The steps of a published version; none where there is no such version. */
  public SequencePlan plan(ClientId client, SequenceId sequence, int version) {
    var key = new VersionKey(client, sequence, version);
    var known = plans.getIfPresent(key);
    if (known != null) {
      return known;
    }
    var plan = new SequencePlan(sequence, version, steps(client, sequence, version));
    if (!plan.steps().isEmpty()) {
      plans.put(key, plan);
    }
    return plan;
  }

  /** Lets the next question be answered by the database. */
  public void forget(ClientId client, SequenceId sequence) {
    settings.invalidate(new SequenceKey(client, sequence));
  }

  /** The steps of any version, in order. */
  List<Step> steps(ClientId client, SequenceId sequence, int version) {
    return jdbc.sql(
            """
            SELECT id, position, name, kind, delay::text AS delay, content::text AS content,
              skip_conditions::text AS skip_conditions, on_success::text AS on_success,
              on_failure::text AS on_failure, urgent
            FROM sequence_steps
            WHERE client_id = :client AND sequence_id = :sequence AND version = :version
            ORDER BY position
            """)
        .param("client", client.value())
        .param("sequence", sequence.value())
        .param("version", version)
        .query((row, _) -> step(row))
        .list();
  }

  private Step step(ResultSet row) throws SQLException {
    var body =
        new StepJson.StepBody(
            row.getString("id"),
            row.getInt("position"),
            row.getString("name"),
            row.getString("kind"),
            json.readValue(row.getString("delay"), StepJson.DelayBody.class),
            json.readValue(row.getString("content"), new TypeReference<Map<String, Object>>() {}),
            json.readValue(
                row.getString("skip_conditions"), new TypeReference<List<StepJson.SkipBody>>() {}),
            json.readValue(row.getString("on_success"), StepJson.ThenBody.class),
            json.readValue(row.getString("on_failure"), StepJson.ThenBody.class),
            row.getBoolean("urgent"));
    return StepJson.readStored(body);
  }

  private SequenceSettings settings(ResultSet row) throws SQLException {
    var problems = new Problems();
    var conditions =
        ConditionJson.read(
            json.readValue(row.getString("trigger_conditions"), CONDITIONS),
            "conditions",
            problems);
    Integer published = row.getObject("published_version", Integer.class);
    return new SequenceSettings(
        SequenceId.of(row.getString("id")),
        WireEnum.parse(TriggerType.class, row.getString("trigger_type")),
        conditions,
        WireEnum.parse(EntryRule.class, row.getString("entry_rule")),
        Duration.ofSeconds(row.getLong("recontact_gap_seconds")),
        WireEnum.parse(ReplyPolicy.class, row.getString("reply_policy")),
        HoursJson.readStored(json.readValue(row.getString("send_window"), HOURS)),
        row.getBoolean("active"),
        published);
  }
}
