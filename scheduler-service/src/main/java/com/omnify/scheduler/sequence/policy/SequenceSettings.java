package com.omnify.scheduler.sequence.policy;

import com.omnify.model.EntryRule;
import com.omnify.model.ReplyPolicy;
import com.omnify.model.TriggerType;
import com.omnify.model.id.SequenceId;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What holds for all versions of a sequence.
 *
 * @param publishedVersion what new people are pinned to; null while nothing is published
 */
public record SequenceSettings(
    SequenceId id,
    TriggerType trigger,
    List<Condition> conditions,
    EntryRule entryRule,
    Duration recontactGap,
    ReplyPolicy replyPolicy,
    WeeklyHours sendWindow,
    boolean active,
    @Nullable Integer publishedVersion) {

  /**
   * A condition of a trigger; all must hold.
   *
   * @param field source, tags, status, state or {@code custom.<field>}
   * @param value one value, or several where the operation takes a list
   */
  public record Condition(String field, Op op, List<String> values) {
    public enum Op {
      EQUALS,
      NOT_EQUALS,
      CONTAINS,
      IN,
      EXISTS
    }

    public Condition {
      values = List.copyOf(values);
    }
  }

  public SequenceSettings {
    conditions = List.copyOf(conditions);
  }
}
